# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Turns sentences into the input arrays of an imported language model.

    python -m sparse_opt.text FOLDER --seq 128 --ids ids.npy --mask mask.npy FILE

FOLDER has the model's tokenizer.json and FILE a sentence on each line. Needs
the packages numpy and tokenizers.
"""

import argparse
import os
import re
import sys

import numpy as np


def cut_sentences(text, count):
    """The first `count` sentences of 6 to 60 words, after a twentieth of the text."""
    flat = re.sub(r"\s+", " ", text[len(text) // 20 :])
    parts = re.split(r"(?<=[.!?])[\"']? (?=[\"'A-Z])", flat)
    return [part for part in parts if 6 <= len(part.split()) <= 60][:count]


def encode(folder, sentences, sequence):
    """Token ids and mask of `sentences`, [sentences, sequence] i64 each.

    Longer sentences are cut; shorter ones are padded with id 0 and mask 0.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.enable_truncation(sequence)
    tokenizer.enable_padding(length=sequence)
    encoded = tokenizer.encode_batch(list(sentences))
    shape = (len(encoded), sequence)
    ids = np.array([e.ids for e in encoded], np.int64).reshape(shape)
    mask = np.array([e.attention_mask for e in encoded], np.int64).reshape(shape)
    return ids, mask


def main(argv=None):
    """Returns the exit status: 0, or 1 after one line about the error."""
    parser = argparse.ArgumentParser(
        prog="python -m sparse_opt.text",
        description="Turns sentences into the input arrays of an imported model.",
    )
    parser.add_argument("folder", metavar="FOLDER", help="has tokenizer.json")
    parser.add_argument("file", metavar="FILE", help="a sentence on each line")
    parser.add_argument("--seq", type=int, default=128, metavar="N")
    parser.add_argument("--ids", required=True, metavar="IDS.npy")
    parser.add_argument("--mask", metavar="MASK.npy")
    arguments = parser.parse_args(argv)
    try:
        with open(arguments.file, encoding="utf-8") as file:
            sentences = file.read().splitlines()
        ids, mask = encode(arguments.folder, sentences, arguments.seq)
        np.save(arguments.ids, ids)
        if arguments.mask:
            np.save(arguments.mask, mask)
    except Exception as error:  # the tokenizer raises plain Exceptions
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
