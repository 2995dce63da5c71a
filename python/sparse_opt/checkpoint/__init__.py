# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checkpoints as HuggingFace folders: reading, pruning, compressed formats.

    from sparse_opt import checkpoint

    checkpoint.prune("llama", "llama-2of4", recipe="recipe.yaml", stats="stats.safetensors")
    weights = checkpoint.open("llama-2of4")
    weights["model.layers.0.mlp.up_proj.weight"].values()
"""

from sparse_opt.checkpoint.folder import CheckpointFolder
from sparse_opt.checkpoint.folder import open_folder as open
from sparse_opt.checkpoint.matrix_market import read_matrix_market, write_matrix_market
from sparse_opt.checkpoint.prune import FORMATS, prune

__all__ = [
    "FORMATS",
    "CheckpointFolder",
    "open",
    "prune",
    "read_matrix_market",
    "write_matrix_market",
]
