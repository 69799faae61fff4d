package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

type labKey struct{}

func labOf(ts *testscript.TestScript) *lab { return ts.Value(labKey{}).(*lab) }

func positive(ts *testscript.TestScript, neg bool, usage string, ok bool) {
	if neg || !ok {
		ts.Fatalf("usage: %s", usage)
	}
}

func cmdStart(ts *testscript.TestScript, neg bool, args []string) {
	positive(ts, neg, "start [FLAG...]", true)
	ts.Check(labOf(ts).start(args...))
	ts.Setenv("URL", labOf(ts).url)
}

func cmdStop(ts *testscript.TestScript, neg bool, args []string) {
	positive(ts, neg, "stop", len(args) == 0)
	ts.Check(labOf(ts).stop())
}

func cmdKill(ts *testscript.TestScript, neg bool, args []string) {
	positive(ts, neg, "kill", len(args) == 0)
	labOf(ts).kill()
}

func cmdHTTP(ts *testscript.TestScript, neg bool, args []string) {
	positive(ts, neg, "http METHOD PATH STATUS [BODY]", len(args) == 3 || len(args) == 4)
	var body io.Reader
	contentType := ""
	if len(args) == 4 {
		text := args[3]
		if name, ok := strings.CutPrefix(text, "@"); ok {
			text = ts.ReadFile(name)
		}
		body, contentType = bytes.NewReader([]byte(text)), "application/json"
	}
	status, err := labOf(ts).do(args[0], args[1], contentType, body)
	ts.Check(err)
	expect(ts, status, args[2])
}

func cmdUpload(ts *testscript.TestScript, neg bool, args []string) {
	positive(ts, neg, "upload STATUS FILE...", len(args) >= 2)
	files := make([]string, 0, len(args)-1)
	for _, name := range args[1:] {
		files = append(files, ts.MkAbs(name))
	}
	status, err := labOf(ts).upload(files...)
	ts.Check(err)
	expect(ts, status, args[0])
}

func expect(ts *testscript.TestScript, status int, want string) {
	fmt.Fprintln(ts.Stdout(), labOf(ts).raw)
	if strconv.Itoa(status) != want {
		ts.Fatalf("status %d, want %s: %s", status, want, labOf(ts).raw)
	}
}

func cmdSettle(ts *testscript.TestScript, neg bool, args []string) {
	positive(ts, neg, "settle STATUS ID...", len(args) >= 2)
	for _, id := range args[1:] {
		status, err := labOf(ts).settle(id)
		ts.Check(err)
		if status != args[0] {
			ts.Fatalf("%s is %s, want %s", id, status, args[0])
		}
	}
}

func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json PATH [=|~] VALUE")
	}
	got, err := at(labOf(ts).reply, args[0])
	if err != nil {
		if !neg {
			ts.Fatalf("%v in %s", err, labOf(ts).raw)
		}
		return
	}
	ok := got == args[2]
	if args[1] == "~" {
		ok = regexp.MustCompile(args[2]).MatchString(got)
	}
	if ok == neg {
		ts.Fatalf("%s is %q: %s", args[0], got, labOf(ts).raw)
	}
}

func cmdLet(ts *testscript.TestScript, neg bool, args []string) {
	positive(ts, neg, "let NAME PATH", len(args) == 2)
	v, err := at(labOf(ts).reply, args[1])
	ts.Check(err)
	ts.Setenv(args[0], v)
}

// at returns what stands at a path of a JSON value, as text.
func at(v any, path string) (string, error) {
	for key := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[key]
			if !ok {
				return "", fmt.Errorf("there is no %q of %s", key, path)
			}
			v = next
		case []any:
			if key == "len" {
				v = len(x)
				continue
			}
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(x) {
				return "", fmt.Errorf("there is no %q of %s", key, path)
			}
			v = x[i]
		default:
			return "", fmt.Errorf("there is no %q of %s", key, path)
		}
	}
	if s, ok := v.(string); ok {
		return s, nil
	}
	data, err := json.Marshal(v)
	return string(data), err
}

func TestAt(t *testing.T) {
	var v any
	if err := json.Unmarshal([]byte(`{"a":[{"b":"x"},{"b":2}],"c":null}`), &v); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"a.0.b": "x", "a.1.b": "2", "a.len": "2", "c": "null", "a.1": `{"b":2}`} {
		if got, err := at(v, path); err != nil || got != want {
			t.Errorf("at(%s) = %q, %v, want %q", path, got, err, want)
		}
	}
	for _, path := range []string{"a.2", "b", "c.d", "a.-1", "a.x"} {
		if got, err := at(v, path); err == nil {
			t.Errorf("at(%s) = %q, want an error", path, got)
		}
	}
}
