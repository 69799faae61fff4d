package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// move carries a library from one store to another: documents with their ids,
// originals and parsed texts, answers, comparisons and evaluations. Documents
// are cut, embedded and indexed anew where they come to. What is there already
// is left alone, so a move that was ended goes on when it is started again.
func move(ctx context.Context, args []string, std stdio) error {
	var c config
	from, to, err := moveFlags(args, &c, std)
	if err != nil {
		return err
	}
	log, err := logger(c.logFormat, std.err)
	if err != nil {
		return err
	}
	source, err := openSource(ctx, from, log)
	if err != nil {
		return fmt.Errorf("open %s to move from: %w", redacted(from), err)
	}
	c.at(to)
	c.rerank = rerankConfig{} // nobody asks here
	if c.chunker == bySection {
		c.model = modelConfig{getenv: std.getenv} // no model reads here
	}
	target, err := open(ctx, &c, log)
	if err != nil {
		return errors.Join(fmt.Errorf("open %s to move to: %w", redacted(to), err), source.Close())
	}
	m := mover{from: source, to: target, progress: terminal(std.err)}
	err = m.run(ctx)
	if err == nil {
		fmt.Fprintf(std.out, "in %s: documents %d, answers %d, comparisons %d, evaluations %d; they are what they were\n",
			redacted(to), m.documents, m.answers, m.comparisons, m.evaluations)
	}
	return errors.Join(err, target.close(), source.Close())
}

func moveFlags(args []string, c *config, io stdio) (from, to string, err error) {
	fs := flag.NewFlagSet("move", flag.ContinueOnError)
	fs.SetOutput(io.err)
	fs.Usage = func() { usage(io.err, fs, "move") }
	fs.StringVar(&from, "from", "", "store to move from: a data folder whose server is stopped, or postgres://USER:PASSWORD@HOST:5432/DATABASE")
	fs.StringVar(&to, "to", "", "store to move to, as for -from")
	c.setDefaults()
	c.model.register(fs)
	c.embedder.register(fs)
	c.index.register(fs)
	fs.StringVar(&c.chunker, "chunker", c.chunker, "how documents are cut where they come to, as for serve")
	fs.StringVar(&c.logFormat, "log", c.logFormat, "log format: text or json")
	err = c.read(fs, args, io.getenv)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return "", "", err
	case err == nil && (from == "" || to == "" || from == to):
		err = errors.New("move needs -from and -to, two different stores")
	}
	if err != nil {
		err = fmt.Errorf("%w; %w", err, errUsage)
	}
	return from, to, err
}

// at sets where the library is kept.
func (c *config) at(address string) {
	if strings.Contains(address, "://") {
		c.store = address
		return
	}
	c.data, c.store = address, ""
}

// openSource opens a store to read what it keeps. Its index is not asked, and
// so may have been made with anything.
func openSource(ctx context.Context, address string, log *slog.Logger) (*storage, error) {
	var c config
	c.at(address)
	o := indexOptions("", nil)
	o.AsIs = true
	return openStorage(ctx, &c, o, log)
}

// mover is a library on its way.
type mover struct {
	from     *storage
	to       *product
	progress io.Writer

	documents, answers, comparisons, evaluations int
}

func (m *mover) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{m.moveDocuments, m.moveAnswers, m.moveComparisons, m.moveEvaluations} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (m *mover) say(what string, done int) { fmt.Fprintf(m.progress, "\r%s: %d\x1b[K", what, done) }
