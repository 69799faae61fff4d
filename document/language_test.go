package document_test

import (
	"strings"
	"testing"

	"footnote/document"
)

func TestDetectLanguage(t *testing.T) {
	english := "The committee met in the old town hall and talked about the price of bread until it was dark. "
	german := "Der Ausschuss tagte im alten Rathaus und sprach bis zum Abend über den Preis des Brotes in der Stadt. "
	for _, c := range []struct{ name, text, want string }{
		{"a sentence of English", english, "en"},
		{"a sentence of German", german, "de"},
		{"a long English text", strings.Repeat(english, 2000), "en"},
		{"English with a German quotation", strings.Repeat(english, 20) + german + strings.Repeat(english, 20), "en"},
		{"Chinese", strings.Repeat("委员会在旧市政厅开会，一直讨论面包的价格。", 5), "zh"},
		{"Arabic", strings.Repeat("اجتمعت اللجنة في مبنى البلدية القديم وتحدثت عن سعر الخبز حتى المساء. ", 60), "ar"},
		{"keys", strings.Repeat("a54e2eed-e625-4570-9f74 3624e77d6684 ", 100), "und"},
		{"nothing", "", "und"},
		{"too little", "Hello", "und"},
		{"bytes that are no text", strings.Repeat("\xff\x80", 500), "und"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := document.DetectLanguage(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
