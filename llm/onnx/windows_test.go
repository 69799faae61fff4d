package onnx

import "testing"

func TestEveryTokenCountsOnce(t *testing.T) {
	for _, size := range []int{16, 40, 510, 8190} {
		for _, n := range []int{1, size - 1, size, size + 1, 3*size - 7, 10 * size} {
			at := 0
			for i, w := range windows(n, size) {
				if w.from != at || w.from < w.first || w.to > w.last || w.last-w.first > size || w.last > n {
					t.Fatalf("window %d of %d tokens in windows of %d: %+v, want from %d", i, n, size, w, at)
				}
				at = w.to
			}
			if at != n {
				t.Fatalf("%d of %d tokens count in windows of %d", at, n, size)
			}
		}
	}
}

func TestATextThatFitsIsReadOnce(t *testing.T) {
	for _, n := range []int{0, 1, 8189, 8190} {
		if ws := windows(n, 8190); len(ws) != 1 {
			t.Errorf("%d tokens in windows of 8190: %d passes", n, len(ws))
		}
	}
}
