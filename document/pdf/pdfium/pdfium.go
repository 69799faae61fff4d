// Package pdfium opens PDF files with PDFium compiled to WebAssembly, which
// runs inside wazero: no C compiler, no shared library, and a damaged file can
// only damage the sandbox it was opened in.
//
// The binding is deliberately thin. Reading a long document asks for the box
// of every character, and what a call costs decides how long that takes, so
// the functions that PDFium exports are called directly.
package pdfium

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"sync"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Options configure a Library. Zero values mean the default that is named.
type Options struct {
	// CacheDir keeps the compiled module between runs, which turns a start of
	// seconds into one of milliseconds; "" means footnote/wazero in the user's
	// cache folder. Where neither can be written, every start compiles anew.
	CacheDir string
	// MemoryPages bounds the memory of one instance in pages of 64 KiB, 256 to
	// 65536; 0 means 4096 (256 MiB).
	MemoryPages uint32
}

// Library starts PDFium when it is first needed and hands out instances of
// it. It is safe for concurrent use.
type Library struct {
	opts   Options
	mu     sync.Mutex
	cache  wazero.CompilationCache
	pool   pdfium.Pool
	closed bool
}

// maxInstances is far above what a reader uses at a time; it only stops a
// leak from taking all memory.
const maxInstances = 32

// New returns a library that has not started yet.
func New(o Options) *Library {
	if o.MemoryPages == 0 {
		o.MemoryPages = 4096
	}
	return &Library{opts: o}
}

// instance is one PDFium with a memory of its own.
type instance struct {
	pdfium pdfium.Pdfium
	module api.Module
	calls  map[string]api.Function
	ctx    context.Context
	stack  [12]uint64
}

func (l *Library) instance(ctx context.Context) (*instance, error) {
	pool, err := l.start()
	if err != nil {
		return nil, fmt.Errorf("start pdfium: %w", err)
	}
	p, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("start pdfium: %w", err)
	}
	// The module is an exported field of a type in an internal package.
	field := reflect.ValueOf(p.GetImplementation()).Elem().FieldByName("Module")
	module, ok := field.Interface().(api.Module)
	if !ok {
		return nil, fmt.Errorf("start pdfium: the library hides its module")
	}
	return &instance{pdfium: p, module: module, calls: map[string]api.Function{}, ctx: context.Background()}, nil
}

func (l *Library) start() (pdfium.Pool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, os.ErrClosed
	}
	if l.pool != nil {
		return l.pool, nil
	}
	l.cache = l.openCache()
	pool, err := webassembly.Init(webassembly.Config{
		MaxTotal: maxInstances,
		FSConfig: wazero.NewFSConfig(), // without it the host's root is mounted
		Stdout:   io.Discard,
		Stderr:   io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(l.opts.MemoryPages).
			WithCompilationCache(l.cache),
	})
	if err != nil {
		return nil, err
	}
	l.pool = pool
	return pool, nil
}

func (l *Library) openCache() wazero.CompilationCache {
	dir := l.opts.CacheDir
	if dir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return wazero.NewCompilationCache()
		}
		dir = filepath.Join(base, "footnote", "wazero")
	}
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return wazero.NewCompilationCache()
	}
	return cache
}

// Close ends PDFium. Documents that are still open become unusable.
func (l *Library) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.pool == nil {
		return nil
	}
	err := l.pool.Close()
	l.pool = nil
	if cerr := l.cache.Close(context.Background()); err == nil {
		err = cerr
	}
	return err
}

// call runs an exported function. PDFium's functions return one value at most.
func (i *instance) call(name string, args ...uint64) (uint64, error) {
	fn, ok := i.calls[name]
	if !ok {
		if fn = i.module.ExportedFunction(name); fn == nil {
			return 0, fmt.Errorf("pdfium has no %s", name)
		}
		i.calls[name] = fn // a look-up builds a call engine, so it is kept
	}
	copy(i.stack[:], args)
	if err := fn.CallWithStack(i.ctx, i.stack[:]); err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return i.stack[0], nil
}

// alloc returns the address of n bytes in the instance's memory.
func (i *instance) alloc(n int) (uint64, error) {
	p, err := i.call("malloc", uint64(n))
	if err != nil {
		return 0, err
	}
	if p == 0 {
		return 0, errOutOfMemory
	}
	return p, nil
}

func (i *instance) free(p uint64) {
	if p != 0 {
		i.call("free", p) // an instance that cannot free is closed soon anyway
	}
}
