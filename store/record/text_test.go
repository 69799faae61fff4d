package record

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/document"
)

// book is a document of sections of a hundred words each.
func book(t testing.TB, sections int) *document.Document {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	b := document.NewBuilder()
	b.SetTitle("A book")
	for s := range sections {
		b.Heading(2, fmt.Sprintf("Part %d", s+1))
		words := make([]string, 100)
		for i := range words {
			words[i] = fmt.Sprintf("word%d", int(random.ExpFloat64()*300))
		}
		b.Paragraph(strings.Join(words, " ") + ".")
	}
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	d.ID, d.Pages = "doc_1", []document.Page{{Number: 1, Label: "i", Span: document.Span{End: len(d.Text)}}}
	return d
}

func TestTextRoundTrip(t *testing.T) {
	for name, d := range map[string]*document.Document{
		"an empty document":               {ID: "doc_1"},
		"a document":                      book(t, 3),
		"a text beyond what buffers keep": book(t, mostKept/600),
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := EncodeText(d)
			if err != nil {
				t.Fatal(err)
			}
			got, err := DecodeText(raw)
			if diff := cmp.Diff(d, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%.2000s", err, diff)
			}
		})
	}
}

func TestTextWithWordsIsPackedWithoutThem(t *testing.T) {
	d := book(t, 1)
	d.Pages[0].Words = []document.Word{{Span: document.Span{End: 4}}}
	raw, err := EncodeText(d)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeText(raw)
	if err != nil || got.Pages[0].Words != nil {
		t.Errorf("%v: %v", err, got.Pages)
	}
	if d.Pages[0].Words == nil {
		t.Error("packing took the words of the document itself")
	}
}

// TestTextsFromBeforeFrames reads what libraries hold from earlier versions.
func TestTextsFromBeforeFrames(t *testing.T) {
	d := book(t, 3)
	got, err := DecodeText(inFlate(t, d))
	if diff := cmp.Diff(d, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%.2000s", err, diff)
	}
}

// inFlate packs a document as earlier versions did.
func inFlate(t testing.TB, d *document.Document) []byte {
	t.Helper()
	var raw bytes.Buffer
	z, err := flate.NewWriter(&raw, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(gob.NewEncoder(z).Encode(d), z.Close()); err != nil {
		t.Fatal(err)
	}
	return raw.Bytes()
}

func TestDamagedTextIsAnError(t *testing.T) {
	raw, err := EncodeText(book(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	turned := bytes.Clone(raw)
	turned[len(turned)/2] ^= 0x40
	framed := func(content []byte) []byte { return packer().EncodeAll(content, nil) }
	for name, bad := range map[string][]byte{
		"nothing":                      nil,
		"half of it":                   raw[:len(raw)/2],
		"a bit turned over":            turned,
		"no frame":                     []byte("nonsense"),
		"an empty frame":               framed(nil),
		"a text longer than the frame": framed(binary.AppendUvarint(nil, 1<<62)),
		"a text without the rest":      framed([]byte("\x04text")),
	} {
		if _, err := DecodeText(bad); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// BenchmarkDecodeText unpacks a document of a thousand sections, as it is packed
// now and as it was before.
func BenchmarkDecodeText(b *testing.B) {
	d := book(b, 1000)
	frame, err := EncodeText(d)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		raw  []byte
	}{{"frame", frame}, {"flate", inFlate(b, d)}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(d.Text)))
			b.ReportMetric(float64(len(c.raw))/float64(len(d.Text)), "packed/text")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := DecodeText(c.raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
