# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A HuggingFace folder, or a bare safetensors file: which shard has which tensor."""

import json
import math
import pathlib

from sparse_opt.checkpoint.tensors import DTYPES, CompressedTensor, Shard, StoredTensor
from sparse_opt.errors import Error
from sparse_opt.importer import safetensors
from sparse_opt.importer.errors import ImportFailure

INDEX, SINGLE, CONFIG = "model.safetensors.index.json", "model.safetensors", "config.json"
PARTS = ("compressed", "bitmask", "shape", "row_offsets")


def read_json(path):
    """A JSON object from a file."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Error(f"'{path}' cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Error(f"'{path}' is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise Error(f"'{path}' is no JSON object")
    return value


def open_folder(path):
    """The CheckpointFolder at `path`. Raises Error, which names file and tensor."""
    return CheckpointFolder(path)


class CheckpointFolder:
    """The tensors of a checkpoint by name; their data is read when it is asked for.

    A weight that is stored compressed appears as the one weight that it is.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        is_file = self.path.suffix == ".safetensors" and self.path.is_file()
        self.folder = self.path.parent if is_file else self.path
        if not self.folder.is_dir():
            raise Error(f"'{path}' is no folder with a checkpoint")
        config = self.folder / CONFIG
        self.config = read_json(config) if config.is_file() and not is_file else None
        self.index, self.metadata = None, {}
        names = [self.path.name] if is_file else self._list_shards()
        stored = {}
        self.stored_names = {}
        for name in names:
            entries = self._read_shard(name)
            for tensor in entries:
                if tensor.name in stored:
                    other = stored[tensor.name].shard.path
                    raise Error(f"tensor '{tensor.name}' is in '{other}' and in '{tensor.shard.path}'")
                stored[tensor.name] = tensor
            self.stored_names[name] = [tensor.name for tensor in entries]
        self._check_index(stored)
        self.shards = dict.fromkeys(names)
        for name in names:
            self.shards[name] = self._join([stored[key] for key in self.stored_names[name]])
        self.tensors = {t.name: t for tensors in self.shards.values() for t in tensors}

    def __getitem__(self, name):
        if name not in self.tensors:
            raise Error(f"'{self.path}' has no tensor '{name}'")
        return self.tensors[name]

    def __iter__(self):
        return iter(self.tensors)

    def __len__(self):
        return len(self.tensors)

    def _list_shards(self):
        """The names of the files, in order."""
        index = self.folder / INDEX
        if not index.exists():
            if not (self.folder / SINGLE).exists():
                raise Error(f"'{self.path}' has neither {SINGLE} nor {INDEX}")
            return [SINGLE]
        self.index = read_json(index)
        self.weight_map = self.index.get("weight_map")
        if not isinstance(self.weight_map, dict) or not self.weight_map:
            raise Error(f"'{index}' has no weight_map")
        for tensor, shard in self.weight_map.items():
            if not isinstance(shard, str) or pathlib.Path(shard).name != shard:
                raise Error(f"'{index}' gives tensor '{tensor}' the file {shard!r}, which is no name")
        return sorted(set(self.weight_map.values()))

    def _read_shard(self, name):
        path = self.folder / name
        if self.index and not path.exists():
            tensor = next(key for key, value in self.weight_map.items() if value == name)
            raise Error(f"'{path}' is missing; {INDEX} says that it has tensor '{tensor}'")
        try:
            header = safetensors.read_header(str(path))
        except ImportFailure as error:
            raise Error(f"'{path}' cannot be read: {error.message}") from error
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            self.metadata[name] = json.loads(file.read(length)).get("__metadata__")
        shard = Shard(path)
        return [
            StoredTensor(t.name, t.dtype, t.shape, shard, t.offset)
            for t in sorted(header.values(), key=lambda t: (t.offset, t.nbytes))
        ]

    def _check_index(self, stored):
        if not self.index:
            return
        index = self.folder / INDEX
        for name, shard in self.weight_map.items():
            if name not in stored or stored[name].shard.path.name != shard:
                raise Error(f"'{index}' says that tensor '{name}' is in '{shard}', which does not have it")
        for name, tensor in stored.items():
            if name not in self.weight_map:
                raise Error(f"tensor '{name}' of '{tensor.shard.path}' is not in '{index}'")

    def _join(self, stored):
        """Puts the parts of compressed weights together."""
        by_name = {tensor.name: tensor for tensor in stored}
        prefixes = {
            name.removesuffix(".bitmask")
            for name in by_name
            if name.endswith(".bitmask") and f"{name.removesuffix('.bitmask')}.compressed" in by_name
        }
        tensors = []
        for tensor in stored:
            prefix, _, last = tensor.name.rpartition(".")
            if prefix not in prefixes or last not in PARTS:
                tensors.append(tensor)
            elif last == "compressed":
                parts = {part: by_name[key] for part in PARTS if (key := f"{prefix}.{part}") in by_name}
                if "shape" not in parts:
                    raise Error(f"'{tensor.shard.path}' has '{tensor.name}' without '{prefix}.shape'")
                tensors.append(CompressedTensor(prefix, parts))
        return tensors

    @property
    def num_bytes(self):
        return sum(tensor.num_bytes for tensor in self.tensors.values())


def is_matrix(tensor):
    """Whether a tensor may be the weight of a linear: a matrix of floats."""
    return (
        len(tensor.shape) == 2
        and math.prod(tensor.shape) > 0
        and tensor.name.endswith(".weight")
        and tensor.dtype in ("F64", "F32", "F16", "BF16")
        and tensor.dtype in DTYPES
    )
