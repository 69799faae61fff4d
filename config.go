package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"footnote/server/tracing"
)

// config is every setting of the operator. A flag beats its environment
// variable, which beats the default.
type config struct {
	addr        string
	data        string
	store       string
	keys        string
	hosts       string
	url         string
	origins     string
	insecure    bool
	workers     int
	maxUpload   size
	readTimeout time.Duration
	readMemory  size
	logFormat   string
	traces      *tracing.Tracing // nil: nothing is traced
	answerTime  time.Duration
	chunker     string
	model       modelConfig
	rerank      rerankConfig
	embedder    embedderConfig
	index       indexConfig

	reindex  bool // set by the command reindex
	settings []setting
}

// setting is one line of the configuration, for -help and for the page.
type setting struct {
	Flag, Environment, Value, Source, Help string
}

// register names every flag with its environment variable.
func (c *config) register(fs *flag.FlagSet) {
	c.maxUpload, c.readMemory = 1<<30, 1<<30
	fs.StringVar(&c.addr, "addr", "127.0.0.1:8080", "address to listen on; port 0 picks a free one")
	fs.StringVar(&c.data, "data", "footnote-data", "folder that holds everything; made if it is missing")
	fs.StringVar(&c.store, "store", "", "where documents, answers and the index are kept: \"\" for the folder of -data, or postgres://USER:PASSWORD@HOST:5432/DATABASE, which any number of servers may share")
	fs.StringVar(&c.keys, "api-keys", "", "comma-separated keys that requests must bear; \"\" for none (loopback only)")
	fs.StringVar(&c.hosts, "hosts", "", "comma-separated host names that browsers may use besides loopback; \"\" for none")
	fs.StringVar(&c.url, "url", "", "where people reach the page (https://host), for links in chats; \"\" for the address that a request used")
	fs.StringVar(&c.origins, "origins", "", "comma-separated origins (https://host) whose pages may use the API; \"\" for our own page only")
	fs.BoolVar(&c.insecure, "insecure", false, "listen beyond loopback without API keys")
	fs.IntVar(&c.workers, "workers", 2, "documents ingested at the same time")
	fs.Var(&c.maxUpload, "max-upload", "largest file accepted")
	fs.DurationVar(&c.readTimeout, "read-timeout", 10*time.Minute, "longest time to read one file")
	fs.Var(&c.readMemory, "read-memory", "most memory to read one file")
	fs.StringVar(&c.logFormat, "log", "text", "log format: text or json")
	fs.DurationVar(&c.answerTime, "answer-timeout", 10*time.Minute, "longest time for one answer")
	fs.StringVar(&c.chunker, "chunker", bySection, "how documents are cut: along their sections, or \"structured\" by what -model says they are about")
	c.model.register(fs)
	c.rerank.register(fs)
	c.embedder.register(fs)
	c.index.register(fs)
}

// envName is FOOTNOTE_ and the flag in capitals.
func envName(flagName string) string {
	return "FOOTNOTE_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

// parse reads flags, then the environment for those that were not given, and
// remembers where each value is from.
func (c *config) parse(fs *flag.FlagSet, args []string, getenv func(string) string) error {
	c.register(fs)
	return c.read(fs, args, getenv)
}

// read is parse for flags that are registered already.
func (c *config) read(fs *flag.FlagSet, args []string, getenv func(string) string) error {
	c.model.getenv, c.rerank.getenv, c.index.getenv = getenv, getenv, getenv
	if err := fs.Parse(args); err != nil {
		return err
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	var err error
	fs.VisitAll(func(f *flag.Flag) {
		source, env := "default", getenv(envName(f.Name))
		switch {
		case given[f.Name]:
			source = "flag"
		case env != "":
			source = "environment variable " + envName(f.Name)
			if e := fs.Set(f.Name, env); e != nil && err == nil {
				err = fmt.Errorf("%s: %w", envName(f.Name), e)
			}
		}
		c.remember(f, source)
	})
	return err
}

// remember keeps a setting for the page; secrets are not shown.
func (c *config) remember(f *flag.Flag, source string) {
	s := setting{Flag: "-" + f.Name, Environment: envName(f.Name), Value: f.Value.String(), Source: source, Help: f.Usage}
	if f.Name == "api-keys" && s.Value != "" {
		s.Value = "(set)"
	}
	if f.Name == "store" && s.Value != "" {
		s.Value = redacted(s.Value)
	}
	c.settings = append(c.settings, s)
}

// setDefaults gives every setting its default, for commands that have other
// flags.
func (c *config) setDefaults() { c.register(flag.NewFlagSet("", flag.ContinueOnError)) }

// printFlags writes the table of settings that -help shows.
func printFlags(w io.Writer, fs *flag.FlagSet) {
	fs.VisitAll(func(f *flag.Flag) {
		fmt.Fprintf(w, "  -%-13s %s\n  %-14s %s", f.Name, f.Usage, "", envName(f.Name))
		if f.DefValue != "" {
			fmt.Fprintf(w, ", default %s", f.DefValue)
		}
		fmt.Fprintln(w)
	})
}

// list splits a comma-separated value.
func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// size is a number of bytes, written 512MiB or 1GiB.
type size int64

var units = []struct {
	name   string
	factor int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

// String implements flag.Value.
func (s *size) String() string {
	for _, u := range units {
		if int64(*s) >= u.factor && int64(*s)%u.factor == 0 {
			return strconv.FormatInt(int64(*s)/u.factor, 10) + u.name
		}
	}
	return "0"
}

// Set implements flag.Value.
func (s *size) Set(text string) error {
	for _, u := range units {
		if n, ok := strings.CutSuffix(text, u.name); ok {
			v, err := strconv.ParseInt(strings.TrimSpace(n), 10, 64)
			if err != nil || v < 0 || v > 1<<62/u.factor {
				break
			}
			*s = size(v * u.factor)
			return nil
		}
	}
	return fmt.Errorf("%q is not a size such as 512MiB or 1GiB", text)
}

// stdio is where a command reads and writes.
type stdio struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
}

func osStdio() stdio { return stdio{os.Stdin, os.Stdout, os.Stderr, os.Getenv} }
