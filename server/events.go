package server

// RetrievedEvent tells of a query; the SSE event is "retrieved".
type RetrievedEvent struct {
	Strategy string `json:"strategy,omitempty" doc:"only in comparisons"`
	Step     int    `json:"step" doc:"round, from 1"`
	Query    string `json:"query"`
	Passages int    `json:"passages"`
}

// EvidenceEvent tells what is selected so far; the SSE event is "evidence".
type EvidenceEvent struct {
	Strategy string     `json:"strategy,omitempty" doc:"only in comparisons"`
	Step     int        `json:"step"`
	Evidence []Evidence `json:"evidence" nullable:"false" doc:"best first"`
}

// WorkerEvent tells that a worker has read its range; the SSE event is
// "worker".
type WorkerEvent struct {
	Strategy string     `json:"strategy,omitempty" doc:"only in comparisons"`
	Step     int        `json:"step" doc:"from 1"`
	Steps    int        `json:"steps"`
	Range    *Range     `json:"range,omitempty"`
	Evidence []Evidence `json:"evidence" nullable:"false" doc:"best first"`
}

// Range is a part of a document that was read.
type Range struct {
	Document string `json:"document"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
}

// TokenEvent is a piece of the answer's text; the SSE event is "token".
type TokenEvent struct {
	Strategy string `json:"strategy,omitempty" doc:"only in comparisons"`
	Token    string `json:"token"`
}

// DeletedEvent tells that a document is gone; the SSE event is "deleted".
type DeletedEvent struct {
	ID string `json:"id"`
}
