package server

import (
	"time"

	"footnote/eval"
)

// EvaluationRequest asks strategies the questions of a file.
type EvaluationRequest struct {
	Name       string        `json:"name" minLength:"1" maxLength:"255" doc:"of the file; .csv and .tsv are tables, others JSON Lines"`
	Questions  string        `json:"questions" doc:"what the file says; see doc/benchmarks.md for its form"`
	Strategies []string      `json:"strategies" minItems:"1" maxItems:"16" nullable:"false" doc:"names from /v1/strategies, each once"`
	Options    AnswerOptions `json:"options,omitempty"`
	Documents  []string      `json:"documents,omitempty" minItems:"1" maxItems:"1000" nullable:"false" doc:"ids; what questions that name no document are asked of; omitted means every ready document"`
	Limit      int           `json:"limit,omitempty" minimum:"0" doc:"questions drawn by the seed; 0 or omitted means all"`
	Seed       *uint64       `json:"seed,omitempty" doc:"chooses the questions and the resampling behind the intervals; default 1"`
}

// Evaluation is how far the questions of a file are asked.
type Evaluation struct {
	ID          string         `json:"id"`
	Name        string         `json:"name" doc:"of the file of questions"`
	Status      eval.Status    `json:"status" enum:"queued,running,done,cancelled,failed"`
	Strategies  []string       `json:"strategies" nullable:"false"`
	Options     AnswerOptions  `json:"options"`
	Documents   []string       `json:"documents" nullable:"false" doc:"what questions that name no document are asked of; empty means every ready document"`
	Limit       int            `json:"limit"`
	Seed        uint64         `json:"seed"`
	Questions   int            `json:"questions" doc:"how many are asked of each strategy"`
	Total       int            `json:"total" doc:"questions times strategies"`
	Done        int            `json:"done" doc:"of total, those asked"`
	Failed      int            `json:"failed" doc:"of done, those that ended in an error"`
	SecondsLeft *float64       `json:"seconds_left" doc:"estimated; null when it cannot be told"`
	Usage       Usage          `json:"usage" doc:"so far, for answers and judging"`
	Error       *DocumentError `json:"error,omitempty" doc:"why it failed"`
	Created     time.Time      `json:"created"`
	Ended       *time.Time     `json:"ended" doc:"null until then"`
}

// Evaluations is a page of evaluations.
type Evaluations struct {
	Evaluations []Evaluation `json:"evaluations" nullable:"false" doc:"newest first"`
	Next        string       `json:"next" doc:"cursor of the next page, empty after the last"`
}

// EvaluationReport is an evaluation with its scores.
type EvaluationReport struct {
	Evaluation
	Report *Report `json:"report,omitempty" doc:"absent until it is done"`
}

// Report is what an evaluation found. Scores are those of footnote eval; see
// doc/benchmarks.md for their keys.
type Report struct {
	Version     string             `json:"version"`
	Model       string             `json:"model" doc:"what read, with the version of its prompts"`
	Judge       string             `json:"judge" doc:"who said what supports what; lexical is no model"`
	Chunker     string             `json:"chunker"`
	Documents   int                `json:"documents" doc:"how many were asked of"`
	Rows        []ReportRow        `json:"rows" nullable:"false" doc:"one for each score that a strategy has"`
	Totals      []ReportTotal      `json:"totals" nullable:"false" doc:"one for each strategy"`
	Differences []ReportDifference `json:"differences" nullable:"false" doc:"one for each pair of strategies"`
	Quality     []ReportQuality    `json:"quality" nullable:"false" doc:"how good the answers of each strategy are beside what they cost"`
	Depth       []ReportDepth      `json:"depth" nullable:"false" doc:"how much gold evidence each strategy found, by where it stands"`
}

// ReportScore is a value with the interval that holds it with 95 % confidence.
type ReportScore struct {
	N     int      `json:"n" doc:"questions that it is over"`
	Value *float64 `json:"value" doc:"null when unknown"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

// ReportRow is one score of all strategies.
type ReportRow struct {
	Key    string        `json:"key"`
	Unit   string        `json:"unit" enum:"share,count,tokens,seconds,dollars"`
	Scores []ReportScore `json:"scores" nullable:"false" doc:"in the order of the strategies"`
}

// ReportTotal is what a strategy took in all.
type ReportTotal struct {
	Strategy string `json:"strategy"`
	N        int    `json:"n" doc:"questions asked"`
	Failed   int    `json:"failed" doc:"of them, those that ended in an error; they score 0"`
	Usage    Usage  `json:"usage"`
}

// ReportDifference sets two strategies side by side on the same questions.
type ReportDifference struct {
	A     string    `json:"a"`
	B     string    `json:"b"`
	Rows  []DiffRow `json:"rows" nullable:"false" doc:"how much more a scores than b"`
	OnlyA int       `json:"only_a" doc:"questions that a alone got right, word for word"`
	OnlyB int       `json:"only_b" doc:"questions that b alone got right"`
	P     float64   `json:"p" doc:"of a split at least this uneven if both were equal (McNemar's exact test)"`
}

// DiffRow is the difference in one score.
type DiffRow struct {
	Key  string `json:"key"`
	Unit string `json:"unit" enum:"share,count,tokens,seconds,dollars"`
	ReportScore
}

// ReportQuality is a point of quality against cost.
type ReportQuality struct {
	Strategy   string      `json:"strategy"`
	QualityKey string      `json:"quality_key" enum:"f1,cited_recall@10,abstain_accuracy"`
	Quality    ReportScore `json:"quality"`
	CostKey    string      `json:"cost_key" enum:"cost_usd,tokens,seconds"`
	Cost       ReportScore `json:"cost"`
}

// ReportDepth is how much gold a strategy found in each tenth of the documents.
type ReportDepth struct {
	Strategy string       `json:"strategy"`
	Tenths   []DepthTenth `json:"tenths" nullable:"false" doc:"from the beginning of the documents"`
}

// DepthTenth is one tenth of the documents' length.
type DepthTenth struct {
	N         int         `json:"n" doc:"gold sentences that stand there"`
	Retrieved ReportScore `json:"retrieved" doc:"share of them among the first 10 passages"`
	Cited     ReportScore `json:"cited" doc:"share of them among the first 10 of the evidence selected"`
}

// EvaluatedQuestions is a page of the questions of an evaluation.
type EvaluatedQuestions struct {
	Questions []EvaluatedQuestion `json:"questions" nullable:"false" doc:"in the order of the file; only those asked so far"`
	Next      int                 `json:"next" doc:"number to ask for next, -1 after the last"`
}

// EvaluatedQuestion is a question with how each strategy did.
type EvaluatedQuestion struct {
	Number     int      `json:"number" doc:"from 1, among those asked so far"`
	ID         string   `json:"id" doc:"as the file has it"`
	Question   string   `json:"question"`
	Answerable bool     `json:"answerable"`
	Results    []Result `json:"results" nullable:"false" doc:"in the order of the strategies"`
}

// Result is how a strategy did on a question.
type Result struct {
	Strategy  string   `json:"strategy"`
	Abstained bool     `json:"abstained"`
	Right     bool     `json:"right" doc:"word for word one of the gold answers, or an abstention where there is none"`
	Short     string   `json:"short"`
	F1        *float64 `json:"f1" doc:"null without a gold answer"`
	Cited     int      `json:"cited" doc:"gold sentences among the first 10 of the evidence selected"`
	Gold      int      `json:"gold" doc:"gold sentences"`
	Seconds   float64  `json:"seconds"`
	Error     string   `json:"error,omitempty" doc:"why there is no answer"`
}

// EvaluatedRecord is all that is kept of a question.
type EvaluatedRecord struct {
	EvaluatedQuestion
	Documents []string          `json:"documents" nullable:"false" doc:"what it is asked of, as the library is now; empty means every ready document"`
	Gold      EvaluatedGold     `json:"gold"`
	Answers   []EvaluatedAnswer `json:"answers" nullable:"false" doc:"in the order of the strategies"`
}

// EvaluatedGold is what a right answer is.
type EvaluatedGold struct {
	Answers  []string       `json:"answers" nullable:"false" doc:"alternatives"`
	Evidence []GoldEvidence `json:"evidence" nullable:"false"`
}

// GoldEvidence is a sentence that an answer needs.
type GoldEvidence struct {
	Document string   `json:"document" doc:"as the file names it; empty when it may stand anywhere"`
	Text     string   `json:"text"`
	Page     int      `json:"page" doc:"from 1; 0 when not given"`
	Depth    *float64 `json:"depth" doc:"how far into its document it stands, in [0, 1); null when it was not found there"`
}

// EvaluatedAnswer is what a strategy said. The words are gone once a document
// that they rest on is deleted.
type EvaluatedAnswer struct {
	Strategy string          `json:"strategy"`
	Text     string          `json:"text"`
	Missing  string          `json:"missing" doc:"what is missing when it abstained"`
	Found    []FoundEvidence `json:"found" nullable:"false" doc:"the first of the evidence selected, best first"`
	Ranks    []int           `json:"ranks" nullable:"false" doc:"where among the evidence each gold sentence first stands, from 1; 0 is nowhere"`
	Usage    Usage           `json:"usage"`
}

// FoundEvidence is evidence that a strategy selected.
type FoundEvidence struct {
	Document string `json:"document"`
	Name     string `json:"name"`
	Page     int    `json:"page" doc:"from 1; 0 without pages"`
	Quote    string `json:"quote"`
	Cited    bool   `json:"cited" doc:"the answer's text points at it"`
	Gold     []int  `json:"gold" nullable:"false" doc:"gold sentences that it holds, from 0"`
}
