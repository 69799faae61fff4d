package eval

// Keys lists the scores of a strategy, in the order of StrategyScores.Scores.
func Keys() []string {
	var keys []string
	for _, m := range metrics() {
		keys = append(keys, m.key)
	}
	return keys
}

// UnitOf is what a score counts: share, count, tokens, seconds or dollars. A
// share is in [0, 1].
func UnitOf(key string) string { return unitOf(key).name() }

func unitOf(key string) unit {
	for _, m := range metrics() {
		if m.key == key {
			return m.unit
		}
	}
	return share
}

func (u unit) name() string {
	return [...]string{share: "share", count: "count", tokens: "tokens", seconds: "seconds", dollars: "dollars"}[u]
}
