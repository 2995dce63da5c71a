# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prepares an ONNX model for import: shapes, outputs, and weights as inputs.

Weights become inputs of the graph before it is lowered, so that no pass
copies or folds them; afterwards each is replaced by a named constant.
"""

import math
import os

from .errors import ImportFailure
from .onnx_names import weight_names
from .weights import Weight

# The importer needs e.g. BatchNormalization of opset 15 or later.
LEAST_OPSET = 17
DOMAINS = ("", "ai.onnx", "com.microsoft")
# Smaller constants (shapes, scalars) stay in the graph to be folded.
LEAST_ELEMENTS = 256


def load(path):
    """Reads the model file."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        if os.path.getsize(path) == 0:
            raise ImportFailure(path, "is empty")
        model = onnx.load(path)
    except OSError as error:
        raise ImportFailure(path, error.strerror or str(error)) from error
    except DecodeError as error:
        raise ImportFailure(path, "is not an ONNX model, or is truncated") from error
    except onnx.checker.ValidationError as error:
        raise ImportFailure(path, one_line(error)) from error
    if not model.graph.node:
        raise ImportFailure(path, "is not an ONNX model, or has no operations")
    for node in model.graph.node:
        if node.domain not in DOMAINS:
            name = f"{node.domain}.{node.op_type}"
            raise ImportFailure(path, f"the operation {name} is not standard ONNX")
    return model


def one_line(error):
    """The first line of an exception's message."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def upgrade(path, model):
    """Brings the model to an opset that the importer knows."""
    from onnx import version_converter

    versions = [o.version for o in model.opset_import if o.domain in ("", "ai.onnx")]
    if not versions:
        raise ImportFailure(path, "uses no operations of the standard opset")
    if versions[0] >= LEAST_OPSET:
        return model
    try:
        return version_converter.convert_version(model, LEAST_OPSET)
    except RuntimeError as error:
        raise ImportFailure(path, f"opset {versions[0]}: {one_line(error)}") from error


def fix_inputs(path, graph, dims, shapes):
    """Gives the inputs the sizes of `dims` {name: size} and `shapes`."""
    constants = {i.name for i in graph.initializer}
    inputs = {v.name: v for v in graph.input if v.name not in constants}
    for name, text in shapes.items():
        if name not in inputs:
            known = ", ".join(inputs)
            raise ImportFailure(path, f"has no input '{name}'; inputs: {known}")
        _fix_shape(path, inputs[name], text)
    unused = dict(dims)
    for value in inputs.values():
        for dim in value.type.tensor_type.shape.dim:
            if dim.dim_param in dims:
                unused.pop(dim.dim_param, None)
                dim.dim_value = _size(path, dim.dim_param, dims[dim.dim_param])
    if unused:
        raise ImportFailure(path, f"has no dimension named '{next(iter(unused))}'")


def _size(path, name, text):
    if not text.isdigit() or int(text) == 0:
        raise ImportFailure(path, f"size of '{name}' must be above zero, got '{text}'")
    return int(text)


def _fix_shape(path, value, text):
    sizes = [_size(path, value.name, t) for t in text.split(",")]
    dims = value.type.tensor_type.shape.dim
    if len(sizes) != len(dims):
        raise ImportFailure(
            path, f"input '{value.name}' has rank {len(dims)}, got {len(sizes)} sizes"
        )
    for dim, size in zip(dims, sizes, strict=True):
        if dim.dim_value > 0 and dim.dim_value != size:
            raise ImportFailure(
                path, f"input '{value.name}' has size {dim.dim_value}, not {size}"
            )
        dim.dim_value = size


def select_outputs(path, graph, names):
    """Keeps the named outputs and forgets inferred shapes."""
    known = {o.name: o for o in graph.output}
    for name in names or ():
        if name not in known:
            listed = ", ".join(known)
            raise ImportFailure(path, f"has no output '{name}'; outputs: {listed}")
    if names:
        del graph.output[:]
        graph.output.extend(known[n] for n in names)
    for value in graph.output:
        value.type.tensor_type.ClearField("shape")
    del graph.value_info[:]


def _constants_to_initializers(graph):
    """Some exporters keep weights in Constant nodes."""
    for node in [n for n in graph.node if n.op_type == "Constant"]:
        if len(node.attribute) == 1 and node.attribute[0].name == "value":
            initializer = graph.initializer.add()
            initializer.CopyFrom(node.attribute[0].t)
            initializer.name = node.output[0]
            graph.node.remove(node)


def _float_types():
    from onnx import TensorProto as T

    return {T.FLOAT: "f32", T.FLOAT16: "f16", T.BFLOAT16: "bf16", T.DOUBLE: "f64"}


def weights_to_inputs(path, graph):
    """Turns the weights into inputs behind the model's own.

    Returns {input name: Weight}, in the order of the inputs.
    """
    from onnx import helper, numpy_helper

    _constants_to_initializers(graph)
    types = _float_types()
    stored = [
        i
        for i in graph.initializer
        if i.data_type in types and math.prod(i.dims) >= LEAST_ELEMENTS
    ]
    names = weight_names(graph, stored)
    for value in [v for v in graph.input if v.name in names]:
        graph.input.remove(value)
    weights = {}
    for initializer in stored:
        name, dims = initializer.name, tuple(initializer.dims)
        try:
            data = numpy_helper.to_array(initializer).tobytes()
        except ValueError as error:
            raise ImportFailure(path, f"initializer '{name}': {error}") from error
        weights[name] = Weight(
            names[name],
            dims,
            types[initializer.data_type],
            len(data),
            lambda data=data: [data],
        )
        info = helper.make_tensor_value_info(name, initializer.data_type, dims)
        graph.input.append(info)
        graph.initializer.remove(initializer)
    return weights
