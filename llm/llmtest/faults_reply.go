package llmtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"footnote/document"
)

// said is what a model says.
type said struct {
	text    string
	thought string // beside the text
	finish  string // "stop" or "length"
}

// misreply writes a reply down with a fault. Hidden are numbers that were not
// shown; limit is the most tokens.
func (s sight) misreply(f Fault, hidden []int, limit int) said {
	d := s.reply()
	if f == Obey {
		if o, ok := s.ordered(); ok {
			d = s.obey(o)
		}
	}
	out := said{text: d.say(s.voice(f, hidden)), finish: "stop"}
	switch f {
	case ObeyWithoutID:
		if o, ok := s.ordered(); ok {
			out.text = o.said
		}
	case NoIDs:
		out.text = withoutIDs(d)
	case JSONForAnswer:
		if r, ok := d.(reply); ok {
			out.text = r.json()
		}
	case ReasoningContent:
		out.thought = pondering
	case Refusal:
		out.text = "I can't help with that."
	case Empty:
		out.text = ""
	case Endless:
		out.text = endless(out.text, limit)
	default:
		out.text = deform(f, out.text)
	}
	if cut := fitting(out.thought+out.text, limit); cut < len(out.thought)+len(out.text) {
		out.thought, out.text = out.thought[:min(cut, len(out.thought))], out.text[:max(cut-len(out.thought), 0)]
		out.finish = "length"
	}
	return out
}

// pondering holds what must not be taken for a reply.
const pondering = "The user asks something. Perhaps [1], or {\"sentences\": [{\"id\": 1}], \"enough\": true}? No. SHORT: nothing."

// proseQuotes are words that no document has, in the marks that models use.
const proseQuotes = "It says \"nobody ever wrote these seven words\" and »nor did anybody write these«, “that is unfounded”, " +
	"\"and this goes\nover to another line\", and “this is never closed.\n"

// deform changes the form of a reply and not what it says.
func deform(f Fault, text string) string {
	fence := "```\n"
	if strings.HasPrefix(text, "{") {
		fence = "```json\n"
	}
	switch f {
	case CutJSON:
		return text[:boundary(text, len(text)*2/3)]
	case TrailingCommas:
		return trailingCommas(text)
	case UnquotedJSON:
		return quotedKey.ReplaceAllString(text, "$1:")
	case ProseAroundJSON:
		return "Sure! Here is what you asked for:\n\n" + text + "\n\nLet me know if there is anything else."
	case CodeFence:
		return fence + text + "\n```"
	case ProseQuotes:
		if !strings.HasPrefix(text, "{") {
			return proseQuotes + strings.Replace(text, "SHORT: ", "SHORT: \"as nobody wrote\" ", 1)
		}
	case Thinking:
		return "<think>\n" + pondering + "\n</think>\n\n" + text
	}
	return text
}

var quotedKey = regexp.MustCompile(`"(\w+)":`)

// trailingCommas puts a comma before what closes a list or an object.
func trailingCommas(text string) string {
	var b strings.Builder
	quoted, before := false, byte(0)
	for i := range len(text) {
		c := text[i]
		if c == '"' && before != '\\' {
			quoted = !quoted
		}
		if !quoted && (c == ']' || c == '}') && before != '[' && before != '{' {
			b.WriteByte(',')
		}
		b.WriteByte(c)
		before = c
	}
	return b.String()
}

// withoutIDs is what a draft says to people.
func withoutIDs(d draft) string {
	if r, ok := d.(reply); ok && r.statements != nil {
		return r.say(voice{})
	}
	return "That is in the second paragraph, I think."
}

// endless begins well and goes on beyond a limit in tokens.
func endless(text string, limit int) string {
	again := " and so on"
	if strings.HasPrefix(text, "{") {
		text = text[:boundary(text, len(text)/2)]
	} else {
		text, _, _ = strings.Cut(text, "\n")
		again = " " + text
	}
	return text + strings.Repeat(again, 1+4*limit/len(again))
}

// fitting is how many bytes of a text fit so many tokens.
func fitting(text string, limit int) int {
	if document.CountTokens(text) <= limit {
		return len(text)
	}
	over := sort.Search(len(text), func(n int) bool { return document.CountTokens(text[:boundary(text, n)]) > limit })
	return boundary(text, over-1)
}

// voice is how a fault writes numbers.
func (s sight) voice(f Fault, hidden []int) voice {
	v := plain()
	v.foreign = f == OtherLanguage
	quote := func(text string) json.RawMessage { return json.RawMessage(encode(text)) }
	n := 0 // numbers written so far
	switch f {
	case InventedQuotes:
		v.point = func(int) json.RawMessage { n++; return quote(invented(n)) }
	case RealQuotes:
		v.point = func(i int) json.RawMessage { return quote(s.text(i)) }
	case AlteredQuotes:
		v.point = func(i int) json.RawMessage { return quote(altered(s.text(i))) }
	case IDsOutOfRange:
		v.point = func(i int) json.RawMessage { n++; return encodeNumber([]int{i + 1e6, 0, -i}[n%3]) }
	case IDsNotShown:
		v.point = func(int) json.RawMessage { n++; return encodeNumber(hidden[(n-1)%len(hidden)]) }
	case StringIDs:
		v.point = func(i int) json.RawMessage { n++; return quote(fmt.Sprintf([]string{"%d", "[%d]"}[n%2], i)) }
	case RangeIDs:
		v.point = func(i int) json.RawMessage { return s.spread(i) }
	}
	v.bare = f == InventedQuotes || f == RealQuotes || f == AlteredQuotes
	return v
}

func encodeNumber(n int) json.RawMessage { return json.RawMessage(encode(n)) }

// text is what a number of this task stands for.
func (s sight) text(number int) string {
	for _, c := range s.claims {
		if c.number == number {
			return c.statement
		}
	}
	for _, x := range slices.Concat(s.candidates, s.shown) {
		if x.Number == number {
			return x.Text
		}
	}
	return "A sentence that was shown before."
}

// invented is the nth sentence that no document has.
func invented(n int) string {
	return fmt.Sprintf("The harbour master sealed archive %d by lamplight, as the glass-blowers of Vellmoor had asked.", 900+n)
}

// altered replaces the longest word.
func altered(text string) string {
	longest := ""
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !wordy(r) }) {
		if len(w) > len(longest) {
			longest = w
		}
	}
	return strings.Replace(text, longest, "marzipan", 1)
}

// spread is a range around a number, of at most three that were shown.
func (s sight) spread(number int) json.RawMessage {
	shown := map[int]bool{}
	for _, x := range s.shown {
		shown[x.Number] = true
	}
	from, to := number, number
	for to-from < 2 && shown[to+1] {
		to++
	}
	for to-from < 2 && shown[from-1] {
		from--
	}
	return json.RawMessage(fmt.Sprintf(`"%d-%d"`, from, to))
}

// boundary is the last start of a character at or before a byte.
func boundary(text string, at int) int {
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	return at
}
