package analysis

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// maxCached is the longest word, in bytes, that the cache remembers.
const maxCached = 32

// cacheSlots bounds the cache: about 10 MB when every slot is taken.
const cacheSlots = 1 << 16

// cache remembers what words were analysed to. It holds nothing that could not
// be computed again, so nobody can tell it is there but by the time they take;
// a word that falls on a taken slot simply replaces what was there.
type cache struct {
	seed  maphash.Seed
	slots [cacheSlots]atomic.Pointer[cached]
}

type cached struct {
	word string
	lang *language
	term term
}

// terms is shared by all callers: chunks are short, and their words are the
// same all over a document.
var terms = &cache{seed: maphash.MakeSeed()}

func (c *cache) get(w string, l *language) term {
	slot := &c.slots[maphash.String(c.seed, w)%cacheSlots]
	if e := slot.Load(); e != nil && e.lang == l && e.word == w {
		return e.term
	}
	w = strings.Clone(w) // do not hold on to the text it comes from
	e := &cached{word: w, lang: l, term: derive(w, l)}
	if strings.HasPrefix(w, e.term.text) {
		e.term.text = w[:len(e.term.text)] // one place in memory to look at, not two
	}
	slot.Store(e)
	return e.term
}
