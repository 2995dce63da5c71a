# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes one shard: dense or compressed tensors, one block of rows at a time.

Sizes of compressed tensors are known only at the end, so that space for the
longest header is left first. Tensors lie in the order of falling element size, as
the safetensors package writes them: each is aligned then.
"""

import json
import math
import os

import numpy as np

from sparse_opt.checkpoint.tensors import (
    BITMASK,
    DTYPES,
    SPARSE_24,
    choose_24,
    nonzero,
    pack_mask,
)

ALIGNMENT = 64


class Part:
    """A tensor of the file. `shape` is the largest that it may have."""

    def __init__(self, name, dtype, shape, write):
        self.name, self.dtype, self.shape, self.write = name, dtype, tuple(shape), write

    @property
    def item_size(self):
        return np.dtype(DTYPES[self.dtype]).itemsize

    @property
    def num_bytes(self):
        return math.prod(self.shape) * self.item_size


class ShardWriter:
    """Collects the tensors of a shard, then writes them to `path`.

    Tensors are given with `blocks`, a function that yields (first row, rows).
    """

    def __init__(self, path, metadata):
        self.path, self.metadata = path, metadata
        self.parts = []

    def add(self, tensor, form, blocks):
        """Adds a tensor; `form` is None to store it as it is."""
        prefix = tensor.name.removesuffix(".weight")
        if form is None:
            self._add(tensor.name, tensor.dtype, tensor.shape, self._write_dense, blocks)
            return
        rows, columns = tensor.shape
        shape = np.array(tensor.shape, "<i8")
        state = {}
        if form == SPARSE_24:
            compressed = (rows, columns // 2)
            self._add(f"{prefix}.shape", "I64", (2, 1), self._write_values, shape)
        else:
            compressed = (rows * columns,)
            self._add(f"{prefix}.shape", "I64", (2,), self._write_values, shape)
            self._add(f"{prefix}.row_offsets", "I64", (rows,), self._reserve, state, "row_offsets")
        self._add(
            f"{prefix}.compressed", tensor.dtype, compressed, self._compress, tensor, form, blocks, state
        )
        bits = (rows, -(-columns // 8))
        self._add(f"{prefix}.bitmask", "U8", bits, self._write_bits, state)

    def _add(self, name, dtype, shape, write, *arguments):
        self.parts.append(Part(name, dtype, shape, lambda part: write(part, *arguments)))

    def write(self):
        """Writes the file; returns {name: bytes} of its tensors."""
        self.parts.sort(key=lambda part: -part.item_size)
        # No offset has more digits than the size of all.
        total = sum(part.num_bytes for part in self.parts)
        longest = self._header({part.name: (total, total) for part in self.parts})
        begin = -(-(8 + len(longest)) // ALIGNMENT) * ALIGNMENT
        offsets = {}
        with open(self.path, "wb") as self.file:
            self.file.seek(begin)
            for part in self.parts:
                start = self.file.tell() - begin
                part.write(part)
                offsets[part.name] = (start, start + part.num_bytes)
            self.file.flush()
            header = self._header(offsets).ljust(begin - 8)
            os.pwrite(self.file.fileno(), len(header).to_bytes(8, "little") + header, 0)
        return {part.name: part.num_bytes for part in self.parts}

    def _header(self, offsets):
        header = {"__metadata__": self.metadata} if self.metadata else {}
        for part in self.parts:
            header[part.name] = {
                "dtype": part.dtype,
                "shape": list(part.shape),
                "data_offsets": list(offsets[part.name]),
            }
        return json.dumps(header, separators=(",", ":")).encode()

    def _put(self, values):
        self.file.write(np.ascontiguousarray(values).data)

    def _write_values(self, part, values):
        self._put(values)

    def _reserve(self, part, state, key):
        state[key] = self.file.tell()
        self.file.seek(part.num_bytes, os.SEEK_CUR)

    def _write_dense(self, part, blocks):
        for _, values in blocks():
            self._put(values)

    def _compress(self, part, tensor, form, blocks, state):
        """Writes kept values; what else there is to store is known then."""
        # Where the bitmask waits for its place behind all values.
        state["bits"] = f"{self.path}.bits{self.parts.index(part)}"
        counts = []
        with open(state["bits"], "wb") as bits:
            for first, values in blocks():
                if form == SPARSE_24:
                    keep = choose_24(values, tensor.dtype, tensor.name, first)
                else:
                    keep = nonzero(values, tensor.dtype)
                self._put(values[keep])
                bits.write(pack_mask(keep).data)
                counts.append(keep.sum(axis=-1, dtype="<i8"))
        if form == BITMASK:
            counts = np.concatenate([np.zeros(0, "<i8"), *counts])
            part.shape = (int(counts.sum()),)
            offsets = (np.cumsum(counts) - counts).astype("<i8")
            self.file.flush()
            os.pwrite(self.file.fileno(), offsets.tobytes(), state["row_offsets"])

    def _write_bits(self, part, state):
        with open(state["bits"], "rb") as bits:
            while piece := bits.read(1 << 20):
                self.file.write(piece)
        os.unlink(state["bits"])
