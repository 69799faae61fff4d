package document

import (
	"fmt"
	"strings"
	"testing"
)

func TestRecentHoldsWhatWasUsedLast(t *testing.T) {
	book, note := strings.Repeat("x", recentBytes/4+1), "short"
	tests := []struct {
		name  string
		texts []string // of documents 0, 1 and so on, as they are put
		used  int      // the document asked for after each of them
		want  string
	}{
		{"books beyond a few are let go", []string{book, book, book, book, book, book}, -1, "2 3 4 5"},
		{"one that is used stays", []string{book, book, book, book, book, book}, 0, "0 3 4 5"},
		{"notes are all held", []string{note, note, note, note, note, note}, -1, "0 1 2 3 4 5"},
		{"a few are held however long they are", []string{book + book, book + book, book + book, book + book}, -1, "0 1 2 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r Recent
			for i, text := range tt.texts {
				r.Put(&Document{ID: ID(fmt.Sprint(i)), Text: text})
				r.Get(ID(fmt.Sprint(tt.used)))
			}
			var held []string
			for i := range tt.texts {
				if d, ok := r.Get(ID(fmt.Sprint(i))); ok {
					held = append(held, string(d.ID))
				}
			}
			if got := strings.Join(held, " "); got != tt.want || r.Len() != len(held) {
				t.Errorf("held: %s, want %s; length %d", got, tt.want, r.Len())
			}
		})
	}
}
