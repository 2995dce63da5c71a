# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the importer refuses, and that a refusal writes nothing."""

import json
import os

import pytest
from importer_cli import import_error, import_ok
from tiny_models import (
    BERT,
    LLAMA,
    bert_shapes,
    llama_shapes,
    random_weights,
    write_folder,
    write_tensors,
)


@pytest.fixture
def folder(tmp_path):
    """A sound BERT folder."""
    path = tmp_path / "model"
    path.mkdir()
    write_folder(path, BERT, random_weights(bert_shapes(BERT)))
    return path


def refuse(folder, *options, output="out.mlirbc"):
    """The importer's message; neither output nor temporary files may be left."""
    out = folder / output
    line = import_error(folder, "-o", out, "--seq", 4, *options)
    assert not out.exists()
    assert not [n for n in os.listdir(folder) if n.startswith(".sparse-opt")]
    return line


def change_config(folder, **settings):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, **settings}))


def test_missing_model(tmp_path):
    line = import_error(tmp_path / "none", "-o", tmp_path / "out.mlirbc")
    assert line == f"error: {tmp_path / 'none'}: No such file or directory"


def test_unknown_kind_of_file(tmp_path):
    (tmp_path / "model.bin").write_text("")
    line = import_error(tmp_path / "model.bin", "-o", tmp_path / "out.mlirbc")
    assert line.endswith("model.bin: is neither a folder nor an .onnx or .pt2 file")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_missing_file(folder, name):
    (folder / name).unlink()
    assert refuse(folder) == f"error: {folder / name}: No such file or directory"


def test_malformed_config(folder):
    (folder / "config.json").write_text("{")
    assert f"{folder / 'config.json'}: not valid JSON" in refuse(folder)


def test_unknown_model_type(folder):
    change_config(folder, model_type="t5")
    assert refuse(folder).endswith("unknown model_type 't5'; known: bert, llama")


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"hidden_size": None}, "has no 'hidden_size'"),
        ({"hidden_size": "12"}, "'hidden_size' must be int, got '12'"),
        ({"num_hidden_layers": 0}, "'num_hidden_layers' must be above zero"),
        ({"num_attention_heads": 5}, "is not a multiple of 'num_attention_heads'"),
        ({"hidden_act": "mish"}, "unknown hidden_act 'mish'"),
        ({"position_embedding_type": "relative_key"}, "position_embedding_type"),
        ({"max_position_embeddings": 3}, "sequence length 4 is above the model's"),
    ],
)
def test_bad_setting(folder, settings, message):
    change_config(folder, **settings)
    line = refuse(folder)
    assert line.startswith(f"error: {folder / 'config.json'}: ") and message in line


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"rope_scaling": {"rope_type": "llama3"}}, "unsupported rope_type 'llama3'"),
        ({"num_key_value_heads": 3}, "is not a multiple of 'num_key_value_heads'"),
        ({"head_dim": 5}, "the head size 5 is odd"),
    ],
)
def test_bad_llama_setting(tmp_path, settings, message):
    write_folder(tmp_path, LLAMA, random_weights(llama_shapes(LLAMA)))
    change_config(tmp_path, **settings)
    assert message in refuse(tmp_path)


def test_unsupported_pooling(folder):
    (folder / "1_Pooling").mkdir()
    path = folder / "1_Pooling" / "config.json"
    path.write_text('{"pooling_mode_max_tokens": true}')
    line = refuse(folder)
    assert line == f"error: {path}: unsupported pooling: pooling_mode_max_tokens"


def test_missing_tensor(folder):
    weights = random_weights(bert_shapes(BERT))
    del weights["encoder.layer.1.output.dense.weight"]
    write_tensors(folder / "model.safetensors", weights)
    assert "has no tensor 'encoder.layer.1.output.dense.weight'" in refuse(folder)


def test_wrong_shape(folder):
    change_config(folder, intermediate_size=21)
    line = refuse(folder)
    assert "'encoder.layer.0.intermediate.dense.weight' has shape [20, 12]" in line
    assert "expected [21, 12]" in line


def replace_header(path, change):
    """Rewrites the JSON header of a safetensors file."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    change(header)
    raw = json.dumps(header).encode()
    path.write_bytes(len(raw).to_bytes(8, "little") + raw + data[8 + length :])


@pytest.mark.parametrize("dtype, size", [("I32", 4), ("F64", 8)])
def test_wrong_dtype(folder, dtype, size):
    name = "embeddings.LayerNorm.bias"

    def change(header):
        begin = header[name]["data_offsets"][0]
        header[name]["dtype"] = dtype
        header[name]["data_offsets"] = [begin, begin + 12 * size]

    replace_header(folder / "model.safetensors", change)
    line = refuse(folder)
    assert f"tensor '{name}' has dtype {dtype}; expected F32, F16 or BF16" in line


def test_inconsistent_header(folder):
    def change(header):
        header["embeddings.LayerNorm.bias"]["shape"] = [13]

    replace_header(folder / "model.safetensors", change)
    assert "needs 52 bytes but has 48" in refuse(folder)


@pytest.mark.parametrize("left", [0, 5, 100, -1])
def test_truncated_tensors(folder, left):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:left])
    line = refuse(folder)
    assert line.startswith(f"error: {path}: truncated")


def test_garbage_instead_of_tensors(folder):
    path = folder / "model.safetensors"
    path.write_bytes((4).to_bytes(8, "little") + b"\xff\xfe{}" + bytes(99))
    assert refuse(folder).startswith(f"error: {path}: safetensors header: ")


def test_conversion_needs_embedding(folder):
    write_folder(folder, BERT, random_weights(bert_shapes(BERT)), "f16")
    line = refuse(folder, "--dtype=f32", "--weights=file")
    assert "has dtype F16: --dtype=f32 needs --weights=embed" in line


@pytest.mark.parametrize("option", ["--dim=n=3", "--input=x=1,2", "--outputs=y"])
def test_option_of_another_kind(folder, option):
    assert "does not apply to a folder" in refuse(folder, option)


@pytest.mark.parametrize("value", ["0", "-3", "some"])
def test_bad_size(folder, value):
    assert "argument --batch" in refuse(folder, f"--batch={value}")


def test_unknown_output_format(folder):
    line = refuse(folder, output="out.txt")
    assert line.endswith("out.txt: output must end in .mlir or .mlirbc")


def test_output_folder_is_missing(folder):
    line = refuse(folder, output="none/out.mlirbc")
    assert line.endswith("out.mlirbc: cannot be written: No such file or directory")


def test_output_is_a_folder(folder):
    (folder / "out.mlirbc").mkdir()
    line = import_error(folder, "-o", folder / "out.mlirbc", "--seq", 4)
    assert line.endswith("out.mlirbc: is a directory")


def test_existing_output_survives_a_failure(folder):
    out = folder / "out.mlirbc"
    out.write_text("precious")
    (folder / "model.safetensors").unlink()
    import_error(folder, "-o", out)
    assert out.read_text() == "precious"


def test_success_replaces_existing_output(folder):
    out = folder / "out.mlirbc"
    out.write_text("old")
    import_ok(folder, "-o", out, "--seq", 4)
    assert out.read_bytes()[:4] == b"ML\xefR"
    assert not [n for n in os.listdir(folder) if n.startswith(".sparse-opt")]
