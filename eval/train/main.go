// Command train learns the weights of the extractive Reader from data sets of
// questions with gold evidence, and measures them on documents that they were
// not learned from.
//
//	go run ./eval/train -data DIR -out reasoning/extractive/weights.json
//
// DIR holds NAME.jsonl files in the format of package dataset. The same seed
// and data give the same weights.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"footnote/reasoning"
	"footnote/reasoning/extractive"
)

type options struct {
	data, out, only, without string
	folds, rounds            int
	seed                     uint64
}

// reported lists the sets to measure.
func (o options) reported() []string {
	var sets []string
	for part := range strings.SplitSeq(o.only, ",") {
		names, strategy, _ := strings.Cut(part, ":")
		for name := range strings.SplitSeq(names, "+") {
			if strategy != "" && !slices.Contains(sets, name) {
				sets = append(sets, name)
			}
		}
	}
	return sets
}

func main() {
	var o options
	flag.StringVar(&o.data, "data", "", "folder of the *.jsonl sets")
	flag.StringVar(&o.out, "out", "", "file to write the weights to; none when empty")
	flag.StringVar(&o.only, "report", usual, "comma-separated set:strategy or set+set:strategy to measure, or \"none\"")
	flag.StringVar(&o.without, "without", "", "comma-separated features that ranking does without, to see what they are worth")
	flag.IntVar(&o.folds, "folds", 5, "parts that are held out in turn")
	flag.IntVar(&o.rounds, "rounds", 2, "times that follow-up queries are made by what was learned before")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of everything random")
	flag.Parse()
	if err := run(o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(o options, w io.Writer) error {
	c := &corpus{}
	for _, p := range curriculum() {
		if err := c.load(o.data, p.set, p.limit); err != nil {
			return err
		}
	}
	for _, set := range o.reported() {
		if lessonOf(set).weight == 0 && lessonOf(set).limit == 0 {
			if err := c.load(o.data, set, 0); err != nil {
				return err
			}
		}
	}
	assign(c.items, o.folds)
	l, err := teach(c, o, w)
	if err != nil {
		return err
	}
	return measure(c, l, o, w)
}

// teach learns in rounds: at first everything is shown by plain retrieval,
// later as the strategies show it with what was learned so far.
func teach(c *corpus, o options, w io.Writer) (*learner, error) {
	var l *learner
	for round := range o.rounds {
		began := time.Now()
		next := &learner{folds: o.folds, seed: o.seed, without: map[string]bool{}}
		for name := range strings.SplitSeq(o.without, ",") {
			next.without[name] = true
		}
		if err := next.showAll(c.items, l); err != nil {
			return nil, err
		}
		fmt.Fprintf(w, "round %d: %d samples in %.0f s\n", round+1, len(next.samples), time.Since(began).Seconds())
		next.learn(w)
		fmt.Fprintf(w, "  learned after %.0f s, abstain %.2f, scale %+v\n", time.Since(began).Seconds(), next.abstain, next.sentence)
		l = next
		if o.out != "" {
			// After every round, so that a long run can be ended early.
			if err := write(o.out, l.weights(o.folds)); err != nil {
				return nil, err
			}
		}
	}
	return l, nil
}

func write(path string, weights *extractive.Weights) error {
	var b strings.Builder
	e := json.NewEncoder(&b)
	if err := e.Encode(weights); err != nil {
		return err
	}
	// A tree on each line keeps the file readable and its diffs small.
	text := strings.ReplaceAll(b.String(), "]],[[", "]],\n[[")
	return os.WriteFile(path, []byte(text), 0o644)
}

const usual = "squad_long:rag,squad_long+squad_unanswerable:rag,hotpot_32k:alr2,hotpot_128k:alr2,musique_32k:alr2,wiki2_32k:alr2,hotpot_8k:alr2,hotpot_native:alr2,hotpot_native+hotpot_insufficient:alr2,covidqa:rag,chunk_eval:rag,qasper_evidence:rag,nitibench_tax:rag,xquad_zh:rag,xquad_th:rag,xquad_ar:rag,xquad_de:rag,needle_2k:rag,needle_8k:rag,needle_32k:rag,needle_100k:rag,needle_para_2k:rag,needle_para_32k:rag,kv_retrieval:rag,hotpot_32k:rag,hotpot_32k:full,squad_long:full"

func measure(c *corpus, l *learner, o options, w io.Writer) error {
	if o.only == "none" {
		return nil
	}
	for part := range strings.SplitSeq(o.only, ",") {
		set, strategy, _ := strings.Cut(part, ":")
		var items []*item
		for _, it := range c.items {
			if slices.Contains(strings.Split(set, "+"), it.set) {
				items = append(items, it)
			}
		}
		answers, took, errs := make([]reasoning.Answer, len(items)), make([]time.Duration, len(items)), make([]error, len(items))
		parallel(len(items), func(n int) {
			began := time.Now()
			answers[n], _, errs[n] = ask(items[n], strategy, extractive.With(l.weights(items[n].fold)))
			took[n] = time.Since(began)
		})
		if err := errors.Join(errs...); err != nil {
			return err
		}
		t := newTally(set, strategy)
		for n, it := range items {
			t.add(it, answers[n], took[n])
		}
		t.print(w)
	}
	return nil
}
