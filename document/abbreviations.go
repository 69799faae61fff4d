package document

import "strings"

// abbreviation says what may follow a full stop that ends no sentence.
type abbreviation uint8

const (
	alwaysJoins  abbreviation = iota + 1 // whatever follows: "Dr. Smith"
	joinsNames                           // unless a usual first word follows: "Acme Inc. Board" but "Acme Inc. The"
	joinsNumbers                         // only before a number or bracket: "Jan. 5", "et al. (2021)"
)

// abbreviations holds words that a full stop may follow inside a sentence.
var abbreviations = table(map[abbreviation]string{
	alwaysJoins: "Mr Mrs Ms Dr Prof St Sir Gen Col Lt Sgt Capt Cpt Cmdr Adm Maj Rev Hon Sen Rep Gov Pres Mt Messrs Mme Mlle " +
		"e.g i.e cf vs viz approx resp bzw z.B d.h u.a vgl ca Nr Hr Fr Abs Art Arts Kap Sr Sra Srta Dra ej pág art " +
		"Sec Secs Fig Figs Eq Eqs Ref Refs Tab Ch Chap Vol Vols pp par para cl ed eds trans",
	joinsNames:   "Inc Corp Co Ltd Bros Jr Dept Univ Assn Ave Blvd Rd v Ph.D M.D B.A M.A B.Sc M.Sc",
	joinsNumbers: "al No Nos no nos p Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec S ff c b d r fl a.m p.m est",
})

func table(words map[abbreviation]string) map[string]abbreviation {
	out := map[string]abbreviation{}
	for kind, list := range words {
		for _, w := range strings.Fields(list) {
			out[w] = kind
		}
	}
	return out
}

// openers are words that begin sentences far oftener than names.
var openers = set("The A An In On At It He She They We I You This That These Those There Here However But And Or So " +
	"As For From With When While Where After Before During Since Although Though If Because By To Its His Her Their " +
	"Our My Your Such Some Many Most Several Both Each All Other Another One Two Not No Yes What Who Why How Which " +
	"Also Then Thus Therefore Moreover Furthermore Additionally Meanwhile Later Under Over Upon Of")

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}
