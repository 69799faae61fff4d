package eval

import (
	"math"
	"testing"
)

func TestExactAndTokenF1(t *testing.T) {
	tests := []struct {
		name         string
		answer       string
		alternatives []string
		em, f1       float64
	}{
		{"the same words", "1066", []string{"1066"}, 1, 1},
		{"case, articles and punctuation do not count", "The Normans!", []string{"normans"}, 1, 1},
		{"the best alternative counts", "in 1066", []string{"1067", "1066"}, 0, 2.0 / 3},
		{"punctuation joins what it stood between", "well-known", []string{"wellknown"}, 1, 1},
		{"a repeated word counts once for each time", "so so", []string{"so"}, 0, 2.0 / 3},
		{"nothing in common", "yes", []string{"no"}, 0, 0},
		{"an empty answer", "", []string{"no"}, 0, 0},
		{"an alternative of articles alone never matches", "", []string{"the"}, 0, 0},
		{"Chinese is compared by character", "二点四米", []string{"二点六米"}, 0, 0.75},
		{"Chinese punctuation does not count", "松溪彗星。", []string{"松溪彗星"}, 1, 1},
		{"Thai is compared by character", "กขค", []string{"กข"}, 0, 0.8},
		{"scripts may be mixed", "1943 年", []string{"1943年"}, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := exact(tt.answer, tt.alternatives); got != tt.em {
				t.Errorf("EM %v, want %v", got, tt.em)
			}
			if got := tokenF1(tt.answer, tt.alternatives); math.Abs(got-tt.f1) > 1e-9 {
				t.Errorf("F1 %v, want %v", got, tt.f1)
			}
		})
	}
}

func TestFound(t *testing.T) {
	tests := []struct {
		name, piece, gold string
		want              bool
	}{
		{"the piece holds gold", "Before. It was  lit in\n1847. After.", "it was lit in 1847.", true},
		{"gold holds the piece", "it was lit in 1847", "Some say it was lit in 1847, or later.", true},
		{"a short piece inside gold does not count", "in 1847", "It was lit in 1847.", false},
		{"a short piece that is gold counts", "In 1847.", "in 1847.", true},
		{"soft hyphens do not count", "light\u00ADhouse keepers", "lighthouse keepers", true},
		{"overlap is not enough", "was lit in 1847. After that", "It was lit in 1847.", false},
		{"an empty piece finds nothing", " ", "gold", false},
		{"empty gold is never found", "piece", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := found(fold(tt.piece), fold(tt.gold)); got != tt.want {
				t.Errorf("found = %v, want %v", got, tt.want)
			}
		})
	}
}

func FuzzTokenF1(f *testing.F) {
	f.Add("the cat", "a cat sat")
	f.Add("二点四米", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		ab, ba := tokenF1(a, []string{b}), tokenF1(b, []string{a})
		if ab != ba || ab < 0 || ab > 1 {
			t.Errorf("F1(%q, %q) = %v and the other way round %v", a, b, ab, ba)
		}
		if exact(a, []string{b}) == 1 && ab != 1 {
			t.Errorf("%q equals %q but has F1 %v", a, b, ab)
		}
	})
}
