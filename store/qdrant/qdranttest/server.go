// Package qdranttest is a Qdrant server for tests, in this process and in
// memory, on the interfaces that the official client is generated with. It does
// what Footnote asks of one and behaves like the real server there: it checks
// keys, ids and vectors, weighs sparse vectors by how rare their terms are in
// the whole collection, and lets searches see changes of many points half done.
// It scans where the real one approximates, so it finds the true nearest. What
// it does not know, calls and fields alike, is an error.
package qdranttest

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"path"
	"sync"
	"testing"
	"time"

	pb "github.com/qdrant/go-client/qdrant"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Options make a server behave in a special way.
type Options struct {
	Key     string // that requests must bear; "" for none
	TLS     bool   // with a certificate of its own, see Server.Certificate
	Version string // that it claims; 1.17.0
	// Strict refuses filters by fields without an index, as strict mode does.
	Strict bool
	// Seen is called with each request before it is done; nil for nobody.
	Seen func(method string, request proto.Message)
}

// Server is a server on a loopback port. It is safe for concurrent use.
type Server struct {
	opts Options
	addr *net.TCPAddr
	own  *certificate // nil without TLS

	mu     sync.Mutex
	grpc   *grpc.Server // nil while it is down
	faults []*Fault
	data   data
}

// Start starts a server that ends with the test.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{opts: o, data: data{all: map[string]*collection{}}}
	if o.TLS {
		var err error
		if s.own, err = newCertificate(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Down)
	return s
}

func (s *Server) listen(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addr = l.Addr().(*net.TCPAddr)
	creds := insecure.NewCredentials()
	if s.own != nil {
		creds = credentials.NewServerTLSFromCert(&s.own.pair)
	}
	s.grpc = grpc.NewServer(
		grpc.Creds(creds), grpc.UnaryInterceptor(s.intercept), grpc.MaxRecvMsgSize(32<<20),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
	)
	pb.RegisterQdrantServer(s.grpc, health{version: s.opts.Version})
	pb.RegisterCollectionsServer(s.grpc, collections{data: &s.data})
	pb.RegisterPointsServer(s.grpc, points{data: &s.data, strict: s.opts.Strict})
	go func(g *grpc.Server) { _ = g.Serve(l) }(s.grpc)
	return nil
}

// Port is where it listens; it stays the same.
func (s *Server) Port() int { return s.addr.Port }

// URL is the address for -index.
func (s *Server) URL() string {
	if s.own != nil {
		return "qdrants://" + s.addr.String()
	}
	return "qdrant://" + s.addr.String()
}

// Certificate is what a client must trust, as PEM; nil without TLS.
func (s *Server) Certificate() []byte {
	if s.own == nil {
		return nil
	}
	return s.own.pem
}

// Down ends the server at once, requests under way included. What it holds
// stays.
func (s *Server) Down() {
	s.mu.Lock()
	g := s.grpc
	s.grpc = nil
	s.mu.Unlock()
	if g != nil {
		g.Stop()
	}
}

// Up starts the server again.
func (s *Server) Up() error { return s.listen(s.addr.String()) }

// Points counts the points of a collection, whatever they are.
func (s *Server) Points(collection string) int {
	s.data.mu.RLock()
	defer s.data.mu.RUnlock()
	c := s.data.all[collection]
	if c == nil {
		return 0
	}
	return len(c.points)
}

// Fault is something that goes wrong.
type Fault struct {
	Method string // "Upsert", "Query" and so on; "" for every one
	After  int    // requests that go well before
	Times  int    // requests that go wrong; 0 for all that follow
	Code   codes.Code
	// Half makes an upsert write half of its points before it fails.
	Half bool
	// Hang gives no answer until the client gives up.
	Hang bool
	// RetryAfter is told to the client in seconds, with codes.ResourceExhausted.
	RetryAfter string
}

// Break makes requests go wrong from now on; Mend ends that.
func (s *Server) Break(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Mend takes all faults away.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault returns what goes wrong with a request, nil for nothing.
func (s *Server) fault(method string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Method != "" && f.Method != method {
			continue
		}
		if f.After > 0 {
			f.After--
			continue
		}
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			}
		}
		return f
	}
	return nil
}

// intercept is what all requests go through.
func (s *Server) intercept(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	method, message := path.Base(info.FullMethod), req.(proto.Message)
	if s.opts.Seen != nil {
		s.opts.Seen(method, message)
	}
	if err := s.authorize(ctx); err != nil {
		return nil, err
	}
	if err := known(message.ProtoReflect()); err != nil {
		return nil, err
	}
	f := s.fault(method)
	if f == nil {
		return handle(ctx, req)
	}
	if upsert, ok := req.(*pb.UpsertPoints); ok && f.Half {
		half := proto.Clone(upsert).(*pb.UpsertPoints)
		half.Points = half.Points[:len(half.Points)/2]
		if _, err := handle(ctx, half); err != nil {
			return nil, err
		}
	}
	if f.Hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if f.RetryAfter != "" {
		_ = grpc.SetTrailer(ctx, metadata.Pairs("retry-after", f.RetryAfter))
	}
	return nil, status.Error(f.Code, "broken by a test")
}

func (s *Server) authorize(ctx context.Context) error {
	if s.opts.Key == "" {
		return nil
	}
	md, _ := metadata.FromIncomingContext(ctx)
	if got := md.Get("api-key"); len(got) != 1 || got[0] != s.opts.Key {
		return status.Error(codes.Unauthenticated, "Invalid API key or JWT")
	}
	return nil
}

type health struct {
	version string
	pb.UnimplementedQdrantServer
}

func (h health) HealthCheck(context.Context, *pb.HealthCheckRequest) (*pb.HealthCheckReply, error) {
	return &pb.HealthCheckReply{Title: "qdranttest", Version: cmp.Or(h.version, "1.17.0")}, nil
}

func invalid(format string, args ...any) error {
	return status.Error(codes.InvalidArgument, "Wrong input: "+fmt.Sprintf(format, args...))
}

// Having counts the points of a collection whose payload has a text in a field.
func (s *Server) Having(collection, field, text string) int {
	s.data.mu.RLock()
	defer s.data.mu.RUnlock()
	n := 0
	if c := s.data.all[collection]; c != nil {
		for _, p := range c.points {
			if p.payload[field].GetStringValue() == text {
				n++
			}
		}
	}
	return n
}
