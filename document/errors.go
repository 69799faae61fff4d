package document

import "errors"

// What can be wrong with an upload or a reference to a document. Readers and
// stores wrap these; servers map them to a status, a code and a way on.
var (
	ErrNotFound    = errors.New("document not found")
	ErrNotReady    = errors.New("document is not ready")
	ErrEmpty       = errors.New("file is empty")
	ErrUnsupported = errors.New("format is not supported")
	ErrMismatch    = errors.New("content does not match the file's extension")
	ErrEncrypted   = errors.New("file is encrypted")
	ErrBroken      = errors.New("file is damaged")
	ErrNoText      = errors.New("no text layer; OCR it first")
	ErrTooLarge    = errors.New("file is larger than the limit")
	ErrBomb        = errors.New("archive unpacks to more than the limit")
	ErrTimeout     = errors.New("reading took longer than the limit")
	ErrMemory      = errors.New("reading took more memory than the limit")
	ErrCrashed     = errors.New("reader crashed on this file")
	ErrStorageFull = errors.New("no space left in the data folder")
	ErrUnavailable = errors.New("store cannot be reached")
	ErrBadCursor   = errors.New("cursor does not come from a list of documents or answers")
)
