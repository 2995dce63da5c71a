# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Python side of sparse-opt, a sparsity compiler built on MLIR.

    import sparse_opt

    module = sparse_opt.load("model.mlirbc")
    module.sparsify(pattern="2:4")
    for layer in module.report:
        print(layer.weight, layer.pattern, layer.choices[-1].kernel, layer.choices[-1].reason)
    model = module.compile()
    y = model(x)

The importers, `python -m sparse_opt.importer`, need nothing of this.
"""

import importlib

from sparse_opt.errors import Diagnostic, Error, SparseOptWarning
from sparse_opt.module import Module, load, parse, version
from sparse_opt.report import Choice, Layer

__all__ = [
    "Choice",
    "Diagnostic",
    "Error",
    "Layer",
    "Library",
    "Module",
    "SparseOptWarning",
    "Statistics",
    "calibrate",
    "calibration",
    "load",
    "parse",
    "prune",
    "version",
]


def __getattr__(name):
    # Calling models needs NumPy; importing them and compiling does not.
    if name == "Library":
        from sparse_opt.library import Library

        return Library
    if name in ("Statistics", "calibrate", "calibration"):
        calibration = importlib.import_module("sparse_opt.calibration")
        return calibration if name == "calibration" else getattr(calibration, name)
    if name == "prune":
        return importlib.import_module("sparse_opt.pruning").prune
    raise AttributeError(f"module 'sparse_opt' has no attribute '{name}'")
