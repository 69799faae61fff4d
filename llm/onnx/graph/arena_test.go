package graph

import (
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"footnote/llm/onnx/onnxtest"
)

func TestRunsDoNotWriteToEachOthersResults(t *testing.T) {
	g, err := Load(onnxtest.BERT{Layers: 2, Hidden: 48, Heads: 4, Positions: 128, Pieces: 50}.File())
	if err != nil {
		t.Fatal(err)
	}
	run := func(tokens int) []float32 {
		out, err := g.Run(text(tokens, 50), Session{Threads: 2})
		if err != nil {
			t.Error(err)
			return nil
		}
		return out["last_hidden_state"].Floats
	}
	first := run(60)
	want := slices.Clone(first)
	var all errgroup.Group
	for i := range 12 {
		all.Go(func() error {
			if got := run(60 - i%2*37); i%2 == 0 && !slices.Equal(got, want) {
				t.Errorf("run %d gave other numbers", i)
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first, want) {
		t.Error("a later run wrote to the result of the first")
	}
}

func TestABufferIsUsedAgainWhenItsLastNameIsGone(t *testing.T) {
	a := &arena{}
	c := &call{session: &Session{arena: a}}
	x := c.floats(4, 5)
	view := x.with(20)
	a.drop(x)
	if len(a.free) != 0 {
		t.Fatal("a view still needs the numbers")
	}
	a.drop(view)
	if y := c.floats(3, 5); &y.Floats[0] != &x.Floats[0] {
		t.Error("the buffer was not used again")
	}
	if z := c.floats(3, 5); &z.Floats[0] == &x.Floats[0] {
		t.Error("two results have the same buffer")
	}
}
