package reasoning

// Description tells people what a strategy does.
type Description struct {
	Name    string `json:"name"`
	Summary string `json:"summary"` // one line: what it does
	When    string `json:"when"`    // one line: when to use it
	Calls   string `json:"calls"`   // how many calls of the Reader, in words
}

// descriptions tell people which strategy to choose.
var descriptions = map[string]Description{
	"auto": {
		Summary: "Retrieves first; reads everything only when that finds no answer.",
		When:    "When in doubt.",
		Calls:   "1; after an abstention 1 more, or one for each window and 1",
	},
	"rag": {
		Summary: "Retrieves the best passages once and answers from them in document order.",
		When:    "For a single fact in one place.",
		Calls:   "1",
	},
	"alr2": {
		Summary: "Retrieves, selects the sentences that matter, follows up on what is missing, then answers.",
		When:    "For answers that join facts from several places.",
		Calls:   "2, and 1 for each further round; with scan one for each window and 1",
	},
	"coa": {
		Summary: "Workers read the whole text window by window and hand on what they found; a manager answers.",
		When:    "For evidence spread thinly over long documents.",
		Calls:   "one for each window and 1",
	},
	"full": {
		Summary: "Reads every word of the documents at once.",
		When:    "For documents that fit the context window, and to compare against.",
		Calls:   "1",
	},
}
