package server

// Quoted marks the lines of a document's text.
func Quoted(text string) string { return quoted(text) }

// Label makes one line of a name.
func Label(name string) string { return label(name) }
