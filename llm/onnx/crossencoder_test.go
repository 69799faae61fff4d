package onnx_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"footnote/llm"
	"footnote/llm/onnx"
	"footnote/llm/onnx/onnxtest"
	"footnote/retrieval"
)

var _ retrieval.Reranker = (*onnx.CrossEncoder)(nil)

// matches is a cross-encoder that knows a query from a passage by the types of
// tokens: its score is the product of the sums of their words' vectors, so the
// more of a passage's words are the query's, the higher.
func (m tiny) matches() []byte {
	var b onnxtest.Builder
	words := m.weights(&b, m.pieces())
	ids, types := b.Input("input_ids"), b.Input("token_type_ids")
	found := b.Step("Gather", []string{words, ids})
	side := b.Step("Unsqueeze", []string{b.Step("Cast", []string{types}, onnxtest.Attribute{Name: "to", Int: 1}), b.Ints("axis", 1)})
	passage := b.Step("MatMul", []string{side, found})
	other := b.Step("Sub", []string{b.Floats("one", []float32{1}, 1), side})
	query := b.Step("Transpose", []string{b.Step("MatMul", []string{other, found})}, onnxtest.Attribute{Name: "perm", Ints: []int64{0, 2, 1}})
	score := b.Step("Reshape", []string{b.Step("MatMul", []string{passage, query}), b.Ints("shape", 1, 1)})
	b.StepTo(b.Output("logits"), "Identity", []string{score})
	return b.File()
}

var marine = tiny{words: []string{"keeper", "lamp", "storm", "bread", "yeast", "does", "it", "work", "?", "."}}

func writeCrossEncoder(t testing.TB, m tiny) string {
	return write(t, m, func(f map[string][]byte) { f["model.onnx"] = m.matches() })
}

func openCrossEncoder(t *testing.T, o onnx.Options) *onnx.CrossEncoder {
	t.Helper()
	c, err := onnx.OpenCrossEncoder(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACrossEncoderPrefersWhatBelongsToTheQuery(t *testing.T) {
	c := openCrossEncoder(t, onnx.Options{Folder: writeCrossEncoder(t, marine)})
	scores, err := c.Rerank(t.Context(), "lamp storm", []string{"bread yeast", "storm lamp", "lamp bread", ""})
	if err != nil || len(scores) != 4 {
		t.Fatalf("scores %v, error %v", scores, err)
	}
	if !(scores[1] > scores[2] && scores[2] > scores[0]) {
		t.Errorf("scores %v: those of passages 1, 2, 0 must fall", scores)
	}
	if none, err := c.Rerank(t.Context(), "lamp", nil); err != nil || len(none) != 0 {
		t.Errorf("of no passages: %v, error %v", none, err)
	}
	if name := c.Name(); !strings.HasPrefix(name, "onnx:tiny@") {
		t.Errorf("name %s", name)
	}
}

func TestALongPassageCountsByItsBestWindow(t *testing.T) {
	c := openCrossEncoder(t, onnx.Options{Folder: writeCrossEncoder(t, marine), Window: 40})
	far := strings.Repeat("bread . ", 100)
	scores, err := c.Rerank(t.Context(), "lamp", []string{far, far + "lamp lamp lamp lamp", "lamp lamp lamp lamp " + far})
	if err != nil {
		t.Fatal(err)
	}
	if scores[1] <= scores[0] || scores[2] <= scores[0] {
		t.Errorf("scores %v: the last two have the query's word, at their end and beginning", scores)
	}
}

func TestAQueryThatLeavesNoRoomIsSaidToBeTooLong(t *testing.T) {
	c := openCrossEncoder(t, onnx.Options{Folder: writeCrossEncoder(t, marine), Window: 40})
	_, err := c.Rerank(t.Context(), strings.Repeat("lamp ", 20), []string{"lamp", "storm"})
	if !errors.Is(err, llm.ErrContextLength) || !strings.Contains(err.Error(), "at most 18") {
		t.Errorf("error %v", err)
	}
}

func TestACallerWhoIsOutOfTimeIsNotKept(t *testing.T) {
	c := openCrossEncoder(t, onnx.Options{Folder: writeCrossEncoder(t, marine)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Rerank(ctx, "lamp", []string{"lamp", "storm"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestAFolderOfTheOtherKindSaysWhereItBelongs(t *testing.T) {
	small := onnxtest.BERT{Layers: 1, Hidden: 16, Heads: 2, Positions: 64, Pieces: len(marine.pieces())}
	scoring := small
	scoring.Scores = true
	_, err := onnx.OpenCrossEncoder(t.Context(), onnx.Options{Folder: write(t, marine, func(f map[string][]byte) { f["model.onnx"] = small.File() })})
	if err == nil || !strings.Contains(err.Error(), "-embedder onnx:FOLDER") || !strings.Contains(err.Error(), "text-classification") {
		t.Errorf("an embedder as reranker: error %v", err)
	}
	dir := write(t, marine, func(f map[string][]byte) {
		f["model.onnx"], f["config.json"] = scoring.File(), []byte(`{"max_position_embeddings":64}`)
	})
	_, err = onnx.Open(t.Context(), onnx.Options{Folder: dir})
	if err == nil || !strings.Contains(err.Error(), "-reranker onnx:FOLDER") {
		t.Errorf("a cross-encoder as embedder: error %v", err)
	}
	c := openCrossEncoder(t, onnx.Options{Folder: dir})
	if scores, err := c.Rerank(t.Context(), "lamp", []string{"lamp", "storm"}); err != nil || scores[0] == scores[1] {
		t.Errorf("as it should be: scores %v, error %v", scores, err)
	}
}

func TestAFolderThatIsNoCrossEncoderSaysWhy(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(f map[string][]byte)
		words  string
	}{
		{"a tokenizer for single texts", func(f map[string][]byte) {
			var file map[string]any
			if err := json.Unmarshal(f["tokenizer.json"], &file); err != nil {
				t.Fatal(err)
			}
			delete(file["post_processor"].(map[string]any), "pair")
			f["tokenizer.json"], _ = json.Marshal(file)
		}, "post_processor.pair"},
		{"a classifier", func(f map[string][]byte) {
			var b onnxtest.Builder
			b.Input("input_ids")
			b.StepTo(b.Output("logits"), "Identity", []string{b.Floats("three", []float32{1, 2, 3}, 1, 3)})
			f["model.onnx"] = b.File()
		}, "3 numbers"},
		{"weights that are no numbers", func(f map[string][]byte) {
			broken := marine
			broken.nan = true
			f["model.onnx"] = broken.matches()
		}, "NaN"},
		{"no model", func(f map[string][]byte) { delete(f, "model.onnx") }, "must hold model.onnx"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := write(t, marine, func(f map[string][]byte) {
				f["model.onnx"] = marine.matches()
				tt.change(f)
			})
			_, err := onnx.OpenCrossEncoder(t.Context(), onnx.Options{Folder: dir})
			if err == nil || !strings.Contains(err.Error(), tt.words) || !strings.Contains(err.Error(), dir) {
				t.Errorf("error %v, want one with %q", err, tt.words)
			}
		})
	}
}

func TestScoresDoNotDependOnHowManyAreAskedFor(t *testing.T) {
	c := openCrossEncoder(t, onnx.Options{Folder: writeCrossEncoder(t, marine), Threads: 3})
	passages := slices.Repeat([]string{"bread yeast", "storm lamp", "lamp bread"}, 10)
	together, err := c.Rerank(t.Context(), "lamp storm", passages)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		alone, err := c.Rerank(t.Context(), "lamp storm", passages[i:i+1])
		if err != nil || math.Abs(alone[0]-together[i+27]) > 1e-5 {
			t.Errorf("passage %d: %v alone, %v of many, error %v", i, alone, together[i+27], err)
		}
	}
}
