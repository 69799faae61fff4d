package server

import (
	"bytes"
	"regexp"
)

// styles is a reference of a page to a style sheet for every medium, on a line
// of its own.
var styles = regexp.MustCompile(`(?m)^[ \t]*<link rel="stylesheet" href="([^"]+)">\r?\n`)

// joinedStyles is where the style sheets of the page are served as one.
const joinedStyles = "css/all.css"

// joinStyles adds a file with all style sheets of a page, in their order, and
// returns the page with that one instead: nothing is painted before the last
// of them is there. Styles refer to no other files, so they can lie anywhere.
func joinStyles(index []byte, files map[string]*pageFile) []byte {
	var all []byte
	for _, m := range styles.FindAllSubmatch(index, -1) {
		f, ok := files[string(m[1])]
		if !ok {
			return index
		}
		all = append(append(all, f.data...), '\n')
	}
	at := styles.FindIndex(index)
	if at == nil {
		return index
	}
	files[joinedStyles] = newPageFile(joinedStyles, all)
	rest := styles.ReplaceAll(index[at[1]:], nil)
	return bytes.Join([][]byte{index[:at[0]], []byte(`  <link rel="stylesheet" href="` + joinedStyles + `">` + "\n"), rest}, nil)
}
