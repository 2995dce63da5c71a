# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tensors of a checkpoint: stored as they are, or as values beside a bitmask.

The compressed forms are those of the compressed-tensors package. With `P.weight`
of shape [R, C] they store, instead of it,

    P.compressed   the kept values, rows in order: [R, C / 2] for sparse-24-bitmask,
                   which keeps exactly two of each aligned four, else [number kept]
    P.bitmask      U8 [R, ceil(C / 8)]: bit b of byte k is column 8 k + b
    P.shape        I64, [2, 1] for sparse-24-bitmask, else [2]
    P.row_offsets  I64 [R], not for sparse-24-bitmask: where each row begins in P.compressed
"""

import dataclasses
import math
import mmap

import numpy as np

from sparse_opt.errors import Error

# Element types of safetensors. BF16 and F8 values are handled as their bits.
DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4",
    "I16": "<i2", "I8": "|i1", "U8": "|u1", "U16": "<u2", "U32": "<u4", "U64": "<u8",
    "BOOL": "|u1", "F8_E4M3": "|u1", "F8_E5M2": "|u1",
}  # fmt: skip
# Element types whose values are held as bits with the sign on top.
SIGNED_BITS = {"BF16": 0x7FFF, "F8_E4M3": 0x7F, "F8_E5M2": 0x7F}

SPARSE_24, BITMASK = "sparse-24-bitmask", "sparse-bitmask"


def nonzero(values, dtype):
    """Where values of a safetensors type are not zero; zeros of either sign are."""
    if dtype in SIGNED_BITS:
        return (values & SIGNED_BITS[dtype]) != 0
    return values != 0


def to_float(values, dtype):
    """Values as f32 (f64 stays)."""
    if dtype == "BF16":
        return (values.astype(np.uint32) << 16).view(np.float32)
    return values if dtype == "F64" else values.astype(np.float32)


class Shard:
    """A safetensors file, mapped into memory."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def read(self, offset, dtype, count):
        """A copy of `count` elements; pages that were read are given back."""
        dtype = np.dtype(dtype)
        values = np.frombuffer(self._map, dtype, count, offset).copy()
        begin = offset // mmap.PAGESIZE * mmap.PAGESIZE
        end = offset + count * dtype.itemsize
        if end > begin:
            self._map.madvise(mmap.MADV_DONTNEED, begin, end - begin)
        return values


@dataclasses.dataclass(frozen=True)
class StoredTensor:
    """A tensor as it lies in a shard."""

    name: str
    dtype: str
    shape: tuple
    shard: Shard
    offset: int

    @property
    def num_bytes(self):
        return math.prod(self.shape) * np.dtype(DTYPES[self.dtype]).itemsize

    def rows(self, begin, end):
        """Elements of rows [begin, end), [rows, all the rest], as a copy."""
        width = math.prod(self.shape[1:])
        dtype = np.dtype(DTYPES[self.dtype])
        start = self.offset + begin * width * dtype.itemsize
        return self.shard.read(start, dtype, (end - begin) * width).reshape(end - begin, width)

    def values(self):
        """The whole tensor as an array; BF16 as f32."""
        count = math.prod(self.shape)
        values = self.shard.read(self.offset, DTYPES[self.dtype], count).reshape(self.shape)
        return to_float(values, self.dtype) if self.dtype == "BF16" else values


class CompressedTensor:
    """A matrix of one of the compressed forms."""

    def __init__(self, prefix, parts):
        self.name = f"{prefix}.weight"
        self.compressed, self.bitmask = parts["compressed"], parts["bitmask"]
        self.row_offsets = parts.get("row_offsets")
        self.form = BITMASK if self.row_offsets else SPARSE_24
        self.dtype = self.compressed.dtype
        shape = parts["shape"]
        if shape.dtype != "I64" or math.prod(shape.shape) != 2:
            raise self._error("shape", "is not two numbers of type I64", shape)
        self.shape = tuple(int(size) for size in shape.values().reshape(-1))
        rows, columns = self.shape
        if min(self.shape) < 0:
            raise self._error("shape", f"holds {list(self.shape)}", shape)
        self._check("bitmask", self.bitmask, "U8", (rows, -(-columns // 8)))
        if self.form == SPARSE_24:
            if columns % 4:
                raise Error(f"weight '{self.name}' is 2:4 with {columns} columns, no multiple of 4")
            self._check("compressed", self.compressed, self.dtype, (rows, columns // 2))
        else:
            self._check("row_offsets", self.row_offsets, "I64", (rows,))
            if len(self.compressed.shape) != 1:
                raise self._error("compressed", "is not one list", self.compressed)

    def _error(self, part, what, tensor):
        return Error(f"weight '{self.name}': its '{part}' in '{tensor.shard.path}' {what}")

    def _check(self, part, tensor, dtype, shape):
        if tensor.dtype != dtype or tensor.shape != shape:
            found = f"is {tensor.dtype} {list(tensor.shape)}, not {dtype} {list(shape)}"
            raise self._error(part, found, tensor)

    @property
    def num_bytes(self):
        return math.prod(self.shape) * np.dtype(DTYPES[self.dtype]).itemsize

    def _offsets(self, begin, end, counts):
        """Where each row of [begin, end) begins in the kept values."""
        columns, total = self.shape[1], self.compressed.shape[0]
        if self.form == SPARSE_24:
            wrong = np.flatnonzero(counts != columns // 2)
            if wrong.size:
                raise self._error(
                    "bitmask",
                    f"keeps {counts[wrong[0]]} values in row {begin + wrong[0]}, not {columns // 2}",
                    self.bitmask,
                )
            return np.arange(begin, end) * (columns // 2)
        offsets = self.row_offsets.values()[begin:end]
        ends = offsets + counts
        following = np.append(offsets[1:], ends[-1:])
        wrong = np.flatnonzero((offsets < 0) | (ends > total) | (ends != following))
        if wrong.size:
            raise self._error(
                "row_offsets", f"does not fit the bitmask at row {begin + wrong[0]}", self.row_offsets
            )
        return offsets

    def rows(self, begin, end):
        """Elements of rows [begin, end), [rows, columns]."""
        columns = self.shape[1]
        dtype = np.dtype(DTYPES[self.dtype])
        dense = np.zeros((end - begin, columns), dtype)
        if dense.size == 0:
            return dense
        bits = self.bitmask.rows(begin, end)
        keep = np.unpackbits(bits, axis=-1, bitorder="little")
        if keep[:, columns:].any():
            raise self._error("bitmask", "has bits behind the last column", self.bitmask)
        keep = keep[:, :columns].astype(bool)
        counts = keep.sum(axis=-1, dtype=np.int64)
        first = int(self._offsets(begin, end, counts)[0])
        start = self.compressed.offset + first * dtype.itemsize
        dense[keep] = self.compressed.shard.read(start, dtype, int(counts.sum()))
        return dense

    def values(self):
        """The whole matrix as an array; BF16 as f32."""
        values = self.rows(0, self.shape[0])
        return to_float(values, self.dtype) if self.dtype == "BF16" else values


def choose_24(values, dtype, name, first_row=0):
    """The mask of exactly two of each aligned four that holds all that is not zero.

    Where fewer than two are not zero, the first zeros fill up.
    """
    groups = nonzero(values, dtype).reshape(len(values), -1, 4)
    counts = groups.sum(axis=-1)
    if (counts > 2).any():
        row, group = np.argwhere(counts > 2)[0]
        raise Error(
            f"weight '{name}' is not 2:4: row {first_row + row} has {counts[row, group]} nonzeros "
            f"in columns {4 * group} to {4 * group + 3}; sparse-24-bitmask cannot hold it"
        )
    filled = np.cumsum(~groups, axis=-1) <= 2 - counts[..., None]
    return (groups | filled).reshape(values.shape)


def pack_mask(keep):
    """A mask [rows, columns] as a bitmask [rows, ceil(columns / 8)]."""
    return np.packbits(keep, axis=-1, bitorder="little")
