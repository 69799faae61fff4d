package sandbox

import (
	"errors"

	"footnote/document"
)

// failure carries an error over the pipe so that errors.Is finds the same
// sentinel on the other side.
type failure struct {
	Text     string
	Sentinel int // index into sentinels; -1 for none
}

// sentinels are what readers can say of a file. Both sides are the same
// binary, so the order may change.
var sentinels = []error{
	document.ErrNotFound, document.ErrEmpty, document.ErrUnsupported, document.ErrMismatch, document.ErrEncrypted,
	document.ErrBroken, document.ErrNoText, document.ErrTooLarge, document.ErrBomb, document.ErrTimeout,
	document.ErrMemory, document.ErrCrashed, document.ErrStorageFull,
}

func newFailure(err error) *failure {
	if err == nil {
		return nil
	}
	f := &failure{Text: err.Error(), Sentinel: -1}
	for i, s := range sentinels {
		if errors.Is(err, s) {
			f.Sentinel = i
			break
		}
	}
	return f
}

func (f *failure) error() error {
	if f == nil {
		return nil
	}
	if f.Sentinel < 0 || f.Sentinel >= len(sentinels) {
		return errors.New(f.Text)
	}
	return &remote{f.Text, sentinels[f.Sentinel]}
}

// remote is an error that happened in a child.
type remote struct {
	text string
	is   error
}

func (e *remote) Error() string { return e.text }
func (e *remote) Unwrap() error { return e.is }
