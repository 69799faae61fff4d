package vector

import "math/bits"

// distances is the working memory of a scan by sign bits, kept between
// searches.
type distances struct {
	rows []uint16 // by position in the scope
}

// candidates returns at least want rows whose signs differ least from the
// query's, as spans of one row: all rows up to the distance at which there are
// enough.
func (x *Index) candidates(s state, query []float32, scope []span, want int) []span {
	signs := make([]uint64, x.words)
	pack(query, signs)
	d := x.scratch.Get().(*distances)
	defer x.scratch.Put(d)
	parts := split(scope, workers(scope, minSigns))
	starts := make([]int, len(parts)+1)
	for p, part := range parts {
		starts[p+1] = starts[p]
		for _, r := range part {
			starts[p+1] += r.last - r.first
		}
	}
	if rows := starts[len(parts)]; len(d.rows) < rows {
		d.rows = make([]uint16, rows)
	}
	counts := make([][]int, len(parts))
	each(len(parts), func(p int) {
		counts[p] = make([]int, x.dim+1)
		x.measure(s, signs, parts[p], d.rows[starts[p]:starts[p+1]])
		for _, n := range d.rows[starts[p]:starts[p+1]] {
			counts[p][n]++
		}
	})
	limit := farthest(counts, want)
	near := make([][]span, len(parts))
	each(len(parts), func(p int) { near[p] = closer(d.rows[starts[p]:starts[p+1]], parts[p], limit) })
	var all []span
	for _, n := range near {
		all = append(all, n...)
	}
	return all
}

// measure writes how many signs of each row differ from the query's.
func (x *Index) measure(s state, query []uint64, scope []span, into []uint16) {
	at := 0
	for _, r := range scope {
		for r.first < r.last {
			b, i := s.blocks[r.first/blockRows], r.first%blockRows
			n := min(blockRows-i, r.last-r.first)
			hamming(query, b.signs[i*x.words:(i+n)*x.words], into[at:at+n])
			at += n
			r.first += n
		}
	}
}

// hamming counts the bits in which each row of signs differs from the query.
func hamming(query, signs []uint64, into []uint16) {
	switch len(query) {
	case 4: // 256 dimensions, as the built-in embedder has
		hamming4((*[4]uint64)(query), signs, into)
		return
	case 6: // 384 dimensions, the most common size of others by far
		hamming6((*[6]uint64)(query), signs, into)
		return
	}
	words := len(query)
	for i := range into {
		n := 0
		for j, w := range signs[i*words : (i+1)*words] {
			n += bits.OnesCount64(w ^ query[j])
		}
		into[i] = uint16(n)
	}
}

func hamming4(q *[4]uint64, signs []uint64, into []uint16) {
	for i := range into {
		w := (*[4]uint64)(signs[i*4:])
		into[i] = uint16(bits.OnesCount64(w[0]^q[0]) + bits.OnesCount64(w[1]^q[1]) + bits.OnesCount64(w[2]^q[2]) + bits.OnesCount64(w[3]^q[3]))
	}
}

func hamming6(q *[6]uint64, signs []uint64, into []uint16) {
	for i := range into {
		w := (*[6]uint64)(signs[i*6:])
		into[i] = uint16(bits.OnesCount64(w[0]^q[0]) + bits.OnesCount64(w[1]^q[1]) + bits.OnesCount64(w[2]^q[2]) +
			bits.OnesCount64(w[3]^q[3]) + bits.OnesCount64(w[4]^q[4]) + bits.OnesCount64(w[5]^q[5]))
	}
}

// farthest returns the distance up to which there are at least want rows.
func farthest(counts [][]int, want int) uint16 {
	total := 0
	for d := range counts[0] {
		for _, c := range counts {
			total += c[d]
		}
		if total >= want {
			return uint16(d)
		}
	}
	return uint16(len(counts[0]) - 1)
}

// closer returns the rows of a scope within a distance.
func closer(rows []uint16, scope []span, limit uint16) []span {
	var out []span
	at := 0
	for _, r := range scope {
		n := r.last - r.first
		for i, d := range rows[at : at+n] {
			if d <= limit {
				out = append(out, span{r.first + i, r.first + i + 1})
			}
		}
		at += n
	}
	return out
}
