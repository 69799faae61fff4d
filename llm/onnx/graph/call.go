package graph

import (
	"errors"
	"fmt"
)

// call is a step with its inputs.
type call struct {
	*node
	session *Session
	in      []*Tensor
}

// operator does a step.
type operator func(*call) ([]*Tensor, error)

func one(t *Tensor) ([]*Tensor, error) { return []*Tensor{t}, nil }

// arg is an input, nil when it was left out.
func (c *call) arg(i int) *Tensor {
	if i < len(c.in) {
		return c.in[i]
	}
	return nil
}

// float is an input of numbers that are not whole.
func (c *call) float(i int) *Tensor {
	t := c.arg(i)
	if t == nil || t.whole() {
		panic(fmt.Sprintf("input %d is not of floating point", i))
	}
	return t
}

// mine says whether the numbers of an input may be overwritten: nothing needs
// them afterwards, by this name or another.
func (c *call) mine(i int) bool {
	return i < len(c.last) && c.last[i] && !c.in[i].shared && c.in[i].Floats != nil
}

// integer is an attribute, or what it is when left out.
func (c *call) integer(name string, otherwise int) int {
	if a, ok := c.attr[name]; ok {
		return int(a.i)
	}
	return otherwise
}

// list is an attribute, or else an input: older versions of operators have the
// first, newer the second. nil when there is neither.
func (c *call) list(name string, input int) ([]int, error) {
	if a, ok := c.attr[name]; ok {
		out := make([]int, len(a.ints))
		for i, x := range a.ints {
			out[i] = int(x)
		}
		return out, nil
	}
	if t := c.arg(input); t != nil {
		return t.dims()
	}
	return nil, nil
}

var errAxis = errors.New("an axis is out of range")

// axis is a number of an axis, which may count from the end.
func axis(a, rank int) (int, error) {
	if a < 0 {
		a += rank
	}
	if a < 0 || a >= rank {
		return 0, errAxis
	}
	return a, nil
}
