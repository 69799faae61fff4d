package onnxtest

import "encoding/json"

// Pieces are words with those that every vocabulary has before them.
func Pieces(words ...string) []string { return append([]string{"[UNK]", "[CLS]", "[SEP]"}, words...) }

// Tokenizer is a tokenizer.json of the BERT family whose vocabulary is pieces.
func Tokenizer(pieces []string) []byte {
	vocab := map[string]int{}
	for i, p := range pieces {
		vocab[p] = i
	}
	type object = map[string]any
	special := func(id string, kind int) any {
		return object{"SpecialToken": object{"id": id, "type_id": kind}}
	}
	text := func(id string, kind int) any { return object{"Sequence": object{"id": id, "type_id": kind}} }
	single := []any{special("[CLS]", 0), text("A", 0), special("[SEP]", 0)}
	file, err := json.Marshal(object{
		"model":          object{"type": "WordPiece", "vocab": vocab, "unk_token": "[UNK]", "continuing_subword_prefix": "##"},
		"normalizer":     object{"type": "BertNormalizer", "lowercase": true, "clean_text": true, "handle_chinese_chars": true},
		"pre_tokenizer":  object{"type": "BertPreTokenizer"},
		"post_processor": object{"type": "TemplateProcessing", "single": single, "pair": append(single[:3:3], text("B", 1), special("[SEP]", 1))},
	})
	if err != nil {
		panic(err) // maps of strings and numbers
	}
	return file
}
