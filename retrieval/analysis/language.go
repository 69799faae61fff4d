package analysis

import (
	"embed"
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

type stemmer func(*snowballstem.Env) bool

// language is how one language is analysed. It does not change after start.
type language struct {
	stem         stemmer // nil when there is none
	latin        stemmer // for words in Latin letters where stem is for another script
	stop         map[string]struct{}
	decimalComma bool // writes 1.234,5
	elides       bool // writes l'acqua
	turkish      bool // has a dotless i
	keepMarks    bool // accents tell words apart
	gram         int  // letters in the n-grams indexed with a word; 0 for none
}

func (l *language) isStop(w string) bool {
	_, ok := l.stop[w]
	return ok
}

//go:embed stop/*.txt
var stopFiles embed.FS

// languages by ISO 639-1 code. Those that are missing here are analysed like
// "und" but without stemming.
var languages = newLanguages()

// lookup never fails: an unknown language is folded and not stemmed.
func lookup(code string) *language {
	if l, ok := languages[code]; ok {
		return l
	}
	return languages[unstemmed]
}

const unstemmed = ""

// The n-grams of a compound meet those of its parts, and the n-grams of an
// Arabic word its forms with other prefixes. They find a little more, for 4.5
// times the postings in German and 2.6 in Arabic.
const (
	compoundGram = 4
	arabicGram   = 3
)

func newLanguages() map[string]*language {
	all := map[string]*language{
		unstemmed: {},
		"en":      {stem: english.Stem},
		"da":      {stem: danish.Stem, decimalComma: true, gram: compoundGram},
		"nl":      {stem: dutch.Stem, decimalComma: true, gram: compoundGram},
		"fi":      {stem: finnish.Stem, decimalComma: true, gram: compoundGram},
		"fr":      {stem: french.Stem, decimalComma: true, elides: true},
		"de":      {stem: german.Stem, decimalComma: true, gram: compoundGram},
		"hu":      {stem: hungarian.Stem, decimalComma: true, gram: compoundGram},
		"ga":      {stem: irish.Stem},
		"it":      {stem: italian.Stem, decimalComma: true, elides: true},
		"no":      {stem: norwegian.Stem, decimalComma: true, gram: compoundGram},
		"pt":      {stem: portuguese.Stem, decimalComma: true},
		"ro":      {stem: romanian.Stem, decimalComma: true},
		"es":      {stem: spanish.Stem, decimalComma: true},
		"sv":      {stem: swedish.Stem, decimalComma: true, gram: compoundGram},
		"tr":      {stem: turkish.Stem, decimalComma: true, turkish: true},
		"ca":      {decimalComma: true, elides: true},
		"vi":      {decimalComma: true, keepMarks: true},
		"ru":      {stem: russian.Stem, latin: english.Stem, decimalComma: true},
		"ar":      {stem: arabic.Stem, latin: english.Stem, gram: arabicGram},
		"ta":      {stem: tamil.Stem, latin: english.Stem},
	}
	for _, code := range []string{"pl", "cs", "sk", "sl", "hr", "id", "lt", "lv", "et"} {
		all[code] = &language{decimalComma: true}
	}
	for _, code := range []string{"zh", "ja", "ko", "th", "lo", "km", "my", "el", "he", "fa", "ur", "hi", "bn", "uk", "bg", "sr", "be", "mk"} {
		all[code] = &language{latin: english.Stem}
	}
	for code, l := range all {
		l.stop = stopWords(code)
	}
	// English is the best guess at a text too short or too tabular to tell.
	all["und"] = all["en"]
	all["nb"], all["nn"] = all["no"], all["no"]
	return all
}

// stopWords reads the list of a language; a language without one has none.
func stopWords(code string) map[string]struct{} {
	list, err := stopFiles.ReadFile("stop/" + code + ".txt")
	if err != nil {
		return nil
	}
	words := make(map[string]struct{})
	for _, w := range strings.Fields(string(list)) {
		words[w] = struct{}{}
	}
	return words
}
