// Package server is Footnote's HTTP API and the host of its page.
//
// Operations with JSON on both sides go through huma, which validates them and
// describes them in the OpenAPI document; streams and files are plain chi
// handlers that are described by hand beside them. Every error is an RFC 9457
// problem with a stable code, from one table in errors.go; the addresses in
// the form of OpenAI's API put it into that form.
package server

import (
	"context"
	"crypto/sha256"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"golang.org/x/sync/semaphore"

	"footnote/chunking"
	"footnote/document"
	"footnote/eval"
	"footnote/eval/kept"
	"footnote/reasoning"
	"footnote/retrieval"
)

// Engine answers questions; *reasoning.Engine is the real one. It gives answers
// and comparisons their ids; the server stores them. Implementations are safe
// for concurrent use.
type Engine interface {
	// Answer runs a strategy by name; "" means auto. Emit is called from one
	// goroutine at a time. Errors: those of reasoning, retrieval and document.
	Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error)
	// Compare runs several strategies at once. Emit may be called from several
	// goroutines.
	Compare(ctx context.Context, q reasoning.Question, strategies []string, emit func(strategy string, e reasoning.Event)) (reasoning.Comparison, error)
	Strategies() []reasoning.Description
	Model() string // the reader's name, or "extractive"
}

// Pictures keeps drawn pages, so that a page is drawn once. Implementations
// are safe for concurrent use; a picture that was dropped is drawn again.
type Pictures interface {
	Find(id document.ID, page, width int) (p document.Picture, found bool, err error)
	Keep(id document.ID, page, width int, p document.Picture) error
}

// Parts are what a server is made of. Documents, Retriever, Engine and Answers
// are needed.
type Parts struct {
	Documents   document.Store
	Retriever   retrieval.Retriever
	Engine      Engine
	Answers     reasoning.Answers
	Streams     reasoning.Streams // between the servers of the store; nil: this is the only one
	Evaluations kept.Store        // nil: there are none
	Judge       eval.Judge        // of citations in evaluations; nil: eval.Lexical
	Reads       string            // what reads, with the version of its prompts, for reports of evaluations
	Chunker     chunking.Chunker  // what cut the documents; nil: chunking.Section
	Renderer    document.Renderer // nil: pages have no images
	Pictures    Pictures          // nil: every page is drawn anew
	Page        fs.FS             // the page's files with index.html; nil: no page
	Formats     []Format
	Settings    []Setting
	Ready       func() error                    // nil means always ready
	Notes       func() []string                 // what is missing while requests are served all the same, in sentences; nil: nothing
	Trace       func(http.Handler) http.Handler // goes around every request; nil: nothing does
	Version     string                          // "" means "dev"
	Now         func() time.Time                // nil means time.Now
	Log         *slog.Logger                    // nil means slog.Default
}

// Limits bound what one client can take. Zero values mean the default.
type Limits struct {
	MaxUpload   int64         // bytes of one file; default 1 GiB
	MaxFiles    int           // files of one upload; default 100
	MaxBody     int64         // bytes of a JSON body; default 1 MiB
	BodyTime    time.Duration // longest time for a JSON body to arrive; default 30 s
	Answering   int           // questions answered at once, and as many searches, others wait; default 16
	Waiting     int           // questions that may wait, and as many searches; default 256
	Drawing     int           // pages drawn at once; default 2
	DrawTime    time.Duration // longest time to draw a page, waiting included; default 30 s
	AnswerTime  time.Duration // longest time for an answer; default 10 minutes
	Questions   int           // asked in one evaluation; default 2000
	Evaluations int           // not over at the same time; default 20
	Heartbeat   time.Duration // silence on a stream before a comment is sent; default 15 s
	WriteTime   time.Duration // longest time a stalled client is waited for; default 30 s
	RunKept     time.Duration // how long a finished stream can be replayed; default 10 minutes
	RunsKept    int           // how many finished streams are kept; default 100
	Lease       time.Duration // how long what a server does stays its own once it is gone; default 15 s
	ShutdownFor time.Duration // how long Close waits for answers; default 5 s
}

// Options say who may do what.
type Options struct {
	Keys    []string // API keys; none means that no key is asked for
	Hosts   []string // host names served beside loopback and IP addresses; "*" means any
	URL     string   // where people reach the page, for links to it; "" means as the request came
	Origins []string // origins ("https://host") trusted beside the server's own
	Limits  Limits
	Spool   string // folder for copies of originals while pages are drawn; "" is the system's
}

// Server is the HTTP API. Make it with New and end it with Close.
type Server struct {
	parts     Parts
	limits    Limits
	spool     string
	keys      [][sha256.Size]byte
	hosts     map[string]bool
	url       string // without a slash at its end, or ""
	origins   *http.CrossOriginProtection
	trusted   map[string]bool // origins besides our own
	log       *slog.Logger
	now       func() time.Time
	router    *chi.Mux
	api       huma.API
	openapi   []byte
	metrics   *metrics
	hub       *hub
	runs      *runs
	offsets   *offsets
	asked     *semaphore.Weighted // questions being answered and waiting
	answering *semaphore.Weighted
	searches  *semaphore.Weighted // searches going on and waiting
	searching *semaphore.Weighted
	drawing   *semaphore.Weighted
	draws     *draws
	agents    *agents
	evaluator *evaluator // nil without a place to keep evaluations

	base   context.Context // ends with Close; runs and streams live in it
	cancel context.CancelFunc
	wait   sync.WaitGroup
}

// New makes a server and starts watching the library. Errors: an origin that
// is none, a missing part, a page whose files cannot be read.
func New(p Parts, o Options) (*Server, error) {
	s, err := prepare(p, o)
	if err != nil {
		return nil, err
	}
	if err := s.route(); err != nil {
		s.cancel()
		return nil, err
	}
	s.wait.Go(func() { s.hub.watch(s.base, s.parts.Documents) })
	if s.evaluator != nil {
		s.wait.Go(func() { s.evaluator.work(s.base) })
	}
	if s.parts.Streams != nil {
		s.wait.Go(func() { s.sweepRuns(s.base) })
	}
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.router.ServeHTTP(w, r) }

// Close ends streams and waits a while for answers that are being given; what
// is unfinished then is cancelled.
func (s *Server) Close() {
	s.runs.drain(s.limits.ShutdownFor)
	s.cancel()
	s.wait.Wait()
	s.runs.drain(s.limits.ShutdownFor) // what was cancelled tells its followers at other servers
}
