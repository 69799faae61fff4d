package local_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"footnote/chunking"
	"footnote/document"
	"footnote/document/reader"
	"footnote/ingest"
	"footnote/retrieval"
	"footnote/store/local"
)

// victimFolder is the environment variable that makes the test binary a
// process to be killed: it ingests into that folder.
const victimFolder = "FOOTNOTE_TEST_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimFolder); dir != "" {
		if err := victim(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

const (
	killedDocuments = 20
	kills           = 12
)

// killedContent is the text of a document; each has a word of its own.
func killedContent(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Report %d\n\nThe word of this one is %s.\n\n", i, killedWord(i))
	for s := range 1 + 7*i {
		fmt.Fprintf(&b, "## Part %d\n\nOn day %d the boat saw seals. It sailed on at dawn.\n\n", s, s)
	}
	return b.String()
}

func killedWord(i int) string { return "word" + string(rune('a'+i)) + "x" }

// victim uploads and ingests everything, prints every change, and returns
// when all documents are ready.
func victim(dir string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, err := local.Open(ctx, dir, local.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	go s.Watch(ctx, func(i document.Info) { fmt.Println(i.Name, i.Status) })
	p := ingest.New(ingest.Parts{
		Queue: s.Queue(), Store: s, Index: s.Index(), Reader: reader.New(reader.Options{}), Chunker: chunking.Section{},
	}, ingest.Options{Throttle: time.Nanosecond})
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	for i := range killedDocuments {
		if _, _, err := s.Add(ctx, document.Upload{Name: fmt.Sprint(i, ".md")}, strings.NewReader(killedContent(i))); err != nil {
			return err
		}
	}
	for {
		ready, err := s.Ready(ctx)
		if err != nil {
			return err
		}
		if len(ready) == killedDocuments {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	return <-ended
}

// TestKilledAtAnyMomentLosesNothing kills the process again and again while it
// uploads and ingests, and looks at what is on disk in the end.
func TestKilledAtAnyMomentLosesNothing(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			dir := t.TempDir()
			killed := 0
			for range kills {
				if runVictim(t, dir, 1+random.IntN(8), time.Duration(random.IntN(3000))*time.Microsecond) {
					killed++
				}
			}
			if killed < kills/3 {
				t.Errorf("only %d kills came before the end", killed)
			}
			runVictim(t, dir, 0, 0)
			everythingOnce(t, dir)
		})
	}
}

// runVictim kills the process after it printed some lines and then a moment;
// 0 lines lets it come to its end. It says whether the process was killed.
func runVictim(t *testing.T, dir string, lines int, moment time.Duration) (killed bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), victimFolder+"="+dir)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for sc := bufio.NewScanner(out); sc.Scan(); {
		if lines--; lines == 0 {
			<-time.After(moment)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			killed = true
		}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !(killed && errors.As(err, &exit)) {
		t.Fatalf("victim: %v\n%s", err, complaints.String())
	}
	return killed
}

// everythingOnce checks that each document is ready, found by its word once,
// and that nothing lies about that no document owns.
func everythingOnce(t *testing.T, dir string) {
	s := openStore(t, dir, local.Options{})
	infos, _, err := s.List(t.Context(), document.ListOptions{Limit: 200})
	if err != nil || len(infos) != killedDocuments {
		t.Fatalf("%d documents, %v", len(infos), err)
	}
	total := 0
	for i := range killedDocuments {
		ps, err := s.Index().Lexical(t.Context(), killedWord(i), retrieval.Filter{}, 10)
		if err != nil || len(ps) != 1 {
			t.Errorf("%s is found %d times, %v", killedWord(i), len(ps), err)
		}
	}
	for _, info := range infos {
		d, err := s.Get(t.Context(), info.ID)
		if err != nil || info.Status != document.Ready || info.Problem != nil {
			t.Errorf("%s is %q (%+v), %v", info.Name, info.Status, info.Problem, err)
			continue
		}
		want := len(chunking.Section{}.Chunk(d))
		if info.Chunks != want {
			t.Errorf("%s has %d chunks, want %d", info.Name, info.Chunks, want)
		}
		total += want
	}
	if got, err := s.Index().Info(t.Context()); err != nil || got.Chunks != total || got.Documents != killedDocuments {
		t.Errorf("index: %+v, %v; want %d chunks", got, err, total)
	}
	noOrphans(t, dir, killedDocuments)
}

// noOrphans looks into the folder behind the store's back.
func noOrphans(t *testing.T, dir string, documents int) {
	t.Helper()
	for folder, want := range map[string]int{"originals": documents, "incoming": 0, "pages": 0} {
		files, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil || len(files) != want {
			t.Errorf("%d files in %s, want %d: %v", len(files), folder, want, err)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "footnote.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for query, want := range map[string]int{
		`SELECT count(*) FROM documents`: documents,
		`SELECT count(*) FROM texts`:     documents,
		`SELECT count(*) FROM jobs`:      0,
		`SELECT count(*) FROM entries WHERE document NOT IN (SELECT id FROM documents)`:                 0,
		`SELECT count(*) FROM words WHERE document NOT IN (SELECT id FROM documents)`:                   0,
		`SELECT count(*) FROM (SELECT count(*) AS n FROM entries GROUP BY document, first) WHERE n > 1`: 0,
	} {
		var got int
		if err := db.QueryRow(query).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %d, want %d: %v", query, got, want, err)
		}
	}
	var check string
	if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&check); err != nil || check != "ok" {
		t.Errorf("integrity: %s, %v", check, err)
	}
}
