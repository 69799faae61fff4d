package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// patience bounds every wait for the program under test.
const patience = 60 * time.Second

// lab runs a server of the real binary and talks to it.
type lab struct {
	bin, data string
	flags     []string // of every start
	url       string   // "" while no server runs
	cmd       *exec.Cmd
	out       bytes.Buffer // what the server wrote to standard error
	reply     any          // last JSON reply
	raw       string       // last reply as it came
}

// client goes to the loopback address whatever proxy is configured.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// start runs a server and returns once it listens.
func (l *lab) start(flags ...string) error {
	if l.cmd != nil {
		return errors.New("a server is running already")
	}
	args := slices.Concat([]string{"serve", "-addr", "127.0.0.1:0", "-data", l.data}, l.flags, flags)
	cmd := exec.Command(l.bin, args...)
	l.out.Reset()
	cmd.Stderr = &l.out
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	l.cmd = cmd
	timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			l.url = url
			go func() { _, _ = io.Copy(io.Discard, stdout) }()
			return nil
		}
	}
	err = cmd.Wait()
	l.cmd = nil
	return fmt.Errorf("the server did not listen: %v\n%s", err, l.out.String())
}

// stop asks the server to end and expects success.
func (l *lab) stop() error {
	if l.cmd == nil {
		return errors.New("no server is running")
	}
	cmd := l.cmd
	l.cmd, l.url = nil, ""
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("the server ended with %w\n%s", err, l.out.String())
	}
	return nil
}

// kill ends the server at once, if there is one.
func (l *lab) kill() {
	if l.cmd == nil {
		return
	}
	_ = l.cmd.Process.Kill()
	_ = l.cmd.Wait()
	l.cmd, l.url = nil, ""
}

// do sends a request and keeps the reply. The body may be nil.
func (l *lab) do(method, path, contentType string, body io.Reader) (status int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, l.url+path, body)
	if err != nil {
		return 0, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	l.raw, l.reply = string(data), nil
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(data, &l.reply); err != nil {
			return 0, fmt.Errorf("%s %s: %w", method, path, err)
		}
	}
	return res.StatusCode, nil
}

// upload posts files to the library.
func (l *lab) upload(files ...string) (status int, err error) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		part, err := form.CreateFormFile("file", filepath.Base(name))
		if err != nil {
			return 0, err
		}
		if _, err := part.Write(data); err != nil {
			return 0, err
		}
	}
	if err := form.Close(); err != nil {
		return 0, err
	}
	return l.do(http.MethodPost, "/v1/documents", form.FormDataContentType(), &b)
}

// change is what the stream of documents tells of one of them.
type change struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

// watch calls f for every change on a stream of documents until f is
// satisfied or the stream ends.
func (l *lab) watch(path string, f func(change) (enough bool)) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.url+path, nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, res.Status)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data:")
		if !ok {
			continue
		}
		var c change
		if err := json.Unmarshal([]byte(data), &c); err != nil {
			return fmt.Errorf("%s: %w in %s", path, err, data)
		}
		if f(c) {
			return nil
		}
	}
	return errors.Join(lines.Err(), ctx.Err())
}

// settle waits until a document is ready or failed and returns which.
func (l *lab) settle(id string) (status string, err error) {
	err = l.watch("/v1/documents/"+id+"/events", func(c change) bool {
		status = c.Status
		return status == "ready" || status == "failed"
	})
	return status, err
}
