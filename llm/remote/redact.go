package remote

import (
	"strings"
	"unicode"
)

const (
	maxSaid = 300 // characters of a provider's words that an error carries
	// Providers repeat a part of a key, too. Parts this long are taken out.
	keyPart = 8
)

// Tidy makes a provider's words fit for an error: on one line, short, and
// without the key.
func (s Server) Tidy(said string) string {
	said = redact(strings.Join(strings.FieldsFunc(said, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " "), s.Key)
	if runes := []rune(said); len(runes) > maxSaid {
		said = string(runes[:maxSaid]) + "…"
	}
	if said == "" {
		return "it did not say why"
	}
	return said
}

// redact replaces every word that is the key, holds it or a longer part of it,
// or looks like a key of another.
func redact(said, key string) string {
	var b strings.Builder
	for said != "" {
		n := strings.IndexFunc(said, func(r rune) bool { return !keyLike(r) })
		if n < 0 {
			n = len(said)
		}
		if n > 0 && secret(said[:n], key) {
			b.WriteString("[key]")
		} else {
			b.WriteString(said[:n])
		}
		said = said[n:]
		m := strings.IndexFunc(said, keyLike)
		if m < 0 {
			m = len(said)
		}
		b.WriteString(said[:m])
		said = said[m:]
	}
	return b.String()
}

// keyLike are the characters of keys, and those that stand for hidden ones.
func keyLike(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) || strings.ContainsRune("-_+/=.*~", r)
}

func secret(word, key string) bool {
	for _, begin := range []string{"sk-", "AIza"} {
		if i := strings.Index(word, begin); i == 0 || i > 0 && !unicode.IsLetter(rune(word[i-1])) {
			return true
		}
	}
	switch {
	case key == "":
		return false
	case len(key) < keyPart/2: // no secret, and it may be a part of any word
		return strings.Trim(word, "./=*~") == key
	case len(key) < keyPart:
		return strings.Contains(word, key)
	}
	for i := 0; i+keyPart <= len(key); i++ {
		if strings.Contains(word, key[i:i+keyPart]) {
			return true
		}
	}
	return false
}
