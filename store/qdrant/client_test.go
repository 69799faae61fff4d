package qdrant_test

import (
	"context"
	"testing"

	pb "github.com/qdrant/go-client/qdrant"

	"footnote/store/qdrant"
)

// dropAfterwards removes the collection of a test from a real server.
func dropAfterwards(t testing.TB, o qdrant.Options) {
	t.Helper()
	client, err := pb.NewClient(&pb.Config{Host: o.Host, Port: o.Port, APIKey: o.Key, SkipCompatibilityCheck: true})
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

// makeForeign makes a collection as another program might.
func makeForeign(t *testing.T, port int) {
	t.Helper()
	client, err := pb.NewClient(&pb.Config{Host: "127.0.0.1", Port: port, SkipCompatibilityCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	err = client.CreateCollection(t.Context(), &pb.CreateCollection{
		CollectionName: "footnote",
		VectorsConfig:  pb.NewVectorsConfigMap(map[string]*pb.VectorParams{"dense": {Size: 8, Distance: pb.Distance_Dot}}),
	})
	if err != nil {
		t.Fatal(err)
	}
}
