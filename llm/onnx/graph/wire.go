package graph

import (
	"encoding/binary"
	"errors"
	"math"
)

// errWire says that bytes are not Protocol Buffers.
var errWire = errors.New("the file is not a model in ONNX's format, or it is cut off")

// field is one of a message: a number, or bytes.
type field struct {
	tag    int
	number uint64
	bytes  []byte
}

// each calls f for the fields of a message.
func each(message []byte, f func(field) error) error {
	for len(message) > 0 {
		key, n := binary.Uvarint(message)
		if n <= 0 || key>>3 == 0 {
			return errWire
		}
		message = message[n:]
		v := field{tag: int(key >> 3)}
		switch key & 7 {
		case 0:
			v.number, n = binary.Uvarint(message)
			if n <= 0 {
				return errWire
			}
		case 1:
			if n = 8; len(message) < n {
				return errWire
			}
			v.number = binary.LittleEndian.Uint64(message)
		case 2:
			size, k := binary.Uvarint(message)
			if k <= 0 || size > uint64(len(message)-k) {
				return errWire
			}
			n = k + int(size)
			v.bytes = message[k:n]
		case 5:
			if n = 4; len(message) < n {
				return errWire
			}
			v.number = uint64(binary.LittleEndian.Uint32(message))
		default:
			return errWire
		}
		message = message[n:]
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

// ints appends the whole numbers of a field, which may be packed.
func (f field) ints(to []int64) ([]int64, error) {
	if f.bytes == nil {
		return append(to, int64(f.number)), nil
	}
	for b := f.bytes; len(b) > 0; {
		x, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errWire
		}
		to, b = append(to, int64(x)), b[n:]
	}
	return to, nil
}

// floats appends the numbers of a field, which may be packed.
func (f field) floats(to []float32) []float32 {
	if f.bytes == nil {
		return append(to, math.Float32frombits(uint32(f.number)))
	}
	for b := f.bytes; len(b) >= 4; b = b[4:] {
		to = append(to, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return to
}
