package browsertest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The documents that the tests ask about. Each page holds one fact.
var lighthousePages = [][]string{
	{"The Lighthouse at Skerry Point", "A short history of the tower and its keepers.", "It was written for visitors in 1998."},
	{"Construction", "The tower was built in 1871 by the engineer Agnes Moreau.", "It is 42 metres high and made of grey granite."},
	{"Keepers", "The last keeper, Tomas Lindqvist, left the station in 1964.", "Since then the lamp has been automatic."},
}

const gardenNotes = `# Garden notes

## Spring

The apple trees at the north wall bloom in the second week of April.
Prune the roses before the end of March.

## Autumn

The harvest of 2019 weighed 312 kilograms.
Cover the beds with straw when the first frost comes.
`

// hostileNotes holds markup that must show as text.
const hostileNotes = `<script>window.hacked = 1</script> Report

The budget of the project is <img src=x onerror="window.hacked = 2"> 900 euros, and its code name is "><b>Falcon</b>.
`

// oddNotes hold characters that turn, join or hide what stands beside them.
const oddNotes = "Zo\u0308e \u202eleft\u202c \u2066isolated\u2069 e\u200bmpty 👩\u200d🔬 \ufeff مرحبا: the secret number is 4711\u00a0kg.\n"

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatalf("write %s: %v", name, err)
	}
	return path
}

// makePDF writes a PDF whose pages each have a heading and lines of text.
func makePDF(pages [][]string) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(body string) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	b.WriteString("%PDF-1.4\n")
	var kids []string
	for i := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", 4+2*i))
	}
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(pages)))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	for i, lines := range pages {
		content := pageContent(lines)
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>", 5+2*i))
		object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return b.Bytes()
}

func pageContent(lines []string) string {
	var s strings.Builder
	for i, line := range lines {
		height := 12
		if i == 0 {
			height = 20
		}
		escaped := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(line)
		fmt.Fprintf(&s, "BT /F1 %d Tf 72 %d Td (%s) Tj ET\n", height, 760-36*i, escaped)
	}
	return s.String()
}
