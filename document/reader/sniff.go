package reader

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"footnote/document"
	"footnote/document/archive"
	"footnote/document/docx"
	"footnote/document/pptx"
)

// headSize is how much of a file is looked at to tell its format.
const headSize = 64 << 10

var (
	zipMagic   = []byte("PK\x03\x04")
	emptyZip   = []byte("PK\x05\x06")
	compound   = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1} // old Office, and encrypted new Office
	pdfMagic   = []byte("%PDF-")
	richText   = []byte("{\\rtf")
	pdfPreface = 1024 // bytes of rubbish that may stand before a PDF
)

// input is an opened file.
type input struct {
	name    string
	size    int64
	file    io.ReaderAt
	head    []byte
	archive *archive.Archive // of zip containers
}

// sniff tells the format by the content; unknown means that it may be text.
func (in *input) sniff() (kind, error) {
	switch {
	case bytes.Contains(in.head[:min(len(in.head), pdfPreface)], pdfMagic):
		return pdf, nil
	case bytes.HasPrefix(in.head, zipMagic) || bytes.HasPrefix(in.head, emptyZip):
		return in.sniffZip()
	case bytes.HasPrefix(in.head, compound):
		return unknown, in.compound()
	case bytes.HasPrefix(in.head, richText):
		return unknown, fmt.Errorf("%w: rich text (RTF); save it as .docx or PDF", document.ErrUnsupported)
	}
	return unknown, nil
}

func (in *input) sniffZip() (kind, error) {
	a, err := archive.Open(in.file, in.size, archive.Limits{})
	if err != nil {
		return unknown, err
	}
	in.archive = a
	switch {
	case a.Has(docx.Main(a)):
		return word, nil
	case a.Has("xl/workbook.xml") || a.Has("xl/workbook2.xml"):
		return workbook, nil
	case a.Has(pptx.Main):
		return slides, nil
	case a.Has("META-INF/container.xml") || in.mimetype() == "application/epub+zip":
		return book, nil
	}
	k := byExtension(in.name)
	switch {
	case a.Encrypted():
		return unknown, fmt.Errorf("%w: the archive has a password", document.ErrEncrypted)
	case strings.HasPrefix(in.mimetype(), "application/vnd.oasis.opendocument"):
		return unknown, fmt.Errorf("%w: OpenDocument; save it as .docx, .xlsx or .pptx, or as PDF", document.ErrUnsupported)
	case a.Has("xl/workbook.bin"):
		return unknown, fmt.Errorf("%w: binary Excel (.xlsb); save it as .xlsx", document.ErrUnsupported)
	case k.binary() && k != pdf:
		return unknown, fmt.Errorf("%w: the main part of the %s file is missing", document.ErrBroken, formats[k].Name)
	}
	return unknown, fmt.Errorf("%w: a zip archive; upload the files in it one by one", document.ErrUnsupported)
}

// mimetype is what the first entry of an EPUB or OpenDocument file says.
func (in *input) mimetype() string {
	if !in.archive.Has("mimetype") {
		return ""
	}
	data, err := in.archive.Read("mimetype")
	if err != nil || len(data) > 100 {
		return ""
	}
	return strings.TrimSpace(string(data))
}

// compound tells old Office files, and new ones with a password, apart by the
// names in their directory.
func (in *input) compound() error {
	has := func(name string) bool { return in.contains(utf16le(name)) }
	switch {
	case has("EncryptedPackage") || has("EncryptionInfo"):
		return fmt.Errorf("%w: the Office file has a password", document.ErrEncrypted)
	case has("WordDocument"):
		return fmt.Errorf("%w: old Word (.doc); save it as .docx", document.ErrUnsupported)
	case has("Workbook") || has("Book"):
		return fmt.Errorf("%w: old Excel (.xls); save it as .xlsx", document.ErrUnsupported)
	case has("PowerPoint Document"):
		return fmt.Errorf("%w: old PowerPoint (.ppt); save it as .pptx", document.ErrUnsupported)
	}
	return fmt.Errorf("%w: an old Office or mail file; save it as .docx, .xlsx, .pptx or PDF", document.ErrUnsupported)
}

// contains searches the first 64 MiB of the file.
func (in *input) contains(needle []byte) bool {
	buf := make([]byte, 256<<10)
	for at := int64(0); at < min(in.size, 64<<20); at += int64(len(buf) - len(needle)) {
		n, _ := in.file.ReadAt(buf, at)
		if bytes.Contains(buf[:n], needle) {
			return true
		}
	}
	return false
}

func utf16le(s string) []byte {
	var out []byte
	for _, c := range []byte(s) {
		out = append(out, c, 0)
	}
	return out
}

// notText is the error for bytes that are no text, naming what they are.
func (in *input) notText() error {
	what := "binary data"
	if m := mimetype.Detect(in.head); !m.Is("application/octet-stream") && !strings.HasPrefix(m.String(), "text/") {
		what = m.String()
	}
	if ext := filepath.Ext(in.name); ext != "" && byExtension(in.name) != unknown {
		return fmt.Errorf("%w: named %s, but the content is %s", document.ErrMismatch, ext, what)
	}
	return fmt.Errorf("%w: %s; supported are %s", document.ErrUnsupported, what, supported())
}

var (
	htmlStart = regexp.MustCompile(`(?i)^(?:\s|<\?xml[^>]*>|<!--(?s:.*?)-->)*<(?:!doctype\s+html|html|head|body)[\s>]`)
	xmlStart  = regexp.MustCompile(`^\s*<\?xml\s`)
)

// textKind decides which text format decoded text is in.
func textKind(name, text string) kind {
	head := text[:min(len(text), headSize)]
	k := byExtension(name)
	switch {
	case htmlStart.MatchString(head):
		return page
	case k == page && !strings.Contains(head, "<"):
		return plain
	case k != unknown && !k.binary():
		return k
	case xmlStart.MatchString(head):
		return page
	}
	return plain
}
