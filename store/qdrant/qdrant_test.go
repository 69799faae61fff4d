package qdrant_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"footnote/store/qdrant"
	"footnote/store/qdrant/qdranttest"
	"footnote/store/storetest"
)

// TestIndex runs the contract on the server of qdranttest.
func TestIndex(t *testing.T) {
	storetest.TestIndex(t, func(t *testing.T) storetest.Backend {
		return backend(t, options(t, qdranttest.Start(t, qdranttest.Options{Strict: true}).URL()))
	})
}

// TestRealIndex runs the contract on a real server, in collections of its own.
// The README says how to start one.
func TestRealIndex(t *testing.T) {
	address := os.Getenv("FOOTNOTE_TEST_QDRANT")
	if address == "" {
		t.Skip("FOOTNOTE_TEST_QDRANT names no server")
	}
	storetest.TestIndex(t, func(t *testing.T) storetest.Backend {
		o := options(t, "qdrant://"+address)
		o.Key = os.Getenv("FOOTNOTE_QDRANT_KEY")
		o.Collection = "footnote-test-" + strings.ToLower(ulid.Make().String())
		dropAfterwards(t, o)
		return backend(t, o)
	})
}

// options are those of the contract.
func options(t testing.TB, address string) qdrant.Options {
	t.Helper()
	o, err := qdrant.Parse(address, "")
	if err != nil {
		t.Fatal(err)
	}
	o.Embedder, o.Dim, o.Chunker = storetest.Embedder, storetest.Dim, storetest.Chunker
	o.Patience = time.Minute
	return o
}

func backend(t *testing.T, o qdrant.Options) storetest.Backend {
	t.Helper()
	x := open(t, o)
	return storetest.Backend{Index: x, Reopen: func() storetest.Backend { return backend(t, o) }}
}

// open opens an index that is closed when the test ends.
func open(t testing.TB, o qdrant.Options) *qdrant.Index {
	t.Helper()
	x, err := qdrant.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}
