package record

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"golang.org/x/text/cases"

	"footnote/document"
)

// defaultPage and maxPage bound how long a page of a list is.
const (
	defaultPage = 50
	maxPage     = 200
)

// PageSize is the length of the page that a limit asks for.
func PageSize(limit int) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(limit, maxPage)
}

// Cursor names the place after a row: its number, and its key behind the mark
// of the order that the list has.
func Cursor(key string, seq int64) string {
	return base64.RawURLEncoding.EncodeToString(append(binary.AppendVarint(nil, seq), key...))
}

// Position undoes Cursor. Errors: document.ErrBadCursor, also for a cursor of
// an order with another mark, and for a key in an order that has none.
func Position(mark string, keyed bool, cursor string) (key string, seq int64, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return "", 0, document.ErrBadCursor
	}
	seq, n := binary.Varint(raw)
	if n <= 0 {
		return "", 0, document.ErrBadCursor
	}
	key, ok := strings.CutPrefix(string(raw[n:]), mark)
	if !ok || !keyed && key != "" {
		return "", 0, document.ErrBadCursor
	}
	return key, seq, nil
}

// CursorOf names the place after a row of a list that is newest first.
func CursorOf(seq int64) string { return Cursor("", seq) }

// SeqOf undoes CursorOf; "" lies after the newest.
func SeqOf(cursor string) (int64, error) {
	if cursor == "" {
		return 1<<63 - 1, nil
	}
	_, seq, err := Position("", false, cursor)
	return seq, err
}

// Fold makes text comparable whatever its case.
func Fold(s ...string) string { return cases.Fold().String(strings.Join(s, "\n")) }
