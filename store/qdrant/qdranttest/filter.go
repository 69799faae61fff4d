package qdranttest

import (
	"iter"
	"maps"
	"slices"

	pb "github.com/qdrant/go-client/qdrant"
)

// compile turns a filter into a predicate: all of must, none of must not, and
// one of should where there are any.
func compile(f *pb.Filter) (func(*point) bool, error) {
	var must, mustNot, should []func(*point) bool
	for _, part := range []struct {
		from []*pb.Condition
		to   *[]func(*point) bool
	}{{f.GetMust(), &must}, {f.GetMustNot(), &mustNot}, {f.GetShould(), &should}} {
		for _, c := range part.from {
			match, err := condition(c)
			if err != nil {
				return nil, err
			}
			*part.to = append(*part.to, match)
		}
	}
	return func(p *point) bool {
		holds := func(match func(*point) bool) bool { return match(p) }
		fails := func(match func(*point) bool) bool { return !match(p) }
		return !slices.ContainsFunc(must, fails) && !slices.ContainsFunc(mustNot, holds) &&
			(len(should) == 0 || slices.ContainsFunc(should, holds))
	}, nil
}

func condition(c *pb.Condition) (func(*point) bool, error) {
	switch c := c.GetConditionOneOf().(type) {
	case *pb.Condition_Filter:
		return compile(c.Filter)
	case *pb.Condition_HasId:
		ids := map[string]bool{}
		for _, id := range c.HasId.GetHasId() {
			key, err := idOf(id)
			if err != nil {
				return nil, err
			}
			ids[key] = true
		}
		return func(p *point) bool { return ids[p.id] }, nil
	case *pb.Condition_Field:
		return field(c.Field)
	}
	return nil, invalid("condition without content")
}

// field holds when one of the field's values matches; a point without the field
// matches nothing.
func field(f *pb.FieldCondition) (func(*point) bool, error) {
	values, except, err := valuesOf(f.GetMatch())
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, v := range values {
		wanted[key(v)] = true
	}
	name := f.GetKey()
	return func(p *point) bool {
		return slices.ContainsFunc(each(p.payload[name]), func(v *pb.Value) bool { return wanted[key(v)] != except })
	}, nil
}

// valuesOf lists what a match names; except turns it around.
func valuesOf(m *pb.Match) (values []*pb.Value, except bool, err error) {
	texts := func(list []string) {
		for _, s := range list {
			values = append(values, pb.NewValueString(s))
		}
	}
	numbers := func(list []int64) {
		for _, n := range list {
			values = append(values, pb.NewValueInt(n))
		}
	}
	switch m := m.GetMatchValue().(type) {
	case *pb.Match_Keyword:
		texts([]string{m.Keyword})
	case *pb.Match_Keywords:
		texts(m.Keywords.GetStrings())
	case *pb.Match_Integer:
		numbers([]int64{m.Integer})
	case *pb.Match_Integers:
		numbers(m.Integers.GetIntegers())
	case *pb.Match_Boolean:
		values = []*pb.Value{pb.NewValueBool(m.Boolean)}
	case *pb.Match_ExceptKeywords:
		texts(m.ExceptKeywords.GetStrings())
		except = true
	case *pb.Match_ExceptIntegers:
		numbers(m.ExceptIntegers.GetIntegers())
		except = true
	default:
		err = invalid("field condition without a match")
	}
	return values, except, err
}

// candidates yields points among which are all that a filter lets through: those
// of the smallest list in a payload index, or every one.
func (c *collection) candidates(f *pb.Filter) iter.Seq[*point] {
	best, most := maps.Values(c.points), len(c.points)
	for _, must := range f.GetMust() {
		index, ok := c.indexes[must.GetField().GetKey()]
		values, except, err := valuesOf(must.GetField().GetMatch())
		if !ok || except || err != nil {
			continue
		}
		n, lists := 0, map[string]map[*point]struct{}{}
		for _, v := range values {
			lists[key(v)] = index[key(v)]
			n += len(index[key(v)])
		}
		if n < most {
			best, most = union(lists), n
		}
	}
	return best
}

// union yields the points of some lists, each point once where it has one value.
func union(lists map[string]map[*point]struct{}) iter.Seq[*point] {
	seen := map[*point]bool{}
	for _, list := range lists {
		for p := range list {
			seen[p] = true
		}
	}
	return maps.Keys(seen)
}

// unindexed returns a field of a filter that has no payload index.
func (c *collection) unindexed(f *pb.Filter) string {
	for _, conditions := range [][]*pb.Condition{f.GetMust(), f.GetMustNot(), f.GetShould()} {
		for _, one := range conditions {
			if sub := one.GetFilter(); sub != nil {
				if field := c.unindexed(sub); field != "" {
					return field
				}
			}
			if field := one.GetField().GetKey(); field != "" {
				if _, ok := c.types[field]; !ok {
					return field
				}
			}
		}
	}
	return ""
}
