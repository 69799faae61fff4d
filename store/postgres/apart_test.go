package postgres_test

import (
	"testing"
	"time"

	"footnote/retrieval"
	"footnote/store/postgres"
	"footnote/store/postgres/postgrestest"
	"footnote/store/qdrant"
	"footnote/store/qdrant/qdranttest"
	"footnote/store/storetest"
)

// The contract of documents holds as well when the index is in Qdrant and all
// else in Postgres.
func TestDocumentsWithTheIndexInQdrant(t *testing.T) {
	storetest.TestDocuments(t, func(t *testing.T) storetest.Backend {
		o, err := qdrant.Parse(qdranttest.Start(t, qdranttest.Options{Strict: true}).URL(), "")
		if err != nil {
			t.Fatal(err)
		}
		o.Embedder, o.Dim, o.Chunker, o.Patience = storetest.Embedder, storetest.Dim, storetest.Chunker, time.Minute
		return apartAt(t, options(postgrestest.Database(t)), o)
	})
}

func apartAt(t *testing.T, o postgres.Options, away qdrant.Options) storetest.Backend {
	t.Helper()
	x, err := qdrant.Open(t.Context(), away)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	o.Place = x.Place()
	s := openStore(t, o)
	return storetest.Backend{
		Documents: s, Queue: s.Queue(), Index: retrieval.Apart(x, s), Answers: s.Answers(), Evaluations: s.Evaluations(),
		Reopen: func() storetest.Backend {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return apartAt(t, o, away)
		},
	}
}
