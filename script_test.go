package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// bin is where the program under test is built, once for all tests that run it.
var bin struct {
	once sync.Once
	dir  string // made and removed by TestMain
	err  error
}

func TestMain(m *testing.M) {
	var err error
	if bin.dir, err = os.MkdirTemp("", "footnote-bin-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(bin.dir)
	os.Exit(code)
}

// binary returns the path of the built program.
func binary(t testing.TB) string {
	t.Helper()
	path := filepath.Join(bin.dir, "footnote")
	bin.once.Do(func() {
		cmd := exec.Command("go", "build", "-o", path, ".")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			bin.err = fmt.Errorf("build: %w\n%s", err, out)
		}
	})
	if bin.err != nil {
		t.Fatal(bin.err)
	}
	return path
}

// TestScript runs the scripts of testdata/script against the real binary.
// Besides testscript's own commands they have:
//
//	start [FLAG...]                 run a server on a free port; its data is in $WORK/data
//	stop, kill                      end it by SIGTERM, expecting success, or by SIGKILL
//	http METHOD PATH STATUS [BODY]  send a request; BODY is JSON, or @FILE
//	upload STATUS FILE...           post files to /v1/documents
//	settle STATUS ID...             wait for documents to be done, by server-sent events
//	json PATH [=|~] VALUE           check the last reply: equal, or matching a pattern
//	let NAME PATH                   put a value of the last reply into the environment
//
// A path is keys and indices joined by dots; len is a length.
func TestScript(t *testing.T) {
	program := binary(t)
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(program)+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("ROOT", root)
			env.Setenv("CORPUS", filepath.Join(root, "testdata", "corpus"))
			env.Setenv("TMPDIR", filepath.Join(env.WorkDir, ".tmp"))
			l := &lab{bin: program, data: filepath.Join(env.WorkDir, "data")}
			env.Values[labKey{}] = l
			env.Defer(l.kill)
			return os.MkdirAll(filepath.Join(env.WorkDir, ".tmp"), 0o755)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start":  cmdStart,
			"stop":   cmdStop,
			"kill":   cmdKill,
			"http":   cmdHTTP,
			"upload": cmdUpload,
			"settle": cmdSettle,
			"json":   cmdJSON,
			"let":    cmdLet,
		},
	})
}
