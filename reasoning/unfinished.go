package reasoning

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"

	"footnote/document"
)

// Unfinished keeps what was read for answers that failed half-way, so that the
// same question, asked again, goes on from there. Make it with NewUnfinished;
// a nil one keeps nothing. It is safe for concurrent use.
type Unfinished struct {
	mu    sync.Mutex
	work  map[string]any
	order []string // of arrival
}

// maxUnfinished is how many answers are kept; the oldest goes first.
const maxUnfinished = 100

// NewUnfinished returns an empty one.
func NewUnfinished() *Unfinished { return &Unfinished{work: map[string]any{}} }

// keep stores work; whoever keeps it does not touch it any more.
func (u *Unfinished) keep(key string, work any) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, there := u.work[key]; !there {
		u.order = append(u.order, key)
	}
	u.work[key] = work
	if len(u.order) > maxUnfinished {
		delete(u.work, u.order[0])
		u.order = u.order[1:]
	}
}

// finished is reading that is done, of an answer that is not.
type finished struct {
	mu   sync.Mutex
	work map[string]any
}

func (f *finished) add(key string, work any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.work == nil {
		f.work = map[string]any{}
	}
	f.work[key] = work
}

// keepFinished keeps what was read when the answer failed after all, be it in
// another chain or when the answer was to be given.
func (s *session) keepFinished(err error) {
	if err == nil {
		return
	}
	s.finished.mu.Lock()
	defer s.finished.mu.Unlock()
	for key, work := range s.finished.work {
		s.Unfinished.keep(key, work)
	}
}

// take hands work over to one caller.
func (u *Unfinished) take(key string) (any, bool) {
	if u == nil {
		return nil, false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	work, ok := u.work[key]
	if ok {
		delete(u.work, key)
		u.order = slices.DeleteFunc(u.order, func(k string) bool { return k == key })
	}
	return work, ok
}

// key names work by all that it depends on: the question, the text in the order
// in which it was numbered, the order in which it is read, and who reads. Kept
// numbers mean the same sentences only under the same numbering.
func (s *session) key(kind string, windows []window, order []int) string {
	type place struct {
		Doc         document.ID
		First, Last int
	}
	of := struct {
		Kind, Question, Reader, Prompts string
		Windows                         []place
		Order                           []int
	}{Order: order, Kind: kind, Question: s.q.Text, Reader: s.Reader.Name()}
	if p, ok := s.Reader.(Prompted); ok {
		of.Prompts = p.Prompts()
	}
	for _, w := range windows {
		of.Windows = append(of.Windows, place{w.doc.ID, w.first, w.last})
	}
	data, err := json.Marshal(of)
	if err != nil {
		panic(err) // strings and numbers
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
