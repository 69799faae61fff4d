package qdrant_test

import (
	"context"
	"testing"

	pb "github.com/qdrant/go-client/qdrant"

	"footnote/store/qdrant"
)

// dropAfterwards removes the collection of a test from a real server.
func dropAfterwards(t *testing.T, o qdrant.Options) {
	t.Helper()
	client, err := pb.NewClient(&pb.Config{Host: o.Host, Port: o.Port, APIKey: o.Key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.DeleteCollection(context.WithoutCancel(t.Context()), o.Collection); err != nil {
			t.Error(err)
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
}
