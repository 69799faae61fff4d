package qdranttest

import (
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// fields lists what the server understands of each message. Only requests that
// keep to it are done, so that nothing is taken for done that was passed over.
func fields() map[string]string {
	return map[string]string{
		"HealthCheckRequest": "", "ListCollectionsRequest": "",
		"GetCollectionInfoRequest": "collection_name", "CollectionExistsRequest": "collection_name", "DeleteCollection": "collection_name timeout",
		"CreateCollection": "collection_name shard_number on_disk_payload vectors_config replication_factor write_consistency_factor sparse_vectors_config",
		"VectorsConfig":    "params_map", "VectorParamsMap": "map", "VectorParams": "size distance quantization_config on_disk",
		"SparseVectorConfig": "map", "SparseVectorParams": "modifier", "QuantizationConfig": "scalar binary",
		"ScalarQuantization": "type quantile always_ram", "BinaryQuantization": "always_ram",
		"CreateFieldIndexCollection": "collection_name wait field_name field_type field_index_params",
		"PayloadIndexParams":         "keyword_index_params integer_index_params", "KeywordIndexParams": "is_tenant", "IntegerIndexParams": "lookup range",
		"UpsertPoints": "collection_name wait points update_filter", "PointStruct": "id payload vectors", "PointId": "uuid num",
		"Vectors": "vectors", "NamedVectors": "vectors", "Vector": "dense sparse", "DenseVector": "data", "SparseVector": "indices values",
		"Value": "null_value double_value integer_value string_value bool_value list_value", "ListValue": "values",
		"Filter": "should must must_not", "Condition": "field has_id filter", "FieldCondition": "key match", "HasIdCondition": "has_id",
		"Match": "keyword keywords integer integers except_keywords except_integers boolean", "RepeatedStrings": "strings", "RepeatedIntegers": "integers",
		"SetPayloadPoints": "collection_name wait payload points_selector",
		"DeletePoints":     "collection_name wait points", "PointsSelector": "filter points", "PointsIdsList": "ids",
		"GetPoints": "collection_name ids with_payload with_vectors", "CountPoints": "collection_name filter exact",
		"WithPayloadSelector": "enable include", "PayloadIncludeSelector": "fields",
		"WithVectorsSelector": "enable include", "VectorsSelector": "names",
		"ScrollPoints": "collection_name filter offset limit with_payload with_vectors",
		"QueryPoints":  "collection_name query using filter params limit with_payload with_vectors", "QueryBatchPoints": "collection_name query_points",
		"Query": "nearest", "VectorInput": "dense sparse", "SearchParams": "quantization exact hnsw_ef", "QuantizationSearchParams": "rescore oversampling ignore",
	}
}

// known says which field of a request is not understood, or is not known to
// the client's version of the protocol.
func known(m protoreflect.Message) error {
	list, ok := fields()[string(m.Descriptor().Name())]
	if !ok {
		return status.Errorf(codes.Unimplemented, "qdranttest does not know %s", m.Descriptor().Name())
	}
	if len(m.GetUnknown()) > 0 {
		return status.Errorf(codes.Unimplemented, "qdranttest does not know all fields of %s", m.Descriptor().Name())
	}
	understood := strings.Fields(list)
	var err error
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if !slices.Contains(understood, string(f.Name())) {
			err = status.Errorf(codes.Unimplemented, "qdranttest does not know %s of %s", f.Name(), m.Descriptor().Name())
			return false
		}
		err = knownValue(f, v)
		return err == nil
	})
	return err
}

func knownValue(f protoreflect.FieldDescriptor, v protoreflect.Value) (err error) {
	switch {
	case f.IsMap() && f.MapValue().Message() != nil:
		v.Map().Range(func(_ protoreflect.MapKey, one protoreflect.Value) bool {
			err = known(one.Message())
			return err == nil
		})
	case f.IsList() && f.Message() != nil:
		for i := 0; i < v.List().Len() && err == nil; i++ {
			err = known(v.List().Get(i).Message())
		}
	case f.Message() != nil && !f.IsMap():
		err = known(v.Message())
	}
	return err
}
