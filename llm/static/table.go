package static

import (
	"encoding/binary"
	"fmt"
	"math"
)

// table holds a vector for each piece of the vocabulary in half bytes: row i is
// scale[i] times the numbers from -7 to 7 that begin at data[i*dim/2], two to a
// byte, the first in the low half. How much a piece matters is in its scale; 0
// leaves it out.
type table struct {
	dim   int // even
	scale []float32
	data  string
}

// magic begins a table's file; its last character is the version of the form.
const magic = "FNSTATI1"

// header is the size of what stands before the scales: the magic, then rows and
// dimensions as little-endian uint32.
const header = len(magic) + 4 + 4

// parseTable reads a file made by distill. The table keeps the file's bytes.
func parseTable(file string) (*table, error) {
	if len(file) < header || file[:len(magic)] != magic {
		return nil, fmt.Errorf("read the embedder's table: it does not begin with %s", magic)
	}
	number := func(at int) uint32 { return binary.LittleEndian.Uint32([]byte(file[at : at+4])) }
	rows, dim := int(number(len(magic))), int(number(len(magic)+4))
	if want := header + rows*4 + rows*dim/2; dim%2 != 0 || len(file) != want {
		return nil, fmt.Errorf("read the embedder's table: %d bytes are not %d rows of %d", len(file), rows, dim)
	}
	t := &table{dim: dim, scale: make([]float32, rows), data: file[header+4*rows:]}
	for i := range t.scale {
		t.scale[i] = math.Float32frombits(number(header + 4*i))
	}
	return t, nil
}

// add adds weight times a row to sum.
func (t *table) add(sum []float32, row int32, weight float32) {
	if weight *= t.scale[row]; weight == 0 {
		return
	}
	half := t.dim / 2
	data := t.data[int(row)*half:][:half]
	sum = sum[:2*len(data)]
	for i := range len(data) {
		b := int8(data[i])
		sum[2*i] += weight * float32(b<<4>>4)
		sum[2*i+1] += weight * float32(b>>4)
	}
}
