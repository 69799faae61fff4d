"""Makes table.bin and vocabulary.txt of package static.

    python distill.py -teacher DIR -wordnet DIR -out ..

and testdata/tokens.golden from testdata/texts.txt, which lie below the same
folder. The teacher is a folder with all-MiniLM-L6-v2 as its authors publish it; WordNet
is the dict folder of version 3.0. It needs numpy, scipy and tokenizers, and about
half an hour of two cores, nearly all of it for the definitions; -cache keeps
those. The same input gives the same table but for the last bits of sums.
"""

import argparse
import struct
from pathlib import Path

import numpy as np
import scipy.sparse as sparse

import wordnet
from teacher import CLS, SEP, Teacher

FIRST_WORD = 1996  # the first row of a word; before are marks and single characters
SIF = 3e-4  # the frequency at which a word counts for half
COMMON_LETTER, RARE = 50, 40_000  # ranks of what has no rank of its own
WORD_SHARE = 0.3  # what a word's own definition counts for, beside a text's
PRIOR = 0.1  # what the teacher's vector of a piece alone counts for
SENSES = 3  # of a word, the most common ones
ROUNDS = 30
LEVELS = 7  # a number is one of -7 to 7, times the row's scale
DIM = 256


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("-teacher", required=True, help="folder of the model")
    p.add_argument("-wordnet", required=True, help="folder of WordNet's data files")
    p.add_argument("-out", required=True, help="folder of package static")
    p.add_argument("-cache", help="file for the teacher's vectors of the definitions")
    args = p.parse_args()

    teacher = Teacher(args.teacher)
    write_golden(teacher, Path(args.out) / "testdata")
    pieces = sorted(teacher.tokenizer.get_vocab(), key=teacher.tokenizer.get_vocab().get)
    weights = weigh(pieces)
    start = piece_vectors(teacher, len(pieces))
    vectors = learn(start, weights, lessons(teacher, args, weights, start))
    vectors = reduce(vectors, weights) * weights[:, None]
    write(Path(args.out), pieces, vectors.astype(np.float32))


def weigh(pieces):
    """How much each piece matters: a/(a+p), where p follows from its rank in the
    vocabulary, which is in order of frequency (Zipf). Marks count for nothing."""
    rank = np.full(len(pieces), RARE, float)
    rank[FIRST_WORD:] = np.arange(1, len(pieces) - FIRST_WORD + 1)
    matters = np.zeros(len(pieces))
    for i, piece in enumerate(pieces):
        word = piece.removeprefix("##")
        if word != piece:
            rank[i] = RARE
        elif i < FIRST_WORD:
            rank[i] = COMMON_LETTER if piece.isascii() else RARE
        matters[i] = not (piece.startswith("[") and piece.endswith("]") and len(piece) > 2) and any(c.isalnum() for c in word)
    share = 1 / (rank * np.log(len(pieces)))
    return SIF / (SIF + share) * matters


def piece_vectors(teacher, n):
    """The teacher's vector of each piece alone, around the mean of the words'."""
    alone = teacher.encode_ids([[CLS, i, SEP] for i in range(n)])
    return alone - alone[FIRST_WORD:].mean(0)


class Lesson:
    """Texts as weights of pieces, scaled so that the vectors to start from give
    unit length, and the vectors that they should get."""

    def __init__(self, counts, start, want, weight):
        length = np.linalg.norm(counts @ start, axis=1)
        self.texts = (sparse.diags(1 / np.maximum(length, 1e-6)) @ counts).astype(np.float32).tocsr()
        self.want = want
        self.weight = np.asarray(weight, np.float32)[:, None]

    def errors(self, vectors):
        return self.texts.T @ (self.weight * (self.want - self.texts @ vectors))

    def curvature(self, step):
        return self.texts.T @ (self.weight * (self.texts @ step))


def lessons(teacher, args, weights, start):
    """Two lessons from a dictionary. A text's pieces together should be where the
    teacher puts the text; and a word should be where its definition is."""
    synsets = wordnet.definitions(args.wordnet)
    texts = [", ".join(words[:3]) + ": " + meaning for words, meaning in synsets.values()]
    want = cached(args.cache, lambda: unit(teacher.encode(texts)))
    want = unit(want - want.mean(0))
    yield Lesson(count(teacher, texts, weights), start, want, np.ones(len(texts)))

    at = {synset: i for i, synset in enumerate(synsets)}
    known = [(word, at[synset], rank) for word, synset, rank in wordnet.senses(args.wordnet) if rank < SENSES]
    counts = count(teacher, [word for word, _, _ in known], weights)
    yield Lesson(counts, start, want[[i for _, i, _ in known]], [WORD_SHARE / (1 + rank) for _, _, rank in known])


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def cached(path, make):
    if path and Path(path).exists():
        return np.load(path)
    made = make()
    if path:
        np.save(path, made)
    return made


def count(teacher, texts, weights):
    """The pieces of each text, dampened and weighted as package static does it."""
    columns, data, ends = [], [], [0]
    for e in teacher.tokenizer.encode_batch(texts, add_special_tokens=False):
        rows, n = np.unique([i for i in e.ids if weights[i] > 0], return_counts=True)
        columns += list(rows)
        data += list((1 + np.log(n)) * weights[rows.astype(int)])
        ends.append(len(columns))
    return sparse.csr_matrix((np.array(data, np.float32), columns, ends), shape=(len(texts), len(weights)))


def learn(start, weights, given):
    """Least squares by conjugate gradients: the vectors that do best in the
    lessons without going far from where they start."""
    given = list(given)
    start = start.astype(np.float32)
    change = np.zeros_like(start)
    left = sum(g.errors(start) for g in given)
    step = left.copy()
    size = (left * left).sum(0)
    for _ in range(ROUNDS):
        bent = sum(g.curvature(step) for g in given) + PRIOR * step
        by = size / np.maximum((step * bent).sum(0), 1e-12)
        change += by * step
        left -= by * bent
        before, size = size, (left * left).sum(0)
        step = left + size / np.maximum(before, 1e-12) * step
    return start + change


def reduce(vectors, weights):
    """The directions in which pieces that matter differ most, turned at random
    so that all count alike: an index compares vectors by their signs first."""
    seen = vectors * np.sqrt(weights)[:, None]
    _, directions = np.linalg.eigh(seen.T @ seen / len(seen))
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(DIM, DIM)))
    return vectors @ directions[:, ::-1][:, :DIM] @ turn


def write(folder, pieces, vectors):
    """Rows of half bytes, two numbers to a byte, the first in the low half."""
    scale = np.abs(vectors).max(1, keepdims=True) / LEVELS
    numbers = np.rint(vectors / np.where(scale > 0, scale, 1)).astype(np.int8)
    packed = (numbers[:, 0::2] & 15) | (numbers[:, 1::2] << 4)
    with open(folder / "table.bin", "wb") as f:
        f.write(b"FNSTATI1" + struct.pack("<II", *vectors.shape))
        f.write(scale.astype("<f4").tobytes() + packed.astype(np.uint8).tobytes())
    (folder / "vocabulary.txt").write_text("".join(p + "\n" for p in pieces), encoding="utf-8")


def write_golden(teacher, folder):
    """How the teacher's tokenizer cuts each line of a file, but for words it
    does not know."""
    unknown = teacher.tokenizer.token_to_id("[UNK]")
    texts = (folder / "texts.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    with open(folder / "tokens.golden", "w", encoding="utf-8") as f:
        for text in texts:
            e = teacher.tokenizer.encode(text, add_special_tokens=False)
            f.write(" ".join(t for i, t in zip(e.ids, e.tokens) if i != unknown) + "\n")


main()
