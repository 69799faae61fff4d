package sandbox

import (
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"footnote/document"
)

// child is a running process that reads files for us.
type child struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	send   *gob.Encoder
	recv   *gob.Decoder
	expiry *time.Timer // set while idle
	dead   bool
	gone   chan struct{} // closed when the process has ended
	drew   string        // path of the file it drew from last and still has open
	stderr *tail
}

// inherited are the only variables a child sees: where caches and temporary
// files go. Keys and tokens of the server are not among them.
var inherited = []string{"HOME", "XDG_CACHE_HOME", "TMPDIR", "TMP", "TEMP", "LocalAppData", "SystemRoot"}

// start runs a child. It ends when its standard input is closed, so it cannot
// outlive us; where the system allows, it is killed with us too.
func start(o Options) (*child, error) {
	cmd := exec.Command(o.Command[0], o.Command[1:]...)
	cmd.Env = []string{fmt.Sprintf("GOMEMLIMIT=%d", o.MemoryLimit/2)}
	for _, name := range inherited {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	cmd.SysProcAttr = attributes()
	stderr := &tail{}
	cmd.Stderr = stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start reader: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start reader: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start reader: %w", err)
	}
	c := &child{cmd: cmd, in: in, send: gob.NewEncoder(in), recv: gob.NewDecoder(out), gone: make(chan struct{}), stderr: stderr}
	go func() {
		// Whether it ended well shows in what it replied.
		_ = cmd.Wait()
		close(c.gone)
	}()
	return c, nil
}

// end lets an idle child go.
func (c *child) end() {
	c.dead = true
	c.in.Close()
}

// buried lets an idle child go whose process has ended, for whatever reason.
func (c *child) buried() bool {
	select {
	case <-c.gone:
		c.expiry.Stop()
		c.end()
		return true
	default:
		return false
	}
}

// kill ends a child in the middle of its work.
func (c *child) kill() {
	c.dead = true
	_ = c.cmd.Process.Kill() // it may have ended already
	c.in.Close()
}

// do sends a request and waits for its last reply. When a limit is passed or
// ctx ends, the child is killed.
func (c *child) do(ctx context.Context, r request, o Options, progress func(int, int)) (reply, error) {
	w := newWatch(ctx, c, r.Source.Name, o)
	out, err := c.exchange(r, func(done, total int) {
		w.alive()
		progress(done, total)
	})
	if why := w.stop(); err != nil || why != nil {
		c.kill()
		<-c.gone
		if why != nil {
			return reply{}, why
		}
		return reply{}, c.crash(r.Source.Name)
	}
	if c.drew = ""; r.Page != 0 {
		c.drew = r.Source.Path
	}
	return out, out.Failure.error()
}

// exchange sends a request and passes progress on until the last reply. The
// boxes of words come page by page, after the document they belong to.
func (c *child) exchange(r request, progress func(int, int)) (reply, error) {
	if err := c.send.Encode(r); err != nil {
		return reply{}, err
	}
	var d *document.Document
	for {
		var out reply
		if err := c.recv.Decode(&out); err != nil {
			return out, err
		}
		switch {
		case out.Document != nil:
			d = out.Document
		case out.Last:
			out.Document = d
			return out, nil
		case out.Words != nil && d != nil && out.Page < len(d.Pages):
			d.Pages[out.Page].Words = out.Words
		case out.Words == nil:
			progress(out.Done, out.Total)
		}
	}
}
