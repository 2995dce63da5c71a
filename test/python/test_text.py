# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sentences become ids and masks of a fixed length."""

import numpy as np
import pytest
from importer_cli import run_module

tokenizers = pytest.importorskip("tokenizers")


@pytest.fixture
def folder(tmp_path):
    """A folder with a tokenizer of three words."""
    words = {"[PAD]": 0, "[UNK]": 1, "red": 2, "green": 3, "blue": 4}
    model = tokenizers.models.WordLevel(words, unk_token="[UNK]")
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def run(folder, *options):
    arguments = [folder, folder / "text", "--ids", folder / "ids.npy", *options]
    return run_module("sparse_opt.text", *arguments)


def test_sentences_are_padded_and_cut(folder):
    (folder / "text").write_text("red green\nblue blue pink red\n")
    done = run(folder, "--seq", 3, "--mask", folder / "mask.npy")
    assert done.returncode == 0, done.stderr
    ids, mask = np.load(folder / "ids.npy"), np.load(folder / "mask.npy")
    assert ids.dtype == mask.dtype == np.int64
    assert ids.tolist() == [[2, 3, 0], [4, 4, 1]]
    assert mask.tolist() == [[1, 1, 0], [1, 1, 1]]


def test_missing_text(folder):
    done = run(folder)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ") and "No such file" in done.stderr
    assert not (folder / "ids.npy").exists()


def test_missing_tokenizer(folder):
    (folder / "text").write_text("red")
    (folder / "tokenizer.json").unlink()
    done = run(folder)
    assert done.returncode == 1 and done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 1
