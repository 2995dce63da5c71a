# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A HuggingFace model folder: config.json and one or more safetensors files."""

import json
import os

from . import safetensors
from .errors import ImportFailure
from .weights import stored_weight


def read_json(path):
    """Reads a JSON object; a missing or malformed file is an ImportFailure."""
    try:
        with open(path, encoding="utf-8") as file:
            value = json.load(file)
    except OSError as error:
        raise ImportFailure(path, error.strerror) from error
    except ValueError as error:
        raise ImportFailure(path, f"not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise ImportFailure(path, "not a JSON object")
    return value


class Checkpoint:
    """The config and the tensors of one folder.

    `convert` turns F16 and BF16 tensors into f32 when they are written.
    """

    def __init__(self, folder, convert):
        self.folder = folder
        self.config_path = os.path.join(folder, "config.json")
        self.config = read_json(self.config_path)
        self.files = _tensor_files(folder)
        self.tensors = {}
        for path in self.files:
            self.tensors.update(safetensors.read_header(path))
        self.convert = convert

    def setting(self, key, kind=int, default=None):
        """The value of `key` in config.json as `kind`, else the default."""
        value = self.config.get(key)
        if value is None:
            value = default
        if value is None:
            raise ImportFailure(self.config_path, f"has no '{key}'")
        numeric = kind in (int, float)
        if not isinstance(value, (int, float) if numeric else kind) or (
            kind is int and value != int(value)
        ):
            raise ImportFailure(
                self.config_path, f"'{key}' must be {kind.__name__}, got {value!r}"
            )
        return kind(value)

    def size(self, key, default=None):
        """Like `setting`, for a size: an integer above zero."""
        value = self.setting(key, int, default)
        if value <= 0:
            raise ImportFailure(self.config_path, f"'{key}' must be above zero")
        return value

    def weight(self, name, shape):
        """The weight called `name`; its shape and dtype must be usable."""
        tensor = self.tensors.get(name)
        if tensor is None:
            raise ImportFailure(self.files[0], f"has no tensor '{name}'")
        if tensor.shape != tuple(shape):
            raise ImportFailure(
                tensor.path,
                f"tensor '{name}' has shape {list(tensor.shape)}, expected"
                f" {list(shape)} from config.json",
            )
        if tensor.dtype not in ("F32", "F16", "BF16"):
            raise ImportFailure(
                tensor.path,
                f"tensor '{name}' has dtype {tensor.dtype}; expected F32, F16 or BF16",
            )
        return stored_weight(tensor, self.convert)


def _tensor_files(folder):
    """The safetensors files of `folder`: a single one or those of its index."""
    index = os.path.join(folder, "model.safetensors.index.json")
    if os.path.exists(index):
        shards = read_json(index).get("weight_map")
        if not isinstance(shards, dict) or not shards:
            raise ImportFailure(index, "has no 'weight_map'")
        return [os.path.join(folder, f) for f in sorted(set(shards.values()))]
    return [os.path.join(folder, "model.safetensors")]
