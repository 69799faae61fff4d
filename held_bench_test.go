package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/store/postgres/postgrestest"
)

const (
	heldChunks    = 10_000 // unless FOOTNOTE_BENCH_CHUNKS says otherwise
	heldSections  = 1000   // of a document, each long enough to be a chunk
	heldWords     = 60     // of a section
	heldOnce      = 10     // documents of one request
	heldQuestions = 200
	heldAskers    = 8
)

// BenchmarkHeld reports the memory of a server whose database holds many
// chunks: once it is ready, after one person searched, and at most while eight
// people search and ask; and the median time of that one person's searches. The
// library is made through the program and kept for the next run, since making it
// takes longest.
func BenchmarkHeld(b *testing.B) {
	chunks := heldChunks
	if n, err := strconv.Atoi(os.Getenv("FOOTNOTE_BENCH_CHUNKS")); err == nil {
		chunks = n
	}
	if testing.Short() {
		chunks = heldSections
	}
	store := heldStore(b, fmt.Sprintf("held%d", chunks))
	l := &lab{bin: binary(b), data: b.TempDir()}
	b.Cleanup(l.kill)
	must(b, l.start("-store", store))
	fillHeld(b, l, chunks/heldSections)
	must(b, l.stop())
	must(b, l.start("-store", store))
	ready := resident(l.cmd.Process.Pid)
	for b.Loop() {
		stop := watchMemory(l.cmd.Process.Pid)
		b.ReportMetric(medianSearch(b, l), "ms/search")
		b.ReportMetric(float64(resident(l.cmd.Process.Pid))/(1<<20), "MiB-searched")
		askHeld(b, l.url)
		b.ReportMetric(float64(stop())/(1<<20), "MiB-asked")
	}
	b.ReportMetric(float64(ready)/(1<<20), "MiB-ready")
	b.ReportMetric(0, "ns/op")
	must(b, l.stop())
}

func heldStore(b *testing.B, schema string) string {
	b.Helper()
	at := postgrestest.Server(b)
	postgrestest.Execute(b, at, `CREATE EXTENSION IF NOT EXISTS vector SCHEMA public`)
	postgrestest.Execute(b, at, `CREATE SCHEMA IF NOT EXISTS `+schema)
	u, err := url.Parse(at)
	must(b, err)
	q := u.Query()
	q.Set("search_path", schema+",public")
	u.RawQuery = q.Encode()
	return u.String()
}

// fillHeld uploads the documents that are missing, a few at a time, so that
// what was made is kept when the benchmark is ended.
func fillHeld(b *testing.B, l *lab, documents int) {
	b.Helper()
	began, dir := time.Now(), b.TempDir()
	have := countReady(b, l)
	for first := have; first < documents; first += heldOnce {
		var files []string
		for d := first; d < min(first+heldOnce, documents); d++ {
			name := filepath.Join(dir, fmt.Sprintf("held%06d.md", d))
			must(b, os.WriteFile(name, []byte(heldText(d)), 0o600))
			files = append(files, name)
		}
		if status, err := l.upload(files...); err != nil || status != http.StatusAccepted {
			b.Fatal(status, err, l.raw)
		}
		for countReady(b, l) < first+len(files) {
			time.Sleep(200 * time.Millisecond)
		}
		for _, f := range files {
			must(b, os.Remove(f))
		}
	}
	b.Logf("%d documents were there, %d were made in %v", have, documents-have, time.Since(began).Round(time.Second))
}

func countReady(b *testing.B, l *lab) int {
	b.Helper()
	if _, err := l.do(http.MethodGet, "/v1/documents?limit=1&status=ready", "", nil); err != nil {
		b.Fatal(err)
	}
	return int(l.reply.(map[string]any)["total"].(float64))
}

// heldText is a document of sections of words that are as common as those of a language.
func heldText(d int) string {
	random := rand.New(rand.NewPCG(3, uint64(d)))
	var t strings.Builder
	for s := range heldSections {
		fmt.Fprintf(&t, "## Part %d of volume %d\n\n%s.\n\n", s+1, d, heldSentence(random, heldWords))
	}
	return t.String()
}

// heldSentence has as many of the commonest words of English, which searches
// leave out and the language is told by, as of others.
func heldSentence(r *rand.Rand, words int) string {
	common := strings.Fields("the of and to in is that was with for as by on were from which")
	out := make([]string, words)
	for i := range out {
		out[i] = heldVocabulary[int(20*math.Pow(float64(len(heldVocabulary)/20), r.Float64()))]
		if i%2 == 1 {
			out[i] = common[r.IntN(len(common))]
		}
	}
	return strings.Join(out, " ")
}

// heldVocabulary is words that the built-in embedder can tell apart, by syllables.
var heldVocabulary = func() []string {
	var out []string
	for _, a := range strings.Fields("har lan mor sea win bel cor dan fer gal") {
		for _, b := range strings.Fields("bour tern ning side ter low nel dom ry lop ward stone") {
			for _, c := range strings.Fields("s man less ful ing field house ward light road mill wood bank ship ley ton ham ford bridge gate port") {
				out = append(out, a+b+c, "north"+a+b+c, "south"+a+b+c, "east"+a+b+c, "west"+a+b+c, "old"+a+b+c, "new"+a+b+c, "upper"+a+b+c)
			}
		}
	}
	return out
}()

// medianSearch is in milliseconds.
func medianSearch(b *testing.B, l *lab) float64 {
	b.Helper()
	random := rand.New(rand.NewPCG(13, 17))
	times := make([]float64, heldQuestions)
	for i := range times {
		began := time.Now()
		heldRequest(b, l, random, "/v1/search", "query")
		times[i] = float64(time.Since(began).Microseconds()) / 1000
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// askHeld searches and asks as several people at once.
func askHeld(b *testing.B, at string) {
	b.Helper()
	var people sync.WaitGroup
	for p := range heldAskers {
		people.Go(func() {
			l, random := &lab{url: at}, rand.New(rand.NewPCG(11, uint64(p)))
			for range heldQuestions / heldAskers / 2 {
				heldRequest(b, l, random, "/v1/search", "query")
				heldRequest(b, l, random, "/v1/answers", "question")
			}
		})
	}
	people.Wait()
}

func heldRequest(b *testing.B, l *lab, random *rand.Rand, path, field string) {
	b.Helper()
	body := fmt.Sprintf(`{%q: "Where is %s?"}`, field, heldSentence(random, 10))
	if status, err := l.do(http.MethodPost, path, "application/json", strings.NewReader(body)); err != nil || status != http.StatusOK {
		b.Errorf("%s: %d %v %.200s", path, status, err, l.raw)
	}
}
