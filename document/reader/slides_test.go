package reader_test

import (
	"fmt"
	"html"
	"strings"
	"testing"
)

const slideSpace = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"`

// asSlides makes a slide of each section; notes become speaker's notes.
func asSlides(t *testing.T, ps []part) []byte {
	var slides [][]part
	for _, p := range ps {
		if strings.HasPrefix(p.kind, "h") {
			slides = append(slides, nil)
		}
		slides[len(slides)-1] = append(slides[len(slides)-1], p)
	}
	var files []file
	list, rels := "", ""
	for i, s := range slides {
		n := i + 1
		body, table, notes := "", "", ""
		for _, p := range s[1:] {
			switch p.kind {
			case "table":
				table += slideTable(p.rows)
			case "note":
				notes += slideParagraph(p.text)
			default:
				body += slideParagraph(p.text)
			}
		}
		files = append(files, file{fmt.Sprintf("ppt/slides/slide%d.xml", n), `<p:sld ` + slideSpace + `><p:cSld><p:spTree>` +
			slideShape("title", slideParagraph(s[0].text)) + slideShape("body", body) + table + `</p:spTree></p:cSld></p:sld>`})
		if notes != "" {
			files = append(files,
				file{fmt.Sprintf("ppt/slides/_rels/slide%d.xml.rels", n), slideRels(fmt.Sprintf(`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/notesSlide" Target="../notesSlides/notes%d.xml"/>`, n))},
				file{fmt.Sprintf("ppt/notesSlides/notes%d.xml", n), `<p:notes ` + slideSpace + `><p:cSld><p:spTree>` + slideShape("body", notes) + `</p:spTree></p:cSld></p:notes>`})
		}
		list += fmt.Sprintf(`<p:sldId id="%d" r:id="r%d"/>`, 255+n, n)
		rels += fmt.Sprintf(`<Relationship Id="r%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide" Target="slides/slide%d.xml"/>`, n, n)
	}
	return pack(t, append([]file{
		{"ppt/presentation.xml", `<p:presentation ` + slideSpace + `><p:sldIdLst>` + list + `</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/></p:presentation>`},
		{"ppt/_rels/presentation.xml.rels", slideRels(rels)},
	}, files...))
}

func slideRels(s string) string {
	return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + s + `</Relationships>`
}

func slideParagraph(s string) string {
	return `<a:p><a:r><a:t>` + html.EscapeString(s) + `</a:t></a:r></a:p>`
}

func slideShape(kind, body string) string {
	return `<p:sp><p:nvSpPr><p:nvPr><p:ph type="` + kind + `"/></p:nvPr></p:nvSpPr><p:txBody>` + body + `</p:txBody></p:sp>`
}

func slideTable(rows [][]string) string {
	var sb strings.Builder
	sb.WriteString(`<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/>`)
	for _, r := range rows {
		sb.WriteString("<a:tr>")
		for _, c := range r {
			sb.WriteString("<a:tc><a:txBody>" + slideParagraph(c) + "</a:txBody></a:tc>")
		}
		sb.WriteString("</a:tr>")
	}
	sb.WriteString(`</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`)
	return sb.String()
}
