package provider

import (
	"fmt"
	"strings"

	"footnote/llm/remote"
)

// anyKey is the variable that holds the key of whatever model is configured.
const anyKey = "FOOTNOTE_MODEL_KEY"

// service is a kind of provider.
type service struct {
	prefix       string
	home         string // where it is when no URL is given
	path         string // of the API where a URL has none
	keyVariables []string
	needsKey     bool
	keyHeader    string // "" means "Authorization: Bearer"
	wire         wire
	sizes        sizes // how to ask for a context window; nil: it does not tell
	cutsPrompts  bool  // that are too long, without a word, in older versions
}

// address is a model at a service.
type address struct {
	service
	name  string // as the operator wrote it
	model string // as the service calls it
	base  string // URL without a final slash
}

// local says whether the model is served by whoever runs it, and may come without
// what hosted providers do to replies.
func (a address) local() bool {
	w, compatible := a.wire.(openAI)
	return compatible && w.local || a.cutsPrompts
}

// services lists what a spec may begin with.
func services() []service {
	return []service{
		{prefix: "openai", home: "https://api.openai.com/v1", path: "/v1", needsKey: true,
			keyVariables: []string{anyKey, "OPENAI_API_KEY"},
			wire:         openAI{maxTokens: "max_completion_tokens"}},
		{prefix: "anthropic", home: "https://api.anthropic.com/v1", path: "/v1", needsKey: true,
			keyVariables: []string{anyKey, "ANTHROPIC_API_KEY"}, keyHeader: "X-Api-Key",
			wire: anthropicAPI{}},
		// Google and Mistral have an endpoint like OpenAI's.
		{prefix: "googleai", home: "https://generativelanguage.googleapis.com/v1beta/openai", path: "/v1beta/openai", needsKey: true,
			keyVariables: []string{anyKey, "GEMINI_API_KEY", "GOOGLE_API_KEY"},
			wire:         openAI{maxTokens: "max_tokens"}},
		{prefix: "mistral", home: "https://api.mistral.ai/v1", path: "/v1", needsKey: true,
			keyVariables: []string{anyKey, "MISTRAL_API_KEY"},
			wire:         openAI{maxTokens: "max_tokens", usageUnasked: true}, sizes: sizesOfList},
		{prefix: "ollama", home: "http://127.0.0.1:11434",
			keyVariables: []string{anyKey},
			wire:         ollamaAPI{}, sizes: sizesOfOllama, cutsPrompts: true},
	}
}

// served is any server that speaks OpenAI's protocol. The older name for the
// limit of a reply is the one that all of them know.
func served() service {
	return service{path: "/v1", keyVariables: []string{anyKey},
		wire: openAI{maxTokens: "max_tokens", local: true}, sizes: sizesOfServer}
}

// KeyVariables names the environment variables that may hold the key for a spec
// and URL, the first that is set being right; nil for a spec that is not valid.
// Keys for a provider's own address are not for other addresses, so that with a
// URL only FOOTNOTE_MODEL_KEY counts.
func KeyVariables(spec, url string) []string {
	at, err := parse(spec, url)
	if err != nil {
		return nil
	}
	return at.keyVariables
}

// parse finds the model and its server.
func parse(spec, at string) (address, error) {
	spec = strings.TrimSpace(spec)
	at = strings.TrimSpace(at)
	prefix, model, _ := strings.Cut(spec, ":")
	for _, s := range services() {
		if prefix != s.prefix {
			continue
		}
		if model == "" {
			return address{}, fmt.Errorf("model %q does not say which one of %s: write %s:NAME", spec, prefix, prefix)
		}
		if at == "" {
			return address{service: s, name: spec, model: model, base: s.home}, nil
		}
		s.needsKey, s.keyVariables = false, []string{anyKey}
		if w, ok := s.wire.(openAI); ok && prefix == "openai" {
			w.local = true
			s.wire, s.sizes = w, sizesOfServer
		}
		base, err := baseURL(at, s.path)
		return address{service: s, name: spec, model: model, base: base}, err
	}
	if at == "" || spec == "" {
		return address{}, fmt.Errorf("model %q: write %s; or a model's name beside the URL of an OpenAI-compatible server",
			spec, specForms())
	}
	s := served()
	base, err := baseURL(at, s.path)
	return address{service: s, name: spec, model: spec, base: base}, err
}

func specForms() string {
	var forms []string
	for _, s := range services() {
		forms = append(forms, s.prefix+":NAME")
	}
	return strings.Join(forms, ", ")
}

// baseURL brings what people write into one form.
func baseURL(raw, path string) (string, error) {
	u, err := remote.ParseURL(raw, "model", anyKey)
	if err != nil {
		return "", err
	}
	u.Path = strings.TrimSuffix(u.Path, "/chat/completions")
	if path == "" { // Ollama's own API is at the root, its copy of OpenAI's is not
		u.Path = strings.TrimSuffix(strings.TrimSuffix(u.Path, "/v1"), "/api")
	} else if u.Path == "" {
		u.Path = path
	}
	return u.String(), nil
}
