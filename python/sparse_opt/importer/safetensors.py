# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads and writes safetensors files.

Format: 8 bytes of little-endian header length, a JSON header that maps each
tensor name to {dtype, shape, data_offsets}, then the tensors' bytes. The
offsets count from the end of the header.
"""

import json
import math
import os
from dataclasses import dataclass

from .errors import ImportFailure
from .weights import STORED_DTYPES

ITEM_SIZES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2,
    "I8": 1, "U8": 1, "U16": 2, "U32": 4, "U64": 8, "BOOL": 1, "F8_E4M3": 1,
    "F8_E5M2": 1,
}  # fmt: skip
MAX_HEADER_BYTES = 100_000_000
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class StoredTensor:
    """One tensor of a file: its bytes are read only when asked for."""

    path: str
    name: str
    dtype: str
    shape: tuple
    offset: int
    nbytes: int

    def chunks(self):
        """Yields the tensor's bytes in pieces of at most CHUNK_BYTES."""
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            left = self.nbytes
            while left:
                piece = file.read(min(left, CHUNK_BYTES))
                if not piece:
                    raise ImportFailure(self.path, f"ends inside '{self.name}'")
                left -= len(piece)
                yield piece


def read_header(path):
    """Reads the header of `path`; returns {name: StoredTensor}.

    Raises ImportFailure when the file is missing, truncated or inconsistent.
    """
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(size - 8, MAX_HEADER_BYTES):
                raise ImportFailure(path, "truncated safetensors header")
            raw = file.read(length)
    except OSError as error:
        raise ImportFailure(path, error.strerror) from error
    try:
        header = json.loads(raw)
    except ValueError as error:
        raise ImportFailure(path, f"safetensors header: {error}") from error
    if not isinstance(header, dict):
        raise ImportFailure(path, "safetensors header is not a JSON object")
    header.pop("__metadata__", None)
    base = 8 + length
    return {n: _entry(path, n, e, base, size) for n, e in header.items()}


def _entry(path, name, entry, base, size):
    """Checks one header entry and turns it into a StoredTensor."""
    try:
        dtype, shape = entry["dtype"], tuple(int(d) for d in entry["shape"])
        begin, end = (int(o) for o in entry["data_offsets"])
    except (KeyError, TypeError, ValueError) as error:
        raise ImportFailure(path, f"malformed header entry '{name}'") from error
    if dtype not in ITEM_SIZES:
        raise ImportFailure(path, f"tensor '{name}' has unknown dtype {dtype}")
    nbytes = math.prod(shape) * ITEM_SIZES[dtype]
    if min(shape, default=0) < 0 or begin < 0 or end - begin != nbytes:
        raise ImportFailure(
            path,
            f"tensor '{name}' of shape {list(shape)} and dtype {dtype} needs"
            f" {nbytes} bytes but has {end - begin}",
        )
    if base + end > size:
        raise ImportFailure(
            path,
            f"truncated: tensor '{name}' ends at byte {base + end} but the"
            f" file has {size}",
        )
    return StoredTensor(path, name, dtype, shape, base + begin, nbytes)


def write(file, weights, metadata=None):
    """Writes Weights to a binary file, at its current position."""
    header = {"__metadata__": metadata} if metadata else {}
    offset = 0
    for weight in weights:
        end = offset + weight.nbytes
        header[weight.name] = {
            "dtype": STORED_DTYPES[weight.dtype],
            "shape": list(weight.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    raw = json.dumps(header).encode()
    raw += b" " * (-len(raw) % 8)
    file.write(len(raw).to_bytes(8, "little") + raw)
    for weight in weights:
        for piece in weight.chunks():
            file.write(piece)
