package record

import (
	"encoding/binary"
	"errors"
	"math"

	"footnote/document"
)

// ErrDamaged says that a stored value does not decode.
var ErrDamaged = errors.New("stored value is damaged")

// EncodeWords packs words as start (from the last end) and length in varints,
// then four float32.
func EncodeWords(words []document.Word) []byte {
	out := binary.AppendUvarint(nil, uint64(len(words)))
	at := 0
	for _, w := range words {
		out = binary.AppendVarint(out, int64(w.Span.Start-at))
		out = binary.AppendVarint(out, int64(w.Span.Len()))
		for _, f := range []float32{w.Box.X, w.Box.Y, w.Box.Width, w.Box.Height} {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(f))
		}
		at = w.Span.End
	}
	return out
}

// minWord is the fewest bytes a packed word takes.
const minWord = 2 + 4*4

// DecodeWords undoes EncodeWords. Errors: ErrDamaged.
func DecodeWords(raw []byte) ([]document.Word, error) {
	count, n := binary.Uvarint(raw)
	if n <= 0 || count > uint64(len(raw)/minWord) {
		return nil, ErrDamaged
	}
	raw = raw[n:]
	words := make([]document.Word, count)
	at := 0
	for i := range words {
		gap, n := binary.Varint(raw)
		length, m := binary.Varint(raw[max(n, 0):])
		if n <= 0 || m <= 0 || len(raw) < n+m+4*4 {
			return nil, ErrDamaged
		}
		raw = raw[n+m:]
		start := at + int(gap)
		at = start + int(length)
		words[i].Span = document.Span{Start: start, End: at}
		box := &words[i].Box
		for j, f := range []*float32{&box.X, &box.Y, &box.Width, &box.Height} {
			*f = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*j:]))
		}
		raw = raw[4*4:]
	}
	return words, nil
}
