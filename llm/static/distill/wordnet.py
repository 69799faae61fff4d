"""Words and their definitions from the files of WordNet 3.0."""

import re
from pathlib import Path

FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}


def definitions(folder):
    """By synset, the words it is named by and its definition without examples."""
    out = {}
    for pos, name in FILES.items():
        for line in lines(folder, "data." + name):
            head, _, gloss = line.partition("|")
            fields = head.split()
            count = int(fields[3], 16)
            words = [re.sub(r"\(.*?\)$", "", fields[4 + 2 * i].replace("_", " ")) for i in range(count)]
            out[pos + fields[0]] = (words, gloss.strip().split('; "')[0])
    return out


def senses(folder):
    """Every word with a synset it stands for and how common that sense is of its senses, from 0."""
    for pos, name in FILES.items():
        for line in lines(folder, "index." + name):
            fields = line.split()
            for rank, offset in enumerate(fields[-int(fields[2]) :]):
                yield fields[0].replace("_", " "), pos + offset, rank


def lines(folder, name):
    with open(Path(folder) / name, encoding="latin1") as f:
        yield from (line for line in f if not line.startswith("  "))
