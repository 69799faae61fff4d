package qdrant_test

import (
	"testing"

	"footnote/retrieval"
	"footnote/store/local"
	"footnote/store/qdrant"
	"footnote/store/qdrant/qdranttest"
	"footnote/store/storetest"
)

// The contract of the other sides holds as well when the index is in Qdrant and
// all else in a folder: documents are found when they are ready, and not when
// they are cancelled, failed or deleted.

func TestDocumentsBesideQdrant(t *testing.T) { storetest.TestDocuments(t, beside) }
func TestLibraryBesideQdrant(t *testing.T)   { storetest.TestLibrary(t, beside) }
func TestQueueBesideQdrant(t *testing.T)     { storetest.TestQueue(t, beside) }
func TestAnswersBesideQdrant(t *testing.T)   { storetest.TestAnswers(t, beside) }

func beside(t *testing.T) storetest.Backend {
	return besideAt(t, t.TempDir(), options(t, qdranttest.Start(t, qdranttest.Options{Strict: true}).URL()))
}

func besideAt(t *testing.T, dir string, o qdrant.Options) storetest.Backend {
	t.Helper()
	x := open(t, o)
	s, err := local.Open(t.Context(), dir, local.Options{Chunker: o.Chunker, Embedder: o.Embedder, Dim: o.Dim, Place: x.Place()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return storetest.Backend{
		Documents: s, Queue: s.Queue(), Index: retrieval.Apart(x, s), Answers: s.Answers(), Evaluations: s.Evaluations(),
		Reopen: func() storetest.Backend {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return besideAt(t, dir, o)
		},
	}
}
