package llmtest

import (
	"time"

	"footnote/document"
	"footnote/llm"
)

// Call is a request that the fake understood, and what became of it.
type Call struct {
	N        int // from 1, in order of arrival
	Nth      int // from 1, among the calls for the same task and question, repairs included
	Model    string
	Task     string // "select", "note", "answer", "verify", "choose", "imagine", "clarify", "outline" or "demonstrate"
	Question string // "" for verify, outline and demonstrate
	Repair   bool   // asks again, because a reply could not be used

	Stream    bool
	Schema    string // the name of the schema asked for, "" for none
	MaxTokens int    // 0 for no limit
	Messages  []llm.Message

	Shown     []Sentence // what the prompt shows of documents
	Examples  []Sentence // sentences of examples, which are no evidence
	Found     []int      // numbers found so far, or selected as evidence
	GoldShown bool       // all gold evidence of the question is among Shown; false without any

	Fault            Fault
	Status           int    // of the response; 0 when there was none
	Reply            string // what was said, or would have been
	PromptTokens     int    // the sum of document.CountTokens over Messages
	CachedTokens     int    // as a provider would have cached them
	CompletionTokens int
	Arrived          time.Time
	FirstToken       time.Time // just before it was written; zero when none was
}

// The least that providers keep, and the step in which they count it.
const (
	leastCached = 1024
	cacheStep   = 128
)

// begin enters a call in the books.
func (f *Fake) begin(c Call, s sight) *Call {
	c.Task, c.Question, c.Repair = s.task, s.question, s.repair
	c.Shown, c.Examples, c.Found, c.GoldShown = s.shown, s.examples, s.pointed, s.whole
	for _, m := range c.Messages {
		c.PromptTokens += document.CountTokens(m.Text)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[c.Task+"\n"+c.Question]++
	c.N, c.Nth = len(f.calls)+1, f.asked[c.Task+"\n"+c.Question]
	if f.numbers[c.Question] == nil {
		f.numbers[c.Question] = map[int]bool{}
	}
	for _, x := range c.Shown {
		f.numbers[c.Question][x.Number] = true
	}
	f.calls = append(f.calls, &c)
	return &c
}

// change writes in the books.
func (f *Fake) change(c *Call, do func(*Call)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do(c)
}

// cached counts the tokens that a prompt has in common with the beginning of an
// earlier one that was read, and keeps it for later ones.
func (f *Fake) cached(c *Call) int {
	f.mu.Lock()
	earlier := f.prompts[c.Model]
	f.prompts[c.Model] = append(earlier, c.Messages)
	f.mu.Unlock()
	most := 0
	for _, e := range earlier {
		most = max(most, common(c.Messages, e))
	}
	tokens := 0
	for _, m := range c.Messages {
		n := min(most, len(m.Text))
		tokens += document.CountTokens(m.Text[:boundary(m.Text, n)])
		most -= n
	}
	if tokens < leastCached {
		return 0
	}
	return tokens / cacheStep * cacheStep
}

// common is how many bytes two conversations begin with alike.
func common(a, b []llm.Message) int {
	n := 0
	for i := range min(len(a), len(b)) {
		if a[i].Role != b[i].Role {
			break
		}
		same := prefix(a[i].Text, b[i].Text)
		n += same
		if same < len(a[i].Text) || same < len(b[i].Text) {
			break
		}
	}
	return n
}

// prefix is how many bytes two texts begin with alike. Most of them are compared
// a block at a time.
func prefix(a, b string) int {
	const block = 512
	n, end := 0, min(len(a), len(b))
	for n+block <= end && a[n:n+block] == b[n:n+block] {
		n += block
	}
	for n < end && a[n] == b[n] {
		n++
	}
	return n
}

// hidden are numbers that a prompt has no evidence under: those of its examples,
// or else those of sentences that other calls for its question showed, or that were left out, or else the next one.
func (f *Fake) hidden(s sight) []int {
	if len(s.examples) > 0 {
		return numbersOf(s.examples)
	}
	here, last := map[int]bool{}, 0
	for _, n := range s.numbers() {
		here[n] = true
		last = max(last, n)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []int
	if len(s.shown) > 0 {
		for n := range f.numbers[s.question] {
			last = max(last, n)
		}
		for n := 1; n <= last; n++ {
			if !here[n] {
				out = append(out, n)
			}
		}
	}
	if out == nil {
		return []int{last + 1}
	}
	return out
}
