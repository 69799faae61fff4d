package llmtest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// telling is the fewest bytes that two texts must share for it to mean
// something: twenty letters, or seven Chinese characters. A heading or "Yes."
// is in many texts by accident.
const telling = 20

// seen is how much of a gold text is among the sentences shown.
type seen struct {
	at    []int // indexes of the sentences that hold it or a part of it, in order
	whole bool
}

// line is a sentence to look for gold in.
type line struct {
	text    string // folded
	heading bool   // it says what the text below it is called, so that it repeats words of it
}

// find looks for a gold text. Data sets and readers cut sentences at different
// places, so where none holds all of it, parts are put together, and what is
// left over must be shown as well, as sentences that are too short to tell
// anything on their own.
func find(gold string, shown []line) seen {
	s := seen{whole: true}
	for i, x := range shown {
		if hasWords(x.text, gold) {
			s.at = append(s.at, i)
		}
	}
	if s.at != nil {
		return s
	}
	covered := make([]bool, len(gold))
	for i, x := range shown {
		from, to := overlap(x.text, gold)
		if x.heading {
			to = from
		}
		if from < to {
			s.at = append(s.at, i)
		}
		for ; from < to; from++ {
			covered[from] = true
		}
	}
	var fills []int
	for from, to := gap(covered, 0); from < to; from, to = gap(covered, to) {
		f, ok := fill(gold[from:to], shown)
		s.whole = s.whole && ok
		fills = append(fills, f...)
	}
	if s.whole {
		s.at = append(s.at, fills...)
		slices.Sort(s.at)
		s.at = slices.Compact(s.at)
	}
	return s
}

// overlap is the range of gold that a text holds; empty for none.
func overlap(text, gold string) (from, to int) {
	if len(text) >= telling {
		if i := strings.Index(gold, text); i >= 0 {
			return i, i + len(text)
		}
	}
	if len(gold) < telling {
		return 0, 0
	}
	head, tail := gold[:telling], gold[len(gold)-telling:]
	if i := strings.Index(text, head); i >= 0 && strings.HasPrefix(gold, text[i:]) {
		return 0, len(text) - i
	}
	if i := strings.LastIndex(text, tail); i >= 0 && strings.HasSuffix(gold, text[:i+telling]) {
		return len(gold) - i - telling, len(gold)
	}
	return 0, 0
}

// hasWords says whether a text holds another. A short one has to stand between
// the borders of words.
func hasWords(text, part string) bool {
	i := strings.Index(text, part)
	if part == "" || i < 0 || len(part) >= telling {
		return part != "" && i >= 0
	}
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i+len(part):])
	return !wordy(before) && !wordy(after)
}

func wordy(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// gap is the first range at or after start that is not covered.
func gap(covered []bool, start int) (from, to int) {
	for from = start; from < len(covered) && covered[from]; from++ {
	}
	for to = from; to < len(covered) && !covered[to]; to++ {
	}
	return from, to
}

// fill puts short sentences one after the other into a gap. It is filled when
// no letter or digit is left.
func fill(gap string, shown []line) (at []int, ok bool) {
	bare := func(s string) string { return strings.TrimFunc(s, func(r rune) bool { return !wordy(r) }) }
	gap = bare(gap)
	for again := true; again && gap != ""; {
		again = false
		for i, x := range shown {
			text := bare(x.text)
			if text != "" && len(text) < telling && strings.HasPrefix(gap, text) {
				at, gap, again = append(at, i), bare(gap[len(text):]), true
				break
			}
		}
	}
	return at, gap == ""
}
