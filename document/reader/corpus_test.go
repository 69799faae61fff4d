package reader_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// corpus is where the project's own documents lie. The Markdown files are
// written by hand; the other formats are made of them by go test -update.
const corpus = "../../testdata/corpus/formats"

// part is a block of a corpus document.
type part struct {
	kind string // h1, h2, h3, p, li, ol, table, note
	text string
	rows [][]string
}

var (
	emphasis = regexp.MustCompile(`\*([^*]+)\*`)
	noteMark = regexp.MustCompile(`\[\^[0-9]+\]`)
)

// parts cuts the simple Markdown of the corpus into blocks. A note moves up
// to the paragraph that refers to it.
func parts(source string) []part {
	var out []part
	notes := map[string]string{}
	for line := range strings.Lines(source) {
		if m := regexp.MustCompile(`^(\[\^[0-9]+\]): (.*)\n`).FindStringSubmatch(line); m != nil {
			notes[m[1]] = m[2]
		}
	}
	for line := range strings.SplitSeq(source, "\n") {
		text := emphasis.ReplaceAllString(line, "$1")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "|-") || strings.HasPrefix(line, "[^"):
		case strings.HasPrefix(line, "#"):
			level := strings.Index(line, " ")
			out = append(out, part{kind: fmt.Sprintf("h%d", level), text: text[level+1:]})
		case strings.HasPrefix(line, "|"):
			row := strings.Split(strings.Trim(line, "|"), "|")
			for i := range row {
				row[i] = strings.TrimSpace(row[i])
			}
			if n := len(out); n > 0 && out[n-1].kind == "table" {
				out[n-1].rows = append(out[n-1].rows, row)
			} else {
				out = append(out, part{kind: "table", rows: [][]string{row}})
			}
		case strings.HasPrefix(line, "- "):
			out = append(out, part{kind: "li", text: text[2:]})
		case regexp.MustCompile(`^[0-9]+\. `).MatchString(line):
			out = append(out, part{kind: "ol", text: text})
		default:
			mark := noteMark.FindString(text)
			out = append(out, part{kind: "p", text: strings.Replace(text, mark, "", 1)})
			if mark != "" {
				out = append(out, part{kind: "note", text: notes[mark]})
			}
		}
	}
	return out
}

func asHTML(ps []part) string {
	var sb strings.Builder
	for i, p := range ps {
		text := html.EscapeString(p.text)
		switch p.kind {
		case "li", "ol":
			tag := map[string]string{"li": "ul", "ol": "ol"}[p.kind]
			if i == 0 || ps[i-1].kind != p.kind {
				fmt.Fprintf(&sb, "<%s>\n", tag)
			}
			if p.kind == "ol" {
				_, text, _ = strings.Cut(text, ". ")
			}
			fmt.Fprintf(&sb, "<li>%s</li>\n", text)
			if i == len(ps)-1 || ps[i+1].kind != p.kind {
				fmt.Fprintf(&sb, "</%s>\n", tag)
			}
		case "table":
			sb.WriteString("<table>\n")
			for j, row := range p.rows {
				tag := "td"
				if j == 0 {
					tag = "th"
				}
				sb.WriteString("<tr>")
				for _, c := range row {
					fmt.Fprintf(&sb, "<%s>%s</%s>", tag, html.EscapeString(c), tag)
				}
				sb.WriteString("</tr>\n")
			}
			sb.WriteString("</table>\n")
		case "note":
			fmt.Fprintf(&sb, "<aside role=\"doc-footnote\"><p>%s</p></aside>\n", text)
		default:
			fmt.Fprintf(&sb, "<%s>%s</%s>\n", p.kind, text, p.kind)
		}
	}
	return sb.String()
}

func page(title, body string) string {
	return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>" + html.EscapeString(title) + "</title></head>\n<body>\n" + body + "</body></html>\n"
}

// asText wraps paragraphs at 72 columns and underlines headings.
func asText(ps []part) string {
	var sb strings.Builder
	for i, p := range ps {
		switch p.kind {
		case "h1", "h2", "h3":
			sb.WriteString(p.text + "\n" + strings.Repeat(map[string]string{"h1": "=", "h2": "-", "h3": "~"}[p.kind], len([]rune(p.text))) + "\n\n")
		case "table":
			for _, row := range p.rows {
				for _, c := range row {
					fmt.Fprintf(&sb, "%-28s", c)
				}
				sb.WriteString("\n")
			}
			sb.WriteString("\n")
		case "li", "ol":
			text := p.text
			if p.kind == "li" {
				text = "- " + text
			}
			sb.WriteString(wrap(text, "  ") + "\n")
			if i == len(ps)-1 || ps[i+1].kind != p.kind {
				sb.WriteString("\n")
			}
		default:
			sb.WriteString(wrap(p.text, "") + "\n\n")
		}
	}
	return sb.String()
}

func wrap(text, indent string) string {
	var sb strings.Builder
	width := 0
	for i, word := range strings.Fields(text) {
		if i > 0 && width+1+len(word) > 72 {
			sb.WriteString("\n" + indent)
			width = len(indent)
		} else if i > 0 {
			sb.WriteByte(' ')
			width++
		}
		sb.WriteString(word)
		width += len(word)
	}
	return sb.String()
}

// file is an entry of an archive.
type file struct{ name, data string }

func pack(t *testing.T, files []file) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f.data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

const wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

func asWord(t *testing.T, ps []part) []byte {
	var body, notes strings.Builder
	n := 0
	for i, p := range ps {
		text := html.EscapeString(p.text)
		props := ""
		switch p.kind {
		case "note":
			n++
			fmt.Fprintf(&notes, `<w:footnote w:id="%d"><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:footnote>`, n, text)
			continue
		case "table":
			body.WriteString("<w:tbl>")
			for j, row := range p.rows {
				body.WriteString("<w:tr>")
				if j == 0 {
					body.WriteString("<w:trPr><w:tblHeader/></w:trPr>")
				}
				for _, c := range row {
					fmt.Fprintf(&body, "<w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>", html.EscapeString(c))
				}
				body.WriteString("</w:tr>")
			}
			body.WriteString("</w:tbl>")
			continue
		case "h1", "h2", "h3":
			props = `<w:pStyle w:val="berschrift` + p.kind[1:] + `"/>`
		case "li":
			props = `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>`
		case "ol":
			props = `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>`
			_, text, _ = strings.Cut(text, ". ")
		}
		ref := ""
		if i+1 < len(ps) && ps[i+1].kind == "note" {
			ref = fmt.Sprintf(`<w:r><w:footnoteReference w:id="%d"/></w:r>`, n+1)
		}
		fmt.Fprintf(&body, `<w:p><w:pPr>%s</w:pPr><w:del><w:r><w:delText>struck out </w:delText></w:r></w:del><w:r><w:t xml:space="preserve">%s</w:t></w:r>%s</w:p>`, props, text, ref)
	}
	styles := ""
	for i := range 3 {
		styles += fmt.Sprintf(`<w:style w:type="paragraph" w:styleId="berschrift%d"><w:name w:val="heading %d"/></w:style>`, i+1, i+1)
	}
	return pack(t, []file{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<w:document ` + wordSpace + `><w:body>` + body.String() + `</w:body></w:document>`},
		{"word/styles.xml", `<w:styles ` + wordSpace + `>` + styles + `</w:styles>`},
		{"word/footnotes.xml", `<w:footnotes ` + wordSpace + `>` + notes.String() + `</w:footnotes>`},
		{"word/numbering.xml", `<w:numbering ` + wordSpace + `><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>`},
	})
}

// asBook makes a chapter of each second-level section.
func asBook(t *testing.T, title string, ps []part) []byte {
	var chapters [][]part
	for _, p := range ps {
		if p.kind == "h2" || len(chapters) == 0 {
			chapters = append(chapters, nil)
		}
		chapters[len(chapters)-1] = append(chapters[len(chapters)-1], p)
	}
	files := []file{{"mimetype", "application/epub+zip"},
		{"META-INF/container.xml", `<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`}}
	items, spine, nav := "", "", ""
	for i, c := range chapters {
		name := fmt.Sprintf("c%d.xhtml", i)
		files = append(files, file{"OEBPS/" + name, page(title, asHTML(c))})
		items += fmt.Sprintf(`<item id="c%d" href="%s" media-type="application/xhtml+xml"/>`, i, name)
		spine += fmt.Sprintf(`<itemref idref="c%d"/>`, i)
		entry := fmt.Sprintf(`<li><a href="%s">%s</a></li>`, name, html.EscapeString(c[0].text))
		if i == 0 {
			nav += strings.TrimSuffix(entry, "</li>") + "<ol>"
		} else {
			nav += entry
		}
	}
	files = append(files,
		file{"OEBPS/nav.xhtml", page("Contents", `<nav xmlns:epub="http://www.idpf.org/2007/ops" epub:type="toc"><ol>`+nav+`</ol></li></ol></nav>`)},
		file{"OEBPS/book.opf", `<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + html.EscapeString(title) + `</dc:title></metadata><manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>` + items + `</manifest><spine>` + spine + `</spine></package>`})
	return pack(t, files)
}

func asCSV(ps []part) string {
	var sb strings.Builder
	w := csv.NewWriter(&sb)
	w.Comma = ';'
	for _, p := range ps {
		if p.kind == "table" {
			w.WriteAll(p.rows)
		}
	}
	return sb.String()
}

func asWorkbook(t *testing.T, ps []part) []byte {
	f := excelize.NewFile()
	defer f.Close()
	for _, p := range ps {
		for i, row := range p.rows {
			cells := make([]any, len(row))
			for j, c := range row {
				cells[j] = c
			}
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("B%d", i+3), &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.SetCellValue("Sheet1", "B1", ps[0].text); err != nil {
		t.Fatal(err)
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// makeCorpus writes the other formats of the Markdown files.
func makeCorpus(t *testing.T) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(corpus, "*.md"))
	if err != nil || len(sources) == 0 {
		t.Fatal("no corpus", err)
	}
	for _, name := range sources {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		ps := parts(string(data))
		title := ps[0].text
		stem := strings.TrimSuffix(name, ".md")
		for ext, made := range map[string][]byte{
			".html": []byte(strings.Replace(page(title, asHTML(ps)), "<?xml version=\"1.0\" encoding=\"utf-8\"?>", "<!DOCTYPE html>", 1)),
			".txt":  []byte(asText(ps)),
			".csv":  []byte(asCSV(ps)),
			".docx": asWord(t, ps),
			".epub": asBook(t, title, ps),
			".xlsx": asWorkbook(t, ps),
			".pptx": asSlides(t, ps),
		} {
			if err := os.WriteFile(stem+ext, made, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
