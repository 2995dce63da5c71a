# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the importers through torch-mlir share: pipelines and named weights."""

import importlib.util
import json
import re

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
    """One line about the first diagnostic: the operation, where it is one."""
    message = ([d.message for d in error.error_diagnostics] or [str(error)])[0]
    operation = re.search(r'"onnx\.(\w+)"', message) or re.search(
        r"legalize operation '(\S+)'", message
    )
    if operation:
        return f"cannot lower the operation {operation[1]}"
    return message.replace("\n", " ")


def key_of(weight):
    """The attribute that stands for a weight."""
    return f"dense_resource<{json.dumps(weight.name, ensure_ascii=False)}>"


def is_used(weight, text):
    """Whether a module's text has the weight; MLIR prints plain names bare."""
    return key_of(weight) in text or f"dense_resource<{weight.name}>" in text


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
                key = key_of(weights[index])
                value = Attribute.parse(f"{key} : {argument.type}")
                place = Location.name(weights[index].name)
                with InsertionPoint.at_block_begin(block):
                    constant = arith.ConstantOp(argument.type, value, loc=place)
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
