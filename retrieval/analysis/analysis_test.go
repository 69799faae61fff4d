package analysis_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/clipperhouse/uax29/v2/words"
	"github.com/google/go-cmp/cmp"

	"footnote/retrieval/analysis"
)

func TestTermsOfAQueryMeetThoseOfADocument(t *testing.T) {
	for _, c := range []struct {
		name, lang, document, query string
	}{
		{"inflected English words", "en", "The committees were investigating", "committee investigates"},
		{"capitals", "en", "NATO Headquarters", "nato headquarters"},
		{"possessives, straight and curly", "en", "Tesla's and Edison’s labs", "Tesla Edison"},
		{"group separators", "en", "paid $16,388 in all", "16388"},
		{"decimals", "en", "exactly 1,234.5 tons", "1234.5"},
		{"decimals in German", "de", "genau 1.234,5 Tonnen", "1234.5"},
		{"Arabic-Indic digits", "ar", "في عام ١٩٤٣", "1943"},
		{"full-width letters and digits", "ja", "ＡＢＣ１２３", "abc123"},
		{"an alphanumeric name without its hyphen", "en", "the GPT-4 model", "gpt4"},
		{"an alphanumeric name by its letters", "en", "a COVID-19 ward", "covid"},
		{"a version whole", "en", "since 3.2.1 only", "3.2.1"},
		{"an address whole", "en", "write to Jane.Doe+news@example.org.", "jane.doe+news@example.org"},
		{"an address by its domain", "en", "write to jane@example.org", "example.org"},
		{"a key whole", "en", "a54e2eed-e625-4570-9f74-3624e77d6684: d1ff", "A54E2EED-E625-4570-9F74-3624E77D6684"},
		{"a name in snake case by a part", "en", "set max_open_files high", "files"},
		{"an acronym with dots", "en", "made in the U.S.A. then", "USA"},
		{"email for e-mail", "en", "send an e-mail", "email"},
		{"umlauts left out", "de", "die Universität München", "Universitat Munchen"},
		{"sharp s", "de", "Straße", "strasse"},
		{"an elided article", "fr", "l’élection d'Orléans", "election orleans"},
		{"forms of the alef", "ar", "أحمد", "احمد"},
		{"Arabic vowel points and elongation", "ar", "مُحَمَّد كتـــاب", "محمد كتاب"},
		{"Russian inflection and yo", "ru", "зелёные дома", "зеленый дом"},
		{"Greek accents", "el", "Αθήνα", "αθηνα"},
		{"Chinese inside a sentence", "zh", "特斯拉于1943年去世", "特斯拉 去世"},
		{"half-width katakana", "ja", "ｺﾝﾋﾟｭｰﾀ", "コンピュータ"},
		{"Thai inside a sentence", "th", "ประเทศไทยมีประชากร", "ประชากร"},
		{"English in a Chinese text", "zh", "使用 Computers 工作", "computer"},
		{"a text in no known language", "und", "Quarterly revenues", "revenue"},
		{"a word longer than any term", "en", strings.Repeat("x", 500), strings.Repeat("X", 500)},
	} {
		t.Run(c.name, func(t *testing.T) {
			have := make(map[string]bool)
			for _, term := range analysis.Terms(c.document, c.lang) {
				have[term] = true
			}
			want := analysis.Terms(c.query, c.lang)
			if len(want) == 0 {
				t.Fatal("the query has no terms")
			}
			for _, term := range want {
				if !have[term] {
					t.Errorf("%q of the query is not among %q", term, analysis.Terms(c.document, c.lang))
				}
			}
		})
	}
}

func TestNumbersKeepTheirSize(t *testing.T) {
	for _, c := range []struct{ name, lang, text, want string }{
		{"three decimals after a comma in German", "de", "3,142", "3.142"},
		{"none before it", "de", "0,125", "0.125"},
		{"six decimals in French", "fr", "3,141592", "3.141592"},
		{"groups set apart by a point in German", "de", "1.234", "1234"},
		{"groups and a fraction in German", "de", "1.234,567", "1234.567"},
		{"English groups in a German text", "de", "1,234,567", "1234567"},
		{"English groups with a point in a German text", "de", "1,234.5", "1234.5"},
		{"groups in English", "en", "3,142", "3142"},
		{"three decimals in English", "en", "3.142", "3.142"},
		{"a fiscal year", "en", "FY2019", "2019"},
		{"a fiscal year of two digits", "en", "FY98", "1998"},
		{"no fiscal year", "en", "FY219", "fy219"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{c.want}, analysis.Terms(c.text, c.lang)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompoundsShareTermsWithTheirParts(t *testing.T) {
	parts := make(map[string]bool)
	for _, term := range analysis.Terms("Wachstum der Wirtschaft", "de") {
		parts[term] = true
	}
	common := 0
	for _, term := range analysis.Terms("Wirtschaftswachstum", "de") {
		if parts[term] {
			common++
		}
	}
	if common < 5 {
		t.Errorf("%d terms in common, want 5 or more", common)
	}
	for _, tok := range analysis.Tokens("Wirtschaftswachstum", "de") {
		if strings.HasPrefix(tok.Term, "#") {
			t.Errorf("token %q is no word", tok.Term)
		}
	}
}

func TestTokensAreInOrderWithTheirPlaces(t *testing.T) {
	text := "The GPT-4 model cost $1,234.5; 世界人 and e-mail."
	var got []string
	for _, tok := range analysis.Tokens(text, "en") {
		got = append(got, tok.Term+" = "+text[tok.Span.Start:tok.Span.End])
	}
	want := []string{
		"the = The", "gpt4 = GPT-4", "gpt = GPT", "4 = 4", "model = model", "cost = cost", "1234.5 = 1,234.5",
		"世界 = 世界", "界人 = 界人", "and = and", "email = e-mail", "e = e", "mail = mail",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTermsLeaveOutStopWords(t *testing.T) {
	for _, c := range []struct{ name, lang, text string }{
		{"English", "en", "What is the, of which you don't and who's to"},
		{"German", "de", "Welche der die das und während für"},
		{"French with an apostrophe", "fr", "Qu'est-ce que c'est"},
		{"Arabic", "ar", "ما هو من في"},
		{"Russian", "ru", "что это и когда"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := analysis.Terms(c.text, c.lang); len(got) > 0 {
				t.Errorf("terms %q, want none", got)
			}
			if len(analysis.Tokens(c.text, c.lang)) == 0 {
				t.Error("tokens must keep stop words")
			}
		})
	}
	if !analysis.IsStop("The", "en") || analysis.IsStop("theory", "en") {
		t.Error("IsStop does not agree with the list")
	}
}

func TestManyCallersSeeTheSameTerms(t *testing.T) {
	text := strings.Repeat("The investigating committees of München; GPT-4 in 1,234 cities. ", 50)
	want := analysis.Terms(text, "en")
	var wg sync.WaitGroup
	for _, lang := range []string{"en", "de", "en", "de"} {
		wg.Go(func() {
			got := analysis.Terms(text, lang)
			if lang == "en" && !cmp.Equal(got, want) {
				t.Error("terms differ between callers")
			}
		})
	}
	wg.Wait()
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "a-b-c@d.e", "l'été 1.234,5", "世界ー人x", "ก็มี", "\xff\xfe-\x80", "’s", "_", "...", "İı", "①½"} {
		f.Add(s, "en")
		f.Add(s, "fr")
		f.Add(s, "tr")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		last := 0
		tokens := make(map[string]bool)
		for _, tok := range analysis.Tokens(text, lang) {
			if tok.Term == "" || len(tok.Term) > 64 {
				t.Fatalf("term %q has %d bytes", tok.Term, len(tok.Term))
			}
			if tok.Span.Start < last || tok.Span.End <= tok.Span.Start || tok.Span.End > len(text) {
				t.Fatalf("span %v after %d in %d bytes", tok.Span, last, len(text))
			}
			last = tok.Span.Start
			tokens[tok.Term] = true
		}
		for _, term := range analysis.Terms(text, lang) {
			if !tokens[term] && !strings.HasPrefix(term, "#") {
				t.Fatalf("%q is a term and no token", term)
			}
		}
	})
}

// FuzzPlainWords checks the short way through ASCII words against the Unicode
// rules: every token begins and ends where they say, or inside a word that is
// taken apart.
func FuzzPlainWords(f *testing.F) {
	for _, s := range []string{"a.b, c", "don't", "x_1 y", "1,2;3", "a:b:", "end. Next", "e-mail@x+y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.Map(func(r rune) rune {
			if r > 0x7F {
				return -1
			}
			return r
		}, text)
		boundary := make(map[int]bool)
		for seg := words.FromString(text); seg.Next(); {
			boundary[seg.End()], boundary[seg.Start()] = true, true
			for i, c := range []byte(seg.Value()) {
				if strings.IndexByte("._:", c) >= 0 {
					boundary[seg.Start()+i], boundary[seg.Start()+i+1] = true, true
				}
			}
		}
		for _, tok := range analysis.Tokens(text, "en") {
			if !boundary[tok.Span.Start] || !boundary[tok.Span.End] {
				t.Fatalf("%q at %v of %q is no word", tok.Term, tok.Span, text)
			}
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "ÀÉß", "ﬁ", "İ", "ΑΆς", "йё", "ا\u064B", "が", "１２", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := analysis.Fold(s)
		if twice := analysis.Fold(once); once != twice {
			t.Fatalf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
	})
}
