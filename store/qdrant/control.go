package qdrant

import (
	"cmp"
	"context"
	"slices"

	pb "github.com/qdrant/go-client/qdrant"

	"footnote/document"
	"footnote/retrieval"
)

// The steps of a change of a document's entries.
const (
	writing  = "writing"  // a new generation is being written; nobody sees it
	switched = "switched" // the new generation is what searches see; the old one is being removed
	removing = "removing" // all is being removed; nobody sees it
)

// change is a document whose entries are changing. It is in the collection from
// before the first point is written until after the last one is removed, so
// that whatever a killed process leaves is known and never seen.
type change struct {
	doc        document.ID
	step       string
	generation int64   // the new one
	left       []int64 // generations that earlier changes left unfinished
	began      int64   // Unix seconds
}

// account is what is known of the chunks besides themselves.
type account struct {
	clock     int64
	changes   []change // in order of document
	languages []string // sorted
}

// fields of a change in the payload besides those of chunks.
const (
	fieldStep  = "step"
	fieldLeft  = "left"
	fieldBegan = "began"
	fieldValue = "value" // of the clock
)

func (x *Index) changePoint(c change) *pb.PointStruct {
	left := make([]any, len(c.left))
	for i, g := range c.left {
		left[i] = g
	}
	return x.account(kindChange, string(c.doc), map[string]any{
		fieldDocument: string(c.doc), fieldStep: c.step, fieldGeneration: c.generation, fieldLeft: left, fieldBegan: c.began,
	})
}

func readChange(payload map[string]*pb.Value) change {
	c := change{
		doc: document.ID(payload[fieldDocument].GetStringValue()), step: payload[fieldStep].GetStringValue(),
		generation: payload[fieldGeneration].GetIntegerValue(), began: payload[fieldBegan].GetIntegerValue(),
	}
	for _, v := range payload[fieldLeft].GetListValue().GetValues() {
		c.left = append(c.left, v.GetIntegerValue())
	}
	return c
}

// accountPage is how many points of the account are read at once.
const accountPage = 1000

// readAccount reads the account as it is now and keeps it for later searches.
func (x *Index) readAccount(ctx context.Context) (*account, error) {
	a := &account{}
	request := &pb.ScrollPoints{
		CollectionName: x.opts.Collection, Limit: pb.PtrOf(uint32(accountPage)), WithPayload: pb.NewWithPayload(true),
		Filter: &pb.Filter{Must: []*pb.Condition{
			pb.NewMatchKeyword(fieldTenant, x.opts.Tenant), pb.NewMatchKeywords(fieldKind, kindChange, kindClock, kindLanguage),
		}},
	}
	for {
		reply, err := call(ctx, x, x.points.Scroll, request)
		if err != nil {
			return nil, err
		}
		for _, p := range reply.GetResult() {
			a.add(p.GetPayload())
		}
		if request.Offset = reply.GetNextPageOffset(); request.Offset == nil {
			break
		}
	}
	slices.SortFunc(a.changes, func(b, c change) int { return cmp.Compare(b.doc, c.doc) })
	slices.Sort(a.languages)
	x.known.Store(a)
	return a, nil
}

func (a *account) add(payload map[string]*pb.Value) {
	switch payload[fieldKind].GetStringValue() {
	case kindClock:
		a.clock = payload[fieldValue].GetIntegerValue()
	case kindLanguage:
		a.languages = append(a.languages, payload[fieldLanguage].GetStringValue())
	case kindChange:
		a.changes = append(a.changes, readChange(payload))
	}
}

// of returns the change of a document.
func (a *account) of(doc document.ID) (change, bool) {
	i, ok := slices.BinarySearchFunc(a.changes, doc, func(c change, d document.ID) int { return cmp.Compare(c.doc, d) })
	if !ok {
		return change{}, false
	}
	return a.changes[i], true
}

// hidden are the conditions of points that searches must not find.
func (a *account) hidden() []*pb.Condition {
	var out []*pb.Condition
	var unfinished []int64
	var removed []string
	for _, c := range a.changes {
		switch c.step {
		case writing:
			unfinished = append(append(unfinished, c.generation), c.left...)
		case switched:
			out = append(out, pb.NewFilterAsCondition(&pb.Filter{
				Must:    []*pb.Condition{pb.NewMatchKeyword(fieldDocument, string(c.doc))},
				MustNot: []*pb.Condition{pb.NewMatchInt(fieldGeneration, c.generation)},
			}))
		case removing:
			removed = append(removed, string(c.doc))
		}
	}
	if len(unfinished) > 0 {
		out = append(out, pb.NewMatchInts(fieldGeneration, unfinished...))
	}
	if len(removed) > 0 {
		out = append(out, pb.NewMatchKeywords(fieldDocument, removed...))
	}
	return out
}

// hides says whether a point must not be found.
func (a *account) hides(doc document.ID, generation int64) bool {
	c, ok := a.of(doc)
	switch {
	case !ok:
		return false
	case c.step == writing:
		return generation == c.generation || slices.Contains(c.left, generation)
	case c.step == switched:
		return generation != c.generation
	}
	return true
}

// same says whether a search that began with one account and ended with the
// other saw no document change. Equal clocks mean that no change began, and a
// change that both know has not gone on when its step is the same.
func (a *account) same(b *account, f retrieval.Filter) bool {
	return a.clock == b.clock && slices.EqualFunc(a.within(f), b.within(f), func(c, d change) bool {
		return c.doc == d.doc && c.step == d.step && c.generation == d.generation
	})
}

// within returns the changes of the documents that a filter lets through.
func (a *account) within(f retrieval.Filter) []change {
	if f.Documents == nil || len(a.changes) == 0 {
		return a.changes
	}
	return slices.DeleteFunc(slices.Clone(a.changes), func(c change) bool { return !slices.Contains(f.Documents, c.doc) })
}
