# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the importers through torch-mlir share: pipelines and named weights."""

import importlib.util
import json

from .errors import ImportFailure

ONNX_TO_LINALG = (
    "builtin.module(torch-onnx-to-torch-backend-pipeline,"
    "torch-backend-to-linalg-on-tensors-backend-pipeline)"
)
PACKAGES = {"torch_mlir": "torch-mlir"}


def need(path, *modules):
    """The modules must be installed to import `path`."""
    missing = [m for m in modules if importlib.util.find_spec(m) is None]
    if missing:
        names = " ".join(PACKAGES.get(m, m) for m in missing)
        raise ImportFailure(path, f"needs Python packages: pip install {names}")


def run_pipeline(path, module, pipeline):
    """Runs a pass pipeline; its first diagnostic becomes the failure."""
    from torch_mlir.ir import MLIRError
    from torch_mlir.passmanager import PassManager

    with module.context:
        try:
            PassManager.parse(pipeline).run(module.operation)
        except MLIRError as error:
            raise ImportFailure(path, _first_error(error)) from error


def _first_error(error):
    """The message of the first diagnostic, with the operation it is about."""
    for diagnostic in error.error_diagnostics:
        return f"{diagnostic.location}: {diagnostic.message}".replace("\n", " ")
    return str(error).splitlines()[0]


def entry_of(module):
    """The module's only function."""
    functions = [
        o for o in module.body.operations if "function_type" in o.operation.attributes
    ]
    assert len(functions) == 1
    return functions[0]


def bind_weights(module, weights):
    """Replaces the entry's last arguments by constants named like `weights`.

    The constants have no data. Returns the weights that are used.
    """
    from torch_mlir.dialects import arith
    from torch_mlir.ir import Attribute, InsertionPoint, Location

    entry = entry_of(module)
    block = entry.regions[0].blocks[0]
    first = len(block.arguments) - len(weights)
    used = []
    with module.context, Location.unknown():
        for index in reversed(range(len(weights))):
            argument = block.arguments[first + index]
            if list(argument.uses):
                key = json.dumps(weights[index].name, ensure_ascii=False)
                value = Attribute.parse(f"dense_resource<{key}> : {argument.type}")
                with InsertionPoint.at_block_begin(block):
                    constant = arith.ConstantOp(argument.type, value)
                argument.replace_all_uses_with(constant.result)
                used.append(weights[index])
            block.erase_argument(first + index)
        _update_type(entry, block)
    module.operation.verify()
    return used[::-1]


def _update_type(entry, block):
    """The function's type after arguments went; torch's attributes go too."""
    from torch_mlir.ir import FunctionType, TypeAttr

    attributes = entry.operation.attributes
    results = FunctionType(TypeAttr(attributes["function_type"]).value).results
    arguments = [a.type for a in block.arguments]
    attributes["function_type"] = TypeAttr.get(FunctionType.get(arguments, results))
    names = [getattr(a, "name", a) for a in attributes]
    for name in names:
        if name.startswith("torch.") or name == "arg_attrs":
            del attributes[name]
