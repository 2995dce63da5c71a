# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Imports models into MLIR: linalg on tensors with named weights.

    python -m sparse_opt.importer MODEL -o model.mlirbc

Every weight becomes `arith.constant dense_resource<NAME>` under its name in
the checkpoint, and in the checkpoint's layout. The entry is `@main_graph`.
"""

from .errors import ImportFailure

__all__ = ["ImportFailure"]
