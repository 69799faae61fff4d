package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"footnote/document"
	"footnote/eval/kept"
	"footnote/reasoning"
)

// Evaluation is a run that is kept, with what it asks and how far it is.
type Evaluation struct {
	ID         string            // "evl_" and 26 characters
	Token      int64             `json:"-"` // of the turn under which it is saved; 0 when it is read
	Name       string            // of the file of questions
	Questions  string            // what the file says; "" in lists
	Documents  []document.ID     // what questions without documents are asked of; empty means all
	Strategies []string          // in the order of the report
	Options    reasoning.Options // how each is run
	Limit      int               // questions drawn, 0 for all
	Seed       uint64
	Status     Status
	Problem    *document.Problem // why it failed
	Asked      int               // questions, each with every strategy
	Done       int               // answers given or failed
	Failed     int               // of them, those that failed
	Usage      Usage             // so far, judging included
	Identity   string            // see Host.Identify; records of another are void
	Report     *Report           // once it is done, without its questions; nil in lists
	Created    time.Time
	Started    time.Time // zero until then
	Resumed    time.Time // when the part of the run began that goes on
	Before     int       // of Done, those from before that
	Ended      time.Time // zero until then
}

// Status is how far an evaluation is.
type Status string

// An evaluation goes through these in order and ends with one of the last
// three. One that is running when the program ends goes on when it starts.
const (
	Queued    Status = "queued"
	Running   Status = "running"
	Done      Status = "done"
	Cancelled Status = "cancelled"
	Failed    Status = "failed"
)

// Final says whether nothing follows.
func (s Status) Final() bool { return s == Done || s == Cancelled || s == Failed }

// Archive keeps evaluations and their records in a store.
type Archive struct{ Store kept.Store }

// Save adds an evaluation, or replaces that of the same id; see
// kept.Evaluations.SaveEvaluation.
func (a Archive) Save(ctx context.Context, e Evaluation) error {
	k, err := stored(e)
	if err == nil && e.Report != nil {
		k.Report, err = json.Marshal(e.Report)
	}
	if err != nil {
		return fmt.Errorf("save evaluation %s: %w", e.ID, err)
	}
	return a.Store.SaveEvaluation(ctx, k)
}

// stored is an evaluation as it is kept, without its report.
func stored(e Evaluation) (kept.Evaluation, error) {
	k := kept.Evaluation{ID: e.ID, Token: e.Token, Questions: e.Questions, Over: e.Status.Final()}
	e.Questions, e.Report = "", nil
	var err error
	k.Head, err = json.Marshal(e)
	return k, err
}

// Get returns kept.ErrNotFound for an unknown id.
func (a Archive) Get(ctx context.Context, id string) (Evaluation, error) {
	k, err := a.Store.Evaluation(ctx, id)
	if err != nil {
		return Evaluation{}, err
	}
	return read(k)
}

// Head returns an evaluation as lists have it; kept.ErrNotFound for an unknown
// id.
func (a Archive) Head(ctx context.Context, id string) (Evaluation, error) {
	head, err := a.Store.Head(ctx, id)
	if err != nil {
		return Evaluation{}, err
	}
	return read(kept.Evaluation{ID: id, Head: head})
}

// read makes an evaluation of what is stored.
func read(k kept.Evaluation) (e Evaluation, err error) {
	err = json.Unmarshal(k.Head, &e)
	if err == nil && k.Report != nil {
		err = json.Unmarshal(k.Report, &e.Report)
	}
	if err != nil {
		return Evaluation{}, fmt.Errorf("evaluation %s: %w", k.ID, err)
	}
	e.Questions = k.Questions
	return e, nil
}

// List returns a page of evaluations, newest first; see
// kept.Evaluations.ListEvaluations.
func (a Archive) List(ctx context.Context, limit int, cursor string) ([]Evaluation, string, error) {
	page, next, err := a.Store.ListEvaluations(ctx, limit, cursor)
	if err != nil {
		return nil, "", err
	}
	out := make([]Evaluation, len(page))
	for i, k := range page {
		if out[i], err = read(k); err != nil {
			return nil, "", err
		}
	}
	return out, next, nil
}

// SaveRecord keeps a record, and how far its evaluation is with it; see
// kept.Records.SaveRecord.
func (a Archive) SaveRecord(ctx context.Context, e Evaluation, r Record) error {
	k := kept.Record{Key: strings.Join([]string{r.Dataset, r.ID, r.Strategy}, "\x00"), Quotes: r.quotes()}
	of, err := stored(e)
	if err == nil {
		k.Body, err = json.Marshal(r)
	}
	if err == nil {
		k.Bare, err = json.Marshal(r.bare())
	}
	if err != nil {
		return fmt.Errorf("save record %s of evaluation %s: %w", r.ID, e.ID, err)
	}
	return a.Store.SaveRecord(ctx, of, k)
}

// Records returns the records of an evaluation, in the order they were saved.
func (a Archive) Records(ctx context.Context, id string) ([]Record, error) {
	bodies, err := a.Store.Records(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make([]Record, len(bodies))
	for i, b := range bodies {
		if err := json.Unmarshal(b, &out[i]); err != nil {
			return nil, fmt.Errorf("records of evaluation %s: %w", id, err)
		}
	}
	return out, nil
}
