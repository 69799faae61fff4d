package analysis

import "strings"

// isNumber says whether a word is digits with dots and commas between.
func isNumber(w string) bool {
	if w == "" || w[0] < '0' || w[0] > '9' || strings.Count(w, ".") > 1 {
		return false
	}
	for i := range len(w) {
		if c := w[i]; (c < '0' || c > '9') && c != '.' && c != ',' {
			return false
		}
	}
	return true
}

// number returns the one form of a number: no group separators, a point before
// decimals. "1,234.5" becomes "1234.5"; so does "1.234,5" in languages that
// write decimals after a comma. Anything else is not ok.
func number(w string, l *language) (string, bool) {
	if w == "" || w[0] < '0' || w[0] > '9' {
		return "", false
	}
	for i := range len(w) {
		if c := w[i]; (c < '0' || c > '9') && c != '.' && c != ',' {
			return "", false
		}
	}
	// Before groups are looked for: "3,142" is a little more than three.
	if l.decimalComma && strings.Count(w, ",") == 1 && !strings.Contains(w, ".") {
		return strings.Replace(w, ",", ".", 1), true
	}
	if l.decimalComma && grouped(w, '.', ',') {
		return strings.Replace(strings.ReplaceAll(w, ".", ""), ",", ".", 1), true
	}
	if grouped(w, ',', '.') {
		return strings.ReplaceAll(w, ",", ""), true
	}
	return w, true
}

// grouped says whether w is groups of three digits set apart by sep, with an
// optional fraction after point.
func grouped(w string, sep, point byte) bool {
	whole, _, hasFraction := strings.Cut(w, string(point))
	if hasFraction && strings.IndexByte(w, point) < strings.LastIndexByte(w, sep) {
		return false
	}
	groups := strings.Split(whole, string(sep))
	if len(groups) < 2 || len(groups[0]) == 0 || len(groups[0]) > 3 {
		return false
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return false
		}
	}
	return true
}

// fiscalYear reads the years of accounts, which tables write without letters:
// "fy2019" is 2019 and "fy19" is, too.
func fiscalYear(w string) (year string, ok bool) {
	digits, ok := strings.CutPrefix(w, "fy")
	if !ok || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	switch {
	case len(digits) == 4 && (digits[:2] == "19" || digits[:2] == "20"):
		return digits, true
	case len(digits) == 2 && digits < "60":
		return "20" + digits, true
	case len(digits) == 2:
		return "19" + digits, true
	}
	return "", false
}
