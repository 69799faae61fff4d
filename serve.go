package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"footnote/document/reader"
	"footnote/server"
	"footnote/server/tracing"
	"footnote/web"
)

// parseFlags reads flags and environment for a command that shares serve's.
func parseFlags(name string, args []string, c *config, io stdio) (*flag.FlagSet, error) {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.err)
	fs.Usage = func() { usage(io.err, fs, name) }
	err := c.parse(fs, args, io.getenv)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		err = fmt.Errorf("%w; %w", err, errUsage)
	}
	return fs, err
}

func usage(w io.Writer, fs *flag.FlagSet, name string) {
	for _, c := range commands() {
		if c.name == name {
			fmt.Fprintf(w, "Usage: %s\n\n%s.\n\nFlags:\n\n", c.usage, c.summary)
		}
	}
	printFlags(w, fs)
}

// serve runs the API and the page until ctx ends.
func serve(ctx context.Context, args []string, io stdio) (err error) {
	var c config
	fs, err := parseFlags("serve", args, &c, io)
	if err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("serve takes no arguments, got %q; %w", fs.Args(), errUsage)
	}
	if err := server.CheckListen(c.addr, list(c.keys), c.insecure); err != nil {
		return err
	}
	log, err := logger(c.logFormat, io.err)
	if err != nil {
		return err
	}
	if c.traces, err = tracing.Open(ctx, io.getenv, version(), log); err != nil {
		return fmt.Errorf("%w; %w", err, errUsage)
	}
	c.model.traces = c.traces
	c.embedder.patient = true
	defer func() { err = errors.Join(err, sendTraces(c.traces)) }()
	l, err := net.Listen("tcp", c.addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with -addr", err)
	}
	waiting := openLobby(l.(*net.TCPListener), server.Starting(version()))
	p, err := open(ctx, &c, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	api, err := newServer(p, &c, log)
	if err == nil {
		err = waiting.close(l.(*net.TCPListener))
	}
	if err != nil {
		return errors.Join(err, l.Close(), p.close())
	}
	fmt.Fprintf(io.out, "listening on http://%s\n", l.Addr())
	return errors.Join(work(ctx, l, api, p), p.close())
}

// sendTraces gives the collector a moment to take the last spans.
func sendTraces(t *tracing.Tracing) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return t.Close(ctx)
}

// newServer puts the API on top of the product.
func newServer(p *product, c *config, log *slog.Logger) (*server.Server, error) {
	return server.New(server.Parts{
		Documents: p.store.shelf, Retriever: p.retriever, Engine: c.traces.Engine(p.engine), Answers: p.store.answers,
		Streams: p.store.streams, Evaluations: p.store.evaluations, Judge: judgeOf(p.reader), Reads: readsAs(p.reader, p.search), Chunker: p.chunker,
		Renderer: p.files, Pictures: p.store.pictures, Page: web.Files(), Formats: formatList(), Settings: c.shown(),
		Ready: p.library.ready, Notes: p.notes, Trace: c.traces.Requests, Version: version(), Log: log,
	}, server.Options{
		Keys: list(c.keys), Hosts: list(c.hosts), URL: c.url, Origins: list(c.origins), Limits: limits(c), Spool: p.store.spool,
	})
}

// limits bound what one client can take. Answers that wait for a model take no
// processor meanwhile, so more of them may go on at once.
func limits(c *config) server.Limits {
	l := server.Limits{MaxUpload: int64(c.maxUpload), AnswerTime: c.answerTime}
	if c.model.model != "" {
		l.Answering = 64
	}
	return l
}

// work serves and ingests until ctx ends or one of the two fails.
func work(ctx context.Context, l net.Listener, api *server.Server, p *product) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return api.Serve(ctx, l) })
	group.Go(func() error { return p.pipeline.Run(ctx) })
	group.Go(func() error { p.watch(ctx); return nil })
	return group.Wait()
}

// formatList lists what can be uploaded.
func formatList() []server.Format {
	var out []server.Format
	for _, f := range reader.Formats() {
		out = append(out, server.Format{Name: f.Name, Extensions: f.Extensions})
	}
	return out
}

// shown is the configuration as the page shows it.
func (c *config) shown() []server.Setting {
	var out []server.Setting
	for _, s := range c.settings {
		out = append(out, server.Setting{Name: s.Flag, Value: s.Value, Source: s.Source, Help: s.Help, Environment: s.Environment})
	}
	return out
}

// healthcheck asks a running server whether it is ready, for containers that
// have no other program.
func healthcheck(ctx context.Context, args []string, io stdio) error {
	var c config
	if _, err := parseFlags("healthcheck", args, &c, io); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	host, port, err := net.SplitHostPort(c.addr)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	return nil
}
