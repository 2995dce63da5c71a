# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs of torch.export, lowered by torch-mlir; needs torch.

The program is a .pt2 file, or `module:function`: a Python function without
arguments that returns a torch.export program or (torch module, arguments).
"""

import importlib
import os
import sys

from . import lowering
from .errors import ImportFailure
from .onnx_graph import LEAST_ELEMENTS, one_line
from .weights import Weight


def import_torch(spec):
    """Builds the module of a program.

    Returns the text, in which weights have no data, and the list of Weights.
    Raises ImportFailure, also when torch is not installed.
    """
    lowering.need(spec, "torch", "torch_mlir")
    from torch_mlir import fx

    program = _load(spec) if spec.endswith(".pt2") else _call(spec)
    hooks = _named_weights(program)
    try:
        module = fx.export_and_import(
            program,
            output_type="linalg-on-tensors",
            func_name="main_graph",
            hooks=hooks,
        )
    except Exception as error:  # torch-mlir raises many kinds
        raise ImportFailure(spec, one_line(error)) from error
    lowering.run_pipeline(spec, module, "builtin.module(cse)")
    text = module.operation.get_asm(enable_debug_info=True)
    return text, [w for w in hooks.weights.values() if lowering.is_used(w, text)]


def _load(path):
    """The program in a .pt2 file."""
    import torch

    if not os.path.exists(path):
        raise ImportFailure(path, "No such file or directory")
    try:
        return _with_all_buffers(torch.export.load(path))
    except Exception as error:  # torch.export raises many kinds
        raise ImportFailure(path, one_line(error)) from error


def _call(spec):
    """The program that a Python function returns."""
    import torch

    name, _, function = spec.partition(":")
    sys.path.insert(0, os.getcwd())
    try:
        result = getattr(importlib.import_module(name), function)()
    except (ImportError, AttributeError) as error:
        raise ImportFailure(spec, one_line(error)) from error
    if isinstance(result, torch.export.ExportedProgram):
        return _with_all_buffers(result)
    if not (
        isinstance(result, tuple)
        and len(result) == 2
        and isinstance(result[0], torch.nn.Module)
    ):
        raise ImportFailure(
            spec, "must return a torch.export program or (torch module, arguments)"
        )
    module, arguments = result
    try:
        with torch.no_grad():
            program = torch.export.export(module.eval(), tuple(arguments))
    except Exception as error:  # torch.export raises many kinds
        raise ImportFailure(spec, one_line(error)) from error
    return _with_all_buffers(program)


def _with_all_buffers(program):
    """Saves the buffers that are not saved: torch-mlir looks for all of them there."""
    from torch.export.graph_signature import InputKind

    for spec in program.graph_signature.input_specs:
        if spec.kind is InputKind.BUFFER and not spec.persistent:
            spec.persistent = True
            program.state_dict[spec.target] = program.constants.pop(spec.target)
    return program


def _named_weights(program):
    """Hooks that import the program's weights as constants without data."""
    import torch
    from torch_mlir.extras.fx_importer import (
        TORCH_DTYPE_TO_MLIR_TYPE,
        FxImporterHooks,
    )
    from torch_mlir.ir import Attribute, Location, Operation, RankedTensorType

    names = {}
    for name, tensor in program.state_dict.items():
        names.setdefault((tensor.data_ptr(), tuple(tensor.shape)), name)

    dtypes = _dtypes()

    class NamedWeights(FxImporterHooks):
        def __init__(self):
            self.weights = {}

        def resolve_literal(self, gni, literal, info):
            if not isinstance(literal, torch.Tensor):
                return None
            name = names.get((literal.data_ptr(), tuple(literal.shape)))
            small = literal.numel() < LEAST_ELEMENTS
            if name is None or small or literal.dtype not in dtypes:
                return None
            weight = self.weights.setdefault(name, _weight(name, literal))
            element = TORCH_DTYPE_TO_MLIR_TYPE[literal.dtype]()
            kind = RankedTensorType.get(list(literal.shape), element)
            value = Attribute.parse(f"{lowering.key_of(weight)} : {kind}")
            return Operation.create(
                "torch.vtensor.literal",
                results=[gni._cc.tensor_to_vtensor_type(literal)],
                attributes={"value": value},
                loc=Location.name(name),
            ).result

    return NamedWeights()


def _dtypes():
    import torch

    return {
        torch.float32: "f32",
        torch.float64: "f64",
        torch.float16: "f16",
        torch.bfloat16: "bf16",
        torch.int64: "i64",
        torch.int32: "i32",
        torch.int8: "i8",
    }


def _weight(name, tensor):
    import torch

    data = tensor.detach().contiguous().flatten().view(torch.uint8).numpy().data
    dtype = _dtypes()[tensor.dtype]
    return Weight(name, tuple(tensor.shape), dtype, data.nbytes, lambda: [data])
