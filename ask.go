package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"footnote/document"
	"footnote/reasoning"
)

// ask answers one question from files, through the same pipeline as the
// server, in a data folder that is removed afterwards.
func ask(ctx context.Context, args []string, std stdio) error {
	var c config
	var strategy string
	fs, err := askFlags(args, &c, &strategy, std)
	if err != nil {
		return err
	}
	if fs.NArg() < 2 {
		return fmt.Errorf("ask needs at least one file and a question; %w", errUsage)
	}
	files, question := fs.Args()[:fs.NArg()-1], fs.Arg(fs.NArg()-1)
	dir, err := os.MkdirTemp("", "footnote-ask-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c.data = dir
	p, err := open(ctx, &c, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	a, err := p.askFiles(ctx, files, strategy, question, terminal(std.err))
	if err == nil {
		printAnswer(std.out, a)
	}
	return errors.Join(err, p.close())
}

// askFlags reads the flags that ask has: the strategy, and those of models and
// embedder.
func askFlags(args []string, c *config, strategy *string, io stdio) (*flag.FlagSet, error) {
	fs := flag.NewFlagSet("ask", flag.ContinueOnError)
	fs.SetOutput(io.err)
	fs.StringVar(strategy, "strategy", "auto", "auto, rag, alr2, coa or full")
	fs.Usage = func() { usage(io.err, fs, "ask") }
	c.setDefaults()
	c.model.register(fs)
	c.rerank.register(fs)
	c.embedder.register(fs)
	err := c.read(fs, args, io.getenv)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		err = fmt.Errorf("%w; %w", err, errUsage)
	}
	return fs, err
}

// askFiles ingests the files and answers.
func (p *product) askFiles(ctx context.Context, files []string, strategy, question string, progress io.Writer) (reasoning.Answer, error) {
	ids, err := p.add(ctx, files)
	if err != nil {
		return reasoning.Answer{}, err
	}
	if err := p.work(ctx, ids, progress); err != nil {
		return reasoning.Answer{}, err
	}
	return p.engine.Answer(ctx, strategy, reasoning.Question{Text: question, Documents: ids}, nil)
}

// work runs the pipeline until the documents are ready.
func (p *product) work(ctx context.Context, ids []document.ID, progress io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- p.pipeline.Run(ctx) }()
	err := p.await(ctx, ids, progress)
	cancel()
	return errors.Join(err, <-ended)
}

// terminal returns w when people watch it, and nowhere otherwise: progress is
// of no use in a log.
func terminal(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return w
		}
	}
	return io.Discard
}

// add stores the files under their base names.
func (p *product) add(ctx context.Context, files []string) ([]document.ID, error) {
	var ids []document.ID
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		info, _, err := p.store.Add(ctx, document.Upload{Name: filepath.Base(path)}, f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		ids = append(ids, info.ID)
	}
	return ids, nil
}

// await returns when every document is ready or has failed, with the problems
// of those that failed.
func (p *product) await(ctx context.Context, ids []document.ID, progress io.Writer) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	var problems []error
	for _, id := range ids {
		for settled := false; !settled; {
			info, err := p.store.Info(ctx, id)
			if err != nil {
				return err
			}
			switch info.Status {
			case document.Ready:
				settled = true
				continue
			case document.Failed:
				settled = true
				problems = append(problems, fmt.Errorf("%s: %s %s", info.Name, info.Problem.Detail, info.Problem.Fix))
				continue
			}
			fmt.Fprintf(progress, "\r\033[K%s: %s %d of %d", info.Name, info.Progress.Stage, info.Progress.Done, info.Progress.Total)
			select {
			case <-tick.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	fmt.Fprint(progress, "\r\033[K")
	return errors.Join(problems...)
}

// printAnswer writes the answer with its footnotes below.
func printAnswer(w io.Writer, a reasoning.Answer) {
	if a.Abstained {
		fmt.Fprintf(w, "No answer: %s\n", a.Missing)
		return
	}
	fmt.Fprintf(w, "%s\n", a.Text)
	for _, st := range a.Statements {
		if st.Support == reasoning.Unsupported {
			fmt.Fprintf(w, "\nNot supported: %s%s\n", st.Text, because(st))
		}
	}
	if a.Short != "" {
		fmt.Fprintf(w, "\nIn short: %s\n", a.Short)
	}
	for i, e := range a.Citations {
		fmt.Fprintf(w, "\n[%d] %s\n    %s\n", i+1, where(e), e.Quote)
	}
	if a.Usage.PromptTokens > 0 {
		fmt.Fprintf(w, "\n%s\n", spent(a))
	}
}

// because is why a statement is not supported.
func because(st reasoning.Statement) string {
	switch {
	case len(st.Missing) > 0:
		return " (the quotes lack " + strings.Join(st.Missing, ", ") + ")"
	case st.Doubt != "":
		return " (" + st.Doubt + ")"
	}
	return ""
}

// spent is what an answer took: "openai:gpt-5-mini: 2 calls, 3120 tokens, $0.0021".
func spent(a reasoning.Answer) string {
	cost := "cost unknown"
	if a.Usage.CostUSD != nil {
		cost = fmt.Sprintf("$%.4f", *a.Usage.CostUSD)
	}
	return fmt.Sprintf("%s: %d calls, %d tokens, %s", a.Model, a.Usage.Calls, a.Usage.PromptTokens+a.Usage.CompletionTokens, cost)
}

// where names the place of a quote: document, page and section.
func where(e reasoning.Evidence) string {
	place := e.Name
	if e.Page > 0 {
		place += fmt.Sprintf(", page %d", e.Page)
	}
	if len(e.Path) > 0 {
		place += ", " + strings.Join(e.Path, " > ")
	}
	return place
}
