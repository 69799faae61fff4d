package postgres

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/reasoning"
	"footnote/store/postgres/postgrestest"
)

// BenchmarkStreams is what following running answers costs: 64 of them share a
// tenth of a second of words at once, and a follower looks at each. It reports
// the medians of both and how many of each a second there were.
func BenchmarkStreams(b *testing.B) {
	const answers = 64
	s, err := Open(b.Context(), Options{URL: postgrestest.Database(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() }) // nothing of it is used any longer
	words := []byte(strings.Repeat(`{"Name":"token","Data":{"token":" harbour"}},`, 10))
	var (
		mu           sync.Mutex
		shares, look []float64
		last         int64
	)
	note := func(of *[]float64, since time.Time) {
		mu.Lock()
		defer mu.Unlock()
		*of = append(*of, float64(time.Since(since).Microseconds())/1000)
	}
	began := time.Now()
	for b.Loop() {
		first := last + 1
		last += 10
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() {
				run := fmt.Sprint("ans_", i)
				at := time.Now()
				if _, err := s.Streams().Share(b.Context(), run, reasoning.Events{First: first, Last: last, Body: words}, time.Minute); err != nil {
					b.Error(err)
				}
				note(&shares, at)
				at = time.Now()
				if got, err := s.Streams().Shared(b.Context(), run, first-1); err != nil || len(got.Events) != 1 {
					b.Error(got, err)
				}
				note(&look, at)
			})
		}
		wg.Wait()
	}
	b.ReportMetric(float64(len(shares))/time.Since(began).Seconds(), "answers/s")
	b.ReportMetric(median(shares), "ms/share")
	b.ReportMetric(median(look), "ms/look")
	b.ReportMetric(0, "ns/op")
}
