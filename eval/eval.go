// Package eval measures Footnote: it loads the documents of a data set, asks
// its questions with one or more strategies, and scores retrieval, evidence,
// short answers and abstention against gold, and citations by a judge. The
// numbers are what the product does: the same readers, chunkers, index and
// engine run here.
package eval

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"footnote/chunking"
	"footnote/document"
	"footnote/llm"
	"footnote/reasoning"
	"footnote/retrieval"
)

// Asker is what reasoning.Engine does: it describes its strategies and answers
// with the one of a given name. It is safe for concurrent use.
type Asker interface {
	Strategies() []reasoning.Description
	Answer(ctx context.Context, strategy string, q reasoning.Question, emit func(reasoning.Event)) (reasoning.Answer, error)
}

// Deps is what an evaluation runs on. Eval itself names no store, no format
// and no model.
type Deps struct {
	Reader   document.Reader
	Embedder llm.Embedder // nil: lexical search alone
	// Index returns an empty index for the chunks of that chunker. It keeps
	// its files, if any, in a folder that is removed afterwards, and is closed
	// if it is an io.Closer.
	Index func(ctx context.Context, folder, chunker string) (retrieval.Index, error)
	// Engine returns the strategies over a library and an index.
	Engine func(reasoning.Library, retrieval.Index) Asker
	// Model names whatever decides how Engine reads: models and prompts. It is
	// recorded in the report, and a run is only gone on with under the same.
	Model   string
	Divider chunking.Chunker // the chunker "structured"; nil where there is no model for it
	Judge   Judge            // of citations; nil: Lexical
	Version string           // of the program, recorded in the report
	Out     io.Writer        // the report, for people
	Err     io.Writer        // progress and warnings
}

// Options say what to measure.
type Options struct {
	Datasets   []string          // JSON Lines or CSV, see package dataset
	Documents  []string          // files that questions which name no document are asked of
	Strategies []string          // names, in the order of the report
	Limit      int               // questions sampled from each data set; 0 means all
	Seed       uint64            // chooses the sample and the resampling for intervals
	JSON       string            // where the full report goes; "" for nowhere
	HTML       string            // where the report for people goes as a page; "" for nowhere
	Against    []string          // reports that JSON wrote, to compare this run with
	Parallel   int               // documents read and questions asked at once, from 1
	Chunker    string            // "section", "window" or "structured"
	Flat       bool              // documents lose their headings before they are cut
	Question   reasoning.Options // how each strategy is run
}

// ErrUsage says that the command line was wrong; what is wrong is in the text.
var ErrUsage = errors.New("usage")

const usage = `Usage: footnote eval -dataset FILE[,FILE] [flags]

Asks the questions of data sets (JSON Lines, or CSV) and scores the answers
against gold. The format is described in doc/benchmarks.md.

Flags:
`

// Command runs "footnote eval" with the arguments after that word. A request
// for help is flag.ErrHelp.
func Command(ctx context.Context, args []string, d Deps) error {
	o, err := parseFlags(args, d.Err)
	if err != nil {
		return err
	}
	earlier, err := readAll(o.Against)
	if err != nil {
		return err
	}
	if err := sharesQuestions(o, earlier); err != nil {
		return err
	}
	report, err := Run(ctx, o, d)
	if err != nil {
		return err
	}
	for _, e := range earlier {
		if report, err = report.beside(e.report, e.label); err != nil {
			return fmt.Errorf("compare with %s: %w", e.path, err)
		}
	}
	err = report.Print(d.Out)
	if o.HTML != "" {
		err = errors.Join(err, report.writeHTML(o.HTML))
	}
	return err
}

func parseFlags(args []string, w io.Writer) (Options, error) {
	var o Options
	var datasets, documents, strategies, options, against string
	flags := flag.NewFlagSet("eval", flag.ContinueOnError)
	flags.SetOutput(w)
	flags.Usage = func() {
		fmt.Fprint(w, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&datasets, "dataset", "", "`files` of questions, separated by commas")
	flags.StringVar(&documents, "documents", "", "`files` for questions that name no document, separated by commas")
	flags.StringVar(&strategies, "strategies", "rag,alr2", "`names` of strategies, separated by commas")
	flags.IntVar(&o.Limit, "limit", 0, "ask `N` questions of each data set, chosen by the seed; 0 for all")
	flags.Uint64Var(&o.Seed, "seed", 1, "chooses the questions and the resampling behind the intervals")
	flags.StringVar(&o.JSON, "json", "", "write the full report to this `file`; a run that was stopped goes on from FILE.partial")
	flags.StringVar(&o.HTML, "html", "", "write the report with its plots to this `file`, a page that needs nothing else")
	flags.StringVar(&against, "against", "", "compare with earlier runs: `files` that -json wrote, separated by commas; their strategies are named NAME@FILE")
	flags.IntVar(&o.Parallel, "parallel", 2, "questions asked at once; 1 to measure seconds undisturbed")
	flags.StringVar(&o.Chunker, "chunker", "section", "how documents are cut: section, window, or structured by a model")
	flags.BoolVar(&o.Flat, "flat", false, "read documents as if they had no headings")
	flags.StringVar(&options, "options", "{}", "strategy options in `JSON`, as in POST /v1/answers")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	o.Datasets, o.Documents, o.Strategies = list(datasets), list(documents), list(strategies)
	o.Against = list(against)
	in := json.NewDecoder(strings.NewReader(options))
	in.DisallowUnknownFields()
	if err := in.Decode(&o.Question); err != nil {
		return o, fmt.Errorf("%w: -options %s: %w", ErrUsage, options, err)
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%w: %q is not a flag; data sets go after -dataset, separated by commas", ErrUsage, flags.Arg(0))
	}
	return o, o.check()
}

// list splits at commas and leaves out empty and repeated names.
func list(s string) []string {
	var names []string
	seen := map[string]bool{}
	for name := range strings.SplitSeq(s, ",") {
		if name = strings.TrimSpace(name); name != "" && !seen[name] {
			names = append(names, name)
			seen[name] = true
		}
	}
	return names
}

func (o Options) check() error {
	switch {
	case len(o.Datasets) == 0:
		return fmt.Errorf("%w: -dataset is missing", ErrUsage)
	case len(o.Strategies) == 0:
		return fmt.Errorf("%w: -strategies is empty", ErrUsage)
	case o.Limit < 0:
		return fmt.Errorf("%w: -limit %d is below 0", ErrUsage, o.Limit)
	case o.Parallel < 1 || o.Parallel > 64:
		return fmt.Errorf("%w: -parallel %d is not from 1 to 64", ErrUsage, o.Parallel)
	}
	if err := o.Question.Validate(); err != nil {
		return fmt.Errorf("%w: -options: %w", ErrUsage, err)
	}
	if !slices.Contains([]string{"section", "window", structured}, o.Chunker) {
		return fmt.Errorf("%w: -chunker %q is neither section, window nor structured", ErrUsage, o.Chunker)
	}
	return nil
}
