package docx_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/document/archive"
	"footnote/document/docx"
)

const space = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"`

// read reads a document with the given body and other parts by their names.
func read(t *testing.T, body string, parts map[string]string) (*document.Document, error) {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	all := map[string]string{"word/document.xml": `<w:document ` + space + `><w:body>` + body + `</w:body></w:document>`}
	for name, data := range parts {
		all[name] = data
	}
	for name, data := range all {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()), archive.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	b := document.NewBuilder()
	if err := docx.Read(context.Background(), b, a); err != nil {
		return nil, err
	}
	d, err := b.Document()
	if err != nil {
		return nil, err
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	return d, nil
}

func para(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }

func cells(texts ...string) string {
	var sb strings.Builder
	for _, t := range texts {
		sb.WriteString(`<w:tc>` + para(t) + `</w:tc>`)
	}
	return `<w:tr>` + sb.String() + `</w:tr>`
}

func TestReadText(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"runs join", `<w:p><w:r><w:t xml:space="preserve">The </w:t></w:r><w:r><w:t>fen</w:t></w:r></w:p>`, "The fen"},
		{"deletions and moved text go, insertions stay", `<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom></w:p>`, "new"},
		{"hidden text and field codes go", `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>yes</w:t></w:r></w:p>`, "yes"},
		{"a text box is read once, after its paragraph", `<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>` + para("box") + `</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>` + para("box") + `</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>text</w:t></w:r></w:p>`, "text\n\nbox"},
		{"a table in a text box", `<w:p><w:r><w:txbxContent><w:tbl>` + cells("a", "b") + cells("c", "d") + `</w:tbl></w:txbxContent></w:r></w:p>`, "a | b\nc | d"},
		{"tabs and breaks", `<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>`, "a b\nc"},
		{"exponents", `<w:p><w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>6</w:t></w:r></w:p>`, "10⁶"},
		{"formulas keep their letters", `<w:p><m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath></w:p>`, "E=mc"},
		{"content controls", `<w:sdt><w:sdtContent>` + para("inside") + `</w:sdtContent></w:sdt>`, "inside"},
		{"a table", `<w:tbl>` + cells("Kind", "Light") + cells("Common", "green") + `</w:tbl>`, "Kind | Light\nCommon | green"},
		{"a nested table stays in its cell", `<w:tbl>` + cells("a", "b") + `<w:tr><w:tc>` + para("c") + `</w:tc><w:tc><w:tbl>` + cells("x", "y") + `</w:tbl>` + para("") + `</w:tc></w:tr></w:tbl>`, "a | b\nc | x y"},
		{"a table of one column is text", `<w:tbl>` + cells("one") + cells("two") + `</w:tbl>`, "one\n\ntwo"},
		{"cells merged downwards are repeated", `<w:tbl>` + cells("Ship", "Year") + `<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>` + para("Tern") + `</w:tc><w:tc>` + para("2030") + `</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc>` + para("2031") + `</w:tc></w:tr></w:tbl>`, "Ship | Year\nTern | 2030\nTern | 2031"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := read(t, c.body, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, d.Text); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func styled(style, text string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
}

func TestReadFindsHeadingsByStyle(t *testing.T) {
	styles := `<w:styles ` + space + `>
		<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
		<w:style w:styleId="Mine"><w:name w:val="My own"/><w:basedOn w:val="Mid"/></w:style>
		<w:style w:styleId="Mid"><w:name w:val="Mid"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
		<w:style w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
		<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style></w:styles>`
	numbers := `<w:numbering ` + space + `><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>`
	body := styled("TOC1", "IV. Salt 1") + styled("berschrift1", "Salt") + styled("Mine", "Tin") + styled("Loop", "text") + styled("berschrift1", "Rope") + para("end")
	d, err := read(t, body, map[string]string{"word/styles.xml": styles, "word/numbering.xml": numbers})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range d.Sections[1:] {
		got = append(got, strings.Join(d.Path(i+1), " > "))
	}
	if diff := cmp.Diff([]string{"IV. Salt", "IV. Salt > Tin", "V. Rope"}, got); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(d.Text, "Salt 1") {
		t.Error("the table of contents was kept")
	}
}

func numbered(id, level, text string) string {
	return `<w:p><w:pPr><w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + id + `"/></w:numPr></w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
}

func numLevel(level, start, text string) string {
	return `<w:lvl w:ilvl="` + level + `"><w:start w:val="` + start + `"/><w:numFmt w:val="decimal"/><w:lvlText w:val="` + text + `"/></w:lvl>`
}

// lists defines lists 1, 2 ... of one abstract list, each with its overrides.
func lists(levels string, overrides ...string) string {
	out := `<w:numbering ` + space + `><w:abstractNum w:abstractNumId="5">` + levels + `</w:abstractNum>`
	for i, o := range overrides {
		out += `<w:num w:numId="` + strconv.Itoa(i+1) + `"><w:abstractNumId w:val="5"/>` + o + `</w:num>`
	}
	return out + `</w:numbering>`
}

func startAt(level, start string) string {
	return `<w:lvlOverride w:ilvl="` + level + `"><w:startOverride w:val="` + start + `"/></w:lvlOverride>`
}

func TestReadNumbersItemsAsWordDoes(t *testing.T) {
	two := numLevel("0", "1", "%1.") + numLevel("1", "1", "%1.%2")
	for _, c := range []struct{ name, numbering, body, want string }{
		{"lists of one definition count on", lists(two, "", ""),
			numbered("1", "0", "a") + numbered("2", "0", "b"), "1. a\n2. b"},
		{"a restarted list", lists(two, "", startAt("0", "1")),
			numbered("1", "0", "a") + numbered("1", "0", "b") + numbered("2", "0", "c") + numbered("2", "0", "d"), "1. a\n2. b\n1. c\n2. d"},
		{"a list restarted at another number", lists(two, "", startAt("0", "7")),
			numbered("1", "0", "a") + numbered("2", "0", "b") + numbered("2", "0", "c"), "1. a\n7. b\n8. c"},
		{"a restart is for once", lists(two, "", startAt("0", "1")),
			numbered("2", "0", "a") + numbered("1", "0", "b") + numbered("2", "0", "c"), "1. a\n2. b\n3. c"},
		{"a restarted inner level", lists(two, "", startAt("1", "4")),
			numbered("1", "0", "a") + numbered("1", "1", "b") + numbered("2", "1", "c") + numbered("2", "0", "d") + numbered("2", "1", "e"), "1. a\n1.1 b\n1.4 c\n2. d\n2.4 e"},
		{"a restarted outer level restarts the inner one", lists(two, "", startAt("0", "5")),
			numbered("1", "0", "a") + numbered("1", "1", "b") + numbered("2", "1", "c"), "1. a\n1.1 b\n5.1 c"},
		{"a level written otherwise in one list", lists(two, "", `<w:lvlOverride w:ilvl="0">`+numLevel("0", "1", "Clause %1")+`</w:lvlOverride>`),
			numbered("1", "0", "a") + numbered("2", "0", "b") + numbered("1", "0", "c"), "1. a\nClause 2 b\n3. c"},
		{"a list that starts at zero", lists(numLevel("0", "0", "%1."), ""),
			numbered("1", "0", "a") + numbered("1", "0", "b") + numbered("1", "0", "c"), "0. a\n1. b\n2. c"},
		{"an outer level that starts at zero", lists(numLevel("0", "0", "%1.")+numLevel("1", "1", "%1.%2"), ""),
			numbered("1", "1", "a") + numbered("1", "1", "b"), "0.1 a\n0.2 b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := read(t, c.body, map[string]string{"word/numbering.xml": c.numbering})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, d.Text); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadWritesNotesAfterTheirParagraph(t *testing.T) {
	notes := `<w:footnotes ` + space + `><w:footnote w:type="separator" w:id="0">` + para("--") + `</w:footnote><w:footnote w:id="2">` + para("The note.") + `</w:footnote></w:footnotes>`
	d, err := read(t, `<w:p><w:r><w:t>Fact.</w:t><w:footnoteReference w:id="2"/></w:r></w:p>`+para("Next."), map[string]string{"word/footnotes.xml": notes})
	if err != nil {
		t.Fatal(err)
	}
	if d.Text != "Fact.\n\nThe note.\n\nNext." || d.Sentences[1].Kind != document.Note {
		t.Errorf("%q %v", d.Text, d.Sentences)
	}
}

func TestReadKeepsWhatStandsBeforeTheEndOfADamagedFile(t *testing.T) {
	cut := `<w:document ` + space + `><w:body>` + para("whole") + `<w:p><w:r><w:t>half`
	d, err := read(t, "", map[string]string{"word/document.xml": cut})
	if err != nil {
		t.Fatal(err)
	}
	if d.Text != "whole\n\nhalf" || len(d.Warnings) != 1 {
		t.Errorf("%q %q", d.Text, d.Warnings)
	}
}

func TestReadRefusesEntities(t *testing.T) {
	for _, xml := range []string{
		`<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]><w:document ` + space + `>` + para("&a;") + `</w:document>`,
		`<w:document ` + space + `><w:body>` + para("&a;") + `</w:body></w:document>`,
	} {
		if _, err := read(t, "", map[string]string{"word/document.xml": xml}); !errors.Is(err, document.ErrBroken) {
			t.Errorf("got %v", err)
		}
	}
}
