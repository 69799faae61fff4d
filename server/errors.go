package server

import (
	"context"
	"errors"
	"net/http"

	"footnote/document"
	"footnote/eval/kept"
	"footnote/llm"
	"footnote/reasoning"
	"footnote/retrieval"
)

// fault is what clients are told of a kind of error.
type fault struct {
	err    error // matched with errors.Is; nil for faults that only the server raises
	status int
	code   string
	title  string
	fix    string
}

// What only the server can find wrong.
var (
	errInternal        = errors.New("internal error")
	errInvalid         = errors.New("request is not valid")
	errBadJSON         = errors.New("body is not JSON")
	errNotJSON         = errors.New("body is of another type than JSON")
	errBadOptions      = errors.New("options out of range")
	errBodyTooLarge    = errors.New("body is too large")
	errNoRoute         = errors.New("no such address")
	errMethod          = errors.New("method is not allowed here")
	errUnauthorized    = errors.New("API key is missing or wrong")
	errHost            = errors.New("host name is not served")
	errOrigin          = errors.New("request comes from another site")
	errNotMultipart    = errors.New("body is not multipart/form-data")
	errNoFile          = errors.New("no file in the upload")
	errTooManyFiles    = errors.New("too many files in one upload")
	errBadPart         = errors.New("part is not a file")
	errBadQuestions    = errors.New("file of questions is not in form")
	errManyQuestions   = errors.New("too many questions in one evaluation")
	errManyEvaluations = errors.New("too many evaluations are waiting")
	errEvaluationOver  = errors.New("evaluation is over")
	errNoReport        = errors.New("evaluation has no report yet")
	errNoQuestion      = errors.New("question is not asked yet or does not exist")
	errCutShort        = errors.New("upload ended early")
	errNoPage          = errors.New("page does not exist")
	errNoPictures      = errors.New("pages of this document have no images")
	errBadRange        = errors.New("range is outside the text")
	errNoModel         = errors.New("model does not exist")
	errNotText         = errors.New("message content is not text")
	errNoComparison    = errors.New("comparison not found")
	errNotFailed       = errors.New("document has not failed")
	errBusy            = errors.New("too many questions are waiting")
	errStarting        = errors.New("server is not ready")
	errTimeout         = errors.New("answer took longer than the limit")
	errDrawing         = errors.New("page was not drawn in time")
	errNotIngesting    = errors.New("document is not being ingested")
	errStopped         = errors.New("work on the answer was cancelled")
	errLeft            = errors.New("server that gave the answer is gone")
	errFinished        = errors.New("answer is finished")
)

// faults is the whole of what can go wrong, most specific first. Every code is
// explained in doc/api.md.
func faults() []fault {
	return []fault{
		{errInvalid, 422, "invalid_request", "Request is not valid", "Correct the fields that are named; /openapi.json has their form."},
		{errBadJSON, 400, "invalid_json", "Body is not JSON", "Send a JSON object; /openapi.json has its form."},
		{errNotJSON, 415, "not_json", "Body is of another type than JSON", "Send JSON with Content-Type: application/json, as curl --json does."},
		{errBadOptions, 422, "bad_options", "Options out of range", "Correct the options that are named, or leave them out for the defaults."},
		{errBodyTooLarge, 413, "body_too_large", "Body is too large", "Send a smaller body."},
		{errNoRoute, 404, "no_such_address", "No such address", "See /docs for the addresses there are."},
		{errMethod, 405, "method_not_allowed", "Method is not allowed here", "Use a method that the Allow header names."},
		{errUnauthorized, 401, "unauthorized", "API key is missing or wrong", "Send the header Authorization: Bearer KEY with a key from FOOTNOTE_API_KEYS."},
		{errHost, 421, "host_not_allowed", "Host name is not served", "Use localhost or the IP address, or add the name to FOOTNOTE_HOSTS."},
		{errOrigin, 403, "origin_not_allowed", "Request comes from another site", "Use the server's own page, or a program that is no browser."},
		{errNotMultipart, 415, "not_multipart", "Body is not multipart/form-data", "Send files as multipart/form-data, as curl -F file=@report.pdf does."},
		{errNoFile, 422, "no_file", "No file in the upload", "Name the parts that hold files \"file\"."},
		{errTooManyFiles, 422, "too_many_files", "Too many files in one upload", "Upload the rest in another request."},
		{errBadPart, 422, "unknown_part", "Part is not a file", "Name the parts that hold files \"file\" and leave others out."},
		{errCutShort, 400, "upload_cut_short", "Upload ended early", "Send the file again."},
		{errNoPage, 404, "page_not_found", "Page does not exist", "Use a page number from 1 to the document's pages."},
		{errNoPictures, 404, "no_page_image", "Pages of this document have no images", "Show the text instead: only PDF pages have images."},
		{errBadRange, 422, "bad_range", "Range is outside the text", "Use 0 <= start <= end <= the document's characters."},
		{errNoComparison, 404, "comparison_not_found", "Comparison not found", "Ask again with POST /v1/comparisons."},
		{errNoModel, 404, "model_not_found", "Model does not exist", "Use one of the names from GET /v1/models."},
		{errNotText, 422, "content_not_text", "Message content is not text", "Send text; upload files with POST /v1/documents and ask again."},
		{errNotFailed, 409, "document_not_failed", "Document has not failed", "Only failed documents can be retried; GET it to see its status."},
		{errBadQuestions, 422, "bad_questions", "File of questions is not in form", "Correct the line that is named; doc/benchmarks.md has the form."},
		{errManyQuestions, 422, "too_many_questions", "Too many questions in one evaluation", "Set limit to ask a part of them, chosen by the seed."},
		{errManyEvaluations, 503, "too_many_evaluations", "Too many evaluations are waiting", "Wait until one is over, or cancel one."},
		{errEvaluationOver, 409, "evaluation_over", "Evaluation is over", "Start another one."},
		{errNoReport, 409, "report_not_ready", "Evaluation has no report yet", "Wait until its status is done, or start another one."},
		{errNoQuestion, 404, "question_not_found", "Question is not asked yet or does not exist", "Use a number from GET /v1/evaluations/{id}/questions."},
		{kept.ErrNotFound, 404, "evaluation_not_found", "Evaluation not found", "List the evaluations with GET /v1/evaluations."},
		{errNotIngesting, 409, "document_not_ingesting", "Document is not being ingested", "Only documents that are neither ready nor failed can be cancelled; DELETE it to be rid of it."},
		{errStopped, 409, "cancelled", "Answer was cancelled", "Ask again."},
		{errFinished, 409, "answer_finished", "Answer is finished", "GET it; there is no work left to cancel."},
		{errLeft, 503, "answer_lost", "Server that gave the answer is gone", "Ask again."},
		{errBusy, 503, "busy", "Too many questions are waiting", "Ask again in a few seconds."},
		{errStarting, 503, "not_ready", "Server is not ready", "Wait until /readyz answers 200."},
		{errDrawing, 503, "page_image_busy", "Page was not drawn in time", "Ask for the page again in a few seconds."},
		{errTimeout, 504, "answer_timeout", "Answer took longer than the limit", "Ask of fewer documents, or use rag, which reads least."},

		{document.ErrNotFound, 404, "document_not_found", "Document not found", "List the documents with GET /v1/documents."},
		{document.ErrNotReady, 409, "document_not_ready", "Document is not ready", "Wait for its status to become ready: GET /v1/documents/{id}/events tells."},
		{document.ErrEmpty, 422, "empty_file", "File is empty", "Upload a file with content."},
		{document.ErrUnsupported, 415, "unsupported_format", "Format is not supported", "GET /v1/formats lists what can be read; convert the file to one of them."},
		{document.ErrMismatch, 415, "extension_mismatch", "Content does not match the extension", "Rename the file to what it is, or export it again."},
		{document.ErrEncrypted, 422, "encrypted", "File is encrypted", "Save it without a password and upload it again."},
		{document.ErrBroken, 422, "damaged", "File is damaged", "Open and save it in the program it was made with, then upload it again."},
		{document.ErrNoText, 422, "no_text", "File has no text layer", "Run OCR on it first, then upload the result."},
		{document.ErrTooLarge, 413, "file_too_large", "File is larger than the limit", "Split the file, or raise FOOTNOTE_MAX_UPLOAD."},
		{document.ErrBomb, 422, "archive_too_large", "Archive unpacks to more than the limit", "Save the document without its large attachments."},
		{document.ErrTimeout, 422, "reading_timeout", "Reading took longer than the limit", "Split the file into parts and upload those."},
		{document.ErrMemory, 422, "reading_memory", "Reading took more memory than the limit", "Split the file into parts and upload those."},
		{document.ErrCrashed, 422, "reader_crashed", "Reader crashed on this file", "Save it anew in another program and upload the result."},
		{document.ErrBadCursor, 422, "bad_cursor", "Cursor is not one of ours", "Use next of the page before, or leave the cursor out."},
		{document.ErrStorageFull, 507, "storage_full", "No space left in the data folder", "Delete documents or give the data folder more space, then try again."},

		{reasoning.ErrUnknownStrategy, 422, "unknown_strategy", "Unknown strategy", "Use one of the names from GET /v1/strategies."},
		{reasoning.ErrEmptyQuestion, 422, "question_empty", "Question is empty", "Write a question."},
		{reasoning.ErrLongQuestion, 422, "question_too_long", "Question is too long", "Ask in at most 20,000 characters; upload long texts as documents."},
		{reasoning.ErrNoTerms, 422, "no_terms", "Question has no words to search for", "Add a name, a thing or a number that the documents may mention."},
		{reasoning.ErrOverBudget, 422, "over_budget", "Documents are too long to be read whole", "Ask of fewer documents, or use rag or alr2, which look up what they need; coa reads more than fits the context window."},
		{reasoning.ErrBadOptions, 422, "bad_options", "Options out of range", "Correct the options, or leave them out for the defaults."},
		{reasoning.ErrNoDocuments, 409, "no_documents", "There is no ready document", "Upload a document and wait until it is ready."},
		{reasoning.ErrAnswerNotFound, 404, "answer_not_found", "Answer not found", "List the answers with GET /v1/answers."},
		{document.ErrUnavailable, 503, "store_unavailable", "Store cannot be reached", "Ask again in a while; the server's log says what is missing."},
		{retrieval.ErrIndexDown, 503, "index_unavailable", "Index cannot be used", "Ask again in a while; GET /readyz and the server's log say what is missing."},
		{retrieval.ErrEmbedderMismatch, 409, "embedder_mismatch", "Index was made with another embedder", "Run footnote reindex, or configure the embedder that the index was made with."},

		{llm.ErrCredentials, 502, "model_credentials", "Model provider refused the API key", "Set the provider's key, e.g. OPENAI_API_KEY, and start the server again."},
		{llm.ErrUnknownModel, 502, "model_unknown", "Model provider does not know the model", "Correct FOOTNOTE_MODEL, or load the model in the model server."},
		{llm.ErrRateLimited, 503, "model_rate_limited", "Model provider is rate limiting", "Ask again in a while; what was read is kept. FOOTNOTE_MODEL_PARALLEL lowers the number of calls at once."},
		{llm.ErrUnavailable, 503, "model_unavailable", "Model provider is not reachable", "Ask again when the model server runs; what was read is kept. FOOTNOTE_MODEL_URL says where it is looked for."},
		{llm.ErrRejected, 502, "model_rejected", "Model provider rejected the request", "See the detail; another question or another model may pass."},
		{llm.ErrSilent, 504, "model_silent", "Model sent nothing for too long", "Ask again; what was read is kept. A slow model needs a larger FOOTNOTE_MODEL_SILENCE."},
		{llm.ErrCutShort, 502, "model_cut_short", "Model's reply ended early", "Ask again; what was read is kept."},
		{llm.ErrEmptyReply, 502, "model_empty", "Model's reply is empty", "Ask again, or use another model."},
		{llm.ErrContextLength, 422, "model_context", "A sentence does not fit the model's context window", "Use a model with a larger context window, or correct FOOTNOTE_MODEL_CONTEXT."},

		{context.DeadlineExceeded, 504, "answer_timeout", "Answer took longer than the limit", "Ask of fewer documents, or use rag, which reads least."},
		{context.Canceled, 499, "client_gone", "Client closed the request", "Keep the connection open, or ask with \"stream\": true."},
		{errInternal, http.StatusInternalServerError, "internal", "Internal error", "Try again; if it stays, look for the request id in the server's log."},
	}
}
