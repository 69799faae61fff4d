// Package prompts holds what a language model is told, as templates.
//
// A conversation begins with what further ones will begin with, so that
// providers need not read it again: the instructions, which never change, then
// the sentences shown. What a call wants comes last. The question stands there,
// and before the sentences as well where those were retrieved for it; text that
// is the same for every question stays the same prefix for all of them.
package prompts

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"text/template"

	"footnote/llm"
)

// Version names these prompts and how replies to them are read. Answers record
// it. A test keeps it from staying the same when a template changes.
const Version = "3"

//go:embed *.tmpl
var files embed.FS

// Set is the prompts with one key. It is safe for concurrent use.
type Set struct {
	key       string
	templates *template.Template
}

// New returns the prompts. The key marks where data begins and ends; it should
// be one that no document can know, and stay the same while the process lives.
func New(key string) *Set {
	return &Set{"data-" + key, template.Must(template.ParseFS(files, "*.tmpl"))}
}

// Hash is a digest of all templates, in hex.
func Hash() string {
	sum := sha256.New()
	names, err := fs.Glob(files, "*.tmpl")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			panic(err) // they are part of the program
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(data), data)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Shown is the sentences of a conversation.
type Shown struct {
	Question string // "" for text that is the same for every question
	Lines    string // see Lines
}

// Select asks which sentences matter.
type Select struct {
	Question      string
	Clarification string // what a reader wants to know first; data, since documents may have put it there. "" for none
	Found         string // numbers, as Numbers writes them; "" for none
}

// Note asks a Chain-of-Agents worker to go on with the notes.
type Note struct {
	Question string
	Notes    string // JSON; "" for the first worker
	MaxFacts int
}

// Answer asks for the answer.
type Answer struct {
	Question      string
	Clarification string // as in Select
	Selected      string // numbers; "" when nothing was selected
	Notes         string // of the last worker, JSON; "" for none
	Examples      []Example
}

// Example shows how a question is answered. It is data: a model made it from a
// document.
type Example struct {
	Number           int    // from 1
	Lines            string // see Lines
	Question, Answer string
	Evidence         string // numbers, as Numbers writes them
	Short            string // "" for none
}

// Demonstrate asks for examples made from the sentences shown.
type Demonstrate struct{ Passages []Passage }

// Passage is what one example is made from: one paragraph, or two.
type Passage struct {
	Number     int // from 1
	Paragraphs []Between
}

// Between is a range of numbers.
type Between struct{ First, Last int }

// Verify asks whether passages support statements.
type Verify struct{ Claims []Claim }

// Claim is a statement with the passages it cites.
type Claim struct {
	Number    int // from 1
	Question  string
	Statement string
	Passages  []string
}

// Choose asks which of several answers is best.
type Choose struct {
	Question string
	Answers  []Candidate
}

// Candidate is one of several answers.
type Candidate struct {
	Number int // from 1
	Text   string
}

// Begin is the part of a conversation that others begin with as well.
func (s *Set) Begin(shown Shown) []llm.Message {
	shown.Question = s.inside(shown.Question)
	return []llm.Message{s.system(), {Role: llm.User, Stable: true, Text: s.render("shown", struct {
		Shown
		Key string
	}{shown, s.key})}}
}

// Select, Note and Answer are tasks over the sentences of Begin.
func (s *Set) Select(d Select) llm.Message {
	d.Question, d.Clarification = s.inside(d.Question), s.inside(d.Clarification)
	return s.task("select", struct {
		Select
		Key string
	}{d, s.key})
}

// Note is a worker's task.
func (s *Set) Note(d Note) llm.Message {
	d.Question, d.Notes = s.inside(d.Question), s.inside(d.Notes)
	return s.task("note", struct {
		Note
		Key string
	}{d, s.key})
}

// Answer is the task of answering.
func (s *Set) Answer(d Answer) llm.Message {
	d.Question, d.Clarification, d.Notes = s.inside(d.Question), s.inside(d.Clarification), s.inside(d.Notes)
	d.Examples = slices.Clone(d.Examples)
	for i, x := range d.Examples {
		x.Question, x.Answer, x.Short = s.inside(x.Question), s.inside(x.Answer), s.inside(x.Short)
		d.Examples[i] = x
	}
	return s.task("answer", struct {
		Answer
		Key string
	}{d, s.key})
}

// Clarify is a task over the sentences of Begin: to say what has to be cleared
// up before a question can be answered.
func (s *Set) Clarify(question string) llm.Message {
	return s.task("clarify", struct{ Question string }{s.inside(question)})
}

// Demonstrate is a task over the sentences of Begin: to make examples from
// them.
func (s *Set) Demonstrate(d Demonstrate) llm.Message { return s.task("demonstrate", d) }

// Imagine is a whole conversation. It has instructions of its own: those of the
// others forbid to make anything up.
func (s *Set) Imagine(question string) []llm.Message {
	return []llm.Message{
		{Role: llm.System, Stable: true, Text: s.render("aside", nil)},
		s.task("imagine", struct{ Question string }{s.inside(question)}),
	}
}

// Verify is a whole conversation.
func (s *Set) Verify(d Verify) []llm.Message {
	for i, c := range d.Claims {
		d.Claims[i].Question, d.Claims[i].Statement = s.inside(c.Question), s.inside(c.Statement)
		for j, p := range c.Passages {
			d.Claims[i].Passages[j] = s.inside(p)
		}
	}
	return []llm.Message{s.system(), s.task("verify", struct {
		Verify
		Key string
	}{d, s.key})}
}

// Choose is a whole conversation.
func (s *Set) Choose(d Choose) []llm.Message {
	d.Question = s.inside(d.Question)
	for i, a := range d.Answers {
		d.Answers[i].Text = s.inside(a.Text)
	}
	return []llm.Message{s.system(), s.task("choose", struct {
		Choose
		Key string
	}{d, s.key})}
}

// Repair goes on after a reply that cannot be used. The problem is a clause:
// "it is not JSON".
func (s *Set) Repair(reply, problem string) []llm.Message {
	return []llm.Message{
		{Role: llm.Assistant, Text: reply},
		s.task("repair", struct{ Problem string }{problem}),
	}
}

func (s *Set) system() llm.Message {
	return llm.Message{Role: llm.System, Stable: true, Text: s.render("system", struct{ Key string }{s.key})}
}

func (s *Set) task(name string, data any) llm.Message {
	return llm.Message{Role: llm.User, Text: s.render(name, data)}
}

func (s *Set) render(name string, data any) string {
	var b strings.Builder
	if err := s.templates.ExecuteTemplate(&b, name+".tmpl", data); err != nil {
		panic(fmt.Errorf("prompts: %s: %w", name, err)) // a test renders each
	}
	return strings.TrimRight(b.String(), "\n")
}

// inside makes text one line that cannot end the data it stands in.
func (s *Set) inside(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for strings.Contains(text, s.key) { // what is left may join to another one
		text = strings.ReplaceAll(text, s.key, "data")
	}
	return text
}
