package pdf_test

import (
	"path/filepath"
	"testing"

	"footnote/document"
	"footnote/document/pdf"
)

// BenchmarkRead reads a book of 619 pages; pages/s is what to compare.
func BenchmarkRead(b *testing.B) {
	path := filepath.Join(dataSets(b), "..", "longdocs", "DA_619p.pdf")
	r := pdf.New(pdf.Options{})
	defer r.Close()
	pages := 0
	for b.Loop() {
		d, err := r.Read(b.Context(), document.Source{Name: "book.pdf", Path: path}, nil)
		if err != nil {
			b.Fatal(err)
		}
		pages += len(d.Pages)
	}
	b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
}
