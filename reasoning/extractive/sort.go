package extractive

import "slices"

// sortBy sorts indices by falling score; equal ones keep their order.
func sortBy(order []int, score func(i int) float64) {
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := score(a), score(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
}
