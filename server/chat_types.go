package server

// ChatCompletion is an answer in the form of OpenAI's chat completions.
type ChatCompletion struct {
	ID       string       `json:"id" doc:"of the answer: GET /v1/answers/{id} has all of it"`
	Object   string       `json:"object" enum:"chat.completion"`
	Created  int64        `json:"created" doc:"Unix seconds"`
	Model    string       `json:"model" doc:"as it was asked for"`
	Choices  []ChatChoice `json:"choices" nullable:"false" doc:"always one"`
	Usage    ChatUsage    `json:"usage"`
	Footnote ChatFootnote `json:"footnote"`
}

// ChatChoice is the one reply of a completion.
type ChatChoice struct {
	Index        int       `json:"index"`
	Message      ChatReply `json:"message"`
	LogProbs     *string   `json:"logprobs" doc:"always null"`
	FinishReason string    `json:"finish_reason" enum:"stop"`
}

// ChatReply is the message of a completion.
type ChatReply struct {
	Role        string           `json:"role" enum:"assistant"`
	Content     string           `json:"content" doc:"the statements with their citation numbers in brackets; of an abstention, that the documents do not say, and what is missing"`
	Refusal     *string          `json:"refusal" doc:"always null"`
	Annotations []ChatAnnotation `json:"annotations" nullable:"false" doc:"one for each citation number in content, in order"`
}

// ChatAnnotation is a citation in OpenAI's form.
type ChatAnnotation struct {
	Type string       `json:"type" enum:"url_citation"`
	URL  ChatCitation `json:"url_citation"`
}

// ChatCitation ties a mark such as "[1]" to the place that it cites.
type ChatCitation struct {
	Start int    `json:"start_index" doc:"first Unicode code point of the mark in content, from 0"`
	End   int    `json:"end_index" doc:"code point after the last"`
	Title string `json:"title" doc:"the document's name, and its page or section"`
	URL   string `json:"url" doc:"the answer on the page, with this footnote open"`
}

// ChatUsage counts tokens in OpenAI's form.
type ChatUsage struct {
	PromptTokens     int               `json:"prompt_tokens"`
	CompletionTokens int               `json:"completion_tokens"`
	TotalTokens      int               `json:"total_tokens"`
	PromptDetails    ChatPromptDetails `json:"prompt_tokens_details"`
}

// ChatPromptDetails says which tokens the model's provider had cached.
type ChatPromptDetails struct {
	CachedTokens int `json:"cached_tokens"`
}

// ChatFootnote is what OpenAI's form has no place for.
type ChatFootnote struct {
	Answer     string      `json:"answer" doc:"id of the answer"`
	URL        string      `json:"url" doc:"the answer on the page"`
	Question   string      `json:"question" doc:"what was asked: the last message, with an earlier question in front when it could not stand alone"`
	Strategy   string      `json:"strategy"`
	Route      []string    `json:"route" nullable:"false" doc:"strategies that ran, in order"`
	Reader     string      `json:"reader" doc:"the model that read, or extractive"`
	Abstained  bool        `json:"abstained"`
	Missing    string      `json:"missing" doc:"what is missing when it abstained"`
	Short      string      `json:"short"`
	Start      int         `json:"start" doc:"code point of content where the answer begins; above 0 only when a stream had sent words that were then withdrawn"`
	Statements []Statement `json:"statements" nullable:"false"`
	Citations  []Citation  `json:"citations" nullable:"false" doc:"of an abstention, what came nearest"`
	Notes      []string    `json:"notes" nullable:"false" doc:"what people should know"`
}

// ChatChunk is a piece of a streamed completion.
type ChatChunk struct {
	ID       string        `json:"id" doc:"the same in every chunk: that of the answer"`
	Object   string        `json:"object" enum:"chat.completion.chunk"`
	Created  int64         `json:"created" doc:"Unix seconds"`
	Model    string        `json:"model"`
	Choices  []ChatDelta   `json:"choices" nullable:"false" doc:"one, or none in the chunk of usage"`
	Usage    *ChatUsage    `json:"usage,omitempty" doc:"only in the last chunk, when it was asked for"`
	Footnote *ChatFootnote `json:"footnote,omitempty" doc:"only in the chunk that has a finish_reason"`
}

// ChatDelta is what a chunk adds to the reply.
type ChatDelta struct {
	Index        int          `json:"index"`
	Delta        ChatAddition `json:"delta"`
	LogProbs     *string      `json:"logprobs" doc:"always null"`
	FinishReason *string      `json:"finish_reason" doc:"stop in the last one"`
}

// ChatAddition is the part of a reply that is new.
type ChatAddition struct {
	Role        string           `json:"role,omitempty" doc:"only in the first chunk"`
	Content     *string          `json:"content,omitempty"`
	Annotations []ChatAnnotation `json:"annotations,omitempty" nullable:"false" doc:"all of them, with the finish_reason"`
}

// ChatProblem is an error in OpenAI's form.
type ChatProblem struct {
	Error ChatError `json:"error"`
}

// ChatError says what is wrong and how to fix it.
type ChatError struct {
	Message string  `json:"message" doc:"what is wrong this time, and how to fix it"`
	Type    string  `json:"type" enum:"invalid_request_error,authentication_error,server_error"`
	Param   *string `json:"param" doc:"the field that is wrong"`
	Code    string  `json:"code" doc:"stable; see doc/api.md"`
}
