package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"

	"footnote/chunking"
)

// prepare checks the parts and fills in what was left out.
func prepare(p Parts, o Options) (*Server, error) {
	if p.Documents == nil || p.Retriever == nil || p.Engine == nil || p.Answers == nil {
		return nil, errors.New("server: Documents, Retriever, Engine and Answers are needed")
	}
	if p.Version == "" {
		p.Version = "dev"
	}
	if p.Chunker == nil {
		p.Chunker = chunking.Section{}
	}
	if p.Log == nil {
		p.Log = slog.Default()
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	s := &Server{parts: p, spool: o.Spool, limits: o.Limits.withDefaults(), log: p.Log, now: p.Now}
	for _, k := range o.Keys {
		s.keys = append(s.keys, sha256.Sum256([]byte(k)))
	}
	s.hosts = hostSet(o.Hosts)
	var err error
	if s.url, err = pageURL(o.URL); err != nil {
		return nil, err
	}
	s.origins, s.trusted = http.NewCrossOriginProtection(), map[string]bool{}
	for _, origin := range o.Origins {
		if err := s.origins.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("server: trust origin %q: %w", origin, err)
		}
		s.trusted[origin] = true
	}
	base, end := context.WithCancelCause(context.Background())
	s.base, s.cancel = base, func() { end(errLeft) }
	s.draws = &draws{base: s.base, byKey: map[string]*drawn{}}
	s.metrics = newMetrics(p.Documents, p.Now)
	s.hub = newHub(p.Log, s.metrics.document)
	s.runs = newRuns(s.base, s.limits, p.Now)
	s.offsets = newOffsets()
	most := int64(s.limits.Answering + s.limits.Waiting)
	s.asked, s.searches = semaphore.NewWeighted(most), semaphore.NewWeighted(most)
	s.answering = semaphore.NewWeighted(int64(s.limits.Answering))
	s.searching = semaphore.NewWeighted(int64(s.limits.Answering))
	s.drawing = semaphore.NewWeighted(int64(s.limits.Drawing))
	if p.Evaluations != nil {
		s.evaluator = newEvaluator(s, p.Evaluations)
	}
	return s, nil
}

func (l Limits) withDefaults() Limits {
	l.MaxUpload = or(l.MaxUpload, 1<<30)
	l.MaxFiles = or(l.MaxFiles, 100)
	l.MaxBody = or(l.MaxBody, 1<<20)
	l.BodyTime = or(l.BodyTime, 30*time.Second)
	l.Answering = or(l.Answering, 16)
	l.Waiting = or(l.Waiting, 256)
	l.Drawing = or(l.Drawing, 2)
	l.DrawTime = or(l.DrawTime, 30*time.Second)
	l.AnswerTime = or(l.AnswerTime, 10*time.Minute)
	l.Questions = or(l.Questions, 2000)
	l.Evaluations = or(l.Evaluations, 20)
	l.Heartbeat = or(l.Heartbeat, 15*time.Second)
	l.WriteTime = or(l.WriteTime, 30*time.Second)
	l.RunKept = or(l.RunKept, 10*time.Minute)
	l.RunsKept = or(l.RunsKept, 100)
	l.Lease = or(l.Lease, 15*time.Second)
	l.ShutdownFor = or(l.ShutdownFor, 5*time.Second)
	return l
}

func or[T int | int64 | time.Duration](value, otherwise T) T {
	if value <= 0 {
		return otherwise
	}
	return value
}
