"""The teacher: a BERT sentence transformer of mean-pooled token vectors, in numpy."""

import json
import math
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

CLS, SEP = 101, 102


class Teacher:
    """Reads model.safetensors, config.json and tokenizer.json from a folder."""

    def __init__(self, folder):
        folder = Path(folder)
        config = json.loads((folder / "config.json").read_text())
        self.heads = config["num_attention_heads"]
        self.layers = config["num_hidden_layers"]
        self.dim = config["hidden_size"]
        self.weights = read_safetensors(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def encode(self, texts, longest=40, batch=4096):
        """One vector for each text, the mean of its tokens' vectors; texts are
        cut after the given number of tokens, markers included."""
        return self.encode_ids([e.ids for e in self.tokenizer.encode_batch(texts)], longest, batch)

    def encode_ids(self, ids, longest=40, batch=4096):
        ids = [i if len(i) <= longest else i[: longest - 1] + [SEP] for i in ids]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        out = np.zeros((len(ids), self.dim), np.float32)
        at = 0
        while at < len(order):  # texts of one length at a time need no padding
            length = len(ids[order[at]])
            some = [i for i in order[at : at + max(1, batch // length)] if len(ids[i]) == length]
            out[some] = self.forward(np.array([ids[i] for i in some])).mean(1)
            at += len(some)
        return out

    def forward(self, ids):
        w = self.weights
        rows, length = ids.shape
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:length]
        x = self.normalise(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        size = self.dim // self.heads
        for layer in range(self.layers):
            p = f"encoder.layer.{layer}."
            q, k, v = (
                self.linear(x, p + "attention.self." + n).reshape(rows, length, self.heads, size).transpose(0, 2, 1, 3)
                for n in ("query", "key", "value")
            )
            a = q @ k.transpose(0, 1, 3, 2) / math.sqrt(size)
            a = np.exp(a - a.max(-1, keepdims=True))
            c = (a / a.sum(-1, keepdims=True)) @ v
            c = c.transpose(0, 2, 1, 3).reshape(rows, length, self.dim)
            x = self.normalise(x + self.linear(c, p + "attention.output.dense"), p + "attention.output.LayerNorm")
            h = gelu(self.linear(x, p + "intermediate.dense"))
            x = self.normalise(x + self.linear(h, p + "output.dense"), p + "output.LayerNorm")
        return x

    def linear(self, x, name):
        y = x.reshape(-1, x.shape[-1]) @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]
        return y.reshape(*x.shape[:-1], -1)

    def normalise(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12)
        return x * self.weights[name + ".weight"] + self.weights[name + ".bias"]


def gelu(x):
    """x times the normal distribution up to x, by Abramowitz and Stegun 7.1.26."""
    one = np.float32(1)
    z = np.abs(x) * np.float32(math.sqrt(0.5))
    t = one / (one + np.float32(0.3275911) * z)
    poly = np.float32(1.061405429)
    for c in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        poly = poly * t + np.float32(c)
    erf = np.copysign(one - poly * t * np.exp(-z * z), x)
    return x * np.float32(0.5) * (one + erf)


def read_safetensors(path):
    """The float tensors of a file, by name, without the prefix of the model."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    out = {}
    for name, t in json.loads(raw[8 : 8 + size]).items():
        if name != "__metadata__" and t["dtype"] == "F32":
            first, last = t["data_offsets"]
            data = np.frombuffer(raw, np.float32, (last - first) // 4, 8 + size + first)
            out[name.removeprefix("bert.")] = data.reshape(t["shape"])
    return out
