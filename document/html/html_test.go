package html_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
	"footnote/document/html"
)

func read(t testing.TB, source string, o html.Options) *document.Document {
	t.Helper()
	b := document.NewBuilder()
	if err := html.Read(context.Background(), b, source, o); err != nil {
		t.Fatal(err)
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReadBlocks(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"inline markup runs in the text", "<p>An <b>old</b> <i>ship</i>.</p>", "An old ship."},
		{"line breaks stay, two part paragraphs", "<p>12 Quay Street<br>Port Ellery<br><br>Tel. 4</p>", "12 Quay Street\nPort Ellery\n\nTel. 4"},
		{"scripts, styles, menus and hidden text go", "<nav>Home</nav><style>a{}</style><p>Text</p><script>x()</script><div style='display:none'>no</div><p hidden>no</p>", "Text"},
		{"ordered lists are numbered", "<ol start=4><li>four<li>five</ol>", "4. four\n5. five"},
		{"definition lists are items", "<dl><dt>Fen<dd>wet land</dl>", "Fen\nwet land"},
		{"powers are kept apart", "<p>10<sup>6</sup> moths</p>", "10⁶ moths"},
		{"marks of notes go", `<p>True.<sup><a href="#n1">1</a></sup></p>`, "True."},
		{"preformatted text keeps its lines", "<pre>a\n  b</pre>", "a\n  b"},
		{"a paragraph over a page break is one", `<p>The ship sailed</p><p>17</p><hr style="page-break-after:always"/><p>on Monday.</p>`, "The ship sailed on Monday."},
		{"a lone number that ends no page stays", "<p>Total</p><p>17</p><p>Next</p>", "Total\n\n17\n\nNext"},
		{"main text is preferred to what surrounds it", "<div>Advert</div><main><p>The long story of the fen and its moths.</p></main>", "The long story of the fen and its moths."},
		{"small main does not hide the rest", "<main><p>Menu</p></main><p>The long story of the fen and its moths.</p>", "Menu\n\nThe long story of the fen and its moths."},
		{"elements closed in their start tag do not swallow text", `<?xml version="1.0"?><html><head><title/></head><body><a id="x"/><p>Text</p></body></html>`, "Text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, read(t, c.source, html.Options{}).Text); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadTables(t *testing.T) {
	for _, c := range []struct {
		name, source, want string
		heads              int
	}{
		{"heads by th", "<table><tr><th>Kind<th>Light<tr><td>Common<td>green</table>", "Kind | Light\nCommon | green", 1},
		{"figures of a filing join their signs", `<table>
			<tr><td></td><td></td><td colspan=3>2021</td><td></td><td colspan=3>2020</td></tr>
			<tr><td>Total revenue</td><td></td><td>$</td><td>16,388</td><td></td><td></td><td>$</td><td>14,573</td><td></td></tr>
			<tr><td>Net loss</td><td></td><td></td><td>(1,204</td><td>)</td><td></td><td></td><td>—</td><td></td></tr>
			<tr><td>Margin</td><td></td><td></td><td>7.3</td><td>%</td><td></td><td></td><td>6.1</td><td>%</td></tr></table>`,
			"| 2021 | 2020\nTotal revenue | $16,388 | $14,573\nNet loss | (1,204) | —\nMargin | 7.3% | 6.1%", 1},
		{"a head over several columns is repeated", `<table><tr><th></th><th colspan=2>Passengers</th></tr><tr><th>Route</th><th>2030</th><th>2031</th></tr><tr><td>Skarn</td><td>1</td><td>2</td></tr></table>`,
			"| Passengers | Passengers\nRoute | 2030 | 2031\nSkarn | 1 | 2", 2},
		{"a label over several rows is repeated", `<table><tr><th>Ship<th>Year<th>Trips<tr><td rowspan=2>Tern<td>2030<td>7<tr><td>2031<td>9</table>`,
			"Ship | Year | Trips\nTern | 2030 | 7\nTern | 2031 | 9", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.source, html.Options{})
			if diff := cmp.Diff(c.want, d.Text); diff != "" {
				t.Error(diff)
			}
			if len(d.Tables) != 1 || d.Tables[0].Heads != c.heads {
				t.Errorf("tables %+v; want %d heads", d.Tables, c.heads)
			}
		})
	}
}

func TestReadLayoutTablesAsText(t *testing.T) {
	long := strings.Repeat("The tide was late. ", 12)
	d := read(t, "<table><tr><td>•</td><td>"+long+"</td></tr><tr><td>•</td><td>Short.</td></tr></table>", html.Options{})
	if len(d.Tables) != 0 {
		t.Errorf("read as a table: %q", d.Text)
	}
	if got := d.Sentences[len(d.Sentences)-1]; got.Kind != document.Item || d.Quote(got.Span) != "Short." {
		t.Errorf("last sentence %q of kind %d", d.Quote(got.Span), got.Kind)
	}
}

func TestReadTakesBoldLinesForHeadingsWhereThereAreNone(t *testing.T) {
	bold := func(s string) string { return "<p style='font-weight:bold'>" + s + "</p>" }
	d := read(t, bold("ACME INC.")+bold("PART I")+bold("Item 1. Business")+"<p>We build <b>boats</b>.</p>"+bold("ACME INC.")+bold("Item 2. Properties")+"<p>None.</p>"+bold("ACME INC."), html.Options{})
	var got []string
	for _, s := range d.Sections[1:] {
		got = append(got, s.Heading)
	}
	if diff := cmp.Diff([]string{"PART I", "Item 1. Business", "Item 2. Properties"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadIsBoundedOnHostileInput(t *testing.T) {
	for _, c := range []struct{ name, source string }{
		{"deep elements", strings.Repeat("<div>", 50_000) + "text"},
		{"wide spans", "<table>" + strings.Repeat("<tr><td colspan=99999 rowspan=99999>x", 2000) + "</table>"},
		{"nested tables", strings.Repeat("<table><tr><td>a", 100) + "text"},
		{"open tags", "<p>text" + strings.Repeat("<a b='", 50_000)},
		{"closed tags", `<?xml version="1.0"?>` + strings.Repeat("<a/>", 50_000) + "text"},
		{"many formats", strings.Repeat("<b><i>", 200) + strings.Repeat("<p>text", 2000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			b := document.NewBuilder()
			b.Limit(10 << 20)
			err := html.Read(context.Background(), b, c.source, html.Options{})
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			t.Log(time.Since(start), b.Len(), err)
		})
	}
}
