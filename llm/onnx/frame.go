package onnx

import (
	"errors"
	"fmt"
)

// templateItem is a text, "A" or "B", or a piece that stands around texts, and
// which of two texts it counts with, 0 or 1.
type templateItem struct {
	SpecialToken *item
	Sequence     *item
}

type item struct {
	ID   string
	Kind int64 `json:"type_id"`
}

// pairFrame is what stands before, between and after two texts.
type pairFrame struct {
	around [3][]mark
	kinds  [2]int64 // of the pieces of each text
}

// mark is a piece around texts, and which of two texts it counts with.
type mark struct{ id, kind int64 }

// frame finds what stands around one text, and around two.
func (t *tokenizer) frame(f tokenizerFile) error {
	single, pair := f.Post.Single, f.Post.Pair
	switch f.Post.Type {
	case "TemplateProcessing":
	case "BertProcessing":
		if len(f.Post.Cls) == 0 || len(f.Post.Sep) == 0 {
			return errors.New("it does not say what it puts around a text")
		}
		special := func(name any, kind int64) templateItem {
			return templateItem{SpecialToken: &item{fmt.Sprint(name), kind}}
		}
		a, b := templateItem{Sequence: &item{"A", 0}}, templateItem{Sequence: &item{"B", 1}}
		single = []templateItem{special(f.Post.Cls[0], 0), a, special(f.Post.Sep[0], 0)}
		pair = append(single[:3:3], b, special(f.Post.Sep[0], 1))
	default:
		return fmt.Errorf("what it puts around a text (%q) is not known here", f.Post.Type)
	}
	around, _, err := t.around(single)
	if err != nil {
		return err
	}
	if len(around) != 2 {
		return errors.New("its template for one text has none, or several")
	}
	for i, ids := range []*[]int64{&t.first, &t.last} {
		for _, m := range around[i] {
			*ids = append(*ids, m.id)
		}
	}
	if pair == nil {
		return nil
	}
	around, kinds, err := t.around(pair)
	if err != nil {
		return err
	}
	if len(around) == 3 {
		t.pair = &pairFrame{[3][]mark(around), [2]int64(kinds)}
	}
	return nil
}

// around are the pieces before, between and after the texts of a template, and
// the kinds of those texts.
func (t *tokenizer) around(template []templateItem) (around [][]mark, kinds []int64, err error) {
	around = [][]mark{nil}
	for _, part := range template {
		switch {
		case part.Sequence != nil:
			around, kinds = append(around, nil), append(kinds, part.Sequence.Kind)
		case part.SpecialToken != nil:
			id, ok := t.vocab[part.SpecialToken.ID]
			if !ok {
				return nil, nil, fmt.Errorf("%q, which it puts around a text, is not in its vocabulary", part.SpecialToken.ID)
			}
			last := &around[len(around)-1]
			*last = append(*last, mark{id, part.SpecialToken.Kind})
		}
	}
	return around, kinds, nil
}
