package local

import (
	"encoding/binary"
	"math"

	"footnote/llm"
)

// encodeVector packs a vector; nil stays nil.
func encodeVector(v llm.Vector) []byte {
	if v == nil {
		return nil
	}
	out := make([]byte, 0, 4*len(v))
	for _, f := range v {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(f))
	}
	return out
}

func decodeVector(raw []byte) llm.Vector {
	if raw == nil {
		return nil
	}
	v := make(llm.Vector, len(raw)/4)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return v
}
