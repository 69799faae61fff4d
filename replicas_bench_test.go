package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"footnote/store/postgres/postgrestest"
)

const (
	replicas      = 3
	killEvery     = 2 * time.Second
	replicaFiles  = 1000
	uploadedOnce  = 100 // files of one request
	ingestedUntil = 15 * time.Minute
)

// fleet is servers that share a database.
type fleet struct {
	b      testing.TB
	labs   []*lab
	store  string
	logs   []string // of servers that ended
	killed int
}

func newFleet(b testing.TB, n int) *fleet {
	b.Helper()
	f := &fleet{b: b, store: postgrestest.Database(b)}
	for range n {
		l := &lab{bin: binary(b), data: b.TempDir()}
		b.Cleanup(l.kill)
		must(b, l.start("-store", f.store, "-workers", "2"))
		f.labs = append(f.labs, l)
	}
	return f
}

// ingest uploads files to one server and returns how long it takes until all
// of them are ready on another, while every so often a random one is killed and
// started again; never for 0.
func (f *fleet) ingest(files []string, every time.Duration) time.Duration {
	f.b.Helper()
	random := rand.New(rand.NewPCG(7, 7))
	began, lastKill, all := time.Now(), time.Now(), len(files)
	look := time.NewTicker(50 * time.Millisecond) // looking costs time too
	defer look.Stop()
	for len(files) > 0 {
		n := min(uploadedOnce, len(files))
		status, err := f.labs[0].upload(files[:n]...)
		if err != nil || status != http.StatusAccepted {
			f.b.Fatal(status, err, f.labs[0].raw)
		}
		files = files[n:]
	}
	for range look.C {
		ready := f.ready()
		if ready == all {
			return time.Since(began)
		}
		if time.Since(began) > ingestedUntil {
			f.b.Fatalf("%d of %d documents are ready after %v", ready, all, ingestedUntil)
		}
		if every > 0 && time.Since(lastKill) > every {
			f.kill(f.labs[random.IntN(len(f.labs))])
			lastKill = time.Now()
		}
	}
	return 0
}

// ready counts documents that are, asking the last server.
func (f *fleet) ready() int {
	f.b.Helper()
	l := f.labs[len(f.labs)-1]
	if _, err := l.do(http.MethodGet, "/v1/documents?limit=1&status=ready", "", nil); err != nil {
		f.b.Fatal(err)
	}
	return int(l.reply.(map[string]any)["total"].(float64))
}

func (f *fleet) kill(l *lab) {
	f.b.Helper()
	l.kill()
	f.logs = append(f.logs, l.out.String())
	f.killed++
	must(f.b, l.start("-store", f.store, "-workers", "2"))
}

// ended counts how often a job of each document ended well, over all servers.
func (f *fleet) ended() map[string]int {
	f.b.Helper()
	for _, l := range f.labs {
		must(f.b, l.stop())
		f.logs = append(f.logs, l.out.String())
	}
	out := map[string]int{}
	for _, log := range f.logs {
		for line := range strings.Lines(log) {
			if !strings.Contains(line, `msg="job ended"`) || !strings.Contains(line, "how=done") {
				continue
			}
			_, rest, _ := strings.Cut(line, "document=")
			id, _, _ := strings.Cut(rest, " ")
			out[id]++
		}
	}
	return out
}

// replicaDocuments writes texts of a few pages, each with words of its own.
func replicaDocuments(b testing.TB, n int) []string {
	b.Helper()
	dir := b.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	files := make([]string, n)
	for i := range files {
		var t strings.Builder
		for s := range 20 + random.IntN(40) {
			fmt.Fprintf(&t, "## Part %d\n\nOn day %d the crew of boat %d saw %d seals near the reef. They sailed on at dawn and wrote it into the log.\n\n", s, s, i, random.IntN(90))
		}
		files[i] = filepath.Join(dir, fmt.Sprintf("log%04d.md", i))
		must(b, os.WriteFile(files[i], []byte(t.String()), 0o600))
	}
	return files
}

// BenchmarkReplicas has 1,000 documents ingested by one server, by three, and
// by three of which a random one is killed every 2 seconds. It reports the
// throughput of three over that of one, both without and with kills, how many
// kills there were, and how many documents were done other than once. With
// -short there are 60.
func BenchmarkReplicas(b *testing.B) {
	n := replicaFiles
	if testing.Short() {
		n = 60
	}
	files := replicaDocuments(b, n)
	for b.Loop() {
		one := newFleet(b, 1)
		alone := one.ingest(files, 0)
		one.once(n)
		three := newFleet(b, replicas)
		together := three.ingest(files, 0)
		three.once(n)
		harmed := newFleet(b, replicas)
		killed := harmed.ingest(files, killEvery)
		harmed.once(n)
		b.ReportMetric(float64(n)/alone.Seconds(), "documents/s-alone")
		b.ReportMetric(alone.Seconds()/together.Seconds(), "x-of-three")
		b.ReportMetric(alone.Seconds()/killed.Seconds(), "x-of-three-killed")
		b.ReportMetric(float64(harmed.killed), "kills")
	}
}

// once fails where a document was not done, and where one was done twice by
// servers that nobody killed.
func (f *fleet) once(n int) {
	f.b.Helper()
	ended := f.ended()
	if len(ended) < n-f.killed*2 || len(ended) > n { // what a killed server did last may not be in its log
		f.b.Errorf("%d documents are done by the logs, want %d", len(ended), n)
	}
	for id, times := range ended {
		if times > 1 {
			f.b.Errorf("%s was done %d times", id, times)
		}
	}
}
