package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"
)

// chatModel is the model that answers with the default strategy. Others have
// the strategy behind a colon: footnote:rag.
const chatModel = "footnote"

// modelsCreated is what every model says about its age, in Unix seconds: the
// form asks for a time, and a strategy has none.
const modelsCreated = 1767225600

// ChatModel is a model in OpenAI's form.
type ChatModel struct {
	ID      string `json:"id" example:"footnote:rag"`
	Object  string `json:"object" enum:"model"`
	Created int64  `json:"created" doc:"the same for all"`
	OwnedBy string `json:"owned_by"`
}

// ChatModels is a list of models in OpenAI's form.
type ChatModels struct {
	Object string      `json:"object" enum:"list"`
	Data   []ChatModel `json:"data" nullable:"false"`
}

func modelNamed(id string) ChatModel { return ChatModel{id, "model", modelsCreated, "footnote"} }

// modelNames are the models there are: the default, then one for every other
// strategy.
func (s *Server) modelNames() []string {
	names := []string{chatModel}
	for _, d := range s.parts.Engine.Strategies() {
		if d.Name != known("") {
			names = append(names, chatModel+":"+d.Name)
		}
	}
	return names
}

// strategyOf returns the strategy behind a model's name; "" is the default.
func (s *Server) strategyOf(model string) (string, error) {
	name, found := strings.CutPrefix(modelOr(model), chatModel+":")
	if !found && name == chatModel {
		return "", nil
	}
	if found && name != "" && s.checkStrategy(name) == nil {
		return name, nil
	}
	return "", explain(errNoModel, fmt.Sprintf("There is no model %q; there are %s.", model, strings.Join(s.modelNames(), ", ")))
}

func modelOr(model string) string {
	if model == "" {
		return chatModel
	}
	return model
}

func (s *Server) listModels(w http.ResponseWriter, _ *http.Request) {
	out := ChatModels{Object: "list", Data: []ChatModel{}}
	for _, name := range s.modelNames() {
		out.Data = append(out.Data, modelNamed(name))
	}
	writeJSON(w, http.StatusOK, out)
}

func (s *Server) getModel(w http.ResponseWriter, r *http.Request) {
	name := chi.URLParam(r, "model")
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain // clients may escape the colon
	}
	if _, err := s.strategyOf(name); err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, modelNamed(name))
}
