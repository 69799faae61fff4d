package eval

import "fmt"

// unit is what a score counts.
type unit int

const (
	share   unit = iota // in [0, 1], shown in percent
	count               // of events for each answer
	tokens              // of a model, estimated for citations
	seconds             // of time
	dollars             // US dollars
)

// format shows a value for people.
func (u unit) format(v float64) string {
	switch u {
	case count:
		return fmt.Sprintf("%.2f", v)
	case tokens:
		return fmt.Sprintf("%.1f", v)
	case seconds:
		return fmt.Sprintf("%.3f", v)
	case dollars:
		return fmt.Sprintf("%.5f", v)
	}
	return fmt.Sprintf("%.1f", 100*v)
}

// between shows a value in its interval.
func (u unit) between(v, low, high float64) string {
	return fmt.Sprintf("%s [%s, %s]", u.format(v), u.format(low), u.format(high))
}
