package charset_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"footnote/document"
	own "footnote/document/charset"
)

const (
	english = "The fen is drained a little every year by the pumping station, and nobody minds."
	german  = "Die Möwe fliegt über das Moor, während der Wärter müde die Tür schließt und Grüße schickt."
	russian = "Маяк стоит на северном берегу острова, и его свет виден за двадцать миль в ясную ночь."
	japan   = "灯台は島の北の岸に立っていて、晴れた夜にはその光が遠くからも見える。漁師たちは毎晩それを頼りにしている。"
	chinese = "灯塔矗立在岛的北岸，晴朗的夜晚，它的光从很远的地方都能看见。渔民们每天晚上都依靠它回家。"
)

func TestDecodeRecognisesEncodings(t *testing.T) {
	lookup := func(name string) encoding.Encoding {
		e, _ := charset.Lookup(name)
		return e
	}
	for _, c := range []struct {
		name, text string
		enc        encoding.Encoding
	}{
		{"UTF-8", russian, unicode.UTF8},
		{"UTF-8 with a mark", german, unicode.UTF8BOM},
		{"UTF-16 with a mark", japan, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"big-endian UTF-16 without a mark", english, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"UTF-16 without a mark", german, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"UTF-32 without a mark", english, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
		{"windows-1252", german, lookup("windows-1252")},
		{"windows-1251", russian, lookup("windows-1251")},
		{"KOI8-R", russian, lookup("koi8-r")},
		{"Shift_JIS", japan, lookup("shift_jis")},
		{"EUC-JP", japan, lookup("euc-jp")},
		{"ISO-2022-JP", japan, lookup("iso-2022-jp")},
		{"GB18030", chinese, lookup("gb18030")},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, err := c.enc.NewEncoder().Bytes([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			got, err := own.Decode(data)
			if err != nil || strings.TrimPrefix(got.String, "\uFEFF") != c.text {
				t.Errorf("as %s: %q, %v", got.Encoding, got.String, err)
			}
		})
	}
}

func TestDecodeDamagedText(t *testing.T) {
	got, err := own.Decode([]byte("Möwe, Tür, Grüße, über, während, müde, schließt, für, \xff Ende"))
	if err != nil || !got.Lossy || !strings.HasPrefix(got.String, "Möwe, Tür") {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := own.Decode([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 9, 200, 201, 0, 5}); !errors.Is(err, document.ErrUnsupported) {
		t.Errorf("binary: %v", err)
	}
}

func TestDecodeHTMLBelievesThePageUnlessItIsUTF8(t *testing.T) {
	latin, _ := charset.Lookup("windows-1252")
	data, err := latin.NewEncoder().Bytes([]byte("<meta charset='iso-8859-1'><p>Tür"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"declared": data, "declared wrongly": []byte("<meta charset='iso-8859-1'><p>Tür")} {
		if got, err := own.DecodeHTML(data); err != nil || !strings.HasSuffix(got.String, "Tür") {
			t.Errorf("%s: %q %v", name, got.String, err)
		}
	}
}

// A panic in the statistics could not be caught, because they run in
// goroutines of their own; so this target matters.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(german))
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("<meta charset=utf-7>\xa4\xa4\x1b$B"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, decode := range []func([]byte) (own.Text, error){own.Decode, own.DecodeHTML} {
			if got, err := decode(data); err == nil && !utf8.ValidString(got.String) {
				t.Fatalf("%q", got.String)
			}
		}
	})
}

// The files are named after their encoding; nine in ten must come out right.
func TestDecodeCollectedFiles(t *testing.T) {
	dir := os.Getenv("FOOTNOTE_DATA_SETS")
	if dir == "" {
		if os.Getenv("FOOTNOTE_REQUIRE_ALL") == "1" {
			t.Fatal("FOOTNOTE_DATA_SETS is not set")
		}
		t.Skip("FOOTNOTE_DATA_SETS is not set")
	}
	files, err := filepath.Glob(filepath.Join(dir, "../nasty/txt-md/chardet__*"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	right, known := 0, 0
	for _, path := range files {
		name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), "chardet__"), "__")
		enc := byName(name)
		if enc == nil {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := enc.NewDecoder().Bytes(data)
		if err != nil {
			continue
		}
		known++
		got, err := own.DecodeHTML(data)
		if err == nil && strings.TrimPrefix(got.String, "\uFEFF") == strings.TrimPrefix(string(want), "\uFEFF") {
			right++
		} else {
			t.Logf("%s read as %s", filepath.Base(path), got.Encoding)
		}
	}
	t.Logf("%d of %d right", right, known)
	if right*10 < known*9 {
		t.Errorf("only %d of %d right", right, known)
	}
}

// byName finds the encoding whose name a file name begins with.
func byName(name string) encoding.Encoding {
	switch {
	case strings.HasPrefix(name, "UTF-32BE"):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case strings.HasPrefix(name, "UTF-32LE"):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	}
	for name != "" {
		if enc, _ := charset.Lookup(name); enc != nil {
			return enc
		}
		i := strings.LastIndexByte(name, '-')
		if i < 0 {
			return nil
		}
		name = name[:i]
	}
	return nil
}
