package plaintext

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// outline takes back headings that the text as a whole does not bear out.
func outline(units []unit, blocks []block) []unit {
	times := map[string]int{}
	caps := 0
	for _, u := range units {
		if u.kind == heading {
			times[key(u)]++
			if u.form == capitals {
				caps++
			}
		}
	}
	shouting := caps > 20 && caps*3 > len(blocks)
	for i := range units {
		u := &units[i]
		if u.kind == heading && u.form == capitals && (shouting || times[key(*u)] >= 3) {
			u.kind = prose
		}
	}
	takeBackSingles(units)
	takeBackRomans(units)
	takeBackContents(units, times)
	takeBackAnnounced(units, times)
	return settle(units)
}

// key compares headings whatever their case and punctuation.
func key(u unit) string {
	return strings.Join(strings.FieldsFunc(strings.ToUpper(strings.Join(u.lines, " ")), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// takeBackSingles turns "1. Something" into a list item when another such line
// is its neighbour.
func takeBackSingles(units []unit) {
	plain := func(i int) bool {
		return i >= 0 && i < len(units) && (units[i].form == single || units[i].kind == item)
	}
	var back []int
	for i, u := range units {
		if u.kind == heading && u.form == single && (plain(i-1) || plain(i+1) || i == len(units)-1) {
			back = append(back, i)
		}
	}
	for _, i := range back {
		units[i].kind = item
	}
}

// takeBackRomans keeps numerals only where they count up.
func takeBackRomans(units []unit) {
	want, kept := 1, 0
	var at []int
	for i, u := range units {
		if u.kind != heading || u.form != roman {
			continue
		}
		at = append(at, i)
		switch v := romanValue(strings.TrimSuffix(u.lines[0], ".")); v {
		case want, 1:
			want = v + 1
			kept++
		default:
			units[i].kind = prose
		}
	}
	if kept < 3 {
		for _, i := range at {
			units[i].kind = prose
		}
	}
}

func romanValue(s string) int {
	values := map[rune]int{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100}
	sum, last := 0, 0
	for _, r := range s {
		v := values[r]
		if v > last {
			sum -= 2 * last
		}
		sum += v
		last = v
	}
	return sum
}

// takeBackContents turns a run of headings without text between them into a
// list when it is a table of contents.
func takeBackContents(units []unit, times map[string]int) {
	for i := 0; i < len(units); i++ {
		j := i
		for j < len(units) && (units[j].kind == heading || j > i && brief(units[j])) {
			j++
		}
		for j > i && units[j-1].kind != heading {
			j--
		}
		if isContents(units[i:j], times) {
			first := i
			if strings.HasPrefix(key(units[i]), "CONTENTS") || strings.HasPrefix(key(units[i]), "TABLE OF CONTENTS") {
				first++
			}
			last := j
			if repeated(units[i:j], times) < j-i && times[key(units[j-1])] > 1 && seen(units[first:j-1], key(units[j-1])) {
				last-- // the list ran into the first real heading
			}
			for k := first; k < last; k++ {
				units[k].kind = item
			}
		}
		i = max(i, j-1)
	}
}

// brief says whether a unit may stand between the headings of a table of
// contents.
func brief(u unit) bool {
	return len(u.lines) == 1 && utf8.RuneCountInString(u.lines[0]) < 60 && u.kind != item
}

// isContents says whether most of a run comes again later, or whether it is so
// long, and so nearly all headings, that no text can belong to them. Short
// lines between the headings are their text otherwise: verse, questions with
// answers.
func isContents(run []unit, times map[string]int) bool {
	headings := 0
	for _, u := range run {
		if u.kind == heading {
			headings++
		}
	}
	return len(run) >= 4 && (repeated(run, times)*2 >= len(run) || headings >= 12 && headings*3 >= len(run)*2)
}

// repeated counts the units of a run that are headings elsewhere too.
func repeated(run []unit, times map[string]int) int {
	n := 0
	for _, u := range run {
		if times[key(u)] > 1 {
			n++
		}
	}
	return n
}

// takeBackAnnounced does the same for a table of contents with text between
// its headings: a run of them that each come once more, later.
func takeBackAnnounced(units []unit, times map[string]int) {
	var run []int
	met := map[string]bool{}
	end := func() {
		if len(run) >= 4 {
			for _, i := range run {
				units[i].kind = item
			}
		}
		run = nil
	}
	for i, u := range units {
		if u.form == none {
			continue
		}
		k := key(u)
		if u.kind != heading {
			met[k] = true // in a list that was taken back already
			continue
		}
		if u.form != keyword || times[k] != 2 || met[k] {
			end()
			continue
		}
		met[k] = true
		run = append(run, i)
	}
	end()
}

func seen(units []unit, k string) bool {
	return slices.ContainsFunc(units, func(u unit) bool { return key(u) == k })
}

// matter is what stands beside chapters, not inside them.
var matter = regexp.MustCompile(`^(THE )?(CONTENTS|TABLE OF CONTENTS|PREFACE|FOREWORD|INTRODUCTION|INTRODUCTORY|PROLOGUE|EPILOGUE|AFTERWORD|CONCLUSION|APPENDIX|APPENDICES|INDEX|BIBLIOGRAPHY|REFERENCES|GLOSSARY|ABSTRACT|SUMMARY|EXECUTIVE SUMMARY|ACKNOWLEDGE?MENTS?|NOTES|FOOTNOTES|DEDICATION|ILLUSTRATIONS|LIST OF .*)\b`)

// settle ranks ALL-CAPS headings among the others and joins "CHAPTER I" with
// the title below it.
func settle(units []unit) []unit {
	chapter, numbers := false, false
	for _, u := range units {
		if u.kind == heading {
			chapter = chapter || u.form == keyword && u.rank >= rankPart && u.rank <= rankChapter
			numbers = numbers || u.form == multiple || u.form == single
		}
	}
	inside := false
	out := units[:0]
	for i, u := range units {
		if u.kind == heading && u.form == capitals {
			if n := len(out); n > 0 && i > 0 && out[n-1].kind == heading && out[n-1].form == keyword && bare(out[n-1]) {
				out[n-1].lines = append(slices.Clone(out[n-1].lines), u.lines...)
				out[n-1].form = capitals
				continue
			}
			switch {
			case chapter && (!inside || matter.MatchString(key(u))):
				u.rank = rankChapter
			case numbers && !chapter:
				u.rank = rankNumber
			}
		}
		inside = inside || u.kind == heading && u.form == keyword
		out = append(out, u)
	}
	return out
}

var barePattern = regexp.MustCompile(`^\pL+\s+` + number + `[.:]?$`)

func bare(u unit) bool { return len(u.lines) == 1 && barePattern.MatchString(u.lines[0]) }

// compact maps the ranks in use to levels from 1.
func compact(units []unit) map[int]int {
	var used []int
	for _, u := range units {
		if u.kind == heading && !slices.Contains(used, u.rank) {
			used = append(used, u.rank)
		}
	}
	slices.Sort(used)
	levels := map[int]int{rankOuter: 1}
	if len(used) > 0 && used[0] == rankOuter {
		used = used[1:]
	}
	for i, r := range used {
		levels[r] = i + 1
	}
	return levels
}
