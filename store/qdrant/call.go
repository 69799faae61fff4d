package qdrant

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	pb "github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"footnote/retrieval"
)

// How long one request may take before it is sent again, one that changes many
// points longer, and the waits between two of them. Every request can be sent
// twice: it writes the same points or removes what is gone already.
const (
	readTime     = 10 * time.Second
	changeTime   = time.Minute
	firstBackoff = 50 * time.Millisecond
	longestWait  = 2 * time.Second
)

// maxReply bounds a reply: ten thousands of passages.
const maxReply = 64 << 20

// connect makes a client. It does not wait for the server.
func connect(o *Options) (*pb.Client, error) {
	key := func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		if o.Key != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "api-key", o.Key)
		}
		return invoke(ctx, method, req, reply, cc, opts...)
	}
	again := backoff.DefaultConfig
	again.BaseDelay, again.MaxDelay = firstBackoff, longestWait
	c, err := pb.NewClient(&pb.Config{
		Host: o.Host, Port: o.Port, UseTLS: o.TLS, SkipCompatibilityCheck: true, PoolSize: 1,
		KeepAliveTimeout: 10, // seconds; the client's own 2 cut off servers that are merely busy
		GrpcOptions: []grpc.DialOption{
			grpc.WithChainUnaryInterceptor(key), // the client's own would print a warning at each start
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxReply), grpc.MaxCallSendMsgSize(maxReply)),
			grpc.WithConnectParams(grpc.ConnectParams{Backoff: again, MinConnectTimeout: 3 * time.Second}),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("connect to Qdrant at %s: %w", o.Address(), err)
	}
	return c, nil
}

// call sends a request, and again while the server does not answer, until ctx
// ends or patience has run out.
func call[Q, R any](ctx context.Context, x *Index, send func(context.Context, Q, ...grpc.CallOption) (R, error), request Q) (R, error) {
	began := time.Now()
	for wait := firstBackoff; ; wait = min(2*wait, longestWait) {
		try, cancel := context.WithTimeout(ctx, timeFor(request))
		reply, err := send(try, request)
		cancel()
		if err == nil {
			return reply, nil
		}
		if ctx.Err() != nil {
			return reply, ctx.Err()
		}
		pause := wait/2 + rand.N(wait/2)
		var limited *pb.QdrantResourceExhaustedError
		if errors.As(err, &limited) {
			pause = time.Duration(max(limited.RetryAfterS, 0))*time.Second + pause
		}
		if !passing(err) || time.Since(began)+pause > x.opts.Patience {
			return reply, x.explain(err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return reply, ctx.Err()
		}
	}
}

func timeFor(request any) time.Duration {
	switch request.(type) {
	case *pb.UpsertPoints, *pb.SetPayloadPoints, *pb.DeletePoints, *pb.CreateCollection, *pb.DeleteCollection, *pb.CreateFieldIndexCollection:
		return changeTime
	}
	return readTime
}

// passing says whether an error may go away by itself.
func passing(err error) bool {
	var limited *pb.QdrantResourceExhaustedError
	switch code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Aborted:
		return true
	}
	return errors.As(err, &limited)
}

func code(err error) codes.Code { return status.Code(err) }

// explain says what to do about an error.
func (x *Index) explain(err error) error {
	at := x.opts.Address()
	switch {
	case code(err) == codes.Unauthenticated, code(err) == codes.PermissionDenied:
		return fmt.Errorf("%w: Qdrant at %s refuses the key: set FOOTNOTE_QDRANT_KEY to one that may write: %w", retrieval.ErrIndexDown, at, err)
	case passing(err):
		return fmt.Errorf("%w: Qdrant at %s does not answer: start it, or correct -index (it is the gRPC port, 6334 unless changed): %w", retrieval.ErrIndexDown, at, err)
	case code(err) == codes.NotFound:
		return fmt.Errorf("%w: Qdrant at %s has no collection %s any more: start the server again to make it, then run footnote reindex: %w",
			retrieval.ErrIndexDown, at, x.opts.Collection, err)
	}
	return fmt.Errorf("the Qdrant server at %s: %w", at, err)
}
