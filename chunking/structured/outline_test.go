package structured

import (
	"fmt"
	"strings"
	"testing"

	"footnote/document"
)

func TestAnOutlineCoversEverySentenceOnce(t *testing.T) {
	const tail = `,{"name":"Storms","first":5,"last":9,"parts":[{"name":"1882","first":5,"last":7},{"name":"1901","first":8,"last":9}]}]}`
	for name, c := range map[string]struct {
		reply, problem string // "" for none
	}{
		"as asked":                    {`{"scope":"A lighthouse","aspects":[{"name":"Its tower","first":1,"last":4,"parts":[]}` + tail, ""},
		"in a code fence":             {"```json\n" + `{"scope":"A lighthouse","aspects":[{"name":"Its tower","first":1,"last":4}` + tail + "\n```", ""},
		"a gap":                       {`{"scope":"A","aspects":[{"name":"B","first":1,"last":3,"parts":[]}` + tail, `"Storms" begins at 5 instead of 4`},
		"an overlap":                  {`{"scope":"A","aspects":[{"name":"B","first":1,"last":5,"parts":[]}` + tail, `"Storms" begins at 5 instead of 6`},
		"it begins late":              {`{"scope":"A","aspects":[{"name":"B","first":2,"last":4,"parts":[]}` + tail, `"B" begins at 2 instead of 1`},
		"it begins at nought":         {`{"scope":"A","aspects":[{"name":"B","first":0,"last":4,"parts":[]}` + tail, `"B" begins at 0`},
		"it ends early":               {`{"scope":"A","aspects":[{"name":"B","first":1,"last":8,"parts":[]}]}`, "end at 8 instead of 9"},
		"it ends beyond the end":      {`{"scope":"A","aspects":[{"name":"B","first":1,"last":10,"parts":[]}]}`, "the last sentence is 9"},
		"a run is upside down":        {`{"scope":"A","aspects":[{"name":"B","first":1,"last":0,"parts":[]}]}`, "runs from 1 to 0"},
		"no aspects":                  {`{"scope":"A","aspects":[]}`, "end at 0 instead of 9"},
		"no scope":                    {`{"scope":" ","aspects":[{"name":"B","first":1,"last":9,"parts":[]}]}`, `"scope" is empty`},
		"no name":                     {`{"scope":"A","aspects":[{"name":"","first":1,"last":9,"parts":[]}]}`, "has no name"},
		"parts with a gap":            {`{"scope":"A","aspects":[{"name":"B","first":1,"last":9,"parts":[{"name":"C","first":1,"last":2},{"name":"D","first":4,"last":9}]}]}`, `the parts of "B" do not follow`},
		"parts that end early":        {`{"scope":"A","aspects":[{"name":"B","first":1,"last":9,"parts":[{"name":"C","first":1,"last":2}]}]}`, "end at 2 instead of 9"},
		"parts that leave their own":  {`{"scope":"A","aspects":[{"name":"B","first":1,"last":4,"parts":[{"name":"C","first":1,"last":5}]}` + tail, "the last sentence is 4"},
		"cut off":                     {`{"scope":"A","aspects":[{"name":"B","first":1,"last":9,"par`, "it has no JSON object"},
		"numbers as text":             {`{"scope":"A","aspects":[{"name":"B","first":"1","last":"9","parts":[]}]}`, "its JSON cannot be read"},
		"prose":                       {"I can't help with that.", "it has no JSON object"},
		"nothing":                     {"", "it has no JSON object"},
		"a number beyond any integer": {`{"scope":"A","aspects":[{"name":"B","first":1,"last":9e99,"parts":[]}]}`, "its JSON cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := read(c.reply, 9)
			if c.problem == "" {
				if err != nil || len(o.Aspects) != 2 || len(o.Aspects[1].Parts) != 2 {
					t.Errorf("%+v, %v", o, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("error %v, want one with %q", err, c.problem)
			}
		})
	}
}

func TestLabelsAreShortAndOnOneLine(t *testing.T) {
	if got := label("  The keeper's\npay \xff "); got != "The keeper's pay" {
		t.Errorf("label %q", got)
	}
	if got := label(strings.Repeat("storm ", 100)); len(got) > maxName || strings.HasSuffix(got, " ") || !strings.HasSuffix(got, "storm") {
		t.Errorf("label %q", got)
	}
}

// sea makes a document of sections with so many sentences each.
func sea(t testing.TB, sections ...int) *document.Document {
	t.Helper()
	b := document.NewBuilder()
	b.SetTitle("The sea")
	n := 0
	for i, sentences := range sections {
		b.Heading(1, fmt.Sprintf("Part %d", i+1))
		for range sentences - 1 {
			n++
			b.Paragraph(fmt.Sprintf("Wave number %d came from the north and broke upon the rocks below the tower.", n))
		}
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID = "doc_1"
	return d
}

func TestWindowsCoverEverySentenceWithinTheirLimits(t *testing.T) {
	for name, c := range map[string]struct {
		sections          []int
		sentences, tokens int
		want              []window
	}{
		"one":                           {[]int{5}, 10, 10_000, []window{{0, 5}}},
		"full ones":                     {[]int{25}, 10, 10_000, []window{{0, 10}, {10, 20}, {20, 25}}},
		"they end where a section does": {[]int{8, 8, 8}, 10, 10_000, []window{{0, 8}, {8, 16}, {16, 24}}},
		"but are not left half empty":   {[]int{4, 20}, 10, 10_000, []window{{0, 10}, {10, 20}, {20, 24}}},
		"one sentence beyond the limit": {[]int{3}, 10, 1, []window{{0, 1}, {1, 2}, {2, 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := windows(sea(t, c.sections...), c.sentences, c.tokens); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("windows %v, want %v", got, c.want)
			}
		})
	}
}
