package extractive

import (
	"testing"

	"footnote/document"
)

// filing is a report with two tables among text that talks of the same things.
func filing(t *testing.T) *document.Document {
	t.Helper()
	b := document.NewBuilder()
	b.SetTitle("Skarn Shipping annual report")
	b.Heading(1, "Liquidity")
	b.Paragraph("Skarn Shipping had enough current assets at the end of 2031 to meet its liabilities, as the balance sheet shows.")
	b.Paragraph("At the end of 2030 management of Skarn Shipping expected assets to grow.")
	b.Heading(1, "Balance sheet")
	b.Table([][]string{
		{"(Crowns in millions)", "2031", "2030"},
		{"Current assets:"},
		{"Total current", "9", "8"},
		{"Total current assets", "16,525", "15,134"},
		{"Total assets", "23,717", "22,536"},
	}, 1)
	b.Heading(1, "Passengers by country")
	b.Table([][]string{{"", "2031", "2030"}, {"United States", "411", "388"}}, 1)
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheRowWhoseLabelIsAskedFor(t *testing.T) {
	for _, c := range []struct{ name, question, first, short string }{
		{"comes before text with more of the question", "How much total current assets did Skarn Shipping have at the end of FY2031?",
			"Total current assets | 16,525 | 15,134", "16,525"},
		{"in the column that is asked for", "What were total current assets at the end of FY30?", "Total current assets | 16,525 | 15,134", "15,134"},
		{"among words about where to look", "What is Skarn Shipping's total assets in 2031 (in millions)? Base your judgment on the balance sheet.",
			"Total assets | 23,717 | 22,536", "23,717"},
		{"by a name, when its heading is asked for", "How many passengers came from the United States in 2030?", "United States | 411 | 388", "388"},
	} {
		t.Run(c.name, func(t *testing.T) {
			draft := reason(t, c.question, filing(t))
			if draft.Abstained || draft.Statements[0].Text != c.first || draft.Short != c.short {
				t.Errorf("abstained %v (%s), statements %+v, short %q; want %q, %q", draft.Abstained, draft.Missing, draft.Statements, draft.Short, c.first, c.short)
			}
		})
	}
}

func TestARowOfANameAloneIsNoAnswer(t *testing.T) {
	for _, question := range []string{"What is the capital of the United States?", "Who was president of the United States in 2030?"} {
		draft := reason(t, question, filing(t))
		if !draft.Abstained && draft.Statements[0].Text == "United States | 411 | 388" {
			t.Errorf("%s: answered by %q, short %q", question, draft.Statements[0].Text, draft.Short)
		}
	}
}
