// Package web holds the page that people open in a browser: static HTML, CSS
// and ES modules, embedded in the binary, of which the server makes one file of
// styles and one of scripts. The page has no logic that the HTTP API lacks.
package web

import (
	"embed"
	"io/fs"
)

//go:embed static
var static embed.FS

// Files returns the page's files with index.html at the root. All references
// between them are relative, so that they can be served below any path.
func Files() fs.FS {
	files, err := fs.Sub(static, "static")
	if err != nil {
		panic(err) // "static" is a valid path, checked when compiling
	}
	return files
}
