package model

import (
	"regexp"
	"strconv"
	"strings"
)

// inCitation is what may stand in a pair of brackets that points: numbers and
// ranges, perhaps with a word or a mark that models put before or after them.
var (
	inCitation = regexp.MustCompile(`(?i)^\s*(?:(?:sentences?|ids?|s|#|no\.?)\s*)?\d+(?:\s*(?:[-–—,;&]|and|to|,\s*and|,?\s*s)\s*#?\d+)*[,;]?(?:†[^\[\]]*)?\s*$`)
	parts      = regexp.MustCompile(`(\d+)(?:\s*(?:[-–—]|to)\s*s?(\d+))?`)
)

// longestRange is how many sentences "[3-9]" may name; of a longer one only the
// ends are taken.
const longestRange = 20

// numbersIn reads numbers and ranges: "12", "12, 15", "12-14". It says whether
// there is nothing else.
func numbersIn(s string) ([]int, bool) {
	s = strings.Map(asciiDigit, s)
	if after, negative := strings.CutPrefix(strings.TrimSpace(s), "-"); negative {
		if n, err := strconv.Atoi(after); err == nil {
			return []int{-n}, true // a number all the same, which no sentence has
		}
	}
	if !inCitation.MatchString(s) {
		return nil, false
	}
	if i := strings.IndexRune(s, '†'); i >= 0 {
		s = s[:i]
	}
	var out []int
	for _, m := range parts.FindAllStringSubmatch(s, -1) {
		first, err := strconv.Atoi(m[1])
		if err != nil {
			first = -1 // longer than any number of a sentence
		}
		out = append(out, first)
		last, err := strconv.Atoi(m[2])
		switch {
		case err != nil || last <= first:
		case last-first >= longestRange:
			out = append(out, last)
		default:
			for n := first + 1; n <= last; n++ {
				out = append(out, n)
			}
		}
	}
	return out, len(out) > 0
}

// asciiDigit folds the digits of other scripts.
func asciiDigit(r rune) rune {
	for _, zero := range []rune{'٠', '۰', '०', '๐', '０'} {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}

// bracketed finds numbers in brackets anywhere in a text.
var bracketed = regexp.MustCompile(`\[([^\[\]]{1,80})\]`)

// numbersInProse are all that a text has in brackets.
func numbersInProse(text string) []int {
	var out []int
	for _, m := range bracketed.FindAllStringSubmatch(text, -1) {
		if numbers, ok := numbersIn(m[1]); ok {
			out = append(out, numbers...)
		}
	}
	return out
}
