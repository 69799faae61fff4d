package browsertest

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// module evaluates an expression in which m is a module of the page. The
// modules are run where they belong, in the browser.
func module[T any](b *tab, name, expression string) T {
	b.t.Helper()
	return eval[T](b, fmt.Sprintf(`import("/js/%s").then((m) => (%s))`, name, expression))
}

// running is an expression, in JavaScript, of a module as the page that is
// shown runs it, not of another copy.
func running(name string) string {
	return fmt.Sprintf(`import(document.querySelector("script[type=module]").src).then(({ modules }) => modules["js/%s.js"])`, name)
}

// TestModules runs what has no view of its own.
func TestModules(t *testing.T) {
	needBrowser(t)
	b := open(t, serve(t), desk)
	t.Run("events are parsed however they are cut", func(t *testing.T) { testEventParser(t, b) })
	t.Run("answers are copied with their references", func(t *testing.T) { testCopying(t, b) })
	t.Run("addresses name views", func(t *testing.T) { testRoutes(t, b) })
}

func testEventParser(t *testing.T, b *tab) {
	type event struct{ Type, Data, ID string }
	tests := []struct {
		name   string
		chunks string // a JavaScript array
		want   []event
	}{
		{"an event with a name and an id", `["id: 7\nevent: token\ndata: {}\n\n"]`, []event{{"token", "{}", "7"}}},
		{"an event without a name is a message", `["data: a\n\n"]`, []event{{"message", "a", ""}}},
		{"every character in a chunk of its own", `[..."event: x\r\ndata: a\r\n\r\ndata: b\r\n\r\n"]`, []event{{"x", "a", ""}, {"message", "b", ""}}},
		{"a line end split between chunks", `["data: a\r", "\n\r", "\ndata: b\n\n"]`, []event{{"message", "a", ""}, {"message", "b", ""}}},
		{"carriage returns alone end lines", `["data: a\rdata: b\r\r"]`, []event{{"message", "a\nb", ""}}},
		{"several data lines are one event", `["data: a\ndata:\ndata: b\n\n"]`, []event{{"message", "a\n\nb", ""}}},
		{"comments and unknown fields are left out", `[": still here\n\n:\nfoo: bar\ndata: a\n\n"]`, []event{{"message", "a", ""}}},
		{"only one space after the colon is dropped", `["data:  a\n\n", "data:b\n\n"]`, []event{{"message", " a", ""}, {"message", "b", ""}}},
		{"an id stays until it changes", `["id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n"]`, []event{{"message", "a", "1"}, {"message", "b", "1"}, {"message", "c", ""}}},
		{"an event without data is none", `["event: x\n\ndata: a\n\n"]`, []event{{"message", "a", ""}}},
		{"an event that was cut off is none", `["data: a\n\ndata: b\n"]`, []event{{"message", "a", ""}}},
		{"a byte order mark is skipped", `["\uFEFFdata: a\n\n"]`, []event{{"message", "a", ""}}},
		{"any script passes", `["data: 東京 🎉\n\n"]`, []event{{"message", "東京 🎉", ""}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := module[[]event](b, "sse.js", `(() => {
				const seen = [];
				const p = new m.EventParser((e) => seen.push({Type: e.type, Data: e.data, ID: e.id}));
				for (const c of `+tt.chunks+`) p.push(c);
				return seen;
			})()`)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("events differ (-want +got):\n%s", diff)
			}
		})
	}
	if got := module[int](b, "sse.js", `(() => { const p = new m.EventParser(() => {}); p.push("retry: 2000\nretry: x\n\n"); return p.retry; })()`); got != 2000 {
		t.Errorf("retry is %d, want 2000", got)
	}
}

// answerForCopying is an answer as the API gives it, in JavaScript.
const answerForCopying = `{question: "Who *built* it?", abstained: false,
	statements: [
		{gap: "", text: "Agnes Moreau\nbuilt it.", citations: [1, 2], support: "lexical"},
		{gap: " ", text: "It cost [much].", citations: [], support: "unsupported"}],
	citations: [
		{number: 1, quote: "built in 1871 by\nAgnes Moreau", name: "a_b.pdf", section: ["2 Construction", "2.1 <Tower>"], page: 2},
		{number: 2, quote: "Moreau | 1871", name: "list.md", section: [], page: 0}]}`

func testCopying(t *testing.T, b *tab) {
	tests := []struct{ name, expression, want string }{
		{"text with references", `m.toText(` + answerForCopying + `)`,
			"Agnes Moreau built it. [1] [2] It cost [much]. (not supported)\n\n" +
				"[1] “built in 1871 by Agnes Moreau” a_b.pdf, 2 Construction › 2.1 <Tower>, page 2\n\n[2] “Moreau | 1871” list.md\n"},
		{"text without references", `m.toText(` + answerForCopying + `, false)`, "Agnes Moreau built it. [1] [2] It cost [much]. (not supported)\n"},
		{"Markdown escapes what would be markup", `m.toMarkdown(` + answerForCopying + `)`,
			"**Who \\*built\\* it?**\n\nAgnes Moreau built it.[^1][^2] It cost \\[much\\]. (not supported)\n\n" +
				"[^1]: “built in 1871 by Agnes Moreau” — a\\_b.pdf, 2 Construction › 2.1 \\<Tower\\>, page 2\n\n[^2]: “Moreau \\| 1871” — list.md\n"},
		{"an abstention says what is missing", `m.toText({abstained: true, missing: "No year is given.", citations: []})`, "Nothing that was read answers this for certain. No year is given.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, module[string](b, "citing.js", tt.expression)); diff != "" {
				t.Errorf("copied text differs (-want +got):\n%s", diff)
			}
		})
	}
}

func testRoutes(t *testing.T, b *tab) {
	type route struct {
		View, ID string
		Number   int
	}
	tests := []struct {
		name, hash string
		want       route
	}{
		{"nothing is the start", "", route{"ask", "", 0}},
		{"an answer", "#/answers/ans_1", route{"answers", "ans_1", 0}},
		{"a footnote of an answer", "#/answers/ans_1/3", route{"answers", "ans_1", 3}},
		{"a footnote that is no number", "#/answers/ans_1/x", route{"answers", "ans_1", 0}},
		{"a page of a document", "#/documents/doc_1/12", route{"documents", "doc_1", 12}},
		{"evaluations", "#/evaluations", route{"evaluations", "", 0}},
		{"a question of an evaluation", "#/evaluations/evl_1/4", route{"evaluations", "evl_1", 4}},
		{"an unknown view is the start", "#/nothing/1", route{"ask", "", 0}},
		{"a broken escape does no harm", "#/answers/%E0%A4%A", route{"answers", "%E0%A4%A", 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := module[route](b, "router.js", fmt.Sprintf(`(({view, id, number}) => ({View: view, ID: id, Number: number}))(m.parse(%q))`, tt.hash))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("route differs (-want +got):\n%s", diff)
			}
		})
	}
}
