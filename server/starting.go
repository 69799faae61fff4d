package server

import (
	"encoding/json"
	"net/http"
)

// Starting answers while there is no Server yet, because something it is made of
// is still waited for: the process is alive, and takes no requests.
func Starting(version string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok", "version": version})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		f := faultOf(errStarting)
		p := &Problem{
			Type: "/docs#" + f.code, Title: f.title, Status: f.status, Code: f.code, Fix: f.fix,
			Detail: "The server waits for its store; its log says more.",
		}
		data, err := json.Marshal(p)
		if err != nil {
			panic(err) // it has no value that JSON lacks
		}
		for name, values := range p.GetHeaders() {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Type", p.ContentType(""))
		w.WriteHeader(p.Status)
		_, _ = w.Write(append(data, '\n'))
	})
	return mux
}
