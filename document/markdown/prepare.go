package markdown

import (
	"strings"

	"footnote/document"
)

// frontMatter takes the title from a YAML or TOML head, or from Pandoc's
// title block, and writes the other lines as they are.
func frontMatter(b *document.Builder, source string) string {
	for _, fence := range []string{"---", "+++"} {
		rest, ok := strings.CutPrefix(source, fence+"\n")
		if !ok {
			continue
		}
		head, body, ok := strings.Cut(rest, "\n"+fence+"\n")
		if !ok || len(head) > 20_000 || !strings.ContainsAny(head, ":=") || strings.Contains(head, "\n\n\n") {
			return source
		}
		var others []string
		for line := range strings.SplitSeq(head, "\n") {
			if title, ok := field(line, "title"); ok {
				b.SetTitle(title)
				continue
			}
			others = append(others, line)
		}
		b.Code(strings.Join(others, "\n"))
		return body
	}
	if rest, ok := strings.CutPrefix(source, "% "); ok {
		title, body, _ := strings.Cut(rest, "\n")
		b.SetTitle(title)
		return body
	}
	return source
}

func field(line, name string) (string, bool) {
	for _, sep := range []string{":", "="} {
		if key, value, ok := strings.Cut(line, sep); ok && strings.TrimSpace(key) == name {
			return strings.Trim(strings.TrimSpace(value), `"'`), true
		}
	}
	return "", false
}

// Nesting and brackets beyond these make the parser's work grow with the
// square of the text; no person writes so.
const (
	maxNesting  = 30
	maxBrackets = 60
)

// flattenNesting cuts the quote marks and indentation of lines nested absurdly
// deep and breaks up runs of brackets.
func flattenNesting(b *document.Builder, source string) string {
	var sb strings.Builder
	changed := false
	for line := range strings.Lines(source) {
		short := limitRuns(limitDepth(line))
		changed = changed || len(short) != len(line)
		sb.WriteString(short)
	}
	if !changed {
		return source
	}
	b.Warn("Quotes, lists or brackets are nested absurdly deep; they were read as if less deep.")
	return sb.String()
}

// limitDepth keeps the first maxNesting markers of quotes and lists at a
// line's start.
func limitDepth(line string) string {
	depth, cut := 0, -1
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ', '\t':
			continue
		case '>', '-', '*', '+':
			depth++
			if depth == maxNesting {
				cut = i
			}
			continue
		}
		if cut >= 0 && !uniform(line) {
			return line[:cut] + " " + strings.TrimLeft(line[cut:], ">-*+ \t")
		}
		if space := strings.TrimLeft(line, " "); len(line)-len(space) > 4*maxNesting {
			return strings.Repeat(" ", 4) + space
		}
		return line
	}
	if cut >= 0 && strings.ContainsAny(line, "> ") {
		return line[:cut] + "\n"
	}
	return line
}

// uniform says whether a line is a rule such as "-----".
func uniform(line string) bool {
	s := strings.TrimSpace(line)
	return strings.Trim(s, s[:1]) == ""
}

// limitRuns drops brackets, asterisks and the like beyond what can be open at
// the same time.
func limitRuns(line string) string {
	open := 0
	for i := 0; i < len(line); i++ {
		if line[i] == '[' || line[i] == '!' {
			open++
		} else if line[i] == ']' && open > 0 {
			open--
		}
	}
	if open <= maxBrackets {
		return line
	}
	return strings.NewReplacer("[", "", "]", "").Replace(line)
}
