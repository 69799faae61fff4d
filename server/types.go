package server

import (
	"time"

	"footnote/document"
)

// Every offset in these types counts Unicode code points of the document's
// text, from 0; ranges are half-open. Every list is present, if empty.

// Document is a document of the library.
type Document struct {
	ID         string            `json:"id" example:"doc_01JD8Z3K7V5Q2W9X4Y6B1C0M8N"`
	Name       string            `json:"name" doc:"label given at upload"`
	Title      string            `json:"title" doc:"title that the file gives itself, empty when unknown"`
	MediaType  string            `json:"media_type"`
	Language   string            `json:"language" doc:"ISO 639-1, und when unknown"`
	Hash       string            `json:"hash" doc:"SHA-256 of the original, hex"`
	Bytes      int64             `json:"bytes" doc:"size of the original"`
	Status     document.Status   `json:"status" enum:"queued,parsing,chunking,embedding,indexing,ready,failed"`
	Progress   document.Progress `json:"progress"`
	Pages      int               `json:"pages" doc:"0 for formats without pages"`
	Sections   int               `json:"sections"`
	Sentences  int               `json:"sentences"`
	Chunks     int               `json:"chunks"`
	Characters int               `json:"characters" doc:"code points of the text"`
	Warnings   []string          `json:"warnings" nullable:"false" doc:"what could not be read, in sentences"`
	Error      *DocumentError    `json:"error" doc:"why the document failed, null otherwise"`
	Duplicate  bool              `json:"duplicate,omitempty" doc:"only in the reply to an upload: the same bytes were already there"`
	Created    time.Time         `json:"created"`
	Updated    time.Time         `json:"updated"`
}

// DocumentError is why a document failed.
type DocumentError struct {
	Code   string `json:"code" doc:"as in a problem"`
	Detail string `json:"detail"`
	Fix    string `json:"fix"`
}

// Documents is a page of the library.
type Documents struct {
	Documents []Document `json:"documents" nullable:"false" doc:"in the order asked for"`
	Total     int        `json:"total" doc:"how many there are on all pages"`
	Next      string     `json:"next" doc:"cursor of the next page, empty after the last"`
}

// Uploaded is what became of the files of an upload.
type Uploaded struct {
	Documents []Document `json:"documents" nullable:"false" doc:"one for each file taken, in order"`
	Rejected  []Rejected `json:"rejected" nullable:"false" doc:"one for each file refused, in order"`
}

// Rejected says why a file of an upload was refused.
type Rejected struct {
	Name   string `json:"name"`
	Status int    `json:"status" doc:"the status it would have had alone"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Fix    string `json:"fix"`
}

// Section is a titled part of a document.
type Section struct {
	Number  int    `json:"number" doc:"0 is the root, which holds the whole text"`
	Parent  int    `json:"parent" doc:"number of the section around it, -1 for the root"`
	Level   int    `json:"level" doc:"0 for the root, 1 for the outermost headings"`
	Heading string `json:"heading"`
	Page    int    `json:"page" doc:"page it starts on, from 1; 0 without pages"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
}

// Sections is a document's outline.
type Sections struct {
	Sections []Section `json:"sections" nullable:"false" doc:"in reading order, the root first"`
	Divided  bool      `json:"divided" doc:"whether a model divided the document, so that its chunks have a division"`
}

// Sentence is a numbered sentence of a document.
type Sentence struct {
	Number  int    `json:"number" doc:"from 0"`
	Text    string `json:"text"`
	Kind    string `json:"kind" enum:"paragraph,heading,item,header_row,row,code,note,caption"`
	Section int    `json:"section" doc:"number of the innermost section"`
	Page    int    `json:"page" doc:"page it starts on, from 1; 0 without pages"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
}

// Sentences is a run of a document's sentences.
type Sentences struct {
	Sentences []Sentence `json:"sentences" nullable:"false"`
	Total     int        `json:"total" doc:"how many the document has"`
	Next      int        `json:"next" doc:"number to ask for next, -1 after the last"`
}

// PageSummary is a page without its words.
type PageSummary struct {
	Number int     `json:"number" doc:"position in the file, from 1"`
	Label  string  `json:"label" doc:"printed label, empty when it is the number"`
	Width  float64 `json:"width" doc:"points (1/72 inch)"`
	Height float64 `json:"height" doc:"points (1/72 inch)"`
	Start  int     `json:"start"`
	End    int     `json:"end"`
}

// Pages lists the pages of a document.
type Pages struct {
	Pages []PageSummary `json:"pages" nullable:"false" doc:"empty for formats without pages"`
}

// Page is a page with the places of its words.
type Page struct {
	PageSummary
	Words []Word `json:"words" nullable:"false" doc:"in reading order; empty for formats without places"`
}

// Word is a run of text with its place, in fractions of the page from the top
// left corner.
type Word struct {
	Start  int     `json:"start"`
	End    int     `json:"end"`
	X      float32 `json:"x"`
	Y      float32 `json:"y"`
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
}

// Box is a rectangle to highlight, in fractions of the page from the top left
// corner.
type Box struct {
	Page   int     `json:"page" doc:"from 1"`
	X      float32 `json:"x"`
	Y      float32 `json:"y"`
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
}

// SearchRequest asks for passages.
type SearchRequest struct {
	Query     string   `json:"query" doc:"words to look for, at most 20,000 characters"`
	Documents []string `json:"documents,omitempty" minItems:"1" maxItems:"1000" nullable:"false" doc:"ids; omitted means every document"`
	Limit     int      `json:"limit,omitempty" minimum:"1" maximum:"200" doc:"passages wanted; default 10"`
}

// Passage is a chunk found for a query.
type Passage struct {
	Rank     int      `json:"rank" doc:"1 is best"`
	Score    float64  `json:"score" doc:"higher is better; comparable within one list only"`
	Document string   `json:"document"`
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Page     int      `json:"page" doc:"page it starts on, from 1; 0 without pages"`
	Section  []string `json:"section" nullable:"false" doc:"headings from outermost to innermost"`
	Start    int      `json:"start"`
	End      int      `json:"end"`
	Header   string   `json:"header" doc:"what is searched beside the text: title, headings, column heads and, where a model divides documents, what it says the passage is about; never quoted"`
	Text     string   `json:"text" doc:"the document's words from start to end"`
}

// SearchResult is what a query found.
type SearchResult struct {
	Query    string    `json:"query"`
	Passages []Passage `json:"passages" nullable:"false" doc:"best first"`
	Lexical  int       `json:"lexical" doc:"chunks that the lexical list had"`
	Dense    int       `json:"dense" doc:"chunks that the dense list had"`
	Notes    []string  `json:"notes" nullable:"false" doc:"what people should know"`
}

// AnswerOptions tune a strategy; the fields are those of reasoning.Options.
type AnswerOptions struct {
	MaxRounds    int    `json:"max_rounds,omitempty" minimum:"1" maximum:"5" doc:"alr2: rounds of retrieve and select; default 2"`
	Scan         bool   `json:"scan,omitempty" doc:"alr2: select over every window instead of retrieving"`
	Budget       int    `json:"budget,omitempty" minimum:"500" maximum:"200000" doc:"tokens of passages shown; default 8000"`
	Window       int    `json:"window,omitempty" minimum:"1000" maximum:"200000" doc:"tokens a worker or scan window holds; default 16000"`
	MaxEvidence  int    `json:"max_evidence,omitempty" minimum:"1" maximum:"50" doc:"without a model: sentences cited at most; default 5"`
	EvidenceOnly bool   `json:"evidence_only,omitempty" doc:"alr2: reason without the context of the selected sentences"`
	Direction    string `json:"direction,omitempty" enum:"forward,backward,both" doc:"coa: default forward"`
	Paths        int    `json:"paths,omitempty" minimum:"1" maximum:"5" doc:"coa: answers made by chains in different orders, of which one is chosen; default 1"`
	Chooser      string `json:"chooser,omitempty" enum:"vote,judge" doc:"coa: how one of several paths is chosen; default vote"`
	Verify       bool   `json:"verify,omitempty" doc:"ask the model whether the evidence entails each statement"`
	Expand       bool   `json:"expand,omitempty" doc:"where passages are retrieved: search for a passage that the model makes up as well; it is never shown, and no evidence"`
	Clarify      bool   `json:"clarify,omitempty" doc:"alr2: the model first says what has to be cleared up, and that is looked up in the documents as well"`
	Demonstrate  bool   `json:"demonstrate,omitempty" doc:"show the model, with the question, a few others about a document with their answers; the model makes them once from the document, and they are no evidence"`
}

// Question asks for an answer.
type Question struct {
	Question  string        `json:"question" doc:"at most 20,000 characters"`
	Documents []string      `json:"documents,omitempty" minItems:"1" maxItems:"1000" nullable:"false" doc:"ids; omitted means every ready document"`
	Strategy  string        `json:"strategy,omitempty" doc:"a name from /v1/strategies; omitted means auto"`
	Options   AnswerOptions `json:"options,omitempty"`
	Stream    bool          `json:"stream,omitempty" doc:"reply with server-sent events"`
}

// ComparisonRequest asks several strategies one question.
type ComparisonRequest struct {
	Question   string        `json:"question" doc:"at most 20,000 characters"`
	Documents  []string      `json:"documents,omitempty" minItems:"1" maxItems:"1000" nullable:"false" doc:"ids; omitted means every ready document"`
	Strategies []string      `json:"strategies" minItems:"1" maxItems:"16" nullable:"false" doc:"names from /v1/strategies, each once"`
	Options    AnswerOptions `json:"options,omitempty"`
	Stream     bool          `json:"stream,omitempty" doc:"reply with server-sent events"`
}

// EstimateRequest asks what an answer would cost.
type EstimateRequest struct {
	Documents []string      `json:"documents,omitempty" minItems:"1" maxItems:"1000" nullable:"false" doc:"ids; omitted means every ready document"`
	Options   AnswerOptions `json:"options,omitempty"`
}

// Estimates says what there is to read, and what each strategy would cost.
type Estimates struct {
	Model      string     `json:"model" doc:"the model's name, or extractive, which costs nothing"`
	Documents  int        `json:"documents" doc:"ready documents in the scope"`
	Sentences  int        `json:"sentences"`
	Characters int        `json:"characters" doc:"code points of the text"`
	Tokens     int        `json:"tokens" doc:"about how many the text has"`
	Strategies []Estimate `json:"strategies" nullable:"false"`
}

// Estimate is what an answer by one strategy is likely to cost.
type Estimate struct {
	Strategy string `json:"strategy"`
	Calls    Bounds `json:"calls" doc:"calls of the model; 0 without one"`
	Tokens   Bounds `json:"tokens" doc:"of all prompts and replies"`
	Fits     bool   `json:"fits" doc:"false when the documents are too long for it (over_budget)"`
}

// Bounds are the least and the most of something.
type Bounds struct {
	Least int `json:"least"`
	Most  int `json:"most"`
}

// Evidence is an exact span that an answer rests on.
type Evidence struct {
	Document string   `json:"document"`
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Page     int      `json:"page" doc:"page it starts on, from 1; 0 without pages"`
	Section  []string `json:"section" nullable:"false" doc:"headings from outermost to innermost"`
	Sentence int      `json:"sentence" doc:"number of its first sentence"`
	Kind     string   `json:"kind" enum:"paragraph,heading,item,header_row,row,code,note,caption"`
	Language string   `json:"language"`
	Start    *int     `json:"start" doc:"null when the document was deleted since"`
	End      *int     `json:"end" doc:"null when the document was deleted since"`
	Quote    string   `json:"quote" doc:"the document's words from start to end"`
	Heads    string   `json:"heads" doc:"column heads of a table row"`
	Before   string   `json:"before" doc:"the sentence before"`
	After    string   `json:"after" doc:"the sentence after"`
	Score    float64  `json:"score" doc:"in [0, 1]"`
	Why      string   `json:"why" doc:"why the model selected it, in its words; empty when it did not say"`
	Deleted  bool     `json:"deleted" doc:"the document is gone; the quote is what it said"`
}

// Citation is evidence that the answer's text points at by number.
type Citation struct {
	Number int `json:"number" doc:"the n of [n] in the text, from 1"`
	Evidence
	Boxes []Box `json:"boxes" nullable:"false" doc:"what to highlight, one for each line; empty without places"`
}

// Statement is one sentence of an answer.
type Statement struct {
	Gap       string   `json:"gap" doc:"what stands before it in the answer's text: nothing, a space, or a line's end"`
	Text      string   `json:"text"`
	Citations []int    `json:"citations" nullable:"false"`
	Support   string   `json:"support" enum:"unsupported,located,lexical,entailed" doc:"how far it was checked against its citations"`
	Missing   []string `json:"missing" nullable:"false" doc:"numbers, names and dates that the evidence lacks"`
	Doubt     string   `json:"doubt" doc:"another reason to doubt it, empty for none"`
}

// Answer is an answer with its footnotes.
type Answer struct {
	ID         string        `json:"id"`
	Question   string        `json:"question"`
	Documents  []string      `json:"documents" nullable:"false" doc:"the scope asked; empty means every ready document"`
	Options    AnswerOptions `json:"options"`
	Strategy   string        `json:"strategy"`
	Route      []string      `json:"route" nullable:"false" doc:"strategies that ran, in order"`
	Model      string        `json:"model"`
	Abstained  bool          `json:"abstained"`
	Missing    string        `json:"missing" doc:"what is missing when it abstained"`
	Text       string        `json:"text" doc:"the statements with their citation numbers in brackets"`
	Short      string        `json:"short"`
	Statements []Statement   `json:"statements" nullable:"false"`
	Citations  []Citation    `json:"citations" nullable:"false"`
	Selected   []Evidence    `json:"selected" nullable:"false" doc:"all evidence, best first"`
	Shown      []Range       `json:"shown" nullable:"false" doc:"parts of the documents that the reader was shown, merged; of at most 20 documents, those with evidence first, and 100 parts of each"`
	Trace      Trace         `json:"trace"`
	Usage      Usage         `json:"usage"`
	Timing     Timing        `json:"timing"`
	Created    time.Time     `json:"created"`
}

// Trace tells how an answer came about.
type Trace struct {
	Rounds           int      `json:"rounds"`
	Queries          []string `json:"queries" nullable:"false"`
	Passages         int      `json:"passages"`
	SentencesShown   int      `json:"sentences_shown"`
	Selected         int      `json:"selected"`
	Workers          int      `json:"workers"`
	DroppedIDs       int      `json:"dropped_ids" doc:"sentence numbers that the reader made up"`
	RepairedQuotes   int      `json:"repaired_quotes" doc:"words that the model gave instead of a number and that the documents have"`
	FabricatedQuotes int      `json:"fabricated_quotes" doc:"words that the model gave as a quote and that the documents do not have; none is shown as one"`
	RepairedReplies  int      `json:"repaired_replies" doc:"replies out of form that a second call put right"`
	LostReplies      int      `json:"lost_replies" doc:"replies that could not be read even then"`
	Coverage         float64  `json:"coverage" doc:"share of the scope's sentences that were shown, in [0, 1]"`
	Prompts          string   `json:"prompts" doc:"version of the prompts, empty for a reader without any"`
	Steps            []Step   `json:"steps" nullable:"false" doc:"what was done, in order; at most 80"`
	StepsLeftOut     int      `json:"steps_left_out" doc:"steps beyond those: workers that found nothing go first"`
	Notes            []string `json:"notes" nullable:"false" doc:"what people should know"`
}

// Usage counts model calls and tokens.
type Usage struct {
	Calls            int      `json:"calls"`
	PromptTokens     int      `json:"prompt_tokens"`
	CachedTokens     int      `json:"cached_tokens"`
	CompletionTokens int      `json:"completion_tokens"`
	CostUSD          *float64 `json:"cost_usd" doc:"null when unknown"`
}

// Timing is in milliseconds.
type Timing struct {
	RetrieveMS   float64 `json:"retrieve_ms"`
	FirstTokenMS float64 `json:"first_token_ms"`
	TotalMS      float64 `json:"total_ms"`
}

// AnswerSummary is an answer without its evidence, as lists have it.
type AnswerSummary struct {
	ID        string    `json:"id"`
	Question  string    `json:"question"`
	Documents []string  `json:"documents" nullable:"false" doc:"the scope asked; empty means every ready document"`
	Strategy  string    `json:"strategy"`
	Model     string    `json:"model"`
	Abstained bool      `json:"abstained"`
	Missing   string    `json:"missing" doc:"what is missing when it abstained"`
	Text      string    `json:"text" doc:"the statements with their citation numbers in brackets"`
	Short     string    `json:"short"`
	Created   time.Time `json:"created"`
}

// Answers is a page of stored answers.
type Answers struct {
	Answers []AnswerSummary `json:"answers" nullable:"false" doc:"newest first, without statements, citations, selected, trace, usage and timing"`
	Next    string          `json:"next" doc:"cursor of the next page, empty after the last"`
}

// Strategy describes a way to answer.
type Strategy struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	When    string `json:"when"`
	Calls   string `json:"calls"`
}

// Strategies lists the ways to answer.
type Strategies struct {
	Strategies []Strategy `json:"strategies" nullable:"false"`
	Default    string     `json:"default"`
	Model      string     `json:"model" doc:"the model's name, or extractive"`
}

// Format is a kind of file that can be read.
type Format struct {
	Name       string   `json:"name"`
	Extensions []string `json:"extensions" nullable:"false" doc:"with the dot, lower case"`
}

// Formats lists what can be uploaded.
type Formats struct {
	Formats   []Format `json:"formats" nullable:"false"`
	MaxUpload int64    `json:"max_upload" doc:"bytes a file may have"`
}

// Setting is one of the operator's settings, as it is in force. Secrets are
// left out by whoever fills it in.
type Setting struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Source string `json:"source" doc:"default, flag, or the environment variable"`
	Help   string `json:"help"`
	// Environment is for those who set it by variable.
	Environment string `json:"environment" doc:"name of the environment variable that sets it"`
}

// Settings lists the operator's settings.
type Settings struct {
	Version  string    `json:"version"`
	Settings []Setting `json:"settings" nullable:"false"`
}
