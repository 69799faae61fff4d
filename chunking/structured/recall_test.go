package structured

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"footnote/llm"
)

func TestADivisionIsRecalledWithoutAsking(t *testing.T) {
	d := sea(t, 150, 150, 150)
	m := &divider{name: "fake", fail: func(first string, try int) (string, error) {
		if first == "Part 2" {
			return "no JSON", nil
		}
		if first == "Part 3" && try == 1 {
			return "{}", nil
		}
		return "", nil
	}}
	chunker := New(Options{Model: m, Key: "k", Memory: &notebook{}, Target: 150})
	r, err := chunker.Ask(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	calls := len(m.asked)
	v, err := chunker.Recall(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.asked) != calls || !reflect.DeepEqual(v.Chunks, r.Chunks) {
		t.Errorf("%d calls after %d, %d chunks instead of %d", len(m.asked), calls, len(v.Chunks), len(r.Chunks))
	}
	if v.Windows != 3 || v.BySection != 1 || v.Why != "its reply is out of form: it has no JSON object" {
		t.Errorf("windows %d, along sections %d because %q", v.Windows, v.BySection, v.Why)
	}
	if !reflect.DeepEqual(*v.Usage, r.Usage) || v.Usage.Calls != 5 {
		t.Errorf("usage %+v, want %+v", *v.Usage, r.Usage)
	}
	for i, c := range v.Chunks {
		label := strings.Join(v.Labels[i], " > ")
		_, said, _ := strings.Cut(c.Header, "\n")
		if label != said || (c.Section == 2) != (label == "") {
			t.Errorf("chunk %d of section %d is labelled %q, its header has %q", i, c.Section, label, said)
		}
	}
}

func TestWhatDividingCostAddsUp(t *testing.T) {
	d := sea(t, 150, 150, 150)
	price := 0.5
	failing := true
	m := &divider{name: "fake", fail: func(first string, _ int) (string, error) {
		switch {
		case failing && first == "Part 1":
			return "no JSON", nil
		case failing && first == "Part 3":
			return "", llm.ErrUnavailable
		}
		return "", nil
	}}
	chunker := New(Options{Model: priced{m, &price}, Key: "k", Memory: &notebook{}})
	if _, err := chunker.Ask(t.Context(), d, nil); !errors.Is(err, llm.ErrUnavailable) {
		t.Fatalf("error %v, want that of the model", err)
	}
	failing = false
	if _, err := chunker.Ask(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	v, err := chunker.Recall(t.Context(), d)
	if err != nil || v.Usage == nil {
		t.Fatalf("usage %v, %v", v.Usage, err)
	}
	if want := float64(len(m.asked)) * price; v.Usage.Calls != len(m.asked) || v.Usage.CostUSD == nil || *v.Usage.CostUSD != want || v.BySection != 0 || v.Why != "" {
		t.Errorf("division %+v after %d calls that cost %v", v, len(m.asked), want)
	}
}

func TestWhatWasKeptBeforeCostsWereHasNone(t *testing.T) {
	d := sea(t, 150, 150)
	book := &notebook{}
	chunker := New(Options{Model: &divider{name: "fake"}, Key: "k", Memory: book})
	for _, at := range windows(d, maxSentences, chunker.room()) {
		body := fmt.Sprintf(`{"scope":"S","aspects":[{"name":"A","first":1,"last":%d}]}`, at.last-at.first)
		if err := book.KeepOutline(t.Context(), d.ID, chunker.key(d, at), []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	v, err := chunker.Recall(t.Context(), d)
	if err != nil || v.Usage != nil || v.BySection != 0 || fmt.Sprint(v.Labels[0]) != "[S A]" {
		t.Errorf("division %+v, %v", v, err)
	}
	for key := range book.kept {
		book.kept[key] = []byte("damaged")
	}
	if v, err = chunker.Recall(t.Context(), d); err != nil || v.Known || v.BySection != 0 || v.Labels[0] != nil {
		t.Errorf("of damaged notes: %+v, %v", v, err)
	}
}

// TestADivisionIsRecalledWhateverRoomTheModelHasNow since a server of models
// that is away does not tell.
func TestADivisionIsRecalledWhateverRoomTheModelHasNow(t *testing.T) {
	d := sea(t, 150, 150, 150)
	m, book := &divider{name: "fake"}, &notebook{}
	with := func(tokens int) *Chunker {
		return New(Options{Model: roomy{m, tokens}, Key: "k", Memory: book, Target: 150})
	}
	r, err := with(32_000).Ask(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := with(32_000).Recall(t.Context(), d)
	if err != nil || !want.Known || !reflect.DeepEqual(want.Chunks, r.Chunks) {
		t.Fatalf("with the room it was divided in: %+v, %v", want, err)
	}
	for _, tokens := range []int{4_000, 8_192, 1_000_000} {
		if got, err := with(tokens).Recall(t.Context(), d); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("with %d tokens: %d chunks, %d of %d windows failed (%v), want %d chunks and none of %d", tokens, len(got.Chunks), got.BySection, got.Windows, err, len(want.Chunks), want.Windows)
		}
	}
	if _, err := with(8_192).Ask(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := with(32_000).Recall(t.Context(), d); err != nil || got.Windows <= want.Windows || got.BySection != 0 {
		t.Errorf("divided again in less room: %d windows, %d failed, %v", got.Windows, got.BySection, err)
	}
}

func TestWhatWasDividedBeforeWindowsWereKept(t *testing.T) {
	d := sea(t, 150, 150, 150)
	m, book := &divider{name: "fake"}, &notebook{}
	chunker := New(Options{Model: m, Key: "k", Memory: book})
	r, err := chunker.Ask(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	forget := map[string]string{"nothing": "", "no list": "{}", "an overlap": "[150,150,450]", "an end too early": "[150,300]", "an end too late": "[150,300,451]"}
	for name, ends := range forget {
		if err := book.KeepOutline(t.Context(), d.ID, chunker.keyOfWindows(d), []byte(ends)); err != nil {
			t.Fatal(err)
		}
		if v, err := chunker.Recall(t.Context(), d); err != nil || !v.Known || !reflect.DeepEqual(v.Chunks, r.Chunks) || v.BySection != 0 {
			t.Errorf("%s: in the same room %+v, %v", name, v, err)
		}
		less := New(Options{Model: roomy{m, 8_192}, Key: "k", Memory: book})
		v, err := less.Recall(t.Context(), d)
		if err != nil || v.Known || v.Windows != 0 || v.BySection != 0 || v.Usage != nil {
			t.Errorf("%s: in another room it says %+v, %v", name, v, err)
		}
		if !reflect.DeepEqual(v.Chunks, less.Chunk(d)) || len(v.Labels) != len(v.Chunks) {
			t.Errorf("%s: %d chunks, %d labels", name, len(v.Chunks), len(v.Labels))
		}
	}
}

// roomy is a divider with a context of its own.
type roomy struct {
	*divider
	tokens int
}

func (m roomy) ContextTokens() int { return m.tokens }

// priced is a divider whose calls cost something.
type priced struct {
	*divider
	price *float64
}

func (m priced) Generate(ctx context.Context, r llm.Request) (llm.Response, error) {
	reply, err := m.divider.Generate(ctx, r)
	reply.Usage.CostUSD = m.price
	return reply, err
}
