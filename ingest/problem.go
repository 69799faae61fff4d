package ingest

import (
	"errors"

	"footnote/document"
	"footnote/llm"
	"footnote/retrieval"
)

var (
	// errInterrupted says that a job was begun again and again and never ended.
	errInterrupted = errors.New("ingest was interrupted too often")
	// errEmbedding marks what the embedder, not the document, is to blame for.
	errEmbedding = errors.New("embedding failed")
	// errDividing marks what the model that divides documents is to blame for.
	errDividing = errors.New("dividing failed")
)

// cause is what is known of an error: what to tell people, and how many tries
// it is worth.
type cause struct {
	err     error
	tries   int // 0 means Options.MaxAttempts
	problem document.Problem
}

// causes lists the errors that have a sentence of their own, the more specific
// ones first.
func causes() []cause {
	return []cause{
		{document.ErrEmpty, 1, document.Problem{Code: "empty_file",
			Detail: "The file is empty.", Fix: "Check that the file was saved completely and upload it again."}},
		{document.ErrUnsupported, 1, document.Problem{Code: "unsupported_format",
			Detail: "This format cannot be read.", Fix: "Save it as PDF, DOCX, HTML, EPUB, Markdown or plain text and upload that."}},
		{document.ErrMismatch, 1, document.Problem{Code: "extension_mismatch",
			Detail: "The content is not what the file's extension says.", Fix: "Give the file the extension that fits its content and upload it again."}},
		{document.ErrEncrypted, 1, document.Problem{Code: "encrypted",
			Detail: "The file is encrypted.", Fix: "Remove the password (for example by printing it to a new PDF) and upload the result."}},
		{document.ErrNoText, 1, document.Problem{Code: "no_text",
			Detail: "There is no text in this file; a PDF without a text layer is a scan.", Fix: "Run OCR on it (for example with ocrmypdf) and upload the result."}},
		{document.ErrBomb, 1, document.Problem{Code: "archive_too_large",
			Detail: "The archive inside this file unpacks to far more than its size.", Fix: "Save the document again with the program that made it, or split it."}},
		{document.ErrTooLarge, 1, document.Problem{Code: "file_too_large",
			Detail: "The file is larger than the limit.", Fix: "Split it into parts and upload those."}},
		{document.ErrBroken, 1, document.Problem{Code: "damaged",
			Detail: "The file is damaged.", Fix: "Open it in the program that made it, save it again and upload the result."}},
		{document.ErrTimeout, 1, document.Problem{Code: "reading_timeout",
			Detail: "Reading the file took longer than the limit.", Fix: "Split it into parts, or raise the limit on the time of reading."}},
		{document.ErrMemory, 1, document.Problem{Code: "reading_memory",
			Detail: "Reading the file took more memory than the limit.", Fix: "Split it into parts, or raise the limit on the memory of reading."}},
		{document.ErrCrashed, 2, document.Problem{Code: "reader_crashed",
			Detail: "The reader failed on this file, twice.", Fix: "Save it again in another format and upload that; please report the file if you may share it."}},
		{retrieval.ErrEmbedderMismatch, 1, document.Problem{Code: "embedder_mismatch",
			Detail: "The index was made with another embedder or chunker.", Fix: "Run footnote reindex, or go back to the former configuration."}},
		{errDividing, 0, document.Problem{Code: "divider",
			Detail: "The model that divides documents did not answer.", Fix: "Check the model's address and key, then retry this document."}},
		{llm.ErrTruncated, 1, document.Problem{Code: "embedder_truncates",
			Detail: "The embedder reads only the beginning of long passages.", Fix: "Write ?window=N behind its name with the N tokens that it reads, or give it a larger limit; the server's log says more. Then retry this document."}},
		{llm.ErrBadReply, 2, document.Problem{Code: "embedder_reply",
			Detail: "The embedder's reply cannot be used.", Fix: "The server's log says what is wrong with it. After a change of the model behind the embedder's address run footnote reindex; else retry this document."}},
		{llm.ErrCredentials, 1, document.Problem{Code: "embedder_key",
			Detail: "The embedder refused the API key.", Fix: "Correct FOOTNOTE_EMBEDDER_KEY or the provider's own variable, restart, then retry this document."}},
		{errEmbedding, 0, document.Problem{Code: "embedder",
			Detail: "The embedder did not answer.", Fix: "Check the embedder's address and key, then retry this document."}},
		{errInterrupted, 1, document.Problem{Code: "interrupted",
			Detail: "The server stopped again and again while it read this document.", Fix: "Look into the server's log, then retry this document."}},
	}
}

// causeOf finds what is known of an error.
func causeOf(err error) cause {
	for _, c := range causes() {
		if errors.Is(err, c.err) {
			return c
		}
	}
	return cause{err: err, problem: document.Problem{Code: "internal",
		Detail: "Something went wrong while this document was read.", Fix: "Retry it; the server's log says more."}}
}
