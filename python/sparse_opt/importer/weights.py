# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Weights on their way from a checkpoint into a module.

A weight knows its name, type and size; its bytes are streamed when the module
is written, so that no importer holds a whole checkpoint in memory.
"""

import array
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass

# Element types of weights: the name in a safetensors file and that in MLIR.
MLIR_DTYPES = {"F32": "f32", "F16": "f16", "BF16": "bf16", "F64": "f64"}
STORED_DTYPES = {mlir: stored for stored, mlir in MLIR_DTYPES.items()}


@dataclass(frozen=True)
class Weight:
    """A tensor constant of the module: `chunks()` yields its bytes in order.

    `path` is the checkpoint file that has it, if there is one.
    """

    name: str
    shape: tuple
    dtype: str  # MLIR element type
    nbytes: int
    chunks: Callable
    path: str | None = None


def stored_weight(tensor, convert):
    """The weight for a StoredTensor; `convert` widens F16 and BF16 to f32."""
    dtype, nbytes, chunks = MLIR_DTYPES[tensor.dtype], tensor.nbytes, tensor.chunks
    if convert and tensor.dtype != "F32":
        widen = {"F16": _widen_f16, "BF16": _widen_bf16}[tensor.dtype]
        dtype, nbytes = "f32", 2 * tensor.nbytes

        def chunks():
            return map(widen, tensor.chunks())

    return Weight(tensor.name, tensor.shape, dtype, nbytes, chunks, tensor.path)


def _widen_bf16(piece):
    """A bf16 is the upper half of the f32 of the same value."""
    wide = bytearray(2 * len(piece))
    wide[2::4] = piece[0::2]
    wide[3::4] = piece[1::2]
    return wide


def _widen_f16(piece):
    wide = array.array("f", struct.unpack(f"<{len(piece) // 2}e", piece))
    if sys.byteorder == "big":
        wide.byteswap()
    return wide.tobytes()
