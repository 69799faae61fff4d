// Package llmtest tests language models and what is built on them.
package llmtest
