// Package browsertest drives the page in a real browser against the real
// binary: nothing between the click and the store is replaced. It holds tests
// only.
//
// FOOTNOTE_BROWSER names a Chromium (default /usr/bin/chromium); without one
// the tests skip, or fail when FOOTNOTE_REQUIRE_ALL=1. FOOTNOTE_BINARY names a
// binary to test instead of building one. FOOTNOTE_AXE names axe.min.js of
// axe-core, whose rules every view is held against. FOOTNOTE_SCREENSHOTS names
// a folder for pictures of every view, in every theme.
package browsertest
