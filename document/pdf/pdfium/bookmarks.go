package pdfium

import (
	"strings"

	"footnote/document/pdf/layout"
)

// Outlines of hostile files loop or never end.
const (
	maxBookmarks = 20_000
	maxDepth     = 12
)

// Bookmarks returns the outline in reading order. What cannot be read of a
// damaged outline is left out.
func (d *Document) Bookmarks() []layout.Bookmark {
	o := outline{d: d, seen: map[uint64]bool{}}
	o.children(0, 1)
	return o.found
}

type outline struct {
	d     *Document
	seen  map[uint64]bool
	found []layout.Bookmark
}

func (o *outline) children(parent uint64, level int) {
	if level > maxDepth {
		return
	}
	in := o.d.in
	b, err := in.call("FPDFBookmark_GetFirstChild", o.d.handle, parent)
	for err == nil && b != 0 && !o.seen[b] && len(o.found) < maxBookmarks {
		o.seen[b] = true
		mark := layout.Bookmark{Title: strings.TrimSpace(o.d.utf16("FPDFBookmark_GetTitle", b)), Level: level, Page: -1, Top: -1}
		o.target(b, &mark)
		o.found = append(o.found, mark)
		o.children(b, level+1)
		b, err = in.call("FPDFBookmark_GetNextSibling", o.d.handle, b)
	}
}

func (o *outline) target(b uint64, mark *layout.Bookmark) {
	in, at := o.d.in, o.d.scratch
	dest, err := in.call("FPDFBookmark_GetDest", o.d.handle, b)
	if err == nil && dest == 0 {
		var action uint64
		if action, err = in.call("FPDFBookmark_GetAction", b); err == nil && action != 0 {
			dest, err = in.call("FPDFAction_GetDest", o.d.handle, action)
		}
	}
	if err != nil || dest == 0 {
		return
	}
	page, err := in.call("FPDFDest_GetDestPageIndex", o.d.handle, dest)
	if err != nil || int(int32(page)) < 0 || int(int32(page)) >= o.d.Pages {
		return
	}
	mark.Page = int(int32(page))
	ok, err := in.call("FPDFDest_GetLocationInPage", dest, at, at+4, at+8, at+12, at+16, at+20)
	if err == nil && uint32(ok) != 0 && o.d.int(4) != 0 {
		mark.Top = o.d.float(16)
	}
}
