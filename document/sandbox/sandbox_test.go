package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/document"
	"footnote/document/pdf"
)

// The test binary is its own child: with this argument it serves a reader that
// does what the file's name says.
const (
	childArgument = "sandbox-child"
	pdfArgument   = "pdf-child" // serves the reader of PDF files
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == childArgument {
		if err := Serve(os.Stdin, os.Stdout, actor{}, actor{}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) == 2 && os.Args[1] == pdfArgument {
		r := pdf.New(pdf.Options{})
		if err := errors.Join(Serve(os.Stdin, os.Stdout, r, r), r.Close()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// actor misbehaves on demand.
type actor struct{}

func (actor) Read(_ context.Context, src document.Source, progress func(done, total int)) (*document.Document, error) {
	switch strings.TrimSuffix(src.Name, filepath.Ext(src.Name)) {
	case "hang":
		select {}
	case "creep":
		for i := 0; ; i++ {
			progress(i, 1<<30)
			time.Sleep(10 * time.Millisecond)
		}
	case "gorge":
		var hoard [][]byte
		for {
			block := make([]byte, 8<<20)
			for i := range block {
				block[i] = byte(i)
			}
			hoard = append(hoard, block)
			progress(len(hoard), 0)
		}
	case "crash":
		go func() { panic("a bug in a reader") }()
		select {}
	case "encrypted":
		return nil, fmt.Errorf("read %s: %w", src.Name, document.ErrEncrypted)
	case "environment":
		return text(strings.Join(os.Environ(), " "))
	}
	for i := range 40 {
		progress(i+1, 40)
	}
	data, err := os.ReadFile(src.Path)
	if err != nil {
		return nil, err
	}
	return text(string(data))
}

func text(s string) (*document.Document, error) {
	b := document.NewBuilder()
	b.StartPage("i", 100, 200)
	b.Begin(document.Paragraph)
	b.Place(b.Write(s), document.Box{X: 0.5, Width: 0.25})
	b.End()
	return b.Document()
}

func (actor) Render(_ context.Context, src document.Source, page, width int) (document.Picture, error) {
	if page > 3 {
		return document.Picture{}, fmt.Errorf("page %d: %w", page, document.ErrNotFound)
	}
	return document.Picture{MediaType: "image/png", Data: fmt.Appendf(nil, "%s %d %d", src.Name, page, width)}, nil
}

// newTest makes a sandbox whose child is this test binary.
func newTest(t *testing.T, o Options) *Sandbox {
	t.Helper()
	o.Command = []string{os.Args[0], childArgument}
	s := New(o)
	t.Cleanup(func() { s.Close() })
	return s
}

func source(t *testing.T, name, content string) document.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "original")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return document.Source{Name: name, Path: path}
}

func TestADocumentComesBackWhole(t *testing.T) {
	s := newTest(t, Options{})
	last := 0
	d, err := s.Read(t.Context(), source(t, "a.txt", "One sentence. Two sentences."), func(done, _ int) { last = done })
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	if d.Text != "One sentence. Two sentences." || len(d.Sentences) != 2 || d.Pages[0].Words[0].Box.X != 0.5 {
		t.Errorf("document %+v", d)
	}
	if last != 40 {
		t.Errorf("progress ended at %d of 40", last)
	}
}

func TestWhatAChildMayNotDo(t *testing.T) {
	for name, c := range map[string]struct {
		file  string
		limit Options
		want  error
	}{
		"hang without progress":           {"hang.pdf", Options{StallLimit: 200 * time.Millisecond}, document.ErrTimeout},
		"go on for ever":                  {"creep.pdf", Options{TimeLimit: 300 * time.Millisecond}, document.ErrTimeout},
		"take more memory than its limit": {"gorge.pdf", Options{MemoryLimit: 96 << 20}, document.ErrMemory},
		"crash":                           {"crash.pdf", Options{}, document.ErrCrashed},
		"lose the kind of an error":       {"encrypted.pdf", Options{}, document.ErrEncrypted},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTest(t, c.limit)
			_, err := s.Read(t.Context(), source(t, c.file, ""), nil)
			if !errors.Is(err, c.want) {
				t.Fatalf("error %v, want %v", err, c.want)
			}
			if _, err := s.Read(t.Context(), source(t, "next.txt", "Fine."), nil); err != nil {
				t.Errorf("the next file: %v", err)
			}
		})
	}
}

func TestACrashKeepsItsOutputOutOfTheSentence(t *testing.T) {
	_, err := newTest(t, Options{}).Read(t.Context(), source(t, "crash.pdf", ""), nil)
	var c *Crash
	if !errors.As(err, &c) {
		t.Fatalf("error %v is no crash", err)
	}
	if cause := "a bug in a reader"; !strings.Contains(c.Output, cause) || strings.Contains(err.Error(), cause) {
		t.Errorf("error %q, output %q", err, c.Output)
	}
}

func TestACancelledReadEndsItsChild(t *testing.T) {
	s := newTest(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	began := make(chan struct{}, 1)
	go func() {
		<-began
		cancel()
	}()
	_, err := s.Read(ctx, source(t, "creep.pdf", ""), func(int, int) {
		select {
		case began <- struct{}{}:
		default:
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancelled", err)
	}
}

func TestSecretsStayWithTheParent(t *testing.T) {
	t.Setenv("FOOTNOTE_API_KEYS", "top-secret")
	d, err := newTest(t, Options{}).Read(t.Context(), source(t, "environment", ""), nil)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(d.Text, "top-secret") {
		t.Error("the child sees the parent's environment")
	}
}

func TestRenderingDoesNotWaitForReading(t *testing.T) {
	s := newTest(t, Options{Workers: 1})
	ctx, cancel := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	began := make(chan struct{})
	var once sync.Once
	reading.Go(func() {
		s.Read(ctx, source(t, "creep.pdf", ""), func(int, int) { once.Do(func() { close(began) }) })
	})
	<-began
	p, err := s.Render(t.Context(), document.Source{Name: "b.pdf"}, 2, 800)
	cancel()
	reading.Wait()
	if err != nil || string(p.Data) != "b.pdf 2 800" {
		t.Errorf("picture %q, error %v", p.Data, err)
	}
}

func TestAnIdleChildIsUsedAgainAndThenEnds(t *testing.T) {
	s := newTest(t, Options{Idle: 50 * time.Millisecond})
	if _, err := s.Render(t.Context(), document.Source{}, 9, 1); !errors.Is(err, document.ErrNotFound) {
		t.Fatalf("error %v, want not found", err)
	}
	s.mu.Lock()
	kept := s.idle[0]
	s.mu.Unlock()
	if _, err := s.Render(t.Context(), document.Source{}, 1, 1); err != nil {
		t.Fatal(err)
	}
	<-kept.gone
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) != 0 {
		t.Error("the idle child was kept")
	}
}

func TestAChildThatDiedWhileIdleIsNotUsed(t *testing.T) {
	s := newTest(t, Options{})
	if _, err := s.Read(t.Context(), source(t, "a.txt", "One."), nil); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	kept := s.idle[0]
	s.mu.Unlock()
	if err := kept.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-kept.gone
	if _, err := s.Read(t.Context(), source(t, "b.txt", "Two."), nil); err != nil {
		t.Errorf("the next file: %v", err)
	}
}

func TestManyFilesAtOnce(t *testing.T) {
	s := newTest(t, Options{Workers: 3})
	var all sync.WaitGroup
	for i := range 12 {
		src := source(t, "f.txt", fmt.Sprintf("File number %d.", i))
		all.Go(func() {
			d, err := s.Read(t.Context(), src, nil)
			if err != nil || d.Text != fmt.Sprintf("File number %d.", i) {
				t.Errorf("file %d: %v", i, err)
			}
		})
	}
	all.Wait()
}
