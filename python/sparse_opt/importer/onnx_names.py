# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Names for the weights of an ONNX graph.

Exporters keep the name of a parameter where it is an initialiser of its own,
but give a folded or transposed one a name like `onnx::MatMul_470` or `val_58`.
Such a weight is named after the module that uses it; the suffix `.T` says that
it is stored transposed, as [in, out].
"""

import ast
import re

ANONYMOUS = re.compile(r"onnx::|_?val_|\d+$|const|.*[cC]onstant")
SCOPES = "pkg.torch.onnx.name_scopes"


def users_of(graph):
    """{value name: [nodes that read it]}."""
    users = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    return users


def weight_names(graph, initializers):
    """{initialiser name: unique weight name} for the given initialisers."""
    users, names, taken = users_of(graph), {}, set()
    for initializer in initializers:
        name = base = _name(initializer.name, users)
        count = 1
        while name in taken:
            name = f"{base}.{count}"
            count += 1
        taken.add(name)
        names[initializer.name] = name
    return names


def _name(name, users):
    node = users.get(name, [None])[0]
    if node is None or not ANONYMOUS.match(name):
        return name
    if node.op_type in ("MatMul", "Gemm"):
        bias = _sibling_bias(node, users)
        if bias:
            return bias.removesuffix(".bias") + ".weight.T"
    scope = _scope(node)
    if not scope:
        return name
    operand = list(node.input).index(name)
    roles = {
        "MatMul": "weight.T",
        "Gemm": "weight",
        "Conv": ("x", "weight", "bias")[min(operand, 2)],
    }
    return f"{scope}.{roles.get(node.op_type, f'{node.op_type.lower()}{operand}')}"


def _sibling_bias(node, users):
    """The bias in MatMul(x, W) + bias, if it has a parameter's name."""
    for user in users.get(node.output[0], []):
        if user.op_type == "Add":
            for name in user.input:
                if name.endswith(".bias"):
                    return name
    return None


def _scope(node):
    """The module that a node belongs to, as the exporter recorded it."""
    for entry in node.metadata_props:
        if entry.key == SCOPES:
            scopes = [s for s in ast.literal_eval(entry.value)[:-1] if s]
            return scopes[-1] if scopes else None
    if "/" in node.name:
        return node.name.strip("/").rpartition("/")[0].replace("/", ".")
    return None
