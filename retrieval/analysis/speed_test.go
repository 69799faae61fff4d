package analysis_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"footnote/retrieval/analysis"
)

// BenchmarkTerms analyses text in pieces of the size of chunks.
func BenchmarkTerms(b *testing.B) {
	for _, lang := range []string{"en", "de", "zh"} {
		b.Run(lang, func(b *testing.B) {
			chunks := sample(lang)
			size := 0
			for _, c := range chunks {
				size += len(c)
			}
			b.SetBytes(int64(size))
			for b.Loop() {
				for _, c := range chunks {
					analysis.Terms(c, lang)
				}
			}
		})
	}
}

// sample makes chunks of words with the skew of natural text.
func sample(lang string) []string {
	words := strings.Fields(`the of and to in a is that for it was on are as with his they at be this from have
		or by one had not but what all were when we there can an your which their said if do will each about how up out
		them then she many some so these would other into has more her two like him see time could no make than first been
		government committee's investigating, revenues increased (substantially) during 1,234 quarters; München international`)
	if lang == "zh" {
		words = strings.Split("特斯拉因其成就和表现力而闻名最终使他在流行文化中成为典型代表", "")
	}
	r := rand.New(rand.NewPCG(1, 2))
	chunks := make([]string, 200)
	for i := range chunks {
		var b strings.Builder
		for range 200 {
			b.WriteString(words[int(r.ExpFloat64()*20)%len(words)])
			if lang != "zh" {
				b.WriteByte(' ')
			}
		}
		chunks[i] = b.String()
	}
	return chunks
}
