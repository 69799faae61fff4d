package graph

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Tensor is an array of numbers, row by row. Whole numbers and truth values are
// in Ints, all others in Floats; one of them is nil.
type Tensor struct {
	Shape  []int
	Floats []float32
	Ints   []int64

	shared bool    // other tensors may be views of the same numbers
	buffer *buffer // that the numbers are in; nil for weights and inputs
}

func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func newFloats(shape ...int) *Tensor {
	return &Tensor{Shape: shape, Floats: make([]float32, size(shape))}
}

func newInts(shape ...int) *Tensor { return &Tensor{Shape: shape, Ints: make([]int64, size(shape))} }

// whole says whether the tensor is one of whole numbers.
func (t *Tensor) whole() bool { return t.Floats == nil && t.Ints != nil }

// like makes a tensor of the same kind.
func (t *Tensor) like(shape ...int) *Tensor {
	if t.whole() {
		return newInts(shape...)
	}
	return newFloats(shape...)
}

// with is a view of the same numbers in another shape.
func (t *Tensor) with(shape ...int) *Tensor {
	if !t.shared { // weights always are, and must not be written to by runs
		t.shared = true
	}
	t.keep()
	return &Tensor{shape, t.Floats, t.Ints, true, t.buffer}
}

// dims are the numbers of a tensor that stands for a shape, axes or a place.
func (t *Tensor) dims() ([]int, error) {
	if !t.whole() {
		return nil, fmt.Errorf("whole numbers are needed")
	}
	out := make([]int, len(t.Ints))
	for i, x := range t.Ints {
		out[i] = int(x)
	}
	return out, nil
}

// Kinds of numbers in a file.
const (
	kindFloat   = 1
	kindUint8   = 2
	kindInt8    = 3
	kindInt32   = 6
	kindInt64   = 7
	kindBool    = 9
	kindFloat16 = 10
	kindDouble  = 11
)

// parseTensor reads a TensorProto.
func parseTensor(message []byte) (name string, t *Tensor, err error) {
	var kind int
	var raw []byte
	var floats []float32
	var ints, dims []int64
	outside := false
	err = each(message, func(f field) (err error) {
		switch f.tag {
		case 1:
			dims, err = f.ints(dims)
		case 2:
			kind = int(f.number)
		case 4:
			floats = f.floats(floats)
		case 5, 7:
			ints, err = f.ints(ints)
		case 8:
			name = string(f.bytes)
		case 9:
			raw = f.bytes
		case 14:
			outside = f.number == 1
		}
		return err
	})
	if err != nil {
		return "", nil, err
	}
	if outside {
		return "", nil, fmt.Errorf("its weights are in another file; export it in one file, which works up to 2 GB")
	}
	shape := make([]int, len(dims))
	for i, d := range dims {
		if d < 0 || d > 1<<31 {
			return "", nil, errWire
		}
		shape[i] = int(d)
	}
	t = &Tensor{Shape: shape, Floats: floats, Ints: ints}
	if err = t.fill(kind, raw); err != nil {
		return "", nil, fmt.Errorf("tensor %q: %w", name, err)
	}
	return name, t, nil
}

// fill reads raw numbers and checks that there are as many as the shape says.
func (t *Tensor) fill(kind int, raw []byte) error {
	widths := map[int]int{kindFloat: 4, kindUint8: 1, kindInt8: 1, kindInt32: 4, kindInt64: 8, kindBool: 1, kindFloat16: 2, kindDouble: 8}
	width := widths[kind]
	if width == 0 {
		return fmt.Errorf("numbers of kind %d are not known; export the model in float32", kind)
	}
	n := size(t.Shape)
	float := kind == kindFloat || kind == kindFloat16 || kind == kindDouble
	if raw != nil || len(t.Floats)+len(t.Ints) == 0 {
		if len(raw) != n*width {
			return errWire
		}
		t.Floats, t.Ints = nil, nil
		if float {
			t.Floats = make([]float32, n)
		} else {
			t.Ints = make([]int64, n)
		}
		for i := range n {
			t.set(i, kind, raw[i*width:])
		}
	}
	if float && len(t.Floats) != n || !float && len(t.Ints) != n {
		return errWire
	}
	return nil
}

func (t *Tensor) set(i, kind int, raw []byte) {
	switch kind {
	case kindFloat:
		t.Floats[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw))
	case kindFloat16:
		t.Floats[i] = half(binary.LittleEndian.Uint16(raw))
	case kindDouble:
		t.Floats[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(raw)))
	case kindInt32:
		t.Ints[i] = int64(int32(binary.LittleEndian.Uint32(raw)))
	case kindInt64:
		t.Ints[i] = int64(binary.LittleEndian.Uint64(raw))
	case kindInt8:
		t.Ints[i] = int64(int8(raw[0]))
	default:
		t.Ints[i] = int64(raw[0])
	}
}

// half is a number of 16 bits in one of 32.
func half(h uint16) float32 {
	sign, exponent, fraction := uint32(h>>15)<<31, uint32(h>>10)&31, uint32(h)&1023
	switch exponent {
	case 0:
		f := float32(fraction) / (1 << 24)
		return math.Float32frombits(math.Float32bits(f) | sign)
	case 31:
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+112)<<23 | fraction<<13)
}
