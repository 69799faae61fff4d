package qdranttest

import (
	"context"

	pb "github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// collections serves collections.
type collections struct {
	pb.UnimplementedCollectionsServer
	data *data
}

func (s collections) Create(_ context.Context, r *pb.CreateCollection) (*pb.CollectionOperationResponse, error) {
	s.data.mu.Lock()
	defer s.data.mu.Unlock()
	if r.GetCollectionName() == "" {
		return nil, invalid("collection name is empty")
	}
	if _, ok := s.data.all[r.GetCollectionName()]; ok {
		return nil, status.Errorf(codes.AlreadyExists, "Wrong input: Collection `%s` already exists!", r.GetCollectionName())
	}
	for name, v := range r.GetVectorsConfig().GetParamsMap().GetMap() {
		if v.GetSize() == 0 || v.GetDistance() != pb.Distance_Cosine && v.GetDistance() != pb.Distance_Dot {
			return nil, invalid("vector %s needs a size, and cosine or dot distance", name)
		}
	}
	s.data.all[r.GetCollectionName()] = newCollection(r)
	return &pb.CollectionOperationResponse{Result: true}, nil
}

func (s collections) Delete(_ context.Context, r *pb.DeleteCollection) (*pb.CollectionOperationResponse, error) {
	s.data.mu.Lock()
	defer s.data.mu.Unlock()
	_, there := s.data.all[r.GetCollectionName()]
	delete(s.data.all, r.GetCollectionName())
	return &pb.CollectionOperationResponse{Result: there}, nil
}

func (s collections) CollectionExists(_ context.Context, r *pb.CollectionExistsRequest) (*pb.CollectionExistsResponse, error) {
	s.data.mu.RLock()
	defer s.data.mu.RUnlock()
	_, there := s.data.all[r.GetCollectionName()]
	return &pb.CollectionExistsResponse{Result: &pb.CollectionExists{Exists: there}}, nil
}

func (s collections) Get(_ context.Context, r *pb.GetCollectionInfoRequest) (*pb.GetCollectionInfoResponse, error) {
	s.data.mu.RLock()
	defer s.data.mu.RUnlock()
	c, err := s.data.find(r.GetCollectionName())
	if err != nil {
		return nil, err
	}
	schema := map[string]*pb.PayloadSchemaInfo{}
	for field := range c.types {
		schema[field] = &pb.PayloadSchemaInfo{}
	}
	return &pb.GetCollectionInfoResponse{Result: &pb.CollectionInfo{
		Status: pb.CollectionStatus_Green, PointsCount: pb.PtrOf(uint64(len(c.points))), PayloadSchema: schema,
		Config: &pb.CollectionConfig{Params: &pb.CollectionParams{
			ShardNumber: max(c.made.GetShardNumber(), 1), OnDiskPayload: c.made.GetOnDiskPayload(),
			VectorsConfig: c.made.GetVectorsConfig(), SparseVectorsConfig: c.made.GetSparseVectorsConfig(),
			ReplicationFactor: c.made.ReplicationFactor, WriteConsistencyFactor: c.made.WriteConsistencyFactor,
		}},
	}}, nil
}
