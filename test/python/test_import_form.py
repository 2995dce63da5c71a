# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The form of imported modules: weights, names, sharing, files."""

import re
import subprocess

import numpy as np
import pytest
import upstream_runner
from importer_cli import import_ok
from sparse_opt.importer import bytecode, safetensors
from tiny_models import (
    BERT,
    LLAMA,
    bert_shapes,
    llama_shapes,
    random_weights,
    write_folder,
    write_tensors,
)

OPT = upstream_runner.tool("mlir-opt")


def printed(path, *options):
    return subprocess.run(
        [OPT, path, *options], check=True, capture_output=True, text=True
    ).stdout


def blobs(text):
    """{key: bytes without the alignment header} of a module's resources."""
    found = re.findall(r'(\S+): "0x40000000([0-9A-F]*)"', text)
    return {k.strip('"'): bytes.fromhex(v) for k, v in found}


@pytest.fixture
def bert_folder(tmp_path):
    write_folder(tmp_path, BERT, random_weights(bert_shapes(BERT)))
    return tmp_path


def test_every_weight_is_a_named_constant_with_its_data(bert_folder):
    out = bert_folder / "out.mlirbc"
    import_ok(bert_folder, "-o", out, "--seq", 4)
    text = printed(out)
    data = blobs(text)
    for name, array in random_weights(bert_shapes(BERT)).items():
        dims = "x".join(map(str, array.shape))
        assert f"dense_resource<{name}> : tensor<{dims}xf32>" in text
        assert data.pop(name) == array.tobytes()
    assert not data


def test_text_and_bytecode_are_the_same_module(bert_folder):
    outputs = [bert_folder / "out.mlirbc", bert_folder / "out.mlir"]
    for out in outputs:
        import_ok(bert_folder, "-o", out, "--seq", 4)
    assert printed(outputs[0]) == printed(outputs[1])


def test_import_is_reproducible(bert_folder):
    outputs = [bert_folder / "a.mlirbc", bert_folder / "b.mlirbc"]
    for out in outputs:
        import_ok(bert_folder, "-o", out, "--seq", 4)
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


def test_blobs_are_aligned_in_the_file(bert_folder):
    out = bert_folder / "out.mlirbc"
    import_ok(bert_folder, "-o", out, "--seq", 4)
    content = out.read_bytes()
    for array in random_weights(bert_shapes(BERT)).values():
        assert content.index(array.tobytes()) % bytecode.ALIGNMENT == 0


@pytest.mark.parametrize("suffix", [".mlir", ".mlirbc"])
def test_weights_stay_on_disk(bert_folder, suffix):
    out = bert_folder / f"out{suffix}"
    done = import_ok(bert_folder, "-o", out, "--seq", 4, "--weights=file")
    assert f"--sparsity-weights={bert_folder / 'model.safetensors'}" in done.stderr
    text = printed(out)
    assert "dense_resource<embeddings.LayerNorm.weight>" in text
    assert blobs(text) == {}


def test_linears_read_the_stored_weight_directly(bert_folder):
    out = bert_folder / "out.mlir"
    import_ok(bert_folder, "-o", out, "--seq", 4)
    text = out.read_text()
    constants = dict(re.findall(r"(%\w+) = arith.constant dense_resource<(\S+)>", text))
    operands = re.findall(r"linalg\.matmul .* ins\(%\w+, (%\w+) :", text)
    assert len(operands) == 6 * BERT["num_hidden_layers"]
    assert all(constants[o].endswith(".weight") for o in operands)


def test_locations_name_the_layers(bert_folder):
    out = bert_folder / "out.mlirbc"
    import_ok(bert_folder, "-o", out, "--seq", 4)
    text = printed(out, "--mlir-print-debuginfo", "--mlir-print-local-scope")
    matmuls = [line for line in text.splitlines() if "linalg.matmul" in line]
    assert matmuls[0].endswith('loc("encoder.layer.0.attention.self.query")')


def test_prefixed_checkpoint(tmp_path):
    weights = random_weights(bert_shapes(BERT))
    write_folder(tmp_path, BERT, {f"bert.{n}": a for n, a in weights.items()})
    out = tmp_path / "out.mlir"
    import_ok(tmp_path, "-o", out, "--seq", 4)
    assert "dense_resource<bert.embeddings.LayerNorm.bias>" in out.read_text()


def test_tied_head_is_one_constant(tmp_path):
    write_folder(tmp_path, LLAMA, random_weights(llama_shapes(LLAMA)))
    out = tmp_path / "out.mlir"
    import_ok(tmp_path, "-o", out, "--seq", 4)
    text = out.read_text()
    assert text.count("dense_resource<model.embed_tokens.weight>") == 1
    assert "lm_head.weight" not in text


def test_kept_bf16_weights(tmp_path):
    write_folder(tmp_path, LLAMA, random_weights(llama_shapes(LLAMA)), "bf16")
    out = tmp_path / "out.mlir"
    import_ok(tmp_path, "-o", out, "--seq", 4)
    text = out.read_text()
    assert "dense_resource<model.norm.weight> : tensor<16xbf16>" in text
    assert ": tensor<4x16xf32>, tensor<24x16xbf16>)" in text


def test_sharded_checkpoint(tmp_path):
    weights = random_weights(bert_shapes(BERT))
    write_folder(tmp_path, BERT, weights)
    (tmp_path / "model.safetensors").unlink()
    halves, index = ({}, {}), {}
    for i, (name, array) in enumerate(weights.items()):
        halves[i % 2][name] = array
        index[name] = f'"{name}": "part-{i % 2}.safetensors"'
    for i, half in enumerate(halves):
        write_tensors(tmp_path / f"part-{i}.safetensors", half)
    (tmp_path / "model.safetensors.index.json").write_text(
        '{"weight_map": {' + ", ".join(index.values()) + "}}"
    )
    out = tmp_path / "out.mlirbc"
    import_ok(tmp_path, "-o", out, "--seq", 4)
    data = blobs(printed(out))
    assert {n: a.tobytes() for n, a in weights.items()} == data


def test_dynamic_sizes_are_in_the_signature(bert_folder):
    out = bert_folder / "out.mlir"
    import_ok(bert_folder, "-o", out, "--seq", "dynamic", "--batch", "dynamic")
    text = out.read_text()
    assert "tensor<?x?xi64>" in text and "-> tensor<?x12xf32>" in text
    assert "cf.assert %" in text and '"sequence is longer than 9 tokens"' in text


@pytest.mark.parametrize(
    "value", [0, 1, 127, 128, 16383, 16384, 2**35, 2**56 - 1, 2**56, 2**64 - 1]
)
def test_varints(value):
    data = bytecode.varint(value)
    reader = bytecode.Reader(data)
    assert reader.varint() == value and reader.position == len(data)


def test_safetensors_round_trip(tmp_path):
    weights = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "e": np.zeros((0, 3))}
    weights["e"] = weights["e"].astype(np.float32)
    write_tensors(tmp_path / "t.safetensors", weights)
    for name, tensor in safetensors.read_header(tmp_path / "t.safetensors").items():
        assert tensor.shape == weights[name].shape
        assert b"".join(tensor.chunks()) == weights[name].tobytes()
