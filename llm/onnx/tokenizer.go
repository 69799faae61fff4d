package onnx

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tokenizer cuts text into the pieces of a model of the BERT family, as its
// tokenizer.json says, and remembers where each is from. It does not change.
type tokenizer struct {
	vocab    map[string]int64
	inside   string // what pieces inside a word begin with
	unknown  int64
	longest  int // characters of a word that is looked up
	first    []int64
	last     []int64
	pair     *pairFrame // nil when the file does not say how two texts stand together
	lower    bool
	accents  bool // are taken off
	clean    bool // of characters that nobody sees
	ideogram bool // each is a word
}

// token is a piece and the bytes of the text that it is of, half-open.
type token struct {
	id         int64
	start, end int
}

// tokenizerFile is what counts in a tokenizer.json.
type tokenizerFile struct {
	Model struct {
		Type     string
		Vocab    json.RawMessage
		Unknown  string `json:"unk_token"`
		Inside   string `json:"continuing_subword_prefix"`
		MaxChars int    `json:"max_input_chars_per_word"`
	}
	Normalizer *struct {
		Type     string
		Clean    bool  `json:"clean_text"`
		Ideogram bool  `json:"handle_chinese_chars"`
		Accents  *bool `json:"strip_accents"`
		Lower    bool  `json:"lowercase"`
	}
	PreTokenizer *struct{ Type string } `json:"pre_tokenizer"`
	Post         struct {
		Type   string
		Single []templateItem
		Pair   []templateItem
		Cls    []any
		Sep    []any
	} `json:"post_processor"`
}

func parseTokenizer(file []byte) (*tokenizer, error) {
	var f tokenizerFile
	if err := json.Unmarshal(file, &f); err != nil {
		return nil, fmt.Errorf("it is not a tokenizer.json: %w", err)
	}
	t := &tokenizer{inside: f.Model.Inside, longest: f.Model.MaxChars}
	err := json.Unmarshal(f.Model.Vocab, &t.vocab)
	switch {
	case f.Model.Type != "WordPiece" || f.PreTokenizer == nil || f.PreTokenizer.Type != "BertPreTokenizer":
		return nil, fmt.Errorf("its kind is %q; models of the BERT family (WordPiece) can be run here. Others can be served by Ollama, TEI or vLLM", f.Model.Type)
	case err != nil || len(t.vocab) == 0:
		return nil, errors.New("it has no vocabulary")
	case f.Normalizer != nil && f.Normalizer.Type != "BertNormalizer":
		return nil, fmt.Errorf("it prepares text by %q, which is not known here. Serve the model by Ollama, TEI or vLLM", f.Normalizer.Type)
	}
	if n := f.Normalizer; n != nil {
		t.lower, t.clean, t.ideogram = n.Lower, n.Clean, n.Ideogram
		t.accents = n.Lower
		if n.Accents != nil {
			t.accents = *n.Accents
		}
	}
	if t.longest == 0 {
		t.longest = 100
	}
	var ok bool
	if t.unknown, ok = t.vocab[f.Model.Unknown]; !ok {
		return nil, fmt.Errorf("the piece for unknown words, %q, is not in its vocabulary", f.Model.Unknown)
	}
	return t, t.frame(f)
}

// highest is the largest number of a piece.
func (t *tokenizer) highest() int64 {
	top := int64(0)
	for _, id := range t.vocab {
		top = max(top, id)
	}
	return top
}

// letter is a character of a word as it is looked up, and the bytes of the text
// that it is of.
type letter struct {
	text       string
	start, end int
}

// tokens cuts a text.
func (t *tokenizer) tokens(text string) []token {
	var out []token
	var word []letter
	end := func() {
		out = t.pieces(out, word)
		word = word[:0]
	}
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		at := letter{text[i : i+size], i, i + size}
		switch {
		case r == '\t' || r == '\n' || r == '\r' || unicode.IsSpace(r):
			end()
		case t.clean && (r == 0 || r == utf8.RuneError || unicode.Is(unicode.C, r)):
		case punctuation(r) || t.ideogram && ideogram(r):
			end()
			out = t.pieces(out, t.letters(nil, at, r))
		default:
			word = t.letters(word, at, r)
		}
	}
	end()
	return out
}

// letters appends what is left of a character without accents and case.
func (t *tokenizer) letters(word []letter, at letter, r rune) []letter {
	if r < utf8.RuneSelf {
		if t.lower && r >= 'A' && r <= 'Z' {
			at.text = strings.ToLower(at.text)
		}
		return append(word, at)
	}
	if t.accents {
		at.text = norm.NFD.String(at.text)
	}
	for _, r := range at.text {
		if t.accents && unicode.Is(unicode.Mn, r) {
			continue
		}
		s := string(r)
		if t.lower {
			s = strings.ToLower(s)
		}
		word = append(word, letter{s, at.start, at.end})
	}
	return word
}

// pieces appends the longest pieces that make up a word, from its beginning; one
// unknown piece when that does not work out.
func (t *tokenizer) pieces(out []token, word []letter) []token {
	if len(word) == 0 {
		return out
	}
	begin := len(out)
	var b strings.Builder
	for i := 0; i < len(word) && len(word) <= t.longest; {
		found, to := int64(-1), i
		b.Reset()
		if i > 0 {
			b.WriteString(t.inside)
		}
		for k := i; k < len(word); k++ {
			b.WriteString(word[k].text)
			if id, ok := t.vocab[b.String()]; ok {
				found, to = id, k+1
			}
		}
		if found < 0 {
			break
		}
		out = append(out, token{found, word[i].start, word[to-1].end})
		if i = to; i == len(word) {
			return out
		}
	}
	return append(out[:begin], token{t.unknown, word[0].start, word[len(word)-1].end})
}

func punctuation(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 33 && r <= 47 || r >= 58 && r <= 64 || r >= 91 && r <= 96 || r >= 123 && r <= 126
	}
	return unicode.IsPunct(r)
}

// ideogram says whether BERT takes a character for a word.
func ideogram(r rune) bool {
	return slices.ContainsFunc([][2]rune{{0x4E00, 0x9FFF}, {0x3400, 0x4DBF}, {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F},
		{0x2B740, 0x2B81F}, {0x2B920, 0x2CEAF}, {0xF900, 0xFAFF}, {0x2F800, 0x2FA1F}},
		func(in [2]rune) bool { return r >= in[0] && r <= in[1] })
}
