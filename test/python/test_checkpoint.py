# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checkpoint folders: pruned, compressed, read back, and what is refused."""

import json
import os
import subprocess
import sys

import numpy as np
import pruning_formulas as formulas
import pytest
import sparse_opt
from conftest import ROOT
from sparse_opt import checkpoint

RANDOM = np.random.default_rng(4)
ROWS, COLUMNS = 40, 72
UP, DOWN = "model.layers.0.mlp.up_proj.weight", "model.layers.0.mlp.down_proj.weight"
NORM, EMBED, HEAD = "model.norm.weight", "model.embed_tokens.weight", "lm_head.weight"


def bf16(*shape):
    """Random bf16 values as bits."""
    return (RANDOM.standard_normal(shape).astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


TENSORS = {
    UP: bf16(ROWS, COLUMNS),
    DOWN: bf16(COLUMNS, ROWS),
    NORM: RANDOM.standard_normal(COLUMNS).astype(np.float32),
    EMBED: bf16(16, COLUMNS),
    HEAD: bf16(16, COLUMNS),
}
DTYPES = {"uint16": "BF16", "float32": "F32", "int64": "I64", "uint8": "U8"}


def write(path, tensors, header_change=None):
    """A safetensors file."""
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, array in tensors.items():
        end = offset + array.nbytes
        header[name] = {
            "dtype": DTYPES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    if header_change:
        header_change(header)
    text = json.dumps(header).encode()
    data = b"".join(np.ascontiguousarray(array).tobytes() for array in tensors.values())
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def read(path):
    """All tensors of a file, read without the package; offsets are aligned and without holes."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    assert header.pop("__metadata__") == {"format": "pt"}
    types = {stored: np.dtype(name) for name, stored in DTYPES.items()}
    tensors, last = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        dtype = types[entry["dtype"]]
        assert begin == last and begin % dtype.itemsize == 0
        tensors[name] = np.frombuffer(data[8 + length + begin : 8 + length + end], dtype).reshape(entry["shape"])
        last = end
    assert 8 + length + last == len(data)
    return tensors


@pytest.fixture
def folder(tmp_path):
    """A model of two shards."""
    path = tmp_path / "model"
    path.mkdir()
    shards = {"model-00001-of-00002.safetensors": [UP, EMBED], "model-00002-of-00002.safetensors": [DOWN, NORM, HEAD]}
    for shard, names in shards.items():
        write(path / shard, {name: TENSORS[name] for name in names})
    weight_map = {name: shard for shard, names in shards.items() for name in names}
    index = {"metadata": {"total_size": 1, "total_parameters": 7}, "weight_map": weight_map}
    (path / "model.safetensors.index.json").write_text(json.dumps(index))
    (path / "config.json").write_text(json.dumps({"model_type": "llama", "rms_norm_eps": 1e-05, "torch_dtype": "bfloat16"}))
    (path / "tokenizer.json").write_text("{}")
    (path / "pytorch_model.bin").write_bytes(b"old")
    (path / "1_Pooling").mkdir()
    (path / "1_Pooling" / "config.json").write_text("{}")
    return path


def read_all(folder):
    return {name: array for path in sorted(folder.glob("*.safetensors")) for name, array in read(path).items()}


def floats(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


def keep_24(values):
    """Two largest magnitudes of each aligned four; among equal ones the later."""
    groups = np.abs(values).reshape(len(values), -1, 4)
    order = np.argsort(groups, axis=-1, kind="stable")
    mask = np.zeros(groups.shape, bool)
    np.put_along_axis(mask, order[..., 2:], True, axis=-1)
    return mask.reshape(values.shape)


def test_dense_folder(folder, tmp_path):
    output = tmp_path / "out"
    zeros = checkpoint.prune(folder, output, pattern="2:4")
    assert zeros == {UP: 0.5, DOWN: 0.5}
    tensors = read_all(output)
    assert tensors.keys() == TENSORS.keys()
    for name, before in TENSORS.items():
        mask = keep_24(floats(before)) if name in zeros else True
        np.testing.assert_array_equal(tensors[name], np.where(mask, before, 0))
    assert json.loads((output / "config.json").read_text()) == json.loads((folder / "config.json").read_text())
    index = json.loads((output / "model.safetensors.index.json").read_text())
    assert index["weight_map"] == json.loads((folder / "model.safetensors.index.json").read_text())["weight_map"]
    assert index["metadata"] == {
        "total_size": sum(array.nbytes for array in TENSORS.values()),
        "total_parameters": 7,
    }
    left = sorted(path.name for path in output.iterdir() if path.suffix != ".safetensors")
    assert left == ["1_Pooling", "config.json", "model.safetensors.index.json", "tokenizer.json"]
    assert (output / "1_Pooling" / "config.json").exists()


def test_sparse_24_bitmask(folder, tmp_path):
    output = tmp_path / "out"
    checkpoint.prune(folder, output, pattern="2:4", format="sparse-24-bitmask")
    tensors = read_all(output)
    for name in (UP, DOWN):
        before, prefix = TENSORS[name], name.removesuffix(".weight")
        mask = keep_24(floats(before))
        assert name not in tensors
        np.testing.assert_array_equal(tensors[f"{prefix}.shape"], np.array(before.shape).reshape(2, 1))
        np.testing.assert_array_equal(tensors[f"{prefix}.compressed"], before[mask].reshape(len(before), -1))
        np.testing.assert_array_equal(tensors[f"{prefix}.bitmask"], np.packbits(mask, axis=-1, bitorder="little"))
    config = json.loads((output / "config.json").read_text())["quantization_config"]
    assert config["quant_method"] == "compressed-tensors"
    assert config["sparsity_config"] == {
        "format": "sparse-24-bitmask",
        "global_sparsity": 0.5,
        "ignore": ["model.embed_tokens", "lm_head"],
        "registry_requires_subclass": False,
        "sparsity_structure": "2:4",
        "targets": ["Linear"],
    }
    index = json.loads((output / "model.safetensors.index.json").read_text())
    assert set(index["weight_map"]) == set(tensors)


def test_sparse_bitmask(folder, tmp_path):
    output = tmp_path / "out"
    options = {"pattern": "unstructured", "sparsity": 0.7, "scope": "row"}
    checkpoint.prune(folder, output, format="sparse-bitmask", **options)
    tensors = read_all(output)
    checkpoint.prune(folder, tmp_path / "dense", **options)
    dense = read_all(tmp_path / "dense")
    for name in (UP, DOWN):
        values, prefix = dense[name], name.removesuffix(".weight")
        mask = values != 0
        assert (mask.sum(axis=-1) == values.shape[1] - int(0.7 * values.shape[1] + 1e-9)).all()
        counts = mask.sum(axis=-1)
        np.testing.assert_array_equal(tensors[f"{prefix}.shape"], values.shape)
        np.testing.assert_array_equal(tensors[f"{prefix}.compressed"], values[mask])
        np.testing.assert_array_equal(tensors[f"{prefix}.bitmask"], np.packbits(mask, axis=-1, bitorder="little"))
        np.testing.assert_array_equal(tensors[f"{prefix}.row_offsets"], np.cumsum(counts) - counts)
    assert json.loads((output / "config.json").read_text())["quantization_config"]["sparsity_config"]["sparsity_structure"] == "unstructured"


@pytest.mark.parametrize("form", ["sparse-24-bitmask", "sparse-bitmask"])
def test_round_trip(form, folder, tmp_path):
    checkpoint.prune(folder, tmp_path / "dense", pattern="2:4")
    checkpoint.prune(folder, tmp_path / "compressed", pattern="2:4", format=form)
    checkpoint.prune(tmp_path / "compressed", tmp_path / "back")
    for path in sorted((tmp_path / "dense").glob("*.safetensors")):
        assert path.read_bytes() == (tmp_path / "back" / path.name).read_bytes()
    assert "quantization_config" not in json.loads((tmp_path / "back" / "config.json").read_text())
    # Compression of what is pruned already gives the same.
    checkpoint.prune(tmp_path / "dense", tmp_path / "later", format=form)
    for path in sorted((tmp_path / "compressed").glob("*.safetensors")):
        assert path.read_bytes() == (tmp_path / "later" / path.name).read_bytes()
    weights = checkpoint.open(tmp_path / "compressed")
    np.testing.assert_array_equal(weights[UP].values(), np.where(keep_24(floats(TENSORS[UP])), floats(TENSORS[UP]), 0))


def test_groups_with_fewer_than_two_nonzeros(tmp_path):
    """Both forms hold zeros of either sign; 2:4 stores two of each four all the same."""
    values = np.zeros((2, 12), np.float32)
    values[0, 1], values[1, 7], values[0, 10] = 3, -2, -0.0
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "model.safetensors", {"a.weight": values})
    (tmp_path / "in" / "config.json").write_text("{}")
    for form in ("sparse-24-bitmask", "sparse-bitmask"):
        checkpoint.prune(tmp_path / "in", tmp_path / form, format=form)
        np.testing.assert_array_equal(checkpoint.open(tmp_path / form)["a.weight"].values(), values)
    assert read_all(tmp_path / "sparse-24-bitmask")["a.compressed"].tolist() == [[0, 3, 0, 0, 0, 0], [0, 0, 0, -2, 0, 0]]
    assert read_all(tmp_path / "sparse-bitmask")["a.compressed"].tolist() == [3, -2]


def test_statistics_and_row_blocks(tmp_path):
    """More than one block of rows, as the compiler prunes the same layer at once."""
    weight, inputs = formulas.synthetic_layer(64, 1100, tokens=256, seed=3)
    stats = formulas.statistics(inputs)
    formulas.write_statistics(tmp_path / "stats.safetensors", {"up.weight": stats})
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "model.safetensors", {"up.weight": weight})
    for method in ("wanda", "sparsegpt", "admm"):
        output = tmp_path / method
        checkpoint.prune(tmp_path / "in", output, pattern="2:4", method=method, stats=tmp_path / "stats.safetensors")
        pruned = read(output / "model.safetensors")["up.weight"]
        assert (np.count_nonzero(pruned.reshape(1100, -1, 4), axis=-1) <= 2).all()
        published = getattr(formulas, method)(weight, stats, ("nm", 2, 4))
        error = formulas.output_error(weight, pruned, stats["gram"])
        assert error <= formulas.output_error(weight, published, stats["gram"]) * 1.005


def command(*arguments):
    environment = {**os.environ, "PYTHONPATH": os.path.join(ROOT, "python")}
    return subprocess.run(
        [sys.executable, "-m", "sparse_opt.prune_checkpoint", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )


def test_command_line(folder, tmp_path):
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("rules:\n  - targets: '.*up_proj.*'\n    pattern: '1:4'\n    method: magnitude\n")
    done = command(folder, tmp_path / "out", "--recipe", recipe)
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"{UP}: 1:4 along dim 1, 75.0% zeros\n"
    assert done.stdout == f"1 weights pruned: {tmp_path / 'out'}\n"
    done = command(folder, tmp_path / "out", "--pattern", "2:4")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: the output '{tmp_path / 'out'}' exists already\n"


def change_index(folder, change):
    path = folder / "model.safetensors.index.json"
    index = json.loads(path.read_text())
    change(index["weight_map"])
    path.write_text(json.dumps(index))


def shard(folder):
    return folder / "model-00001-of-00002.safetensors"


def nan(folder):
    weight = TENSORS[UP].copy()
    weight[3, 5] = 0x7FC0
    write(shard(folder), {UP: weight, EMBED: TENSORS[EMBED]})


def wrong_shape(header):
    header[UP]["shape"] = [ROWS, COLUMNS + 1]


WRONG = {
    "truncated": (lambda f: os.truncate(shard(f), shard(f).stat().st_size - 1), f"truncated: tensor '{EMBED}'"),
    "header": (lambda f: os.truncate(shard(f), 30), "truncated safetensors header"),
    "missing": (lambda f: shard(f).unlink(), "is missing; model.safetensors.index.json says that it has tensor"),
    "not in shard": (
        lambda f: change_index(f, lambda m: m.update({"other.weight": shard(f).name})),
        "says that tensor 'other.weight' is in 'model-00001-of-00002.safetensors', which does not have it",
    ),
    "not in index": (lambda f: change_index(f, lambda m: m.pop(UP)), f"tensor '{UP}' of '"),
    "path": (lambda f: change_index(f, lambda m: m.update({UP: "../x.safetensors"})), f"gives tensor '{UP}' the file"),
    "shape": (
        lambda f: write(shard(f), {UP: TENSORS[UP], EMBED: TENSORS[EMBED]}, wrong_shape),
        f"tensor '{UP}' of shape [40, 73] and dtype BF16 needs",
    ),
    "dtype": (
        lambda f: write(shard(f), {UP: TENSORS[UP], EMBED: TENSORS[EMBED]}, lambda h: h[UP].update(dtype="F7")),
        f"tensor '{UP}' has unknown dtype F7",
    ),
    "nan": (nan, f"weight '{UP}' holds nan at [3, 5]; what is not finite cannot be pruned"),
    "config": (lambda f: (f / "config.json").write_text("{"), "is no JSON"),
    "gpt2": (
        lambda f: (f / "config.json").write_text('{"model_type": "gpt2"}'),
        "is a model of type gpt2, which stores linears as [in, out]",
    ),
    "quantized": (
        lambda f: (f / "config.json").write_text('{"quantization_config": {"quant_method": "gptq"}}'),
        "holds a model that is quantized (gptq); prune before that",
    ),
    "tied": (
        lambda f: (f / "config.json").write_text('{"tie_word_embeddings": true}'),
        "weight 'lm_head.weight' is tied to the embedding, so that a pruned copy is not read",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input(case, folder, tmp_path):
    damage, message = WRONG[case]
    damage(folder)
    with pytest.raises(sparse_opt.Error) as error:
        checkpoint.prune(folder, tmp_path / "out", pattern="2:4", targets=[".*"])
    assert message in str(error.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]


def test_wrong_requests(folder, tmp_path):
    def refuse(message, output=tmp_path / "out", **options):
        with pytest.raises(sparse_opt.Error) as error:
            checkpoint.prune(folder, output, **options)
        assert message in str(error.value)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]

    refuse("matches no weight", pattern="2:4", targets=["nothing"])
    refuse("needs statistics of the inputs of weight", pattern="2:4", method="wanda")
    refuse("format is 'csr', not one of dense,", pattern="2:4", format="csr")
    refuse("needs a pattern, a method or a recipe", sparsity=0.5)
    refuse(f"weight '{UP}' is not 2:4: row 0 has", pattern="4:8", format="sparse-24-bitmask")
    for output in (folder, folder / "inside"):
        refuse("is the checkpoint itself or lies in it", output=output, pattern="2:4")


def test_unwritable_output(folder, tmp_path):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(sparse_opt.Error, match="cannot be written"):
        checkpoint.prune(folder, tmp_path / "file" / "out", pattern="2:4")
    assert (tmp_path / "file").read_text() == "kept"


def damaged(folder, output, change):
    """A compressed checkpoint with one tensor replaced."""
    tensors = {}
    for path in sorted(folder.glob("*.safetensors")):
        tensors.update({name: array.copy() for name, array in read(path).items()})
    change(tensors)
    output.mkdir()
    write(output / "model.safetensors", tensors)
    return output


def set_bit(tensors):
    tensors["model.layers.0.mlp.up_proj.bitmask"][2] |= 0xFF


def test_wrong_compressed_weights(folder, tmp_path):
    prefix = UP.removesuffix(".weight")

    def refuse(form, message, change):
        source = tmp_path / form
        if not source.exists():
            checkpoint.prune(folder, source, pattern="2:4", format=form)
        number = len(list(tmp_path.iterdir()))
        copy = damaged(source, tmp_path / f"copy{number}", change)
        with pytest.raises(sparse_opt.Error) as error:
            checkpoint.open(copy)[UP].values()
        assert message in str(error.value)

    form = "sparse-24-bitmask"
    refuse(form, f"weight '{UP}': its 'bitmask' in", set_bit)
    refuse(form, f"has '{prefix}.compressed' without '{prefix}.shape'", lambda t: t.pop(f"{prefix}.shape"))
    refuse(form, "is BF16 [40, 35], not BF16 [40, 36]", lambda t: t.update({f"{prefix}.compressed": t[f"{prefix}.compressed"][:, 1:]}))
    form = "sparse-bitmask"
    refuse(form, "does not fit the bitmask at row", set_bit)
    refuse(form, "is U8 [39, 9], not U8 [40, 9]", lambda t: t.update({f"{prefix}.bitmask": t[f"{prefix}.bitmask"][1:]}))
    refuse(form, "does not fit the bitmask at row", lambda t: t.update({f"{prefix}.row_offsets": t[f"{prefix}.row_offsets"] - 1}))


def test_matrix_market(tmp_path):
    values = np.array([[0, 0.1, 0], [-3e-39, 0, 16777217]], np.float32)
    path = tmp_path / "w.mtx"
    checkpoint.write_matrix_market(path, values)
    assert path.read_text().splitlines()[:3] == ["%%MatrixMarket matrix coordinate real general", "2 3 3", "1 2 0.1"]
    np.testing.assert_array_equal(checkpoint.read_matrix_market(path, np.float32), values)
    path.write_text("%%MatrixMarket matrix coordinate pattern symmetric\n% comment\n3 3 2\n2 1\n3 3\n")
    assert checkpoint.read_matrix_market(path).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    path.write_text("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n")
    assert checkpoint.read_matrix_market(path).tolist() == [[1, 3], [2, 4]]
    path.write_text("%%MatrixMarket matrix coordinate integer skew-symmetric\n2 2 1\n2 1 5\n")
    assert checkpoint.read_matrix_market(path, np.int64).tolist() == [[0, -5], [5, 0]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello\n", "is no Matrix Market file"),
        ("%%MatrixMarket matrix coordinate complex general\n", "which is not read"),
        ("%%MatrixMarket matrix coordinate real general\n2 2\n", "does not give its sizes"),
        ("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1\n", "has 2 numbers instead of 3"),
        ("%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 1\n", r"has an entry at \[3, 1\]"),
        ("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 x\n", "holds what is no number"),
    ],
)
def test_wrong_matrix_market(text, message, tmp_path):
    (tmp_path / "w.mtx").write_text(text)
    with pytest.raises(sparse_opt.Error, match=message):
        checkpoint.read_matrix_market(tmp_path / "w.mtx")
