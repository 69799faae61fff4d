package prompts

import (
	"encoding/json"

	"footnote/llm"
)

// SelectSchema is the shape of a reply to Select.
func SelectSchema() *llm.Schema {
	return &llm.Schema{Name: "select", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,
"required":["sentences","enough","missing","queries"],"properties":{
"sentences":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["id","why"],
"properties":{"id":{"type":"integer"},"why":{"type":"string"}}}},
"enough":{"type":"boolean"},"missing":{"type":"string"},"queries":{"type":"array","items":{"type":"string"}}}}`)}
}

// NoteSchema is the shape of a reply to Note.
func NoteSchema() *llm.Schema {
	return &llm.Schema{Name: "note", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,
"required":["facts","open","answer"],"properties":{
"facts":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["claim","ids"],
"properties":{"claim":{"type":"string"},"ids":{"type":"array","items":{"type":"integer"}}}}},
"open":{"type":"array","items":{"type":"string"}},"answer":{"type":"string"}}}`)}
}

// VerifySchema is the shape of a reply to Verify.
func VerifySchema() *llm.Schema {
	return &llm.Schema{Name: "verify", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,
"required":["verdicts"],"properties":{"verdicts":{"type":"array","items":{"type":"object","additionalProperties":false,
"required":["statement","support","why"],"properties":{"statement":{"type":"integer"},
"support":{"type":"string","enum":["full","partial","none"]},"why":{"type":"string"}}}}}}`)}
}

// ChooseSchema is the shape of a reply to Choose.
func ChooseSchema() *llm.Schema {
	return &llm.Schema{Name: "choose", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,
"required":["best"],"properties":{"best":{"type":"integer"}}}`)}
}

// ImagineSchema is the shape of a reply to Imagine.
func ImagineSchema() *llm.Schema {
	return &llm.Schema{Name: "imagine", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,
"required":["passage"],"properties":{"passage":{"type":"string"}}}`)}
}

// ClarifySchema is the shape of a reply to Clarify.
func ClarifySchema() *llm.Schema {
	return &llm.Schema{Name: "clarify", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,
"required":["ask"],"properties":{"ask":{"type":"string"}}}`)}
}

// DemonstrateSchema is the shape of a reply to Demonstrate.
func DemonstrateSchema() *llm.Schema {
	return &llm.Schema{Name: "demonstrate", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,
"required":["examples"],"properties":{"examples":{"type":"array","items":{"type":"object","additionalProperties":false,
"required":["question","ids","answer","short"],"properties":{"question":{"type":"string"},
"ids":{"type":"array","items":{"type":"integer"}},"answer":{"type":"string"},"short":{"type":"string"}}}}}}`)}
}
