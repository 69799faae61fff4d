package llmtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
)

func (q request) schemaName() string {
	if q.ResponseFormat == nil {
		return ""
	}
	return q.ResponseFormat.JSONSchema.Name
}

// checkSchema says why a schema is not one that the reply has, or that strict
// providers take.
func (q request) checkSchema(s sight) error {
	f := q.ResponseFormat
	if f == nil || f.Type == "text" {
		return nil
	}
	if s.task == taskAnswer {
		return errors.New("the task answer is replied to in text")
	}
	switch f.Type {
	case "json_object":
		return nil
	case "json_schema":
	default:
		return fmt.Errorf("type %q is not known", f.Type)
	}
	if f.JSONSchema.Name == "" {
		return errors.New("the schema has no name")
	}
	var want schema
	if err := json.Unmarshal(f.JSONSchema.Schema, &want); err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	var v any
	if err := json.Unmarshal([]byte(s.reply().say(plain())), &v); err != nil {
		panic(err) // it was made here
	}
	if err := want.fits("reply", v); err != nil {
		return fmt.Errorf("schema %s for task %s: %w", f.JSONSchema.Name, s.task, err)
	}
	return nil
}

// schema is the part of JSON Schema that replies need.
type schema struct {
	Type       string            `json:"type"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	Additional *bool             `json:"additionalProperties"`
	Items      *schema           `json:"items"`
	Enum       []string          `json:"enum"`
}

// fits says why a value does not fit.
func (s schema) fits(path string, v any) error {
	switch s.Type {
	case "object":
		return s.fitsObject(path, v)
	case "array":
		list, ok := v.([]any)
		if !ok || s.Items == nil {
			return fmt.Errorf("%s is no list, or one of anything", path)
		}
		for _, item := range list {
			if err := s.Items.fits(path+"[]", item); err != nil {
				return err
			}
		}
		return nil
	case "integer":
		if n, ok := v.(float64); ok && n == math.Trunc(n) {
			return nil
		}
	case "boolean":
		if _, ok := v.(bool); ok {
			return nil
		}
	case "string":
		if text, ok := v.(string); ok && (s.Enum == nil || slices.Contains(s.Enum, text)) {
			return nil
		}
	}
	return fmt.Errorf("%s is %v, which is not of type %q", path, v, s.Type)
}

func (s schema) fitsObject(path string, v any) error {
	object, ok := v.(map[string]any)
	switch {
	case !ok:
		return fmt.Errorf("%s is no object", path)
	case s.Additional == nil || *s.Additional || len(s.Required) != len(s.Properties):
		return fmt.Errorf("%s is open, or has properties that are not required: strict providers refuse it", path)
	case len(object) != len(s.Properties):
		return fmt.Errorf("%s has other properties than a reply", path)
	}
	for name, p := range s.Properties {
		value, ok := object[name]
		if !ok {
			return fmt.Errorf("%s.%s is not in a reply", path, name)
		}
		if err := p.fits(path+"."+name, value); err != nil {
			return err
		}
	}
	return nil
}
