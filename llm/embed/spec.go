package embed

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"footnote/llm/remote"
)

// anyKey is the variable that holds the key of whatever embedder is configured.
const anyKey = "FOOTNOTE_EMBEDDER_KEY"

// service is a kind of provider.
type service struct {
	prefix       string
	home         string // where it is when no URL is given
	path         string // of the API where a URL has none
	keyVariables []string
	needsKey     bool
	maxTexts     int // in one request
	maxTokens    int // estimated, in one request
	allowed      []string
	write        func(request) (path string, body any)
	read         func(raw []byte, n int) (reply, error)
}

// model is one of a service's, as it was asked for.
type model struct {
	service
	spec       string // without options; what prices go by
	name       string // with those that change vectors
	id         string // as the service calls it
	base       string // URL without a final slash
	dimensions int    // asked for; 0 for the model's own
	window     int    // estimated tokens; 0 for what the provider takes
	together   bool   // late chunking, or contextual
	query      string // what the model wants before a query
	document   string // and before a document
}

// Options of a spec.
const (
	optDimensions = "dimensions"
	optWindow     = "window"
	optQuery      = "query"
	optDocument   = "document"
	optLate       = "late_chunking"
	optContextual = "contextual"
)

// services lists what a spec may begin with.
func services() []service {
	common := []string{optDimensions, optWindow, optQuery, optDocument}
	openAI := service{path: "/v1", needsKey: true, maxTexts: 512, maxTokens: 100_000, allowed: common, write: writeOpenAI, read: readOpenAI}
	with := func(s service, prefix, home, key string) service {
		s.prefix, s.home, s.keyVariables = prefix, home, []string{anyKey, key}
		return s
	}
	google := with(openAI, "googleai", "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY")
	google.path, google.maxTexts = "/v1beta/openai", 100
	google.keyVariables = append(google.keyVariables, "GOOGLE_API_KEY")
	mistral := with(openAI, "mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY")
	mistral.maxTokens = 12_000
	jina := with(openAI, "jina", "https://api.jina.ai/v1", "JINA_API_KEY")
	jina.write, jina.allowed = writeJina, append(slices.Clone(common), optLate)
	voyage := with(openAI, "voyage", "https://api.voyageai.com/v1", "VOYAGE_API_KEY")
	voyage.write, voyage.allowed = writeVoyage, append(slices.Clone(common), optContextual)
	return []service{
		with(openAI, "openai", "https://api.openai.com/v1", "OPENAI_API_KEY"),
		jina, voyage, mistral, google,
		{prefix: "ollama", home: "http://127.0.0.1:11434", keyVariables: []string{anyKey},
			maxTexts: 32, maxTokens: 32_000, allowed: common, write: writeOllama, read: readOllama},
	}
}

// served is any server that has OpenAI's endpoint. 32 texts is the most that
// some take at once.
func served() service {
	return service{path: "/v1", keyVariables: []string{anyKey}, maxTexts: 32, maxTokens: 100_000,
		allowed: []string{optDimensions, optWindow, optQuery, optDocument, optLate}, write: writeServed, read: readOpenAI}
}

// KeyVariables names the environment variables that may hold the key for a spec
// and URL, the first that is set being right; nil for a spec that is not valid.
// With a URL only FOOTNOTE_EMBEDDER_KEY counts: a provider's own key is not for
// other addresses.
func KeyVariables(spec, url string) []string {
	m, err := parse(spec, url)
	if err != nil {
		return nil
	}
	return m.keyVariables
}

// parse finds the model and its server.
func parse(spec, at string) (model, error) {
	spec, options, _ := strings.Cut(strings.TrimSpace(spec), "?")
	at = strings.TrimSpace(at)
	m := model{spec: spec, id: spec}
	prefix, id, _ := strings.Cut(spec, ":")
	i := slices.IndexFunc(services(), func(s service) bool { return s.prefix == prefix })
	switch {
	case i >= 0 && id == "":
		return model{}, fmt.Errorf("embedder %q does not say which one of %s: write %s:NAME", spec, prefix, prefix)
	case i >= 0:
		m.service, m.id = services()[i], id
		m.base = m.home
	case spec == "" || at == "":
		return model{}, fmt.Errorf("embedder %q: write %s; or a model's name beside the URL of a server with OpenAI's endpoint", spec, forms())
	default:
		m.service = served()
	}
	if at != "" {
		m.needsKey, m.keyVariables = false, []string{anyKey}
		base, err := baseURL(at, m.path)
		if err != nil {
			return model{}, err
		}
		m.base = base
	}
	return m, m.choose(options)
}

// choose reads the options of a spec.
func (m *model) choose(options string) error {
	values, err := url.ParseQuery(options)
	if err != nil {
		return fmt.Errorf("embedder %s: what follows the ? is not of the form dimensions=512&window=256", m.spec)
	}
	m.query, m.document = prefixes(m.id)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value := values.Get(name)
		if !slices.Contains(m.allowed, name) {
			return fmt.Errorf("embedder %s has no option %q, it has %s", m.spec, name, strings.Join(m.allowed, ", "))
		}
		switch name {
		case optDimensions:
			m.dimensions, err = positive(value)
		case optWindow:
			m.window, err = positive(value)
		case optQuery:
			m.query = value
		case optDocument:
			m.document = value
		case optLate, optContextual:
			if m.together = value != "false"; !m.together {
				values.Del(name)
			}
		}
		if err != nil {
			return fmt.Errorf("embedder %s: %s=%s: %w", m.spec, name, value, err)
		}
	}
	if m.prefix == "voyage" && strings.HasPrefix(m.id, "voyage-context") {
		m.together = true
	}
	if m.together {
		m.maxTokens = 10_000 // what Jina reads at once, by an estimate on the high side
		if m.prefix == "voyage" {
			m.maxTokens = 32_000
		}
	}
	m.name = m.spec
	if len(values) > 0 {
		m.name += "?" + strings.ReplaceAll(values.Encode(), "=&", "&")
		m.name = strings.TrimSuffix(m.name, "=")
	}
	return nil
}

func positive(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, errors.New("not a number above 0")
	}
	return n, nil
}

func forms() string {
	var out []string
	for _, s := range services() {
		out = append(out, s.prefix+":NAME")
	}
	return strings.Join(out, ", ")
}

// baseURL brings what people write into one form.
func baseURL(raw, path string) (string, error) {
	u, err := remote.ParseURL(raw, "embedder", anyKey)
	if err != nil {
		return "", err
	}
	u.Path = strings.TrimSuffix(u.Path, "/embeddings")
	if path == "" {
		u.Path = strings.TrimSuffix(strings.TrimSuffix(u.Path, "/v1"), "/api")
	} else if u.Path == "" {
		u.Path = path
	}
	return u.String(), nil
}
