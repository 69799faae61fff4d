package reader

import (
	"path/filepath"
	"slices"
	"strings"
)

// Format is a kind of file that can be read.
type Format struct {
	Name       string   // for people
	MediaType  string   // of documents read from it
	Extensions []string // in lower case, with the dot; the usual one first
}

// kind identifies a format.
type kind uint8

const (
	unknown kind = iota
	pdf
	word
	page
	markdownText
	book
	plain
	workbook
	csvText
	slides
	source
)

// Formats lists what can be read, in the order in which people are told.
func Formats() []Format {
	all := make([]Format, 0, len(formats))
	for k := pdf; k <= source; k++ {
		f := formats[k]
		f.Extensions = slices.Clone(f.Extensions)
		all = append(all, f)
	}
	return all
}

var formats = map[kind]Format{
	pdf:          {"PDF", "application/pdf", []string{".pdf"}},
	word:         {"Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx", ".docm", ".dotx"}},
	page:         {"HTML", "text/html", []string{".html", ".htm", ".xhtml"}},
	markdownText: {"Markdown", "text/markdown", []string{".md", ".markdown", ".mdown", ".mkd"}},
	book:         {"EPUB", "application/epub+zip", []string{".epub"}},
	plain:        {"plain text", "text/plain", []string{".txt", ".text", ".log", ".rst", ".srt", ".asc"}},
	workbook:     {"Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx", ".xlsm", ".xltx"}},
	csvText:      {"CSV and TSV", "text/csv", []string{".csv", ".tsv", ".tab"}},
	slides:       {"PowerPoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation", []string{".pptx", ".pptm", ".ppsx"}},
	source: {"source code and data", "text/plain", []string{".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".toml", ".ini", ".go", ".py", ".js", ".ts",
		".java", ".c", ".h", ".cpp", ".cc", ".hpp", ".cs", ".rs", ".rb", ".php", ".swift", ".kt", ".scala", ".sh", ".sql", ".r", ".tex"}},
}

// supported is the list for error messages.
func supported() string {
	names := make([]string, 0, len(formats))
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// byExtension is the kind that a name claims.
func byExtension(name string) kind {
	ext := strings.ToLower(filepath.Ext(name))
	for k, f := range formats {
		if slices.Contains(f.Extensions, ext) {
			return k
		}
	}
	return unknown
}

// binary says whether files of the kind are not text.
func (k kind) binary() bool {
	return k == pdf || k == word || k == book || k == workbook || k == slides
}

// foreign are extensions of binary formats that cannot be read. A text file
// with one of them is not what it claims.
var foreign = []string{".doc", ".xls", ".ppt", ".odt", ".ods", ".odp", ".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".webp", ".bmp",
	".zip", ".gz", ".rar", ".7z", ".tar", ".mp3", ".mp4", ".wav", ".mov", ".avi", ".exe", ".dll", ".mobi", ".azw", ".azw3", ".djvu", ".pages", ".numbers", ".key"}

func claimsBinary(name string) bool {
	return byExtension(name).binary() || slices.Contains(foreign, strings.ToLower(filepath.Ext(name)))
}
