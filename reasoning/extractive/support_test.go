package extractive

import (
	"slices"
	"testing"
)

func TestSupportIsToldWhetherTheTextIsEnglish(t *testing.T) {
	at := slices.Index(SupportFeatures(), "english")
	for language, want := range map[string]float64{"en": 1, "de": 0, "und": 0} {
		shown := show(t, "Lamps", "The lamp burned whale oil. It was lit at dusk.")
		for i := range shown {
			shown[i].Language = language
		}
		s := NewStudy("Which oil did the lamp burn?", shown)
		score := make([]float64, len(shown))
		if got := s.Support(s.Together(s.Alone(), score), score)[at]; got != want {
			t.Errorf("%s: %v, want %v", language, got, want)
		}
	}
}
