package local_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"footnote/document"
	"footnote/ingest"
	"footnote/llm"
	"footnote/retrieval"
	"footnote/store/folder"
	"footnote/store/local"
	"footnote/store/storetest"
)

// builtDocument makes a document of some sentences.
func builtDocument(t testing.TB, id document.ID, sentences int) *document.Document {
	t.Helper()
	b := document.NewBuilder()
	b.Heading(1, "A long report")
	random := rand.New(rand.NewPCG(1, 1))
	for range sentences {
		b.Paragraph(fmt.Sprintf("Sentence %x of the report says %x.", random.Uint64(), random.Uint64()))
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID, d.Name = id, "report"
	return d
}

// manyEntries makes chunks with random words and vectors of unit length.
func manyEntries(doc document.ID, n int) []retrieval.Entry {
	random := rand.New(rand.NewPCG(2, 2))
	out := make([]retrieval.Entry, n)
	for i := range out {
		v := make(llm.Vector, storetest.Dim)
		v[random.IntN(len(v))] = 1
		var text strings.Builder
		for range 60 {
			fmt.Fprintf(&text, "word%d ", int(random.ExpFloat64()*2000))
		}
		out[i] = retrieval.Entry{
			Chunk: document.Chunk{Doc: doc, Ordinal: i, First: i, Last: i + 1, Span: document.Span{Start: i * 100, End: i*100 + 99}, Header: "Report > Part", Tokens: 100},
			Text:  text.String(), Language: "en", Vector: v,
		}
	}
	return out
}

func TestSecondOpenNamesTheProcessThatHasTheFolder(t *testing.T) {
	dir := t.TempDir()
	openStore(t, dir, options())
	_, err := local.Open(t.Context(), dir, options())
	if !errors.Is(err, folder.ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) {
		t.Errorf("second open: %v", err)
	}
}

func TestFolderOfANewerVersionIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := openStore(t, dir, options()).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "footnote.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	if _, err := local.Open(t.Context(), dir, options()); err == nil || !strings.Contains(err.Error(), "newer Footnote") {
		t.Errorf("open: %v", err)
	}
}

func TestChangesAfterCloseAreRefused(t *testing.T) {
	s := openStore(t, t.TempDir(), options())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a"))
	if !errors.Is(err, local.ErrClosed) {
		t.Errorf("add: %v", err)
	}
}

// ingestOne brings a document to ready, by hand.
func ingestOne(t *testing.T, s *local.Store, entries func(document.ID) []retrieval.Entry) document.ID {
	t.Helper()
	j, err := s.Queue().Claim(t.Context(), 0, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	es := entries(j.Document)
	for _, err := range []error{
		s.Put(t.Context(), builtDocument(t, j.Document, 3)),
		s.Index().Replace(t.Context(), j.Document, es),
		s.Queue().Finish(t.Context(), j, ingest.Outcome{Chunks: len(es)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return j.Document
}

func TestAnotherEmbedderOrChunkerNeedsReindex(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, options())
	if _, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a")); err != nil {
		t.Fatal(err)
	}
	id := ingestOne(t, s, func(id document.ID) []retrieval.Entry { return manyEntries(id, 3) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	bare := local.Options{Chunker: storetest.Chunker}
	others := map[string]local.Options{
		"another embedder": {Chunker: storetest.Chunker, Embedder: "other", Dim: storetest.Dim},
		"another length":   {Chunker: storetest.Chunker, Embedder: storetest.Embedder, Dim: 2 * storetest.Dim},
		"another chunker":  {Chunker: "other", Embedder: storetest.Embedder, Dim: storetest.Dim},
		"no embedder":      bare,
	}
	for name, o := range others {
		if _, err := local.Open(t.Context(), dir, o); !errors.Is(err, retrieval.ErrEmbedderMismatch) {
			t.Errorf("%s: %v", name, err)
		}
	}
	bare.Reindex = true
	s = openStore(t, dir, bare)
	if info, err := s.Info(t.Context(), id); err != nil || info.Status != document.Queued {
		t.Fatalf("a document to be indexed again: %+v, %v", info, err)
	}
	if _, err := s.Get(t.Context(), id); err != nil {
		t.Errorf("its parsed form must stay: %v", err)
	}
	ingestOne(t, s, func(id document.ID) []retrieval.Entry {
		es := manyEntries(id, 2)
		for i := range es {
			es[i].Vector = nil
		}
		return es
	})
	if info, err := s.Index().Info(t.Context()); err != nil || info.Chunks != 2 || info.Dim != 0 || info.Embedder != "" {
		t.Errorf("index made again: %+v, %v", info, err)
	}
}

func TestVectorsAreAddedWhileWordsAnswer(t *testing.T) {
	dir := t.TempDir()
	bare := local.Options{Chunker: storetest.Chunker}
	s := openStore(t, dir, bare)
	if _, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a")); err != nil {
		t.Fatal(err)
	}
	id := ingestOne(t, s, func(id document.ID) []retrieval.Entry {
		es := manyEntries(id, 3)
		for i := range es {
			es[i].Vector = nil
		}
		return es
	})
	adding := options()
	for _, change := range []func(*local.Options){
		func(o *local.Options) {},
		func(o *local.Options) { o.Chunker, o.AddVectors = "other", true },
	} {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		o := adding
		change(&o)
		if _, err := local.Open(t.Context(), dir, o); !errors.Is(err, retrieval.ErrEmbedderMismatch) {
			t.Errorf("opened with %+v: %v", o, err)
		}
	}
	along := make(llm.Vector, storetest.Dim)
	along[0] = 1
	adding.AddVectors = true
	for range 2 { // the second time as after a stop in between
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openStore(t, dir, adding)
		if info, err := s.Info(t.Context(), id); err != nil || info.Status != document.Ready {
			t.Errorf("a document that waits for its vectors: %+v, %v", info, err)
		}
		if ps, err := s.Index().Lexical(t.Context(), "report", retrieval.Filter{}, 10); err != nil || len(ps) != 3 {
			t.Errorf("its words find %d chunks, %v", len(ps), err)
		}
		if ps, err := s.Index().Dense(t.Context(), along, retrieval.Filter{}, 10); err != nil || len(ps) != 0 {
			t.Errorf("before it is embedded vectors find %d chunks, %v", len(ps), err)
		}
	}
	ingestOne(t, s, func(id document.ID) []retrieval.Entry { return manyEntries(id, 3) })
	if ps, err := s.Index().Dense(t.Context(), along, retrieval.Filter{}, 10); err != nil || len(ps) != 3 {
		t.Errorf("once it is embedded vectors find %d chunks, %v", len(ps), err)
	}
}

func TestEmptyIndexTakesAnyOptions(t *testing.T) {
	dir := t.TempDir()
	if err := openStore(t, dir, options()).Close(); err != nil {
		t.Fatal(err)
	}
	openStore(t, dir, local.Options{Chunker: "other"})
}

func TestWhatAKilledProcessLeftIsSweptAway(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, options())
	info, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, stray := range []string{"incoming/upload-1", "originals/doc_stray", "pages/doc_stray/1-800.jpg"} {
		path := filepath.Join(dir, stray)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("x"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	s = openStore(t, dir, options())
	for folder, want := range map[string]int{"incoming": 0, "originals": 1, "pages": 0} {
		if files, err := os.ReadDir(filepath.Join(dir, folder)); err != nil || len(files) != want {
			t.Errorf("%s: %v, %v", folder, files, err)
		}
	}
	if path, err := s.OriginalPath(t.Context(), info.ID); err != nil {
		t.Error(err)
	} else if raw, err := os.ReadFile(path); err != nil || string(raw) != "a" {
		t.Errorf("original: %q, %v", raw, err)
	}
}

func TestPicturesAreKeptUpToTheirLimitAndGoWithTheDocument(t *testing.T) {
	o := options()
	o.PictureCache = 100
	dir := t.TempDir()
	s := openStore(t, dir, o)
	id := document.ID("doc_A")
	picture := document.Picture{MediaType: "image/png", Data: make([]byte, 40)}
	for page := 1; page <= 3; page++ {
		if page == 3 { // the first page was used last
			if _, ok, err := s.Pictures().Find(id, 1, 800); !ok || err != nil {
				t.Fatalf("page 1: %v, %v", ok, err)
			}
		}
		if err := s.Pictures().Keep(id, page, 800, picture); err != nil {
			t.Fatal(err)
		}
	}
	for page, want := range map[int]bool{1: true, 2: false, 3: true} {
		if _, ok, err := s.Pictures().Find(id, page, 800); ok != want || err != nil {
			t.Errorf("page %d: %v, %v", page, ok, err)
		}
	}
	if _, ok, _ := s.Pictures().Find(id, 1, 801); ok {
		t.Error("a width that was never drawn was found")
	}
	if err := s.Pictures().Keep(id, 9, 800, document.Picture{MediaType: "image/svg+xml"}); !errors.Is(err, document.ErrUnsupported) {
		t.Errorf("another media type: %v", err)
	}
	if err := s.Pictures().Remove(id); err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(filepath.Join(dir, "pages")); err != nil || len(files) != 0 {
		t.Errorf("left after the document: %v, %v", files, err)
	}
}

func TestPicturesSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, options())
	info, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	want := document.Picture{MediaType: "image/jpeg", Data: []byte("picture")}
	if err := s.Pictures().Keep(info.ID, 1, 800, want); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got, ok, err := openStore(t, dir, options()).Pictures().Find(info.ID, 1, 800)
	if !ok || err != nil || string(got.Data) != "picture" || got.MediaType != want.MediaType {
		t.Errorf("picture = %+v, %v, %v", got, ok, err)
	}
}

// A page may be drawn while its document is deleted.
func TestPicturesOfAPurgedDocumentAreRefused(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, options())
	info, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{s.Delete(t.Context(), info.ID), s.Purge(t.Context(), info.ID)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	picture := document.Picture{MediaType: "image/png", Data: []byte("drawn too late")}
	if err := s.Pictures().Keep(info.ID, 1, 800, picture); !errors.Is(err, document.ErrNotFound) {
		t.Errorf("keep: %v", err)
	}
	if files, err := os.ReadDir(filepath.Join(dir, "pages")); err != nil || len(files) != 0 {
		t.Errorf("left of the document: %v, %v", files, err)
	}
}

// A power cut may leave the name of a file without its content.
func TestEmptyPicturesAreDrawnAgain(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, options())
	info, _, err := s.Add(t.Context(), document.Upload{Name: "a"}, strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Pictures().Keep(info.ID, 1, 800, document.Picture{MediaType: "image/png", Data: []byte("picture")}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "pages", string(info.ID), "1-800.png"), 0); err != nil {
		t.Fatal(err)
	}
	if got, ok, err := openStore(t, dir, options()).Pictures().Find(info.ID, 1, 800); ok || err != nil {
		t.Errorf("picture = %+v, %v, %v", got, ok, err)
	}
}
