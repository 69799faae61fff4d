package browsertest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const (
	startTime = 60 * time.Second // a browser or a server may take to start
	stopTime  = 10 * time.Second
)

// rig is what the tests share: the binary under test and one browser.
type rig struct {
	binary  string
	browser context.Context
	missing string // why there is no browser
}

var shared rig // set by TestMain, then only read

func TestMain(m *testing.M) {
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "browsertest:", err)
		code = 1
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	path, missing := findBrowser()
	if missing != "" {
		shared.missing = missing
		return m.Run(), nil
	}
	dir, err := os.MkdirTemp("", "footnote-browsertest-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if shared.binary, err = build(dir); err != nil {
		return 0, err
	}
	ctx, cancel, err := startBrowser(path, filepath.Join(dir, "profile"))
	if err != nil {
		return 0, err
	}
	defer cancel()
	shared.browser = ctx
	return m.Run(), nil
}

func findBrowser() (path, missing string) {
	path = os.Getenv("FOOTNOTE_BROWSER")
	if path == "" {
		path = "/usr/bin/chromium"
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Sprintf("no browser: %v; FOOTNOTE_BROWSER names one", err)
	}
	return path, ""
}

// build makes the binary once, as anybody would.
func build(dir string) (string, error) {
	if binary := os.Getenv("FOOTNOTE_BINARY"); binary != "" {
		return binary, nil
	}
	binary := filepath.Join(dir, "footnote")
	cmd := exec.Command("go", "build", "-o", binary, ".")
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the binary: %w\n%s", err, out)
	}
	return binary, nil
}

func startBrowser(path, profile string) (context.Context, context.CancelFunc, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.WSURLReadTimeout(startTime),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	end := func() { cancel(); stop() }
	if err := chromedp.Do(ctx); err != nil {
		end()
		return nil, nil, fmt.Errorf("start %s: %w", path, err)
	}
	return ctx, end, nil
}

// serve starts the binary on an empty data folder and returns its address.
// More arguments and variables of the environment may be given.
func serve(t *testing.T, env ...string) string {
	t.Helper()
	cmd := exec.Command(shared.binary, "-addr", "127.0.0.1:0", "-data", t.TempDir())
	cmd.Env = append(cleanEnv(), env...)
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatalf("open the server's output: %v", err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start the server: %v", err)
	}
	address := make(chan string, 1)
	go func() {
		defer close(address)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, url, ok := strings.Cut(lines.Text(), "listening on "); ok {
				address <- url
			}
		}
	}()
	t.Cleanup(func() {
		kill := time.AfterFunc(stopTime, func() { _ = cmd.Process.Kill() })
		defer kill.Stop()
		if err := errors.Join(cmd.Process.Signal(syscall.SIGTERM), cmd.Wait()); err != nil {
			t.Errorf("the server did not end well: %v", err)
		}
		if t.Failed() {
			t.Logf("the server's log:\n%s", log.String())
		}
	})
	select {
	case url, ok := <-address:
		if !ok {
			t.Fatal("the server ended before it was listening")
		}
		return url
	case <-time.After(startTime):
		t.Fatalf("the server was not listening within %v", startTime)
	}
	return ""
}

// cleanEnv is the environment without Footnote's own settings.
func cleanEnv() []string {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "FOOTNOTE_") {
			env = append(env, v)
		}
	}
	return env
}
