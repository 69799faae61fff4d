package main

// lesson is a set that is learned from.
type lesson struct {
	set      string
	strategy string  // shows the sentences
	limit    int     // questions taken; 0 means all
	weight   float64 // of a question; 0 teaches only when to abstain
}

// curriculum lists what is learned from. Sets whose questions are few and hard
// weigh more, those in which any of many sentences is right weigh less.
func curriculum() []lesson {
	return []lesson{
		{"squad_long", "rag", 0, 1},
		{"squad_unanswerable", "rag", 0, 0},
		{"hotpot_native", "alr2", 0, 2.5},
		{"hotpot_8k", "alr2", 0, 2.5},
		{"hotpot_32k", "alr2", 0, 3},
		{"hotpot_128k", "alr2", 0, 3},
		{"hotpot_insufficient", "alr2", 0, 0},
		{"musique_native", "alr2", 0, 1},
		{"musique_32k", "alr2", 0, 1.5},
		{"wiki2_32k", "alr2", 0, 3},
		{"covidqa", "rag", 400, 0.3},
		{"chunk_eval", "rag", 0, 0.5},
		{"xquad_zh", "rag", 120, 0.4},
		{"xquad_th", "rag", 120, 0.4},
		{"xquad_ar", "rag", 120, 0.4},
		{"xquad_de", "rag", 120, 0.4},
		{"needle_2k", "rag", 0, 0.3},
		{"needle_8k", "rag", 0, 0.3},
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
