package html

import "strings"

// void are the elements that HTML has no end tag for. Any other element that
// XHTML closes in its start tag gets one, because the HTML parser would take
// what follows for its content.
var void = map[string]bool{"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true,
	"input": true, "link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true}

func expandClosed(text string) string {
	head := text[:min(len(text), 1000)]
	if !strings.Contains(head, "<?xml") && !strings.Contains(head, "xhtml") {
		return text
	}
	var sb strings.Builder
	for {
		i := strings.Index(text, "/>")
		if i < 0 {
			break
		}
		sb.WriteString(text[:i])
		name := tagName(text[:i])
		if name == "" || void[name] {
			sb.WriteString("/>")
		} else {
			sb.WriteString("></" + name + ">")
		}
		text = text[i+2:]
	}
	sb.WriteString(text)
	return sb.String()
}

// longestTag is how far back the start of a tag is looked for.
const longestTag = 2000

// tagName is the name of the tag that s ends in, or "".
func tagName(s string) string {
	s = s[max(len(s)-longestTag, 0):]
	i := strings.LastIndexByte(s, '<')
	if i < 0 || strings.IndexByte(s[i:], '>') >= 0 {
		return ""
	}
	name := s[i+1:]
	if end := strings.IndexAny(name, " \t\r\n"); end >= 0 {
		name = name[:end]
	}
	return name
}
