package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"footnote/document"
	"footnote/ingest"
	"footnote/store/postgres"
	"footnote/store/postgres/postgrestest"
)

// cable is the connection to a database, which can be pulled.
type cable struct {
	listener net.Listener
	to       string

	mu     sync.Mutex
	pulled bool
	frozen chan struct{} // nothing passes until it is closed; nil when all does
	cuts   string        // a connection that says this to the database is cut; "" for none
	loses  string        // the first answer to this is lost, and its connection with it; "" for none
	live   map[net.Conn]struct{}
}

// plug returns a cable to a database, and the database's address at its end.
func plug(t *testing.T, at string, pulled bool) (*cable, string) {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{listener: l, to: u.Host, pulled: pulled, live: map[net.Conn]struct{}{}}
	t.Cleanup(func() { l.Close(); c.pull() })
	go c.accept()
	u.Host = l.Addr().String()
	return c, u.String()
}

func (c *cable) accept() {
	for {
		from, err := c.listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", c.to)
		if err != nil || !c.keep(from, to) {
			from.Close()
			continue
		}
		var lost atomic.Bool
		go c.pass(from, to, func(said []byte) bool {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.loses != "" && bytes.Contains(said, []byte(c.loses)) {
				c.loses = ""
				lost.Store(true)
			}
			return c.cuts == "" || !bytes.Contains(said, []byte(c.cuts))
		})
		go c.pass(to, from, func([]byte) bool { return !lost.Load() })
	}
}

// pass passes on what one side says to the other until it ends, or until may says
// no; then it hangs up.
func (c *cable) pass(from, to net.Conn, may func(said []byte) bool) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		c.mu.Lock()
		frozen := c.frozen
		c.mu.Unlock()
		if frozen != nil {
			<-frozen
		}
		if err != nil || !may(buf[:n]) {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// freeze lets nothing pass any more, without a word to either side, until thaw.
func (c *cable) freeze() (thaw func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	frozen := make(chan struct{})
	c.frozen = frozen
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.frozen = nil
		close(frozen)
	}
}

func (c *cable) set(what *string, to string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*what = to
}

func (c *cable) keep(conns ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range conns {
		if c.pulled {
			conn.Close()
		} else {
			c.live[conn] = struct{}{}
		}
	}
	return !c.pulled
}

// pull breaks every connection and lets none through.
func (c *cable) pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = true
	for conn := range c.live {
		conn.Close()
	}
	clear(c.live)
}

func (c *cable) mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pulled = false
}

func TestOpenWaitsForADatabaseThatIsNotUp(t *testing.T) {
	c, at := plug(t, postgrestest.Database(t), true)
	opened := make(chan error, 1)
	go func() {
		s, err := postgres.Open(t.Context(), options(at))
		if err == nil {
			err = s.Close()
		}
		opened <- err
	}()
	select {
	case err := <-opened:
		t.Fatalf("open ended without a database: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	c.mend()
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	at := postgrestest.Database(t)
	_, away := plug(t, at, true)
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	stranger, nowhere := *u, *u
	stranger.User = url.UserPassword("footnote", "wrong-password")
	nowhere.Path = "/no_such_database"
	for name, c := range map[string]struct {
		at   string
		want string
	}{
		"a database that does not come up": {away, "does not answer"},
		"a wrong password":                 {stranger.String(), "correct the user and the password"},
		"an unknown database":              {nowhere.String(), "CREATE DATABASE"},
		"no address at all":                {"nonsense", "postgres://user:password@host:5432/database"},
	} {
		o := options(c.at)
		o.Wait = 200 * time.Millisecond
		_, err := postgres.Open(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "wrong-password") {
			t.Errorf("%s: %v", name, err)
		}
		if away := errors.Is(err, document.ErrUnavailable); away != (c.want == "does not answer") {
			t.Errorf("%s: it is unavailable: %v", name, away)
		}
	}
}

// Work goes on where it was when the database comes back, and what happened
// meanwhile is told.
func TestAPulledCableLosesNothing(t *testing.T) {
	at := postgrestest.Database(t)
	c, through := plug(t, at, false)
	o := options(through)
	o.Patience = bound
	s, other := openStore(t, o), openStore(t, options(at))
	count := watchAll(t, s, at)
	ids := map[document.ID]bool{}
	for _, text := range []string{"a", "b", "c"} {
		info, _, err := other.Add(t.Context(), document.Upload{Name: text}, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ids[info.ID] = true
	}
	finish := func(q *postgres.Queue) {
		t.Helper()
		j, err := q.Claim(t.Context(), 0, time.Hour)
		if err == nil {
			err = q.Finish(t.Context(), j, ingest.Outcome{Chunks: 1})
		}
		if err != nil || !ids[j.Document] {
			t.Fatalf("a job in between: %+v, %v", j, err)
		}
	}
	finish(s.Queue())
	c.pull()
	finish(other.Queue()) // nobody tells s
	if err := s.Ping(t.Context()); !errors.Is(err, document.ErrUnavailable) {
		t.Errorf("ping without a database: %v", err)
	}
	mended := make(chan struct{})
	time.AfterFunc(100*time.Millisecond, func() { c.mend(); close(mended) })
	finish(s.Queue()) // waits
	<-mended
	count.until(t, len(ids))
	deadline := time.Now().Add(bound)
	for s.Ping(t.Context()) != nil {
		if time.Now().After(deadline) {
			t.Fatalf("the store is not ready again: %v", s.Ping(t.Context()))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestPatienceEnds(t *testing.T) {
	c, through := plug(t, postgrestest.Database(t), false)
	o := options(through)
	o.Patience = 100 * time.Millisecond
	s := openStore(t, o)
	c.pull()
	if _, err := s.Ready(t.Context()); !errors.Is(err, document.ErrUnavailable) {
		t.Errorf("without a database: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Ready(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("when nobody waits any more: %v", err)
	}
}

// An original of several parts is read from any place, while little of it is in
// memory.
func TestOriginalsAreReadInParts(t *testing.T) {
	s := openStore(t, options(postgrestest.Database(t)))
	want := make([]byte, 2<<20+12345)
	for i := range want {
		want[i] = byte(i * i >> 7)
	}
	info, _, err := s.Add(t.Context(), document.Upload{Name: "big"}, bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Original(t.Context(), info.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := iotest.TestReader(r, want); err != nil {
		t.Error(err)
	}
	if _, err := r.Seek(-1, io.SeekStart); err == nil {
		t.Error("a place before the beginning was found")
	}
}
