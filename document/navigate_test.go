package document

import (
	"math"
	"testing"
	"unicode/utf8"
)

func TestTokensAreEstimatedFromTheLanguage(t *testing.T) {
	for language, text := range map[string]string{
		"en": "The quick brown fox jumps over the lazy dog, and nobody minds.",
		"de": "Die Würde des Menschen ist unantastbar; sie zu achten ist Verpflichtung.",
		"ru": "Все люди рождаются свободными и равными в своем достоинстве и правах.",
		"ar": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق.",
		"zh": "人人生而自由，在尊严和权利上一律平等。",
		"hi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता प्राप्त है।",
	} {
		want, got := CountTokens(text), EstimateTokens(utf8.RuneCountInString(text), language)
		if off := math.Abs(float64(got-want)) / float64(want); off > 0.15 {
			t.Errorf("%s: estimated %d tokens, counted %d", language, got, want)
		}
	}
	if got := EstimateTokens(7, "und"); got != 3 {
		t.Errorf("7 characters of an unknown language are %d tokens, want 3", got)
	}
}
