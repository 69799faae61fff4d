package provider_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"footnote/llm"
	"footnote/llm/provider"
)

// wireCase is one exchange as it goes over the wire: what is asked, what the
// provider replies, byte for byte; and as golden text what is sent for it and
// what is made of it.
type wireCase struct {
	Spec    string      `json:"spec"`
	URL     string      `json:"url"`
	Request llm.Request `json:"request"`
}

// outcome is what a caller sees.
type outcome struct {
	Text   string    `json:"text,omitempty"`
	Pieces []string  `json:"pieces,omitempty"`
	Stop   llm.Stop  `json:"stop,omitempty"`
	Error  string    `json:"error,omitempty"`
	Is     []string  `json:"is,omitempty"`
	Usage  llm.Usage `json:"usage"`
}

func TestWhatGoesOverTheWire(t *testing.T) {
	files, err := filepath.Glob("testdata/wire/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var c wireCase
			d := json.NewDecoder(bytes.NewReader(section(archive, "case.json")))
			d.DisallowUnknownFields()
			if err := d.Decode(&c); err != nil {
				t.Fatalf("case.json: %v", err)
			}
			sent, got := replay(t, c, section(archive, "reply.http"))
			for _, g := range []struct{ name, got string }{{"sent.http", sent}, {"got.json", got}} {
				if diff := cmp.Diff(string(section(archive, g.name)), g.got); diff != "" && !*update {
					t.Errorf("%s (-golden +got); run go test ./llm/provider -update if it is meant:\n%s", g.name, diff)
				}
				setSection(archive, g.name, g.got)
			}
			if *update {
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// replay makes the exchange over loopback.
func replay(t *testing.T, c wireCase, reply []byte) (sent, got string) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent = request(t, r)
		if err := play(w, reply); err != nil {
			t.Error(err)
		}
	})
	m := open(t, c.Spec, c.URL, to(s), func(o *provider.Options) { o.Prices = llm.DefaultPrices() })
	var out outcome
	c.Request.OnToken = func(text string) error {
		out.Pieces = append(out.Pieces, text)
		return nil
	}
	resp, err := generate(t, m, c.Request)
	out.Text, out.Stop, out.Usage = resp.Text, resp.Stop, resp.Usage
	if err != nil {
		out.Error, out.Is = err.Error(), kinds(err)
	}
	raw, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return sent, string(raw) + "\n"
}

// request is what was sent: the headers that matter, and the body, laid out.
func request(t *testing.T, r *http.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.Header.Get("X-Was-For"))
	for _, name := range []string{"Content-Type", "User-Agent", "Authorization", "X-Api-Key", "Anthropic-Version", "Anthropic-Beta", "Openai-Organization"} {
		if v := r.Header.Get(name); v != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, strings.ReplaceAll(v, testKey, "KEY"))
		}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	var laid bytes.Buffer
	if err := json.Indent(&laid, body, "", "  "); err != nil {
		t.Errorf("what was sent is not JSON: %v\n%s", err, body)
	}
	return b.String() + "\n" + laid.String() + "\n"
}

// play sends a reply as it stands in a file: status, headers, and each line of
// the body by itself.
func play(w http.ResponseWriter, reply []byte) error {
	head, body, ok := bytes.Cut(reply, []byte("\n\n"))
	if !ok {
		return errors.New("reply.http has no empty line after its headers")
	}
	lines := bufio.NewScanner(bytes.NewReader(head))
	lines.Scan()
	var status int
	if _, err := fmt.Sscanf(lines.Text(), "HTTP/1.1 %d", &status); err != nil {
		return fmt.Errorf("reply.http begins with %q: %w", lines.Text(), err)
	}
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		w.Header().Set(name, value)
	}
	w.WriteHeader(status)
	for line := range bytes.Lines(body) {
		if _, err := w.Write(line); err != nil {
			return nil // the reader has seen enough
		}
		w.(http.Flusher).Flush()
	}
	return nil
}

// kinds names the sentinels that an error is.
func kinds(err error) []string {
	var out []string
	for _, k := range []struct {
		name string
		err  error
	}{
		{"context length", llm.ErrContextLength}, {"credentials", llm.ErrCredentials},
		{"unknown model", llm.ErrUnknownModel}, {"rate limited", llm.ErrRateLimited},
		{"unavailable", llm.ErrUnavailable}, {"rejected", llm.ErrRejected},
		{"silent", llm.ErrSilent}, {"cut short", llm.ErrCutShort}, {"empty reply", llm.ErrEmptyReply},
	} {
		if errors.Is(err, k.err) {
			out = append(out, k.name)
		}
	}
	return out
}

func section(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func setSection(a *txtar.Archive, name, text string) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = []byte(text)
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(text)})
}
