package postgres_test

import (
	"testing"

	"footnote/store/postgres"
	"footnote/store/postgres/postgrestest"
	"footnote/store/storetest"
)

func TestDocuments(t *testing.T)   { storetest.TestDocuments(t, open) }
func TestLibrary(t *testing.T)     { storetest.TestLibrary(t, open) }
func TestQueue(t *testing.T)       { storetest.TestQueue(t, open) }
func TestIndex(t *testing.T)       { storetest.TestIndex(t, open) }
func TestShelf(t *testing.T)       { storetest.TestShelf(t, open) }
func TestAnswers(t *testing.T)     { storetest.TestAnswers(t, open) }
func TestEvaluations(t *testing.T) { storetest.TestEvaluations(t, open) }
func TestTurns(t *testing.T)       { storetest.TestTurns(t, open) }
func TestStreams(t *testing.T)     { storetest.TestStreams(t, open) }
func TestExamples(t *testing.T)    { storetest.TestExamples(t, open) }

// open gives the contract suites a fresh database.
func open(t *testing.T) storetest.Backend { return openAt(t, options(postgrestest.Database(t))) }

func openAt(t *testing.T, o postgres.Options) storetest.Backend {
	t.Helper()
	s := openStore(t, o)
	return storetest.Backend{
		Documents: s, Queue: s.Queue(), Index: s.Index(), Answers: s.Answers(), Evaluations: s.Evaluations(), Examples: s, Streams: s.Streams(),
		Reopen: func() storetest.Backend {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return openAt(t, o)
		},
	}
}

func options(url string) postgres.Options {
	return postgres.Options{URL: url, Chunker: storetest.Chunker, Embedder: storetest.Embedder, Dim: storetest.Dim}
}

func openStore(t testing.TB, o postgres.Options) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
