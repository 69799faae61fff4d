package document

import (
	"strings"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"
)

// The language of a text is put to a vote of samples. The detector was made
// for short texts: its confidence falls below zero on long ones.
const (
	languageSamples = 7
	sampleBytes     = 1200
)

// DetectLanguage returns the ISO 639-1 code of the language of most of a text,
// or "und" when it is too short to tell.
func DetectLanguage(text string) string {
	votes := map[string]int{}
	best, cast := "und", 0
	for _, s := range samples(text) {
		info := whatlanggo.Detect(s)
		code := info.Lang.Iso6391()
		if code == "" || !info.IsReliable() && len(text) < 4*sampleBytes {
			continue
		}
		cast++
		if votes[code]++; votes[code] > votes[best] {
			best = code
		}
	}
	if votes[best]*2 <= cast {
		return "und"
	}
	return best
}

// samples returns pieces spread evenly over a text, or all of a short one.
func samples(text string) []string {
	if len(text) <= 2*sampleBytes {
		return []string{text}
	}
	out := make([]string, languageSamples)
	for i := range out {
		start := (len(text) - sampleBytes) / (languageSamples - 1) * i
		for start > 0 && !utf8.RuneStart(text[start]) {
			start--
		}
		out[i] = strings.ToValidUTF8(text[start:start+sampleBytes], "")
	}
	return out
}
