// Package onnxtest writes models in ONNX's format for tests: no weights of real
// models are in this repository, and what a model costs does not depend on them.
package onnxtest

import (
	"encoding/binary"
	"fmt"
	"math"
)

// message is one of Protocol Buffers.
type message []byte

func (m message) bytes(tag int, b []byte) message {
	m = binary.AppendUvarint(m, uint64(tag<<3|2))
	m = binary.AppendUvarint(m, uint64(len(b)))
	return append(m, b...)
}

func (m message) number(tag int, n int64) message {
	m = binary.AppendUvarint(m, uint64(tag<<3))
	return binary.AppendUvarint(m, uint64(n))
}

// Builder writes a model step by step. The zero value is an empty one.
type Builder struct {
	graph message
	steps int
}

// Kinds of numbers.
const (
	kindFloat = 1
	kindInt64 = 7
)

// Input names one of the model's inputs, of whole numbers with two axes.
func (b *Builder) Input(name string) string {
	size := message{}.bytes(1, message{}.bytes(2, []byte("batch"))).bytes(1, message{}.bytes(2, []byte("tokens")))
	return b.end(11, name, message{}.number(1, kindInt64).bytes(2, size))
}

// Output names one of the model's outputs.
func (b *Builder) Output(name string) string {
	return b.end(12, name, message{}.number(1, kindFloat))
}

func (b *Builder) end(tag int, name string, tensor message) string {
	b.graph = b.graph.bytes(tag, message{}.bytes(1, []byte(name)).bytes(2, message{}.bytes(1, tensor)))
	return name
}

// Floats adds weights, row by row, and returns their name.
func (b *Builder) Floats(name string, values []float32, shape ...int) string {
	raw := make([]byte, 0, 4*len(values))
	for _, x := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return b.tensor(name, kindFloat, raw, shape)
}

// Ints adds whole numbers, such as a shape, and returns their name.
func (b *Builder) Ints(name string, values ...int64) string {
	var raw []byte
	for _, x := range values {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(x))
	}
	return b.tensor(name, kindInt64, raw, []int{len(values)})
}

func (b *Builder) tensor(name string, kind int64, raw []byte, shape []int) string {
	var t message
	for _, d := range shape {
		t = t.number(1, int64(d))
	}
	b.graph = b.graph.bytes(5, t.number(2, kind).bytes(8, []byte(name)).bytes(9, raw))
	return name
}

// Attribute is a whole number, or a list of them, beside the inputs of a step.
type Attribute struct {
	Name string
	Int  int64
	Ints []int64 // goes before Int
}

// Step adds one operation and returns the name of its result.
func (b *Builder) Step(op string, in []string, attributes ...Attribute) string {
	b.steps++
	out := fmt.Sprintf("%s_%d", op, b.steps)
	b.StepTo(out, op, in, attributes...)
	return out
}

// StepTo adds one operation whose result has the name out.
func (b *Builder) StepTo(out, op string, in []string, attributes ...Attribute) {
	var m message
	for _, name := range in {
		m = m.bytes(1, []byte(name))
	}
	m = m.bytes(2, []byte(out)).bytes(4, []byte(op))
	for _, a := range attributes {
		at := message{}.bytes(1, []byte(a.Name))
		for _, x := range a.Ints {
			at = at.number(8, x)
		}
		kind := int64(7)
		if a.Ints == nil {
			kind, at = 2, at.number(3, a.Int)
		}
		at = at.number(20, kind)
		m = m.bytes(5, at)
	}
	b.graph = b.graph.bytes(1, m)
}

// File is the model.
func (b *Builder) File() []byte {
	opset := message{}.number(2, 14)
	return message{}.number(1, 8).bytes(7, b.graph.bytes(2, []byte("made for a test"))).bytes(8, opset)
}
