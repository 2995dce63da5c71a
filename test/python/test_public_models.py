# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Public models, run with upstream's tools and compiled with ours.

Needs the folder that scripts/fetch-models makes, in SPARSEOPT_MODELS.
"""

import json
import os
import pathlib
import sys

import numpy as np
import pytest
import upstream_runner
from conftest import BUILD, ROOT
from importer_cli import import_ok
from numpy_reference import bert
from sparse_opt.importer import safetensors

MODELS = pathlib.Path(os.environ.get("SPARSEOPT_MODELS", "none"))
needs_models = pytest.mark.skipif(
    not (MODELS / "minilm").is_dir(), reason="SPARSEOPT_MODELS has no models"
)


def documents(count, sequence):
    from sparse_opt.text import encode

    lines = (MODELS / "texts" / "documents.txt").read_text().splitlines()
    return encode(MODELS / "minilm", lines[:count], sequence)


@needs_models
def test_minilm(tmp_path):
    folder, out = MODELS / "minilm", tmp_path / "minilm.mlirbc"
    ids, mask = documents(2, 32)
    import_ok(folder, "-o", out, "--batch", 2, "--seq", 32)
    tensors = safetensors.read_header(folder / "model.safetensors")
    weights = {
        n: np.frombuffer(b"".join(t.chunks()), np.float32).reshape(t.shape)
        for n, t in tensors.items()
        if t.dtype == "F32"
    }
    config = json.loads((folder / "config.json").read_text())
    expected = bert(weights, config, ids, mask)
    result = upstream_runner.run(out, [ids, mask])
    np.testing.assert_allclose(result, expected, atol=2e-6)


@needs_models
def test_minilm_l3(tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    path, out = MODELS / "minilm-l3" / "model.onnx", tmp_path / "l3.mlirbc"
    ids, mask = documents(1, 32)
    sizes = ["--dim", "batch_size=1", "--dim", "sequence_length=32"]
    import_ok(path, "-o", out, *sizes, "--outputs", "461")
    session = onnxruntime.InferenceSession(path)
    expected = session.run(["461"], {"input_ids": ids, "attention_mask": mask})[0]
    result = upstream_runner.run(out, [ids, mask])
    np.testing.assert_allclose(result, expected, atol=5e-6)


@needs_models
@pytest.mark.parametrize(
    "name, shape", [("det", "1,3,64,64"), ("rec", "1,3,48,64"), ("cls", "1,3,48,192")]
)
def test_ppocr(tmp_path, name, shape):
    onnxruntime = pytest.importorskip("onnxruntime")
    path, out = MODELS / "ppocr" / f"{name}.onnx", tmp_path / "ocr.mlirbc"
    import_ok(path, "-o", out, "--input", f"x={shape}")
    random = np.random.default_rng(0)
    x = random.standard_normal([int(n) for n in shape.split(",")]).astype(np.float32)
    expected = onnxruntime.InferenceSession(path).run(None, {"x": x})[0]
    result = upstream_runner.run(out, [x])
    np.testing.assert_allclose(result, expected, atol=1e-4)


@needs_models
def test_smollm2(tmp_path):
    out = tmp_path / "smollm2.mlirbc"
    done = import_ok(MODELS / "smollm2", "-o", out)
    assert "272 weights, 538.1 MB" in done.stderr


@needs_models
@pytest.mark.parametrize("name", ["minilm", "minilm-l3", "ppocr", "smollm2"])
def test_compiled(tmp_path, name):
    pytest.importorskip("onnxruntime")
    sys.path.append(os.path.join(ROOT, "benchmarks", "models"))
    import public_models
    import toolchain
    from sparse_opt import Library

    case = public_models.CASES[name](MODELS, tmp_path, 2)
    module, library = tmp_path / "model.mlirbc", tmp_path / "model.so"
    toolchain.import_model(case.source, module, case.options)
    _, layers = toolchain.compile_module(pathlib.Path(BUILD), module, library)
    assert layers
    model = Library(library)
    results = [model(*arrays) for arrays in case.inputs]
    said = case.judge(case, results)
    if "perplexity" in said:
        # Logits are as large as 30, and the sums behind them longer.
        np.testing.assert_allclose(said["perplexity"], said["reference_perplexity"], rtol=5e-5)
        return
    np.testing.assert_allclose(results, case.expected, rtol=0, atol=1e-4)
    assert said.get("texts_equal", len(results)) == len(results)
