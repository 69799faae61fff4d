package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"footnote/document"
	"footnote/eval"
	"footnote/reasoning"
)

// moveDocuments carries documents over, oldest first, has the ready ones
// indexed and compares each with what it was.
func (m *mover) moveDocuments(ctx context.Context) error {
	var ready []document.ID
	err := oldestFirst(func(cursor string) ([]document.Info, string, error) {
		return m.from.List(ctx, document.ListOptions{Limit: 200, Cursor: cursor})
	}, func(i document.Info) error {
		if err := m.moveDocument(ctx, i); err != nil {
			return fmt.Errorf("move document %s (%s): %w", i.ID, i.Name, err)
		}
		if i.Status == document.Ready {
			ready = append(ready, i.ID)
		}
		m.documents++
		m.say("documents", m.documents)
		return nil
	})
	if err != nil {
		return err
	}
	if err := m.to.work(ctx, ready, m.progress); err != nil {
		return fmt.Errorf("index what was moved: %w; start the move again to go on", err)
	}
	for _, id := range ready {
		if err := m.same(ctx, id); err != nil {
			return fmt.Errorf("compare document %s: %w", id, err)
		}
	}
	return nil
}

func (m *mover) moveDocument(ctx context.Context, i document.Info) error {
	if there, err := m.to.store.Info(ctx, i.ID); err == nil {
		if there.Hash != i.Hash {
			return errors.New("another document has its id there")
		}
		if there.Status == document.Ready {
			return nil
		}
	} else if !errors.Is(err, document.ErrNotFound) {
		return err
	}
	f, err := m.from.Original(ctx, i.ID)
	if err != nil {
		return err
	}
	there, _, err := m.to.store.Add(ctx, document.Upload{Name: i.Name, MediaType: i.MediaType, ID: i.ID, Created: i.Created}, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if there.ID != i.ID {
		return fmt.Errorf("the same file is there already, as %s; delete it there, or here", there.ID)
	}
	d, err := whole(ctx, m.from, i)
	if errors.Is(err, document.ErrNotReady) || errors.Is(err, document.ErrNotFound) {
		return nil // it has no text yet, and is read where it comes to
	}
	if err != nil {
		return err
	}
	return m.to.store.Put(ctx, d)
}

// whole is a parsed document with the places of its words.
func whole(ctx context.Context, s *storage, i document.Info) (*document.Document, error) {
	kept, err := s.Get(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	d := *kept
	d.Pages = slices.Clone(d.Pages)
	for n := range d.Pages {
		if d.Pages[n].Words, err = s.Words(ctx, i.ID, n+1); err != nil {
			return nil, err
		}
	}
	return &d, nil
}

// same compares a document with what it was: its text, its sentences and the
// bytes of its original.
func (m *mover) same(ctx context.Context, id document.ID) error {
	was, err := m.from.Get(ctx, id)
	if err != nil {
		return err
	}
	is, err := m.to.store.Get(ctx, id)
	if err != nil {
		return err
	}
	if was.Text != is.Text || !reflect.DeepEqual(was.Sentences, is.Sentences) || len(was.Pages) != len(is.Pages) {
		return errors.New("its text is not what it was; delete it there and start the move again")
	}
	info, err := m.to.store.Info(ctx, id)
	if err != nil {
		return err
	}
	f, err := m.to.store.Original(ctx, id)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != info.Hash {
		return fmt.Errorf("its original has the hash %s, not %s; delete it there and start the move again", got, info.Hash)
	}
	return nil
}

func (m *mover) moveAnswers(ctx context.Context) error {
	return oldestFirst(func(cursor string) ([]reasoning.Answer, string, error) {
		return m.from.answers.ListAnswers(ctx, 200, cursor)
	}, func(a reasoning.Answer) error {
		err := m.to.store.answers.SaveAnswer(ctx, a)
		if err == nil {
			var there reasoning.Answer
			there, err = m.to.store.answers.Answer(ctx, a.ID)
			err = errors.Join(err, unchanged(a, there))
		}
		if err != nil {
			return fmt.Errorf("move answer %s: %w", a.ID, err)
		}
		m.answers++
		m.say("answers", m.answers)
		return nil
	})
}

func (m *mover) moveComparisons(ctx context.Context) error {
	return oldestFirst(func(cursor string) ([]reasoning.Comparison, string, error) {
		return m.from.answers.ListComparisons(ctx, 200, cursor)
	}, func(c reasoning.Comparison) error {
		err := m.to.store.answers.SaveComparison(ctx, c)
		if err == nil {
			var there reasoning.Comparison
			there, err = m.to.store.answers.Comparison(ctx, c.ID)
			err = errors.Join(err, unchanged(c, there))
		}
		if err != nil {
			return fmt.Errorf("move comparison %s: %w", c.ID, err)
		}
		m.comparisons++
		m.say("comparisons", m.comparisons)
		return nil
	})
}

func (m *mover) moveEvaluations(ctx context.Context) error {
	from, to := eval.Archive{Store: m.from.evaluations}, eval.Archive{Store: m.to.store.evaluations}
	return oldestFirst(func(cursor string) ([]eval.Evaluation, string, error) { return from.List(ctx, 200, cursor) }, func(e eval.Evaluation) error {
		if err := moveEvaluation(ctx, from, to, e.ID); err != nil {
			return fmt.Errorf("move evaluation %s: %w", e.ID, err)
		}
		m.evaluations++
		m.say("evaluations", m.evaluations)
		return nil
	})
}

func moveEvaluation(ctx context.Context, from, to eval.Archive, id string) error {
	e, err := from.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := to.Save(ctx, e); err != nil {
		return err
	}
	records, err := from.Records(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range records {
		if err := to.SaveRecord(ctx, e, r); err != nil {
			return err
		}
	}
	there, err := to.Records(ctx, id)
	if err == nil && len(there) != len(records) {
		err = fmt.Errorf("%d records are there, not %d", len(there), len(records))
	}
	return err
}

func unchanged(was, is any) error {
	if !reflect.DeepEqual(was, is) {
		return errors.New("it is not what it was")
	}
	return nil
}

// oldestFirst goes through a list that is newest first from its end, one page in
// memory at a time, so that what is moved keeps its order.
func oldestFirst[T any](list func(cursor string) ([]T, string, error), each func(T) error) error {
	var cursors []string
	for cursor := ""; ; {
		_, next, err := list(cursor)
		if err != nil {
			return err
		}
		cursors = append(cursors, cursor)
		if next == "" {
			break
		}
		cursor = next
	}
	for _, cursor := range slices.Backward(cursors) {
		page, _, err := list(cursor)
		if err != nil {
			return err
		}
		for _, x := range slices.Backward(page) {
			if err := each(x); err != nil {
				return err
			}
		}
	}
	return nil
}
