package model

import (
	"context"
	"errors"
	"fmt"

	"footnote/llm"
	"footnote/reasoning"
)

// errOutOfForm says that a reply could not be read, and as a clause why.
type errOutOfForm string

func (e errOutOfForm) Error() string { return string(e) }

// errUnread is a reply that could not be read after a second try either.
var errUnread = errors.New("the model's reply could not be read")

// question is one call that wants JSON back.
type question struct {
	model    llm.Model
	messages []llm.Message
	schema   *llm.Schema
	// read takes a reply. It returns errOutOfForm for one that cannot be used,
	// and whether it had to be lenient.
	read func(text string) (lenient bool, err error)
}

// ask asks, and once more when the reply is out of form. Errors: errUnread, and
// those of the model.
func (r *Reader) ask(ctx context.Context, q question) (reasoning.Spent, error) {
	spent, err := r.try(ctx, &q)
	var form errOutOfForm
	if !errors.As(err, &form) {
		return spent, err
	}
	again, err := r.try(ctx, &q)
	spent = spent.Add(again)
	if errors.As(err, &form) {
		spent.Tally.LostReplies++
		return spent, errUnread
	}
	if err == nil && again.Tally.RepairedReplies == 0 {
		spent.Tally.RepairedReplies++
	}
	return spent, err
}

// try makes one call. A reply out of form leaves the conversation ready for the
// next try.
func (r *Reader) try(ctx context.Context, q *question) (reasoning.Spent, error) {
	reply, spent, err := r.call(ctx, q.model, llm.Request{Messages: q.messages, Schema: q.schema})
	text, lenient := reply.Text, false
	switch {
	case errors.Is(err, llm.ErrEmptyReply):
		text, err = "(nothing)", errOutOfForm("it is empty")
	case err != nil:
		return spent, err
	default:
		lenient, err = q.read(text)
	}
	if lenient && err == nil {
		spent.Tally.RepairedReplies++
	}
	if err != nil {
		q.messages = append(q.messages[:len(q.messages):len(q.messages)], r.prompts.Repair(text, err.Error())...)
	}
	return spent, err
}

// call sends a request whose prompt fits. Errors: llm.ErrContextLength when it
// does not, and those of the model.
func (r *Reader) call(ctx context.Context, m llm.Model, request llm.Request) (llm.Response, reasoning.Spent, error) {
	if n := tokens(request.Messages); n > room(m) {
		return llm.Response{}, reasoning.Spent{}, fmt.Errorf("%w: about %d tokens, %s has room for %d", llm.ErrContextLength, n, m.Name(), room(m))
	}
	request.MaxTokens = replyTokens(m)
	res, err := m.Generate(ctx, request)
	spent := reasoning.Spent{Usage: res.Usage}
	if err != nil {
		return res, spent, err
	}
	return res, spent, nil
}
