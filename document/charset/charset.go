// Package charset turns the bytes of text files into UTF-8, whatever encoding
// they were saved in.
package charset

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"footnote/document"
)

// Text is decoded text.
type Text struct {
	String   string
	Encoding string // WHATWG name in lower case
	Lossy    bool   // some bytes meant nothing and were left out
}

// sample is how many bytes are looked at to guess an encoding.
const sample = 64 << 10

// Decode recognises the encoding by its byte order mark, as UTF-8, or by
// statistics. Errors: document.ErrUnsupported for bytes that are not text.
func Decode(data []byte) (Text, error) { return decode(data, "") }

// DecodeHTML is Decode for a page that may name its encoding in a meta tag or
// an XML declaration. The page is believed only where it is not UTF-8 anyway.
func DecodeHTML(data []byte) (Text, error) { return decode(data, declared(data)) }

func decode(data []byte, label string) (Text, error) {
	if name, enc, size := mark(data); enc != nil {
		return with(data[size:], name, enc)
	}
	if name, enc := wide(data); enc != nil {
		return with(data, name, enc)
	}
	if looksBinary(data) {
		return Text{}, fmt.Errorf("%w: binary data, not text", document.ErrUnsupported)
	}
	if utf8.Valid(data) {
		if bytes.Contains(data, []byte("\x1b$B")) || bytes.Contains(data, []byte("\x1b$@")) {
			return named(data, "iso-2022-jp")
		}
		return Text{String: string(data), Encoding: "utf-8"}, nil
	}
	if mostlyUTF8(data) {
		return Text{String: strings.ToValidUTF8(string(data), ""), Encoding: "utf-8", Lossy: true}, nil
	}
	if label != "" {
		if t, err := named(data, label); err == nil && !t.Lossy && t.Encoding != "utf-8" {
			return t, nil
		}
	}
	return named(data, guess(data))
}

// mark recognises byte order marks and returns their size.
func mark(data []byte) (string, encoding.Encoding, int) {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return "utf-8", unicode.UTF8, 3
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE, 0, 0}):
		return "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(data, []byte{0, 0, 0xFE, 0xFF}):
		return "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 2
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 2
	}
	return "", nil, 0
}

// wide recognises UTF-16 and UTF-32 without a mark by where the zero bytes of
// Latin letters, digits and spaces stand.
func wide(data []byte) (string, encoding.Encoding) {
	head := data[:min(len(data), sample)&^3]
	if len(head) < 8 {
		return "", nil
	}
	var zeros [4]int
	for i, c := range head {
		if c == 0 {
			zeros[i&3]++
		}
	}
	quarter := len(head) / 4
	high := func(n int) bool { return n*2 > quarter }
	low := func(n int) bool { return n*20 <= quarter }
	switch {
	case high(zeros[0]) && high(zeros[1]) && !high(zeros[3]):
		return "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case high(zeros[2]) && high(zeros[3]) && !high(zeros[0]):
		return "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case high(zeros[0]) && high(zeros[2]) && low(zeros[1]) && low(zeros[3]):
		return "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case high(zeros[1]) && high(zeros[3]) && low(zeros[0]) && low(zeros[2]):
		return "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	}
	return "", nil
}

// looksBinary counts control characters that no text has. A run of zero bytes
// between text, as broken downloads have, counts once.
func looksBinary(data []byte) bool {
	head := data[:min(len(data), sample)]
	controls, last := 0, byte(1)
	for _, c := range head {
		if c < 0x20 && !strings.ContainsRune("\t\n\v\f\r\b\x1a\x1b", rune(c)) && c != last || c == 0x7F {
			controls++
		}
		last = c
	}
	return controls*50 > len(head)
}

// mostlyUTF8 accepts a few damaged bytes among many good sequences.
func mostlyUTF8(data []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		i += n
	}
	return good > 8*bad
}

// guess names the likeliest encoding that is not UTF-8 and in which all bytes
// mean something; windows-1252 when statistics say nothing.
func guess(data []byte) string {
	results, err := chardet.NewTextDetector().DetectAll(telling(data))
	if err != nil {
		return "windows-1252"
	}
	likeliest := ""
	for _, r := range results {
		name := strings.ToLower(r.Charset)
		if name == "gb-18030" {
			name = "gb18030"
		}
		enc, _ := charset.Lookup(name)
		if enc == nil || strings.HasPrefix(name, "utf-") || likeliest != "" && r.Confidence < unlikely {
			continue
		}
		if t, err := with(data, name, enc); err == nil && !t.Lossy {
			return name
		}
		if likeliest == "" {
			likeliest = name
		}
	}
	if likeliest == "" {
		return "windows-1252"
	}
	return likeliest
}

// unlikely is the confidence, in percent, below which a guess is no better
// than a likelier one that leaves some bytes out.
const unlikely = 15

// telling cuts a sample that starts near the first byte outside ASCII, because
// a long English head says nothing of the encoding.
func telling(data []byte) []byte {
	first := bytes.IndexFunc(data, func(r rune) bool { return r >= 0x80 })
	start := max(first-sample/4, 0)
	return data[start:min(len(data), start+sample)]
}

func named(data []byte, label string) (Text, error) {
	enc, name := charset.Lookup(label)
	if enc == nil {
		return Text{}, fmt.Errorf("%w: unknown encoding %q", document.ErrUnsupported, label)
	}
	return with(data, name, enc)
}

func with(data []byte, name string, enc encoding.Encoding) (Text, error) {
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return Text{}, fmt.Errorf("%w: not valid %s: %v", document.ErrBroken, name, err)
	}
	t := Text{String: string(out), Encoding: name}
	if strings.ContainsRune(t.String, utf8.RuneError) {
		t.Lossy = true
		t.String = strings.ReplaceAll(t.String, string(utf8.RuneError), "")
	}
	return t, nil
}

// declared finds the charset that an HTML or XML head names, in any case.
func declared(data []byte) string {
	head := bytes.ToLower(data[:min(len(data), 4096)])
	for _, key := range []string{"charset", "encoding"} {
		for rest := head; ; {
			i := bytes.Index(rest, []byte(key))
			if i < 0 {
				break
			}
			rest = rest[i+len(key):]
			value := bytes.TrimLeft(rest, " \t\r\n")
			if !bytes.HasPrefix(value, []byte("=")) {
				continue
			}
			value = bytes.TrimLeft(value[1:], " \t\r\n\"'")
			if end := bytes.IndexAny(value, " \t\r\n\"'/>;?"); end > 0 {
				if enc, _ := charset.Lookup(string(value[:end])); enc != nil {
					return string(value[:end])
				}
			}
		}
	}
	return ""
}
