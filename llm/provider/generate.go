package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tmc/langchaingo/llms"

	"footnote/llm"
	"footnote/llm/remote"
)

const maxReply = 4 << 20 // bytes of text, more than any model can mean to say

// Generate asks for one reply, after its turn has come, and again after errors
// that pass, as long as nothing of a reply has been handed on. Usage.Calls is 1
// when the provider took the request, else 0.
func (m *Model) Generate(ctx context.Context, r llm.Request) (llm.Response, error) {
	resp, err := m.inLine(ctx, r)
	if err != nil {
		return llm.Response{Usage: resp.Usage}, fmt.Errorf("%w (%s)", err, m.name)
	}
	return resp, nil
}

func (m *Model) inLine(ctx context.Context, r llm.Request) (llm.Response, error) {
	if len(turns(r.Messages)) == 0 {
		return llm.Response{}, &remote.Failure{Kind: llm.ErrRejected, Detail: "there are no messages"}
	}
	if err := m.line.Acquire(ctx, 1); err != nil {
		return llm.Response{}, err
	}
	defer m.line.Release(1)
	call, cancel := context.WithTimeoutCause(ctx, m.timeout, errTimeout)
	defer cancel()
	m.findWindowAgain(call)
	return m.persist(call, r)
}

// persist repeats an exchange until it succeeds or will not.
func (m *Model) persist(ctx context.Context, r llm.Request) (llm.Response, error) {
	q := m.learned()
	for n := 0; ; {
		x := &exchange{m: m, request: r, quirks: q}
		resp, err := x.run(ctx)
		var f *remote.Failure
		if !errors.As(err, &f) {
			if err == nil {
				m.learn(q)
			}
			return resp, err
		}
		if field, ok := offending(f, x.sent, q); ok {
			q = q.clone()
			q[field] = true
			continue // one refusal for each field at most
		}
		if !f.Again || n >= m.retries {
			return resp, err
		}
		wait, ok := m.Clock.Wait(n, f.After)
		if deadline, limited := ctx.Deadline(); !ok || limited && m.Clock.Now().Add(wait).After(deadline) {
			return resp, err
		}
		if m.Clock.Sleep(ctx, wait) != nil {
			if ctx.Err() != nil && !errors.Is(context.Cause(ctx), errTimeout) {
				err = ctx.Err() // the caller has gone
			}
			return resp, err
		}
		n++
	}
}

// run makes the exchange and judges it.
func (x *exchange) run(ctx context.Context) (llm.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	x.watch = &watch{cancel: cancel, later: x.m.silence}
	defer x.watch.stop()
	lc, err := x.m.wire.open(x.m, remote.Client(x))
	if err != nil {
		return llm.Response{}, fmt.Errorf("set up the client: %w", err)
	}
	reply := &reply{onToken: x.request.OnToken}
	reply.filter.unopened = x.m.local() && opensUnseen(x.m.model)
	_, err = lc.GenerateContent(ctx, x.m.wire.messages(turns(x.request.Messages)),
		llms.WithMaxTokens(x.request.MaxTokens),
		llms.WithTemperature(x.request.Temperature),
		llms.WithStreamingFunc(func(_ context.Context, piece []byte) error {
			return reply.add(string(piece), x.notes.reasoned.Load())
		}))
	return x.judge(ctx, reply, err)
}

// reply gathers the text of a reply and hands it on.
type reply struct {
	onToken func(string) error
	filter  thinkFilter
	text    strings.Builder
	err     error // why it stopped handing on
}

func (r *reply) add(piece string, separately bool) error {
	return r.emit(r.filter.push(piece, separately))
}

func (r *reply) emit(text string) error {
	if text == "" || r.err != nil {
		return r.err
	}
	r.text.WriteString(text)
	if r.text.Len() > maxReply {
		r.err = cutShort(true, "it was stopped after 4 MiB")
		return r.err
	}
	if r.onToken != nil {
		if err := r.onToken(text); err != nil {
			r.err = fmt.Errorf("hand on the reply: %w", err)
		}
	}
	return r.err
}

// judge decides what the exchange has come to. What langchaingo returned counts
// only where nothing else explains the outcome.
func (x *exchange) judge(ctx context.Context, r *reply, returned error) (llm.Response, error) {
	n := &x.notes
	resp := llm.Response{Usage: x.usage()}
	if r.err != nil {
		return resp, r.err
	}
	if !n.complete() || x.failed != nil {
		switch err := x.m.ended(ctx, n.begun); {
		case err != nil && !n.complete():
			return resp, err
		case x.failed != nil && n.begun && x.failed.Kind == llm.ErrUnavailable:
			return resp, cutShort(true, x.failed.Detail)
		case x.failed != nil:
			x.failed.Again = x.failed.Again && !n.begun
			return resp, x.failed
		case !x.answered && returned != nil:
			return resp, &remote.Failure{Kind: llm.ErrRejected, Detail: x.m.Tidy(returned.Error())}
		}
		return resp, cutShort(n.begun, "the connection ended in the middle")
	}
	switch {
	case n.ending == withheld || n.declined != "":
		return resp, &remote.Failure{Kind: llm.ErrRejected, Detail: x.m.Tidy(withheldWords(n))}
	case n.ending == broken:
		return resp, cutShort(n.begun, fmt.Sprintf("the provider broke it off (%s)", x.m.Tidy(n.reason)))
	case x.m.cutsPrompts && n.usage.prompt >= x.m.ContextTokens():
		return resp, &remote.Failure{Kind: llm.ErrContextLength, Detail: fmt.Sprintf("the server cut it to %d tokens", n.usage.prompt)}
	}
	if err := r.emit(r.filter.rest()); err != nil {
		return resp, err
	}
	resp.Text, resp.Stop = r.text.String(), llm.StopEnd
	if n.ending == atLength {
		resp.Stop = llm.StopLength
	}
	switch {
	case strings.TrimSpace(resp.Text) == "" && n.ending == atLength:
		return resp, &remote.Failure{Kind: llm.ErrEmptyReply, Detail: "all the tokens it was allowed went into reasoning; allow more"}
	case strings.TrimSpace(resp.Text) == "":
		return resp, &remote.Failure{Kind: llm.ErrEmptyReply, Detail: "it ended with " + or(x.m.Tidy(n.reason), "no reason")}
	case returned != nil:
		return resp, &remote.Failure{Kind: llm.ErrCutShort, Detail: x.m.Tidy(returned.Error())}
	}
	return resp, nil
}

func withheldWords(n *notes) string {
	if n.declined != "" {
		return "the model declined: " + n.declined
	}
	return "the provider withheld the reply (" + n.reason + ")"
}

// usage is what the exchange is known to have used. Its cost is known when all
// of its tokens are.
func (x *exchange) usage() llm.Usage {
	if !x.answered {
		return llm.Usage{}
	}
	t := x.notes.usage
	u := llm.Usage{Calls: 1, PromptTokens: t.prompt, CachedTokens: t.cached, CompletionTokens: t.completion}
	if t.whole {
		u.CostUSD = x.m.price.Cost(u, t.written)
	}
	return u
}
