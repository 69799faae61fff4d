package qdrant

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	pb "github.com/qdrant/go-client/qdrant"

	"footnote/document"
	"footnote/ingest"
	"footnote/retrieval"
)

// Replace implements retrieval.Index. Killed at any point, it leaves a change
// that hides what is unfinished; the next Replace or Delete of the document, or
// else sweep, ends it. Errors: retrieval.ErrEmbedderMismatch for vectors of
// another length; ingest.ErrLeaseLost when another Replace or Delete of the
// document began meanwhile; retrieval.ErrIndexDown.
func (x *Index) Replace(ctx context.Context, doc document.ID, entries []retrieval.Entry) error {
	for _, e := range entries {
		if err := x.check(e.Vector); err != nil {
			return fmt.Errorf("index %s: chunk %d: %w", doc, e.Chunk.Ordinal, err)
		}
	}
	if err := x.replace(ctx, doc, entries); err != nil {
		return fmt.Errorf("index %s: %w", doc, err)
	}
	return nil
}

func (x *Index) replace(ctx context.Context, doc document.ID, entries []retrieval.Entry) error {
	c, err := x.begin(ctx, doc, writing, entries)
	if err != nil {
		return err
	}
	for at := 0; at < len(entries); at += batch {
		if at > 0 {
			if err := x.holds(ctx, c); err != nil {
				return x.abandon(ctx, c, err)
			}
		}
		if err := x.upsert(ctx, x.chunkPoints(c, entries, at), nil); err != nil {
			return err
		}
	}
	// From here on searches see the new entries and not the old ones.
	c.step = switched
	if err := x.advance(ctx, c); err != nil {
		return x.abandon(ctx, c, err)
	}
	return x.end(ctx, c)
}

// chunkPoints makes the points of a batch of entries that begins at a place.
func (x *Index) chunkPoints(c change, entries []retrieval.Entry, at int) []*pb.PointStruct {
	var points []*pb.PointStruct
	for i := at; i < min(at+batch, len(entries)); i++ {
		kind := kindChunk
		if i == 0 {
			kind = kindOpening
		}
		points = append(points, x.point(c.doc, c.generation, entries[i], kind))
	}
	return points
}

// Delete implements retrieval.Index. The document is hidden before the first of
// its points is removed.
func (x *Index) Delete(ctx context.Context, doc document.ID) error {
	c, err := x.begin(ctx, doc, removing, nil)
	if err == nil {
		err = x.end(ctx, c)
	}
	if err != nil {
		return fmt.Errorf("delete %s from the index: %w", doc, err)
	}
	return nil
}

// begin tells that a document's entries are about to change. What an earlier
// change left is finished or kept hidden.
func (x *Index) begin(ctx context.Context, doc document.ID, step string, entries []retrieval.Entry) (change, error) {
	a, err := x.readAccount(ctx)
	if err != nil {
		return change{}, err
	}
	c := change{doc: doc, step: step, generation: rand.Int64(), began: time.Now().Unix()}
	before, ok := a.of(doc)
	replaces := []int64{c.generation}
	if ok {
		replaces = append(replaces, before.generation)
		if before.step == writing { // who writes it may be alive, and goes on until it looks
			c.left = append(before.left, before.generation)
		} else if err := x.remove(ctx, x.outdated(before)); err != nil {
			return c, err
		}
	}
	if err := x.put(ctx, c, replaces...); err != nil {
		return c, err
	}
	points := []*pb.PointStruct{x.account(kindClock, "", map[string]any{fieldValue: rand.Int64()})}
	languages := slices.Clone(a.languages)
	for _, e := range entries {
		if !slices.Contains(languages, e.Language) {
			languages = append(languages, e.Language)
			points = append(points, x.account(kindLanguage, e.Language, map[string]any{fieldLanguage: e.Language}))
		}
	}
	// The clock comes after the change: who sees the one sees the other.
	return c, x.upsert(ctx, points, nil)
}

// put writes a new change in place of one of the generations given, or of none,
// and fails with ingest.ErrLeaseLost when there is another.
func (x *Index) put(ctx context.Context, c change, replaces ...int64) error {
	err := x.upsert(ctx, []*pb.PointStruct{x.changePoint(c)}, &pb.Filter{Must: []*pb.Condition{pb.NewMatchInts(fieldGeneration, replaces...)}})
	if err != nil {
		return err
	}
	return x.holds(ctx, c)
}

// advance writes the step that a change has come to, and fails with
// ingest.ErrLeaseLost when it is not the document's any more. Unlike put it never
// makes the change's point: a change that another worker has ended must not come
// back, because what it wrote is gone.
func (x *Index) advance(ctx context.Context, c change) error {
	_, err := call(ctx, x, x.points.SetPayload, &pb.SetPayloadPoints{
		CollectionName: x.opts.Collection, Wait: pb.PtrOf(true), Payload: pb.NewValueMap(map[string]any{fieldStep: c.step}),
		PointsSelector: pb.NewPointsSelectorFilter(x.changeOf(c)),
	})
	if err != nil {
		return err
	}
	return x.holds(ctx, c)
}

// holds fails with ingest.ErrLeaseLost when a change is not the document's any
// more.
func (x *Index) holds(ctx context.Context, c change) error {
	reply, err := call(ctx, x, x.points.Get, &pb.GetPoints{
		CollectionName: x.opts.Collection, Ids: []*pb.PointId{x.pointID(kindChange, string(c.doc))}, WithPayload: pb.NewWithPayload(true),
	})
	if err != nil {
		return err
	}
	if found := reply.GetResult(); len(found) == 0 || readChange(found[0].GetPayload()).generation != c.generation {
		return fmt.Errorf("%w: another worker changes the document's entries", ingest.ErrLeaseLost)
	}
	return nil
}

// abandon removes what a change wrote that was lost to another one, and returns
// why it was lost.
func (x *Index) abandon(ctx context.Context, c change, why error) error {
	if err := x.remove(ctx, x.of(c.doc, pb.NewMatchInt(fieldGeneration, c.generation))); err != nil {
		return fmt.Errorf("%w; what it wrote is not removed: %w", why, err)
	}
	return why
}

// outdated selects what a change leaves to remove.
func (x *Index) outdated(c change) *pb.Filter {
	f := x.of(c.doc)
	if c.step == switched {
		f.MustNot = []*pb.Condition{pb.NewMatchInt(fieldGeneration, c.generation)}
	}
	return f
}

// end removes what searches do not see any more, and then the change.
func (x *Index) end(ctx context.Context, c change) error {
	if err := x.remove(ctx, x.outdated(c)); err != nil {
		return err
	}
	return x.forget(ctx, c)
}

// forget removes a change unless it has become another one.
func (x *Index) forget(ctx context.Context, c change) error {
	return x.remove(ctx, x.changeOf(c))
}

// changeOf selects a change's point unless it has become another one.
func (x *Index) changeOf(c change) *pb.Filter {
	return &pb.Filter{Must: []*pb.Condition{
		pb.NewHasID(x.pointID(kindChange, string(c.doc))), pb.NewMatchInt(fieldGeneration, c.generation),
	}}
}

// Changes older than this are nobody's: whoever began them is gone.
const abandonedAfter = time.Hour

// sweep ends the changes that nobody will.
func (x *Index) sweep(ctx context.Context) error {
	a, err := x.readAccount(ctx)
	if err != nil {
		return err
	}
	for _, c := range a.changes {
		if time.Since(time.Unix(c.began, 0)) < abandonedAfter {
			continue
		}
		if c.step != writing {
			err = x.end(ctx, c)
		} else if err = x.remove(ctx, x.of(c.doc, pb.NewMatchInts(fieldGeneration, append(c.left, c.generation)...))); err == nil {
			err = x.forget(ctx, c)
		}
		if err != nil {
			return fmt.Errorf("remove what was left of %s: %w", c.doc, err)
		}
		x.log.Info("removed what an interrupted change left in the index", "document", c.doc, "step", c.step)
	}
	return nil
}
