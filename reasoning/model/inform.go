package model

import (
	"encoding/json"
	"fmt"
	"strings"

	"footnote/reasoning"
	"footnote/reasoning/prompts"
)

// answerReply is an answer in JSON, which was not asked for but is understood
// in the shapes that models choose.
type answerReply struct {
	Statements statementReplies `json:"statements"`
	Answer     statementReplies `json:"answer"`
	Text       string           `json:"text"`
	IDs        pointer          `json:"ids"`
	Short      string           `json:"short"`
	Missing    string           `json:"missing"`
}

type statementReply struct {
	Text string
	IDs  pointer
}

// UnmarshalJSON takes a text, or an object with a text and numbers.
func (s *statementReply) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &s.Text) == nil {
		return nil
	}
	var fields struct {
		Text, Statement, Sentence string
		IDs, Numbers, Citations   pointer
	}
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	s.Text = fields.Text + fields.Statement + fields.Sentence
	for _, p := range []pointer{fields.IDs, fields.Numbers, fields.Citations} {
		s.IDs.add(p)
	}
	return nil
}

// statementReplies is a list that may come as one.
type statementReplies []statementReply

// UnmarshalJSON takes a list or one of it.
func (s *statementReplies) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, (*[]statementReply)(s)) == nil {
		return nil
	}
	var one statementReply
	err := json.Unmarshal(data, &one)
	*s = statementReplies{one}
	return err
}

// fromJSON reads a reply in JSON as if it had been written as asked. One that
// cannot be read says nothing.
func (a *answering) fromJSON(w *writer, emit func(reasoning.Piece)) *writer {
	next := newWriter(a.sight, emit)
	next.plain = true
	var reply answerReply
	if _, err := decode(w.whole.String(), &reply); err == nil {
		next.write(a.plain(reply))
	}
	next.close()
	if next.draft.Abstained || next.points() {
		a.spent.Tally.RepairedReplies++
	}
	return next
}

// plain is the reply as it should have been written.
func (a *answering) plain(reply answerReply) string {
	var b strings.Builder
	all := append(reply.Statements, reply.Answer...)
	if reply.Text != "" {
		all = append(all, statementReply{Text: reply.Text})
	}
	for i, st := range all {
		if i == len(all)-1 {
			st.IDs.add(reply.IDs)
		}
		if text := oneLine(st.Text); text != "" {
			fmt.Fprintf(&b, "%s %s\n", text, prompts.Numbers(a.sight.resolve(st.IDs)))
		}
	}
	switch {
	case b.Len() == 0 && reply.Missing != "":
		b.WriteString("NOT FOUND: " + reply.Missing)
	case reply.Short != "":
		b.WriteString("SHORT: " + reply.Short)
	}
	return b.String()
}
