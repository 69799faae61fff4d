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
	w := chunker.workOn(d, nil)
	for i, at := range w.windows {
		body := fmt.Sprintf(`{"scope":"S","aspects":[{"name":"A","first":1,"last":%d}]}`, at.last-at.first)
		if err := book.KeepOutline(t.Context(), d.ID, w.key(w.windows[i]), []byte(body)); err != nil {
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
	if v, err = chunker.Recall(t.Context(), d); err != nil || v.BySection != 2 || v.Why != "" || v.Labels[0] != nil {
		t.Errorf("of damaged notes: %+v, %v", v, err)
	}
}

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
