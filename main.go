// Footnote answers questions about long documents and footnotes every sentence
// of the answer to the exact words it rests on.
//
// This package is the only place that names a concrete store, reader or model:
// it reads the configuration, wires the parts together and runs a command.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	os.Exit(run(ctx, os.Args[1:], osStdio()))
}

// command is something the binary can do.
type command struct {
	name, usage, summary string
	run                  func(ctx context.Context, args []string, io stdio) error
}

func commands() []command {
	return []command{
		{"serve", "footnote [serve] [flags]", "serve the API and the page (the default)", serve},
		{"ask", `footnote ask [flags] FILE... "question"`, "answer from files, without a server", ask},
		{"eval", "footnote eval -dataset FILE.jsonl [flags]", "measure strategies on a data set", evaluate},
		{"reindex", "footnote reindex [-data DIR]", "index every document again, after the chunker or embedder changed", reindex},
		{"move", "footnote move -from STORE -to STORE", "carry a library to another store", move},
		{"healthcheck", "footnote healthcheck [-addr ADDR]", "exit 0 when a server is ready", healthcheck},
		{readWorker, "", "", serveReads},
	}
}

// errUsage marks mistakes in the command line: exit status 2 instead of 1.
var errUsage = errors.New("see footnote -help")

// run runs a command and returns its exit status.
func run(ctx context.Context, args []string, io stdio) int {
	name := "serve"
	if len(args) > 0 {
		switch args[0] {
		case "-h", "-help", "--help", "help":
			help(io.out)
			return 0
		case "-version", "--version", "version":
			fmt.Fprintln(io.out, "footnote", version())
			return 0
		}
		if args[0] == "" || args[0][0] != '-' {
			name, args = args[0], args[1:]
		}
	}
	for _, c := range commands() {
		if c.name == name {
			return status(c.run(ctx, args, io), io.err)
		}
	}
	return status(fmt.Errorf("there is no command %q; %w", name, errUsage), io.err)
}

// status prints what went wrong and turns it into an exit status.
func status(err error, w io.Writer) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintln(w, "footnote:", err)
		return 2
	}
	fmt.Fprintln(w, "footnote:", err)
	return 1
}

func help(w io.Writer) {
	fmt.Fprint(w, "Footnote answers questions about long documents and footnotes every\nsentence of the answer to the exact words it rests on.\n\n")
	for _, c := range commands() {
		if c.usage != "" {
			fmt.Fprintf(w, "  %s\n        %s\n", c.usage, c.summary)
		}
	}
	fmt.Fprint(w, "\nfootnote COMMAND -help tells more of one; footnote -version prints the version.\n\nFlags of serve, each with the environment variable that does the same:\n\n")
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	new(config).register(fs)
	printFlags(w, fs)
}

// version is the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	if v == "" || v == "(devel)" {
		return "devel"
	}
	return v
}
