package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"footnote/document"
)

// Pather is a Store whose originals are files on this machine.
type Pather interface {
	// OriginalPath returns a path to read. Errors: document.ErrNotFound.
	OriginalPath(ctx context.Context, id document.ID) (string, error)
}

// source returns the path of an original, and what to call when it was read.
func (p *Pipeline) source(ctx context.Context, id document.ID) (path string, done func() error, err error) {
	if s, ok := p.parts.Store.(Pather); ok {
		path, err = s.OriginalPath(ctx, id)
		return path, func() error { return nil }, err
	}
	path, err = p.spool(ctx, id)
	return path, func() error { return os.Remove(path) }, err
}

// spool copies an original into a file of its own.
func (p *Pipeline) spool(ctx context.Context, id document.ID) (path string, err error) {
	from, err := p.parts.Store.Original(ctx, id)
	if err != nil {
		return "", err
	}
	defer from.Close()
	to, err := os.CreateTemp(p.opts.SpoolDir, "footnote-original-")
	if err != nil {
		return "", fmt.Errorf("copy original of %s: %w", id, err)
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Close()); err != nil {
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			err = fmt.Errorf("%w: %w", document.ErrStorageFull, err)
		}
		return "", errors.Join(fmt.Errorf("copy original of %s: %w", id, err), os.Remove(to.Name()))
	}
	return to.Name(), nil
}
