# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs with reordered channels compute what they computed before.

Both sides run through upstream's tools only.
"""

import os
import re
import subprocess

import numpy as np
import pytest
import upstream_runner
from conftest import BUILD
from importer_cli import import_ok
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
PROGRAM = os.path.join(BUILD, "bin", "sparse-opt")
TEXT = re.compile(r"\[(Passed|Missed)\] sparsity-permute-channels .*Remark=\"(.*?)\"")


def sparse_opt(source, target, *passes):
    """Runs the passes; returns the remarks as (Passed or Missed, sentence)."""
    command = [PROGRAM, source, "--sparsity-normalize", *passes, "-o", target]
    done = subprocess.run(
        [*command, "--remarks-filter=sparsity"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return TEXT.findall(done.stderr)


def make_model(folder, config, shapes, batch, sequence):
    write_folder(folder, config, random_weights(shapes(config)))
    import_ok(folder, "-o", folder / "model.mlir", "--batch", batch, "--seq", sequence)
    return folder / "model.mlir"


def run_both(folder, model, inputs, options):
    """The results before and after, and the remarks."""
    plain, permuted = folder / "plain.mlir", folder / "permuted.mlir"
    sparse_opt(model, plain, "--sparsity-to-linalg")
    remarks = sparse_opt(
        model, permuted, f"--sparsity-permute-channels={options}", "--sparsity-to-linalg"
    )
    assert plain.read_bytes() != permuted.read_bytes()
    return upstream_runner.run(plain, inputs), upstream_runner.run(permuted, inputs), remarks


def ids_and_mask(batch, sequence, vocabulary):
    ids = np.random.default_rng(1).integers(0, vocabulary, (batch, sequence))
    return ids, (np.arange(sequence) < sequence - 1)[None].repeat(batch, 0).astype(np.int64)


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("options", ["seed=1", "seed=2", "pattern=2:4"])
def test_bert(tmp_path, batch, options):
    model = make_model(tmp_path, BERT, bert_shapes, batch, 6)
    inputs = list(ids_and_mask(batch, 6, BERT["vocab_size"]))
    before, after, remarks = run_both(tmp_path, model, inputs, options)
    np.testing.assert_allclose(after, before, atol=3e-6)
    if options == "pattern=2:4":
        return
    passed = {sentence.split(":")[0] for kind, sentence in remarks if kind == "Passed"}
    for layer in range(2):
        name = f"encoder.layer.{layer}."
        assert f"reordered the input channels of '{name}output.dense.weight'" in passed
        heads = f"reordered the input channels of '{name}attention.output.dense.weight'"
        assert f"{heads} within blocks of 4" in passed
    stopped = [sentence for kind, sentence in remarks if kind == "Missed"]
    assert any("query.weight' stay in order: '" in sentence for sentence in stopped)


@pytest.mark.parametrize("seed", [3, 4])
def test_llama(tmp_path, seed):
    """Gate and up move together."""
    model = make_model(tmp_path, LLAMA, llama_shapes, 1, 5)
    ids, _ = ids_and_mask(1, 5, LLAMA["vocab_size"])
    before, after, remarks = run_both(tmp_path, model, [ids], f"seed={seed}")
    np.testing.assert_allclose(after, before, atol=2e-5)
    passed = [sentence for kind, sentence in remarks if kind == "Passed"]
    for layer in range(2):
        name = f"model.layers.{layer}.mlp.down_proj.weight"
        assert any(f"channels of '{name}'" in sentence for sentence in passed)


@pytest.mark.parametrize("seed", [5, 6])
def test_llama_with_a_value_head_per_query_head(tmp_path, seed):
    config = {**LLAMA, "num_key_value_heads": 4}
    model = make_model(tmp_path, config, llama_shapes, 1, 5)
    ids, _ = ids_and_mask(1, 5, config["vocab_size"])
    before, after, remarks = run_both(tmp_path, model, [ids], f"seed={seed}")
    np.testing.assert_allclose(after, before, atol=2e-5)
    passed = " ".join(sentence for kind, sentence in remarks if kind == "Passed")
    assert "o_proj.weight' within blocks of 4" in passed
