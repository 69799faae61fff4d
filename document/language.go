package document

import "github.com/abadojack/whatlanggo"

// languageSample is how much of a text is looked at to recognise its language.
const languageSample = 20_000

// DetectLanguage returns the ISO 639-1 code of the language of most of the
// text, or "und" when it is too short to tell.
func DetectLanguage(text string) string {
	if len(text) > languageSample {
		start := len(text)/2 - languageSample/2
		text = text[start : start+languageSample]
	}
	info := whatlanggo.Detect(text)
	code := info.Lang.Iso6391()
	if code == "" || !info.IsReliable() {
		return "und"
	}
	return code
}
