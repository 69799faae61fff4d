package reasoning

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
)

// within says whether a string is a part of another one's memory.
func within(part, whole string) bool {
	at, from := uintptr(unsafe.Pointer(unsafe.StringData(part))), uintptr(unsafe.Pointer(unsafe.StringData(whole)))
	return at >= from && at < from+uintptr(len(whole))
}

func TestNumberedSentencesStandAlone(t *testing.T) {
	b := document.NewBuilder()
	b.Heading(1, "Lamps")
	b.Paragraph("The lamp burned oil. It was lit at dusk. It went out in 1882.")
	b.Heading(1, "Ships")
	b.Paragraph("No ship was lost.")
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID = "doc_1"
	tests := []struct {
		name        string
		first, last int
		want        []string // text, before, after
		copied      bool
	}{
		{"a part has its neighbours", 2, 3, []string{"It was lit at dusk. | The lamp burned oil. | It went out in 1882."}, true},
		{"headings are no neighbours, and sections end", 1, 2, []string{"The lamp burned oil. |  | It was lit at dusk."}, true},
		{"the last of the text", 5, 6, []string{"No ship was lost. |  | "}, true},
		{"nothing", 2, 2, nil, true},
		{"a whole document is quoted from its text", 0, 6, []string{
			"Lamps |  | The lamp burned oil.", "The lamp burned oil. |  | It was lit at dusk.", "It was lit at dusk. | The lamp burned oil. | It went out in 1882.",
			"It went out in 1882. | It was lit at dusk. | ", "Ships |  | No ship was lost.", "No ship was lost. |  | ",
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var n numbering
			var got []string
			for _, x := range n.add(d, tt.first, tt.last, 1) {
				got = append(got, strings.Join([]string{x.Text, x.Before, x.After}, " | "))
				if within(x.Text, d.Text) == tt.copied {
					t.Errorf("%q: copied %v", x.Text, !tt.copied)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("text, before and after (-want +got):\n%s", diff)
			}
		})
	}
}
