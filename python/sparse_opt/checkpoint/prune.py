# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From a checkpoint folder to a pruned one, weight by weight."""

import json
import os
import pathlib
import shutil
import tempfile

from sparse_opt.checkpoint.folder import CONFIG, INDEX, SINGLE, CheckpointFolder, is_matrix
from sparse_opt.checkpoint.requests import Requests, recipe_file
from sparse_opt.checkpoint.tensors import BITMASK, SPARSE_24, nonzero
from sparse_opt.checkpoint.writer import ShardWriter
from sparse_opt.errors import Error

FORMATS = ("dense", SPARSE_24, BITMASK)
# Weights of other formats would be those before pruning.
OTHER_WEIGHTS = (
    ".safetensors", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".onnx", ".onnx_data", ".gguf", ".ot",
    ".ckpt",
)  # fmt: skip
BLOCK_BYTES = 16 << 20


def prune(
    source, output, *, recipe=None, stats=None, format="dense", progress=None, **options
):
    """Writes a pruned copy of a checkpoint; loaders find all that they found before.

    source: a HuggingFace folder, or a safetensors file. output: the folder to write,
    which may not exist yet. recipe: the path of a recipe, or its content as Python
    data; without one, `options` are those of one rule: pattern="2:4", method, sparsity,
    scope, targets, ignore. Without either the weights stay and the format alone
    changes. stats: a file of statistics. format: "dense", "sparse-24-bitmask" or
    "sparse-bitmask". progress: called with a line for each weight.

    Returns {name of a pruned weight: fraction of zeros}. Raises Error, with the name
    of the tensor; then nothing has been written.
    """
    if format not in FORMATS:
        raise Error(f"format is {format!r}, not one of {', '.join(FORMATS)}")
    source, output = pathlib.Path(source), pathlib.Path(output)
    _check_output(source, output)
    folder = CheckpointFolder(source)
    _check_config(folder, format)
    requests = None
    if recipe is not None or options.get("pattern") is not None or options.get("method") is not None:
        with recipe_file(recipe, options, list(folder)) as path:
            requests = Requests(folder, path, stats)
    elif options or stats is not None:
        raise Error("pruning needs a pattern, a method or a recipe")
    work = _Work(folder, requests, format, progress or (lambda line: None))
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        temporary = pathlib.Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    except OSError as error:
        raise Error(f"'{output}' cannot be written: {error.strerror}") from error
    try:
        work.run(temporary)
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o777 & ~umask)
        temporary.rename(output)
    except OSError as error:
        raise Error(f"'{output}' cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return work.zeros


def _check_output(source, output):
    inside = output.resolve() == source.resolve() or source.resolve() in output.resolve().parents
    if inside:
        raise Error(f"the output '{output}' is the checkpoint itself or lies in it")
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise Error(f"the output '{output}' exists already")


def _check_config(folder, format):
    if format != "dense" and folder.config is None:
        raise Error(f"'{folder.path}' has no {CONFIG}, which has to name the format {format}")
    for key in ("quantization_config", "compression_config"):
        config = (folder.config or {}).get(key)
        method = config.get("quant_method", "compressed-tensors") if isinstance(config, dict) else None
        if config and (method != "compressed-tensors" or config.get("config_groups")):
            raise Error(f"'{folder.path}' holds a model that is quantized ({method}); prune before that")


class _Work:
    """One checkpoint on its way to the output."""

    def __init__(self, folder, requests, format, say):
        self.folder, self.requests, self.say = folder, requests, say
        self.form = None if format == "dense" else format
        self.zeros, self.compressed = {}, []
        self.sizes = {}
        self.num_zeros = self.num_elements = 0
        names = requests.names if requests else set()
        tied = (folder.config or {}).get("tie_word_embeddings")
        self.tied = {name for name in names if tied and name.rpartition(".")[0].endswith("lm_head")}

    def run(self, target):
        self._copy_others(target)
        weight_map = {}
        for shard, tensors in self.folder.shards.items():
            writer = ShardWriter(target / shard, self.folder.metadata[shard])
            for tensor in tensors:
                self._add(writer, tensor)
            sizes = writer.write()
            weight_map.update(dict.fromkeys(sizes, shard))
            self.sizes.update(sizes)
        if self.folder.index:
            index = {**self.folder.index, "weight_map": dict(sorted(weight_map.items()))}
            index["metadata"] = {**(index.get("metadata") or {}), "total_size": sum(self.sizes.values())}
            self._write_json(target / INDEX, index)
        if self.folder.config is not None:
            self._write_json(target / CONFIG, self._make_config())

    def _copy_others(self, target):
        written = {CONFIG, INDEX, SINGLE, *self.folder.shards}
        if self.folder.path.is_file():
            return

        def ignore(folder, names):
            top = pathlib.Path(folder) == self.folder.folder
            return [n for n in names if pathlib.Path(n).suffix in OTHER_WEIGHTS or (top and n in written)]

        shutil.copytree(self.folder.folder, target, ignore=ignore, dirs_exist_ok=True)

    def _write_json(self, path, value):
        path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def _add(self, writer, tensor):
        if not is_matrix(tensor):
            writer.add(tensor, None, lambda: self._blocks(tensor, None))
            return
        form = self._choose_form(tensor)
        if form:
            self.compressed.append(tensor.name)
        writer.add(tensor, form, lambda: self._prune(tensor))

    def _choose_form(self, tensor):
        """Without requests, what is stored as the format can hold it."""
        if not self.form:
            return None
        if self.requests:
            with self.requests.pruner(tensor.name) as pruner:
                return self.form if pruner else None
        return self.form if self._fits(tensor) else None

    def _fits(self, tensor):
        """Whether a weight that is not pruned here is worth the format."""
        rows, columns = tensor.shape
        if self.form == SPARSE_24 and columns % 4:
            return False
        kept = 0
        for _, values in self._blocks(tensor, None):
            mask = nonzero(values, tensor.dtype)
            if self.form == SPARSE_24 and (mask.reshape(len(mask), -1, 4).sum(axis=-1) > 2).any():
                return False
            kept += int(mask.sum())
        return self.form == SPARSE_24 or kept <= rows * columns * 3 // 4

    def _blocks(self, tensor, multiple):
        """Yields (first row, rows); with `multiple` in blocks of that many rows."""
        rows = tensor.shape[0] if tensor.shape else 1
        width = max(1, tensor.num_bytes // max(1, rows))
        step = max(1, BLOCK_BYTES // width)
        if multiple == 0:
            step = max(1, rows)
        elif multiple:
            step = max(multiple * min(4, os.cpu_count() or 1), step // multiple * multiple)
        for first in range(0, rows, step):
            yield first, tensor.rows(first, min(rows, first + step))

    def _prune(self, tensor):
        if not self.requests:
            yield from self._blocks(tensor, None)
            return
        with self.requests.pruner(tensor.name) as pruner:
            if pruner and tensor.name in self.tied:
                raise Error(f"weight '{tensor.name}' is tied to the embedding, so that a pruned copy is not read")
            zeros = 0
            for first, values in self._blocks(tensor, pruner.row_multiple if pruner else None):
                if pruner:
                    pruner.prune(values, first)
                    zeros += values.size - int(nonzero(values, tensor.dtype).sum())
                yield first, values
            if pruner:
                size = tensor.shape[0] * tensor.shape[1]
                self.zeros[tensor.name] = zeros / size
                self.num_zeros, self.num_elements = self.num_zeros + zeros, self.num_elements + size
                self.say(f"{tensor.name}: {pruner.pattern}, {zeros / size:.1%} zeros")

    def _make_config(self):
        """config.json, with how the weights are stored if that is not plainly."""
        config = {
            key: value
            for key, value in self.folder.config.items()
            if key not in ("quantization_config", "compression_config")
        }
        if not self.form:
            return config
        matrices = [t.name.removesuffix(".weight") for t in self.folder.tensors.values() if is_matrix(t)]
        compressed = {name.removesuffix(".weight") for name in self.compressed}
        sparsity = {
            "format": self.form,
            "global_sparsity": round(self.num_zeros / max(1, self.num_elements), 6),
            "ignore": [name for name in matrices if name not in compressed],
            "registry_requires_subclass": False,
            "sparsity_structure": "2:4" if self.form == SPARSE_24 else "unstructured",
            "targets": ["Linear"],
        }
        config["quantization_config"] = {"quant_method": "compressed-tensors", "sparsity_config": sparsity}
        return config
