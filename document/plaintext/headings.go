package plaintext

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// form is what makes a line look like a heading.
type form uint8

const (
	none form = iota
	keyword
	multiple // "3.2 Data"
	single   // "1. Introduction"
	capitals
	roman // "IV."
	underlined
)

// Ranks order the forms of headings from outer to inner.
const (
	rankOuter    = 0 // beside the outermost in use
	rankBook     = 10
	rankPart     = 20
	rankChapter  = 30
	rankSection  = 40
	rankCapitals = 50
	rankNumber   = 60
)

var ranks = map[string]int{
	"volume": rankBook, "book": rankBook, "buch": rankBook, "livre": rankBook, "libro": rankBook,
	"part": rankPart, "title": rankPart, "teil": rankPart, "partie": rankPart, "parte": rankPart, "часть": rankPart, "titre": rankPart, "título": rankPart,
	"section": rankSection, "sec.": rankSection, "article": rankSection, "scene": rankSection, "abschnitt": rankSection, "artikel": rankSection,
	"artículo": rankSection, "articolo": rankSection, "статья": rankSection, "раздел": rankSection, "item": rankSection,
}

const number = `(?:[0-9]+(?:\.[0-9]+)*[A-Za-z]?|[IVXLCDM]+|[A-Z]|(?i:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty(?:-[a-z]+)?|the first|the second|the third|the last|first|second|third))`

var (
	keywords = regexp.MustCompile(`^(?i:(volume|book|part|title|chapter|article|section|sec\.|item|act|scene|appendix|annex|schedule|canto|letter|exhibit|stave|` +
		`teil|buch|kapitel|abschnitt|artikel|anhang|partie|livre|chapitre|titre|annexe|parte|libro|cap[íi]tulo|art[íi]culo|t[íi]tulo|capitolo|articolo|hoofdstuk|глава|часть|статья|раздел))` +
		`\s+` + number + `(?:[.:)]?$|[.:)]?\s+(?:[-–—:.]\s*)?(.*)$|\s*[-–—:.]\s*(.*)$)`)
	hanChapter = regexp.MustCompile(`^第[0-9０-９一二三四五六七八九十百千零〇]+[章节節回部卷编編篇]`)
	multiples  = regexp.MustCompile(`^[0-9]{1,2}((?:\.[0-9]{1,2}){1,4})\.?\s+(\pL.*)$`)
	singles    = regexp.MustCompile(`^(?:[0-9]{1,2}|[A-Z]|[IVX]{1,5})\.\s+(\p{Lu}.*|\p{Lo}.*)$`)
	romans     = regexp.MustCompile(`^[IVXLC]+\.?$`)
	leaders    = regexp.MustCompile(`\.{4,}|(?:\. ){3,}|\s[0-9]+$`)
	gutenberg  = regexp.MustCompile(`^\*\*\* ?END OF (THE|THIS) PROJECT GUTENBERG`)
)

// recognise tells the form of a line that stands alone, and its rank.
func recognise(s string) (form, int) {
	n := utf8.RuneCountInString(s)
	if n > 120 || n == 0 || strings.HasSuffix(s, ",") || strings.HasSuffix(s, ";") || strings.Contains(s, "....") {
		return none, 0
	}
	if gutenberg.MatchString(s) {
		return keyword, rankOuter
	}
	if m := keywords.FindStringSubmatch(s); m != nil && isTitle(m[2]+m[3]) && startsUpper(s) {
		rank, ok := ranks[strings.ToLower(m[1])]
		if !ok {
			rank = rankChapter
		}
		return keyword, rank
	}
	if n <= 60 && hanChapter.MatchString(s) {
		return keyword, rankChapter
	}
	if n > 80 {
		return none, 0
	}
	if m := multiples.FindStringSubmatch(s); m != nil && isTitle(m[2]) && !endsSentence(m[2]) && !leaders.MatchString(m[2]) {
		return multiple, rankNumber + strings.Count(m[1], ".")
	}
	if m := singles.FindStringSubmatch(s); m != nil && n <= 60 && len(strings.Fields(m[1])) <= 9 && !endsSentence(m[1]) && !leaders.MatchString(m[1]) {
		return single, rankNumber
	}
	if romans.MatchString(s) {
		return roman, rankChapter
	}
	if allCapitals(s) {
		return capitals, rankCapitals
	}
	return none, 0
}

// isTitle refuses running text such as "Section 2 of the Act applies".
func isTitle(rest string) bool {
	first, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLower(first)
}

func startsUpper(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(first)
}

func endsSentence(s string) bool {
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, ":")
}

func allCapitals(s string) bool {
	letters, others := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsLower(r) || unicode.Is(unicode.Lo, r):
			return false
		case unicode.IsUpper(r):
			letters++
		case !unicode.IsSpace(r):
			others++
		}
	}
	return letters >= 4 && others*2 <= letters && len(strings.Fields(s)) <= 12 &&
		!strings.HasSuffix(s, "!") && !strings.HasSuffix(s, ":") && !strings.HasPrefix(s, "***")
}
