package record

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"footnote/document"
)

// frame begins a Zstandard frame (RFC 8878).
var frame = []byte{0x28, 0xb5, 0x2f, 0xfd}

// packer packs and unpacks frames. Both sides may be used by many at once.
var packer = sync.OnceValue(func() (p struct {
	*zstd.Encoder
	*zstd.Decoder
}) {
	var errs [2]error
	p.Encoder, errs[0] = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true))
	p.Decoder, errs[1] = zstd.NewReader(nil, zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(mostUnpacked))
	if err := errors.Join(errs[:]...); err != nil {
		panic(err) // the options are constants
	}
	return p
})

const (
	mostUnpacked = 4 << 30 // bytes of a frame's content; a longer one is damaged
	mostKept     = 4 << 20 // bytes of a buffer that is used again
)

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// EncodeText packs a document without its words: the text after its length, and
// the rest by gob, in a Zstandard frame.
func EncodeText(d *document.Document) ([]byte, error) {
	bare := *d
	bare.Text = ""
	bare.Pages = slices.Clone(d.Pages)
	for i := range bare.Pages {
		bare.Pages[i].Words = nil
	}
	out := bytes.NewBuffer(append(binary.AppendUvarint(nil, uint64(len(d.Text))), d.Text...))
	if err := gob.NewEncoder(out).Encode(bare); err != nil {
		return nil, err
	}
	return packer().EncodeAll(out.Bytes(), nil), nil
}

// DecodeText undoes EncodeText. Errors: ErrDamaged.
func DecodeText(raw []byte) (*document.Document, error) {
	unpack := unpackFrame
	if !bytes.HasPrefix(raw, frame) {
		unpack = unpackFlate
	}
	d, err := unpack(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return d, nil
}

func unpackFrame(raw []byte) (*document.Document, error) {
	buffer := buffers.Get().(*[]byte)
	all, err := packer().DecodeAll(raw, (*buffer)[:0])
	if cap(all) <= mostKept {
		*buffer = all
	}
	defer buffers.Put(buffer)
	if err != nil {
		return nil, err
	}
	size, n := binary.Uvarint(all)
	if n <= 0 || size > uint64(len(all)-n) {
		return nil, errors.New("text is cut off")
	}
	d := &document.Document{}
	if err := gob.NewDecoder(bytes.NewReader(all[n+int(size):])).Decode(d); err != nil {
		return nil, err
	}
	d.Text = string(all[n : n+int(size)])
	return d, nil
}

// unpackFlate reads what was written before there were frames: all of it by
// gob, packed by flate.
func unpackFlate(raw []byte) (*document.Document, error) {
	z := flate.NewReader(bytes.NewReader(raw))
	d := &document.Document{}
	if err := errors.Join(gob.NewDecoder(z).Decode(d), z.Close()); err != nil {
		return nil, err
	}
	return d, nil
}
