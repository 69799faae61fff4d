package main

import (
	"math/rand/v2"
	"net/http"
	"testing"

	"footnote/store/postgres/postgrestest"
)

// replicaKills is how often one of two servers is killed while both ingest.
const replicaKills = 4

// TestServersOfOneDatabaseLoseNothing lets two servers share a database and
// kills one of them again and again. The other answers all the while, and in the
// end every document is ready, once, whichever is asked.
func TestServersOfOneDatabaseLoseNothing(t *testing.T) {
	store := postgrestest.Database(t)
	random := rand.New(rand.NewPCG(4, 0))
	files := writeDocuments(t, random, 0)
	stays, dies := &lab{bin: binary(t), data: t.TempDir()}, &lab{bin: binary(t), data: t.TempDir()}
	t.Cleanup(stays.kill)
	t.Cleanup(dies.kill)
	check(t, stays.start("-store", store, "-workers", "1"))
	check(t, dies.start("-store", store, "-workers", "2"))
	for i, l := range []*lab{stays, dies} {
		status, err := l.upload(files[i*len(files)/2 : (i+1)*len(files)/2]...)
		check(t, err)
		if status != http.StatusAccepted {
			t.Fatalf("upload: status %d: %s", status, l.raw)
		}
	}
	for range replicaKills {
		killAfter(t, dies, 1+random.IntN(6))
		if status, err := stays.do(http.MethodGet, "/readyz", "", nil); err != nil || status != http.StatusOK {
			t.Errorf("the other server is not ready: status %d, %v", status, err)
		}
		check(t, dies.start("-store", store, "-workers", "2"))
	}
	dies.kill()
	if unfinished(t, stays) > 0 {
		check(t, stays.watch("/v1/documents/events", func(change) bool { return unfinished(t, stays) == 0 }))
	}
	everyDocumentOnce(t, stays, files)
	check(t, dies.start("-store", store))
	everyDocumentOnce(t, dies, files)
	check(t, dies.stop())
	check(t, stays.stop())
}
