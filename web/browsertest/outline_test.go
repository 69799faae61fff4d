package browsertest

import (
	"fmt"
	"strings"
	"testing"
)

// meddle puts a hand between the page and its server. Requests whose address
// holds a word of meddled.fail fail, one a word; those with one of meddled.hold
// wait for meddled.release(); meddled.asked and meddled.done are the addresses
// of all, when they were asked and when they were answered.
const meddle = `(() => {
	const real = fetch;
	window.meddled = { fail: [], hold: [], held: [], asked: [], done: [], release: () => meddled.held.splice(0).forEach((go) => go()) };
	const take = (words, url) => {
		const at = words.findIndex((word) => url.includes(word));
		return at >= 0 && words.splice(at, 1).length > 0;
	};
	window.fetch = async (url, init) => {
		const address = String(url);
		meddled.asked.push(address);
		if (take(meddled.fail, address)) return new Response(JSON.stringify({ title: "The disk is gone." }), { status: 500 });
		if (take(meddled.hold, address)) await new Promise((go) => meddled.held.push(go));
		const reply = await real(url, init);
		meddled.done.push(address);
		return reply;
	};
})()`

// chunksAsked is how often the page asked how a document is cut.
const chunksAsked = `meddled.asked.filter((a) => a.includes("/chunks")).length`

// members is a text without headings, of a sentence a member.
func members(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Member%d spoke of the budget. ", i+1)
	}
	return []byte(b.String())
}

// TestTopicsThatFailedCostNothingElseAndAreTriedAgain fails them once beside
// headings, and once in a text that has none.
func TestTopicsThatFailedCostNothingElseAndAreTriedAgain(t *testing.T) {
	needBrowser(t)
	b := open(t, dividing(t), size{1600, 900})
	b.upload(write(t, "herons.md", heronNotes()), write(t, "minutes.txt", members(24)))
	eval[any](b, meddle+`, meddled.fail = ["/chunks"], null`)
	const failed = `document.querySelector("fn-topics > p").textContent === "Topics could not be loaded: The disk is gone. Try again" && document.querySelector("fn-topics").checkVisibility()`

	b.click(`button[title="herons.md"]`)
	b.outline()
	b.wait(`[...document.querySelectorAll("fn-outline li > button > span:first-child")].map((x) => x.textContent).join() === "Herons,Weather"`)
	b.wait(`document.querySelector(".reading") !== null`)
	if n := eval[int](b, chunksAsked); n != 0 {
		t.Errorf("before topics are looked at, the server has cut the document %d times", n)
	}
	b.click("#tab-topics")
	b.wait(failed)
	b.picture("topics-failed")
	checkNames(b, "topics-failed")
	checkContrast(b, "topics-failed")
	b.click("fn-topics > p button")
	b.wait(topicLines + ` === "Herons; Weather (not divided)"`)
	if !eval[bool](b, `document.activeElement.matches("fn-topics > p")`) {
		t.Error("the button has taken the focus with it")
	}
	b.click("#tab-sections")
	b.click("#tab-topics")
	if n := eval[int](b, chunksAsked); n != 2 {
		t.Errorf("the document was cut %d times, want the failure and one more", n)
	}
	b.click("#tab-sections")

	eval[any](b, `meddled.fail = ["/chunks"], null`)
	b.click(`button[title="minutes.txt"]`)
	b.outline()
	b.wait(`document.querySelector("fn-outline [role=tab]") === null && ` + failed)
	b.click("fn-topics > p button")
	b.wait(`document.querySelectorAll("fn-topics ol ol li").length === 3`)
}

// TestAnOutlineIsThatOfItsDocument whatever fails, is late or changes.
func TestAnOutlineIsThatOfItsDocument(t *testing.T) {
	needBrowser(t)
	b := open(t, dividing(t), desk)
	b.upload(write(t, "herons.md", heronNotes()), write(t, "garden.md", []byte(gardenNotes)))
	b.click(`button[title="garden.md"]`) // loads the modules
	b.wait(`document.querySelector(".reading") !== null`)
	eval[any](b, meddle+`, (async () => {
		const { session } = await `+running("session")+`;
		const named = (name) => [...session.library.documents.values()].find((d) => d.name === name);
		window.herons = named("herons.md"), window.garden = named("garden.md");
		document.body.append(window.outline = document.createElement("fn-outline"));
	})()`)
	const headings = `outline.sections.map((s) => s.heading).filter(Boolean).join()`
	for _, c := range []struct{ name, script, want string }{
		{"shown", `outline.show(herons).then(() => ` + headings + `)`, "Herons,Weather"},
		{"another that fails has no sections", `(meddled.fail.push("/sections"), outline.show(garden).catch((err) => err.message + " " + outline.empty + ` + headings + `))`, "The disk is gone. true"},
		{"and is asked for again", `outline.show(garden).then(() => ` + headings + `)`, "Garden notes,Spring,Autumn"},
		{"while another comes there are none", `(meddled.hold.push("/sections"), window.first = outline.show(herons), ` + headings + `)`, ""},
		{"asked twice, it is there when it has come", `(async () => {
			while (!meddled.held.length) await new Promise((go) => requestAnimationFrame(go));
			const second = outline.show(herons);
			meddled.release();
			return second.then(() => ` + headings + `);
		})()`, "Herons,Weather"},
		{"divided anew it has other topics", `(async () => {
			const topics = document.createElement("fn-topics");
			document.body.append(topics);
			for (const updated of ["a", "a", "b"]) await topics.show({ ...herons, updated });
			return String(` + chunksAsked + `);
		})()`, "2"},
		{"a division that is not known is said to be that", `(async () => {
			window.fetch = async () => new Response(JSON.stringify({ division: { known: false }, chunks: [{ scope: "", section: ["A"] }], next: -1 }));
			const topics = document.querySelector("body > fn-topics");
			await topics.show({ ...herons, updated: "c" });
			return topics.textContent;
		})()`, "How the model divided this document is not known any more; the command footnote reindex divides it again."},
	} {
		if got := eval[string](b, c.script); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestTheNewestClickWins over replies that come late.
func TestTheNewestClickWins(t *testing.T) {
	needBrowser(t)
	b := open(t, dividing(t), size{1600, 900})
	b.upload(write(t, "minutes.txt", members(300)), write(t, "garden.md", []byte(gardenNotes)))
	b.click(`button[title="minutes.txt"]`)
	b.outline()
	topics := `document.querySelectorAll("fn-topics ol ol button")`
	b.wait(topics + `.length === 30`)
	eval[any](b, meddle+`, null`)
	marked := `document.querySelector(".reading mark")?.textContent`

	eval[any](b, `meddled.hold.push("/sentences"), null`)
	eval[any](b, topics+`[24].click(), null`)
	b.wait(`meddled.held.length === 1`)
	eval[any](b, topics+`[2].click(), null`)
	b.wait(marked + ` === "Member21 spoke of the budget."`)
	eval[any](b, `meddled.done = [], meddled.release(), null`)
	b.wait(`meddled.done.some((a) => a.includes("/text"))`) // the last that the slower one asks for
	eval[any](b, `new Promise((go) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(go)), 100))`)
	if got := eval[string](b, marked+` ?? "nothing"`); got != "Member21 spoke of the budget." {
		t.Errorf("the slower of two topics has won: %q is marked", got)
	}

	eval[any](b, running("session")+`.then(({ session }) => {
		const { id } = [...session.library.documents.values()].find((d) => d.name === "garden.md");
		session.library.documents.delete(id); // as if it was not loaded yet
		meddled.hold.push("/documents/" + id);
		session.openDocument(id);
	})`)
	b.wait(`meddled.held.length === 1`)
	eval[any](b, topics+`[3].click(), null`)
	b.wait(marked + ` === "Member31 spoke of the budget."`)
	eval[any](b, `meddled.release(), null`)
	b.wait(`document.querySelector("fn-source h2").textContent === "garden.md" && document.querySelector(".reading").textContent.includes("Spring")`)
	if eval[bool](b, `document.querySelector(".reading mark") !== null`) {
		t.Error("the document that was opened is marked with another's topic")
	}
}
