package pdf

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"footnote/document"
	"footnote/document/pdf/layout"
	"footnote/document/pdf/pdfium"
)

// pagesPerInstance is how many pages make a further instance worth its start.
const pagesPerInstance = 40

// batch is how many pages an instance takes at a time.
const batch = 8

func (r *Reader) read(ctx context.Context, src document.Source, progress func(done, total int)) (*document.Document, error) {
	first, err := r.library.Open(ctx, src.Path)
	if err != nil {
		return nil, err
	}
	defer first.Close()
	e := &extraction{
		reader: r, path: src.Path, first: first, progress: progress,
		pages: make([]layout.Page, first.Pages), failed: make([]bool, first.Pages),
	}
	if err := e.run(ctx); err != nil {
		return nil, err
	}
	b := document.NewBuilder()
	b.SetTitle(title(first.Title()))
	e.warn(b)
	layout.Write(b, layout.Input{Pages: e.pages, Bookmarks: first.Bookmarks()})
	d, err := b.Document()
	if err == document.ErrNoText && e.failures() == len(e.pages) {
		return nil, fmt.Errorf("%w: none of its pages can be read", document.ErrBroken)
	}
	return d, err
}

// title leaves out what programs put in place of a title: file names and
// numbers. Without one, the first heading serves.
func title(s string) string {
	s = strings.TrimSpace(strings.TrimPrefix(s, "Microsoft Word - "))
	ext := strings.ToLower(filepath.Ext(s))
	if !strings.ContainsFunc(s, unicode.IsLetter) || strings.EqualFold(s, "untitled") ||
		slices.Contains([]string{".doc", ".docx", ".pdf", ".indd", ".tex", ".dvi", ".qxd", ".rtf", ".xls", ".xlsx", ".ppt", ".pptx"}, ext) {
		return ""
	}
	return s
}

// extraction reads the characters of all pages, with several instances of
// PDFium for a long file.
type extraction struct {
	reader   *Reader
	path     string
	first    *pdfium.Document
	progress func(done, total int)

	next   atomic.Int64 // page that nobody has taken
	pages  []layout.Page
	failed []bool

	mu   sync.Mutex
	done int
}

func (e *extraction) run(ctx context.Context) error {
	others := min(e.reader.opts.Instances, 1+len(e.pages)/pagesPerInstance) - 1
	errs := make([]error, others)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = e.help(ctx) })
	}
	err := e.take(ctx, e.first)
	wg.Wait()
	for _, helped := range errs {
		if err == nil {
			err = helped
		}
	}
	return err
}

func (e *extraction) help(ctx context.Context) error {
	d, err := e.reader.library.Open(ctx, e.path)
	if err != nil {
		return err
	}
	defer d.Close()
	return e.take(ctx, d)
}

func (e *extraction) take(ctx context.Context, d *pdfium.Document) error {
	for {
		from := int(e.next.Add(batch)) - batch
		if from >= len(e.pages) {
			return nil
		}
		for i := from; i < min(from+batch, len(e.pages)); i++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			e.page(d, i)
			e.report()
		}
	}
}

func (e *extraction) page(d *pdfium.Document, i int) {
	p, err := d.Page(i)
	if err != nil {
		e.failed[i] = true
		return
	}
	e.pages[i] = layout.NewPage(p)
	if label := d.Label(i); label != fmt.Sprint(i+1) {
		e.pages[i].Label = label
	}
}

func (e *extraction) report() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.done++
	if e.progress != nil {
		e.progress(e.done, len(e.pages))
	}
}

func (e *extraction) failures() int {
	n := 0
	for _, f := range e.failed {
		if f {
			n++
		}
	}
	return n
}

// warn names the pages that could not be read and those without text.
func (e *extraction) warn(b *document.Builder) {
	var broken, silent []int
	for i, p := range e.pages {
		switch {
		case e.failed[i]:
			broken = append(broken, i+1)
		case !p.HasText() && p.Drawn:
			silent = append(silent, i+1)
		}
	}
	if len(broken) > 0 {
		b.Warn(pageList(broken) + " could not be read.")
	}
	if n := len(silent); n > 0 && n+len(broken) < len(e.pages) {
		b.Warn(pageList(silent) + plural(n, " has no text", " have no text") + "; run OCR if there should be some.")
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// pageList names pages, runs of them shortened: "Pages 2, 4-7".
func pageList(pages []int) string {
	const most = 20
	var runs []string
	for i := 0; i < len(pages); {
		j := i
		for j+1 < len(pages) && pages[j+1] == pages[j]+1 {
			j++
		}
		if runs = append(runs, fmt.Sprint(pages[i])); j > i {
			runs[len(runs)-1] = fmt.Sprintf("%d-%d", pages[i], pages[j])
		}
		i = j + 1
	}
	if len(runs) > most {
		runs = append(runs[:most], fmt.Sprintf("and more (%d in all)", len(pages)))
	}
	return plural(len(pages), "Page ", "Pages ") + strings.Join(runs, ", ")
}
