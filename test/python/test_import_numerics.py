# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Imported models compute what the NumPy reference computes.

The modules run through upstream's tools only.
"""

import numpy as np
import pytest
import upstream_runner
from importer_cli import import_ok
from numpy_reference import bert, llama
from tiny_models import (
    BERT,
    LLAMA,
    bert_shapes,
    llama_shapes,
    random_weights,
    write_folder,
)

pytestmark = pytest.mark.skipif(
    not upstream_runner.available(), reason="mlir-opt or mlir-runner is absent"
)
SIZES = [("1", "7"), ("3", "5"), ("1", "dynamic"), ("dynamic", "5"), ("2", "dynamic"),
         ("dynamic", "dynamic")]  # fmt: skip


def run_imported(folder, batch, sequence, inputs, *options):
    out = folder / "model.mlirbc"
    import_ok(folder, "-o", out, "--batch", batch, "--seq", sequence, *options)
    return upstream_runner.run(out, inputs)


def tokens(batch, sequence, vocabulary):
    """Random ids for the sizes; a dynamic batch is 2, a dynamic sequence 6."""
    rows = 2 if batch == "dynamic" else int(batch)
    columns = 6 if sequence == "dynamic" else int(sequence)
    return np.random.default_rng(1).integers(0, vocabulary, (rows, columns))


def padding(ids):
    """A mask that leaves out one more trailing token in each row."""
    rows, columns = ids.shape
    kept = columns - np.arange(rows) - 1
    return (np.arange(columns) < kept[:, None]).astype(np.int64)


@pytest.mark.parametrize("batch, sequence", SIZES)
def test_bert(tmp_path, batch, sequence):
    weights = write_folder(tmp_path, BERT, random_weights(bert_shapes(BERT)))
    ids = tokens(batch, sequence, BERT["vocab_size"])
    mask = padding(ids)
    result = run_imported(tmp_path, batch, sequence, [ids, mask])
    np.testing.assert_allclose(result, bert(weights, BERT, ids, mask), atol=2e-6)


@pytest.mark.parametrize("batch, sequence", SIZES)
def test_llama(tmp_path, batch, sequence):
    weights = write_folder(tmp_path, LLAMA, random_weights(llama_shapes(LLAMA)))
    ids = tokens(batch, sequence, LLAMA["vocab_size"])
    result = run_imported(tmp_path, batch, sequence, [ids])
    expected = llama(weights, LLAMA, ids)
    np.testing.assert_allclose(result, expected, atol=2e-5, rtol=2e-5)


@pytest.mark.parametrize(
    "change",
    [
        {"tie_word_embeddings": False},
        {"num_key_value_heads": 4},
        {"num_key_value_heads": 1},
        {"head_dim": 6},
    ],
)
def test_llama_variants(tmp_path, change):
    config = {**LLAMA, **change}
    weights = write_folder(tmp_path, config, random_weights(llama_shapes(config)))
    ids = tokens("2", "5", config["vocab_size"])
    result = run_imported(tmp_path, "2", "5", [ids])
    expected = llama(weights, config, ids)
    np.testing.assert_allclose(result, expected, atol=2e-5, rtol=2e-5)


@pytest.mark.parametrize("dtype", ["f16", "bf16"])
@pytest.mark.parametrize("kept", ["keep", "f32"])
def test_narrow_weights(tmp_path, dtype, kept):
    weights = write_folder(tmp_path, BERT, random_weights(bert_shapes(BERT)), dtype)
    ids = tokens("1", "7", BERT["vocab_size"])
    mask = padding(ids)
    result = run_imported(tmp_path, "1", "7", [ids, mask], "--dtype", kept)
    np.testing.assert_allclose(result, bert(weights, BERT, ids, mask), atol=2e-6)


def test_first_token_pooling(tmp_path):
    weights = write_folder(tmp_path, BERT, random_weights(bert_shapes(BERT)))
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text(
        '{"word_embedding_dimension": 12, "pooling_mode_cls_token": true,'
        ' "pooling_mode_mean_tokens": false}'
    )
    ids = tokens("2", "5", BERT["vocab_size"])
    mask = padding(ids)
    result = run_imported(tmp_path, "2", "5", [ids, mask])
    expected = bert(weights, BERT, ids, mask, pooling="first")
    np.testing.assert_allclose(result, expected, atol=2e-6)
