package server_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"footnote/server"
)

// withModules has a page of modules that main.js starts.
func withModules(modules map[string]string) change {
	return func(p *server.Parts, _ *server.Options) {
		page := fstest.MapFS{"index.html": {Data: []byte(`<!doctype html><script type="module" src="js/main.js"></script>`)}}
		for name, text := range modules {
			page["js/"+name] = &fstest.MapFile{Data: []byte(text)}
		}
		p.Page = page
	}
}

func TestModulesAreServedAsOne(t *testing.T) {
	h := newHouse(t, withModules(map[string]string{
		"main.js":       "// Starts.\nimport \"./views/list.js\";\nimport { word as name } from \"./words.js\";\n\ndocument.title = name;\n",
		"views/list.js": "import { word, Row } from \"../words.js\";\nconst name = word; // a name that main.js has too\nnew Row(name);\n",
		"words.js":      "export const word = \"export of words\";\nexport class Row {}\nexport async function read() {}\nconst own = 1;\n",
		"unused.js":     "throw 1;\n",
	}))
	want := `const modules = {};
modules["js/words.js"] = (() => {
const word = "export of words";
class Row {}
async function read() {}
const own = 1;

return { word, Row, read };
})();
modules["js/views/list.js"] = (() => {
const { word, Row } = modules["js/words.js"];
const name = word; // a name that main.js has too
new Row(name);

return {  };
})();
modules["js/main.js"] = (() => {
// Starts.

const { word: name } = modules["js/words.js"];

document.title = name;

return {  };
})();
export { modules };
`
	if diff := cmp.Diff(want, string(h.get(versionOf(t, h)+"/js/all.js").wants(200).body)); diff != "" {
		t.Errorf("joined modules differ (-want +got):\n%s", diff)
	}
}

func TestModulesThatCannotBeJoinedAreRefused(t *testing.T) {
	tests := []struct{ name, main, other, want string }{
		{"a default export", `import a from "./other.js";`, "export default 1;", `js/main.js has "import a from \"./other.js\";"`},
		{"an export of several names", "export { a, b };", "", `js/main.js has "export { a, b };"`},
		{"a variable, whose value would be copied", "export let a = 1;", "", `js/main.js has "export let a = 1;"`},
		{"a module fetched later", `const a = () => import("./other.js");`, "", `js/main.js has "import("`},
		{"a module that asks where it is", "const a = import.meta.url;", "", `js/main.js has "import.meta"`},
		{"a module that waits", "await fetch(\"/\");", "", `js/main.js has "await fetch(\"/\");"`},
		{"modules that import each other", `import "./other.js";`, `import "./main.js";`, "js/main.js imports itself by way of others"},
		{"a name that nobody exports", `import { a } from "./other.js";`, "export const b = 1, a = 2;", "js/main.js imports a, which js/other.js does not export"},
		{"a module that is not there", `import "./missing.js";`, "", "there is no js/missing.js"},
	}
	var parts server.Parts
	var options server.Options
	newHouse(t, func(p *server.Parts, o *server.Options) { parts, options = *p, *o })
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withModules(map[string]string{"main.js": tt.main + "\n", "other.js": tt.other})(&parts, &options)
			_, err := server.New(parts, options)
			if err == nil || !strings.Contains(err.Error(), "server: join scripts: "+tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}
