package local_test

import (
	"testing"

	"footnote/store/local"
	"footnote/store/storetest"
)

func TestDocuments(t *testing.T)   { storetest.TestDocuments(t, open) }
func TestLibrary(t *testing.T)     { storetest.TestLibrary(t, open) }
func TestQueue(t *testing.T)       { storetest.TestQueue(t, open) }
func TestIndex(t *testing.T)       { storetest.TestIndex(t, open) }
func TestAnswers(t *testing.T)     { storetest.TestAnswers(t, open) }
func TestShelf(t *testing.T)       { storetest.TestShelf(t, open) }
func TestEvaluations(t *testing.T) { storetest.TestEvaluations(t, open) }
func TestTurns(t *testing.T)       { storetest.TestTurns(t, open) }
func TestExamples(t *testing.T)    { storetest.TestExamples(t, open) }

// open gives the contract suites a fresh folder.
func open(t *testing.T) storetest.Backend { return openAt(t, t.TempDir()) }

func openAt(t *testing.T, dir string) storetest.Backend {
	t.Helper()
	s := openStore(t, dir, options())
	return storetest.Backend{
		Documents: s, Queue: s.Queue(), Index: s.Index(), Answers: s.Answers(), Evaluations: s.Evaluations(), Examples: s,
		Reopen: func() storetest.Backend {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return openAt(t, dir)
		},
	}
}

func options() local.Options {
	return local.Options{Chunker: storetest.Chunker, Embedder: storetest.Embedder, Dim: storetest.Dim}
}

func openStore(t testing.TB, dir string, o local.Options) *local.Store {
	t.Helper()
	s, err := local.Open(t.Context(), dir, o)
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
