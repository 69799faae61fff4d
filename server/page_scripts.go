package server

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// joinedScripts is where the script of the page is served, with all its modules.
const joinedScripts = "js/all.js"

var (
	startScript  = regexp.MustCompile(`<script type="module" src="([^"]+)">`)
	importOf     = regexp.MustCompile(`(?m)^import (?:(\{[^}]*\}) from )?"(\.[^"]+)";$`)
	importedName = regexp.MustCompile(`(\w+)(?: as \w+)?[,\s}]`)
	exportOf     = regexp.MustCompile(`(?m)^export ((?:const|class|function|async function) (\w+)\b)`)
	otherForm    = regexp.MustCompile(`(?m)^(?:import|export)\b.*$|\bimport(?:\(|\.meta)|^await\b.*$`)
)

// joinScripts adds a file with the module that a page starts and all that it
// imports, and returns the page with that one instead: a browser asks for one
// file where it would ask for dozens.
func joinScripts(index []byte, files map[string]*pageFile) ([]byte, error) {
	start := startScript.FindSubmatchIndex(index)
	if start == nil {
		return index, nil
	}
	j := joiner{files: files, begun: map[string]bool{}, exports: map[string][]string{}}
	j.out.WriteString("const modules = {};\n")
	if err := j.add(string(index[start[2]:start[3]])); err != nil {
		return nil, err
	}
	j.out.WriteString("export { modules };\n") // to look into a page that runs
	files[joinedScripts] = newPageFile(joinedScripts, j.out.Bytes())
	return bytes.Join([][]byte{index[:start[2]], []byte(joinedScripts), index[start[3]:]}, nil), nil
}

// joiner writes modules, each in a function of its own so that names do not
// meet, and after those that it imports. It knows the few forms of import and
// export that the page uses, and refuses the others.
type joiner struct {
	files   map[string]*pageFile
	begun   map[string]bool
	exports map[string][]string // of modules that are written
	out     bytes.Buffer
}

func (j *joiner) add(name string) error {
	if _, done := j.exports[name]; done {
		return nil
	}
	switch {
	case j.begun[name]:
		return fmt.Errorf("server: join scripts: %s imports itself by way of others", name)
	case j.files[name] == nil:
		return fmt.Errorf("server: join scripts: there is no %s", name)
	}
	j.begun[name] = true
	text := string(j.files[name].data)
	for _, m := range importOf.FindAllStringSubmatch(text, -1) {
		from := path.Join(path.Dir(name), m[2])
		if err := j.add(from); err != nil {
			return err
		}
		for _, word := range importedName.FindAllStringSubmatch(m[1], -1) {
			if !slices.Contains(j.exports[from], word[1]) {
				return fmt.Errorf("server: join scripts: %s imports %s, which %s does not export", name, word[1], from)
			}
		}
	}
	return j.write(name, text)
}

func (j *joiner) write(name, text string) error {
	exports := []string{}
	for _, m := range exportOf.FindAllStringSubmatch(text, -1) {
		exports = append(exports, m[2])
	}
	text = exportOf.ReplaceAllString(text, "$1")
	text = importOf.ReplaceAllStringFunc(text, func(statement string) string {
		m := importOf.FindStringSubmatch(statement)
		if m[1] == "" {
			return ""
		}
		return fmt.Sprintf("const %s = modules[%q];", strings.ReplaceAll(m[1], " as ", ": "), path.Join(path.Dir(name), m[2]))
	})
	if form := otherForm.FindString(text); form != "" {
		return fmt.Errorf("server: join scripts: %s has %q, which cannot be joined", name, form)
	}
	j.exports[name] = exports
	fmt.Fprintf(&j.out, "modules[%q] = (() => {\n%s\nreturn { %s };\n})();\n", name, text, strings.Join(exports, ", "))
	return nil
}
