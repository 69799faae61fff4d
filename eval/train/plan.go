package main

// lesson is a set that is learned from.
type lesson struct {
	set      string
	strategy string  // shows the sentences
	limit    int     // questions learned from
	weight   float64 // of a question; 0 teaches only when to abstain

	judged    float64 // weight in learning when to abstain
	elsewhere bool    // its questions are asked of other documents, too
}

// all is more questions than any set has.
const all = 1 << 30

// curriculum lists what is learned from. Sets whose questions are few and hard
// weigh more, those in which any of many sentences is right weigh less.
func curriculum() []lesson {
	return []lesson{
		{"squad_long", "rag", all, 1, 1, false},
		{"squad_unanswerable", "rag", all, 0, 1, false},
		{"hotpot_native", "alr2", all, 2.5, 2, false},
		{"hotpot_8k", "alr2", all, 2.5, 0, false},
		{"hotpot_32k", "alr2", all, 3, 0, false},
		{"hotpot_128k", "alr2", all, 3, 0, false},
		{"hotpot_insufficient", "alr2", all, 0, 2, false},
		{"musique_native", "alr2", all, 1, 0, false},
		{"musique_32k", "alr2", all, 1.5, 0, false},
		{"wiki2_32k", "alr2", all, 3, 0, false},
		{"covidqa", "rag", 400, 0.3, 0.5, true},
		{"chunk_eval", "rag", all, 0.5, 0.5, true},
		{"xquad_zh", "rag", 120, 0.4, 0.5, true},
		{"xquad_th", "rag", 120, 0.4, 0.5, true},
		{"xquad_ar", "rag", 120, 0.4, 0.5, true},
		{"xquad_de", "rag", 120, 0.4, 0.5, true},
		{"kv_retrieval", "rag", 40, 0.2, 0.5, true},
		{"needle_2k", "rag", all, 0.3, 1, false},
		{"needle_8k", "rag", all, 0.3, 1, false},
	}
}

func lessonOf(set string) lesson {
	for _, p := range curriculum() {
		if p.set == set {
			return p
		}
	}
	return lesson{set: set, strategy: "rag"}
}

// How the forests grow; chosen by held-out figures.

func aloneGrowth(seed uint64) growth {
	return growth{trees: 200, leaves: 8, rate: 0.08, ridge: 5, minRows: 60, features: 0.3, seed: seed}
}

func togetherGrowth(seed uint64) growth {
	return growth{trees: 180, leaves: 12, rate: 0.08, ridge: 4, minRows: 40, features: 0.4, seed: seed}
}

func shortGrowth(seed uint64) growth {
	return growth{trees: 120, leaves: 10, rate: 0.1, ridge: 5, minRows: 40, features: 0.5, seed: seed}
}

func supportGrowth(seed uint64) growth {
	return growth{trees: 150, leaves: 5, rate: 0.06, ridge: 8, minRows: 30, features: 0.4, seed: seed}
}
