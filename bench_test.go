package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// longPDF returns the 619-page book that ingest is measured with, and skips
// where it or pdftotext is not at hand.
func longPDF(b *testing.B) string {
	path := filepath.Join(os.Getenv("FOOTNOTE_DATA_SETS"), "..", "longdocs", "DA_619p.pdf")
	_, err := os.Stat(path)
	if _, missing := exec.LookPath("pdftotext"); err != nil || missing != nil {
		b.Skip("needs pdftotext and the long documents beside FOOTNOTE_DATA_SETS")
	}
	return path
}

// BenchmarkLongPDF uploads a 619-page PDF to the real binary and waits until it
// is ready; in the same run pdftotext reads it. It reports the ratio of the
// times, the most memory that server and readers held together, and how long
// the picture of a page takes once another page was drawn.
func BenchmarkLongPDF(b *testing.B) {
	path := longPDF(b)
	bin := binary(b)
	var plain, ready, picture time.Duration
	var peak int64
	for b.Loop() {
		began := time.Now()
		if out, err := exec.Command("pdftotext", path, os.DevNull).CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		plain += time.Since(began)
		l := &lab{bin: bin, data: b.TempDir()}
		must(b, l.start())
		memory := watchMemory(l.cmd.Process.Pid)
		began = time.Now()
		id := uploadOne(b, l, path)
		ready += time.Since(began)
		peak = max(peak, memory())
		drawPage(b, l, id, 300)
		began = time.Now()
		drawPage(b, l, id, 301)
		picture += time.Since(began)
		must(b, l.stop())
	}
	n := float64(b.N)
	b.ReportMetric(ready.Seconds()/plain.Seconds(), "x-pdftotext")
	b.ReportMetric(ready.Seconds()/n, "s/ready")
	b.ReportMetric(float64(peak)/(1<<20), "MiB-peak")
	b.ReportMetric(picture.Seconds()*1000/n, "ms/page-image")
}

// BenchmarkIdle reports what a server with an empty library holds in memory.
func BenchmarkIdle(b *testing.B) {
	l := &lab{bin: binary(b), data: b.TempDir()}
	must(b, l.start())
	for b.Loop() {
		if status, err := l.do(http.MethodGet, "/readyz", "", nil); err != nil || status != http.StatusOK {
			b.Fatal(status, err)
		}
	}
	b.ReportMetric(float64(resident(l.cmd.Process.Pid))/(1<<20), "MiB")
	must(b, l.stop())
}

func must(b testing.TB, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// uploadOne uploads a file and returns its id once it is ready.
func uploadOne(b testing.TB, l *lab, path string) string {
	b.Helper()
	status, err := l.upload(path)
	if err != nil || status != http.StatusAccepted {
		b.Fatal(status, err, l.raw)
	}
	id := l.reply.(map[string]any)["documents"].([]any)[0].(map[string]any)["id"].(string)
	if status, err := l.settle(id); err != nil || status != "ready" {
		b.Fatal(status, err)
	}
	return id
}

func drawPage(b *testing.B, l *lab, id string, page int) {
	b.Helper()
	if status, err := l.do(http.MethodGet, fmt.Sprintf("/v1/documents/%s/pages/%d/image?width=1000", id, page), "", nil); err != nil || status != http.StatusOK {
		b.Fatal(status, err)
	}
}

// watchMemory samples a process and its children until the returned function
// is called, which returns the most they held together.
func watchMemory(pid int) (stop func() int64) {
	var most atomic.Int64
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				most.Store(max(most.Load(), familyResident(pid)))
			}
		}
	}()
	return func() int64 {
		close(quit)
		<-ended
		return most.Load()
	}
}

// familyResident is the resident memory of a process and its children in bytes;
// 0 where there is no /proc.
func familyResident(pid int) int64 {
	sum := resident(pid)
	children, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range children {
		list, _ := os.ReadFile(file)
		for _, child := range strings.Fields(string(list)) {
			if n, err := strconv.Atoi(child); err == nil {
				sum += resident(n)
			}
		}
	}
	return sum
}

func resident(pid int) int64 {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fields := strings.Fields(string(stat))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}
