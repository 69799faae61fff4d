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
	open, links := 0, 0 // in the paragraph
	for line := range strings.Lines(source) {
		if strings.TrimSpace(line) == "" {
			open, links = 0, 0
		}
		short := limitDepth(line)
		open = max(open+strings.Count(short, "[")-strings.Count(short, "]"), 0)
		if open > maxBrackets {
			short = brackets.Replace(short)
		}
		if links = max(links+strings.Count(short, "](")-strings.Count(short, ")"), 0); links > maxBrackets {
			short = strings.ReplaceAll(short, "](", " ")
		}
		changed = changed || len(short) != len(line)
		sb.WriteString(short)
	}
	if !changed {
		return source
	}
	b.Warn("Quotes, lists or brackets are nested absurdly deep; they were read as if less deep.")
	return sb.String()
}

var brackets = strings.NewReplacer("[", "", "]", "")

// limitDepth keeps the first maxNesting markers of quotes and lists at a
// line's start.
func limitDepth(line string) string {
	rest := strings.TrimLeft(line, ">-*+ \t\n")
	start := line[:len(line)-len(rest)]
	if rest == "" && (strings.Trim(start, "- \t\n") == "" || strings.Trim(start, "* \t\n") == "") {
		return line // a rule
	}
	depth := 0
	for i, c := range start {
		if c != ' ' && c != '\t' && c != '\n' {
			depth++
		}
		if depth == maxNesting && i+1 < len(start) {
			return start[:i] + " " + strings.TrimLeft(line[i:], ">-*+ \t")
		}
	}
	if space := strings.TrimLeft(line, " "); len(line)-len(space) > 4*maxNesting {
		return "    " + space
	}
	return line
}
