# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds the text of one function of linalg on tensors.

Shapes are tuples of dimensions. A dimension is an int when it is static and
the name of an SSA value of index type when it is dynamic.
"""

import json
from contextlib import contextmanager
from dataclasses import dataclass


def type_of(shape, dtype="f32"):
    """The tensor type of a shape; dynamic dimensions print as `?`."""
    dims = "".join(f"{d}x" if isinstance(d, int) else "?x" for d in shape)
    return f"tensor<{dims}{dtype}>"


def float_literal(value):
    """A float as MLIR reads it: it wants a decimal point, and bits for inf."""
    if value == float("-inf"):
        return "0xFF800000"
    mantissa, exponent, power = repr(float(value)).partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return mantissa + exponent + power


@dataclass(frozen=True)
class Value:
    """An SSA tensor value."""

    name: str
    shape: tuple
    dtype: str = "f32"

    @property
    def type(self):
        return type_of(self.shape, self.dtype)


@dataclass(frozen=True)
class Scalar:
    """An SSA value inside the body of a linalg.generic."""

    name: str
    dtype: str = "f32"


class Body:
    """Emits the scalar operations of a linalg.generic body."""

    def __init__(self, function):
        self._function = function
        self.lines = []

    def _emit(self, text, dtype):
        result = Scalar(self._function.fresh(), dtype)
        self.lines.append(f"{result.name} = {text}")
        return result

    def op(self, name, *operands):
        """An operation whose operands and result have one type."""
        names = ", ".join(o.name for o in operands)
        return self._emit(f"{name} {names} : {operands[0].dtype}", operands[0].dtype)

    def constant(self, value, dtype="f32"):
        return Scalar(self._function.constant(value, dtype), dtype)

    def cast(self, name, operand, dtype):
        """A conversion; nothing is emitted where the type is right already."""
        if operand.dtype == dtype:
            return operand
        return self._emit(f"{name} {operand.name} : {operand.dtype} to {dtype}", dtype)

    def compare(self, name, predicate, lhs, rhs):
        text = f"{name} {predicate}, {lhs.name}, {rhs.name} : {lhs.dtype}"
        return self._emit(text, "i1")

    def select(self, condition, lhs, rhs):
        names = f"{condition.name}, {lhs.name}, {rhs.name}"
        return self._emit(f"arith.select {names} : {lhs.dtype}", lhs.dtype)

    def index(self, dim):
        return self._emit(f"linalg.index {dim} : index", "index")

    def extract(self, tensor, *indices):
        names = ", ".join(i.name for i in indices)
        text = f"tensor.extract {tensor.name}[{names}] : {tensor.type}"
        return self._emit(text, tensor.dtype)


def affine_map(rank, dims):
    """`(d0, .., d<rank-1>) -> (dims)` as an attribute."""
    inputs = ", ".join(f"d{i}" for i in range(rank))
    results = ", ".join(f"d{i}" for i in dims)
    return f"affine_map<({inputs}) -> ({results})>"


class FunctionBuilder:
    """Collects the operations of a function and the weights that it reads."""

    def __init__(self, arguments):
        self._arguments = arguments
        self._body = []
        self._prologue = []
        self._constants = {}
        self._weight_values = {}
        self._scope = "model"
        self._next = 0
        self.weights = []

    def fresh(self):
        self._next += 1
        return f"%{self._next - 1}"

    @contextmanager
    def scope(self, name):
        """Operations emitted inside carry `name` as their location."""
        outer, self._scope = self._scope, name
        yield
        self._scope = outer

    def _location(self, name=None):
        return f" loc({json.dumps(name or self._scope)})"

    def emit(self, text):
        """Emits `text` as an operation with one result; returns its name."""
        name = self.fresh()
        self.define(name, text)
        return name

    def define(self, name, text):
        """Emits `text` as an operation whose result is called `name`."""
        self._body.append(f"{name} = {text}{self._location()}")

    def value(self, text, shape, dtype="f32"):
        """Emits an operation whose result is a tensor."""
        return Value(self.emit(text), tuple(shape), dtype)

    def statement(self, text):
        """Emits an operation without a result."""
        self._body.append(text + self._location())

    def constant(self, value, dtype="f32"):
        """The name of a scalar constant; equal constants are one operation."""
        literal = float_literal(value) if isinstance(value, float) else str(value)
        key = (literal, dtype)
        if key not in self._constants:
            name = f"%c{len(self._constants)}"
            self._constants[key] = name
            self._prologue.append(
                f"{name} = arith.constant {literal} : {dtype}{self._location()}"
            )
        return self._constants[key]

    def weight(self, weight):
        """The constant of a weight; two uses of one weight share it."""
        if weight.name not in self._weight_values:
            value = Value(f"%w{len(self.weights)}", weight.shape, weight.dtype)
            key = json.dumps(weight.name, ensure_ascii=False)
            self._prologue.append(
                f"{value.name} = arith.constant dense_resource<{key}> :"
                f" {value.type}{self._location(weight.name)}"
            )
            self.weights.append(weight)
            self._weight_values[weight.name] = value
        return self._weight_values[weight.name]

    def define_dims(self, tensor):
        """Defines the names of the dynamic dimensions of an argument."""
        for index, size in enumerate(tensor.shape):
            if not isinstance(size, int):
                position = self.constant(index, "index")
                self.define(
                    size, f"tensor.dim {tensor.name}, {position} : {tensor.type}"
                )

    def multiply(self, lhs, rhs):
        """The product of two dimensions, static where both are."""
        if isinstance(lhs, int) and isinstance(rhs, int):
            return lhs * rhs
        if 1 in (lhs, rhs):
            return rhs if lhs == 1 else lhs
        names = [
            self.constant(d, "index") if isinstance(d, int) else d for d in (lhs, rhs)
        ]
        return self.emit(f"arith.muli {names[0]}, {names[1]} : index")

    def empty(self, shape, dtype="f32"):
        sizes = ", ".join(d for d in shape if not isinstance(d, int))
        text = f"tensor.empty({sizes}) : {type_of(shape, dtype)}"
        return self.value(text, shape, dtype)

    def fill(self, number, shape):
        out = self.empty(shape)
        text = (
            f"linalg.fill ins({self.constant(number)} : f32)"
            f" outs({out.name} : {out.type}) -> {out.type}"
        )
        return self.value(text, shape)

    def generic(self, inputs, shape, body, out_map=None, init=None, dtype="f32"):
        """A linalg.generic with one result of shape `shape`.

        `inputs` are pairs of a value and the loops that index it; the result
        is indexed by `out_map`, by default by all loops in order. A loop that
        does not index the result is a reduction. `body(b, *scalars)` gets a
        Body, a scalar for each input and the result's current element, and
        returns the new element.
        """
        out = init or self.empty(shape, dtype)
        out_map = tuple(range(len(shape))) if out_map is None else out_map
        maps = [dims for _, dims in inputs] + [out_map]
        rank = 1 + max(d for dims in maps for d in dims)
        iterators = ", ".join(
            '"parallel"' if d in out_map else '"reduction"' for d in range(rank)
        )
        scalars = [Scalar(self.fresh(), v.dtype) for v, _ in inputs]
        scalars.append(Scalar(self.fresh(), dtype))
        inner = Body(self)
        result = body(inner, *scalars)
        head = ""
        if inputs:
            names = ", ".join(v.name for v, _ in inputs)
            head = f"ins({names} : {', '.join(v.type for v, _ in inputs)}) "
        arguments = ", ".join(f"{s.name}: {s.dtype}" for s in scalars)
        region = [f"^bb0({arguments}):"]
        region += [f"  {line}{self._location()}" for line in inner.lines]
        region.append(f"  linalg.yield {result.name} : {dtype}{self._location()}")
        map_list = ", ".join(affine_map(rank, dims) for dims in maps)
        text = (
            f"linalg.generic {{indexing_maps = [{map_list}],"
            f" iterator_types = [{iterators}]}} {head}"
            f"outs({out.name} : {out.type}) {{\n    "
            + "\n    ".join(region)
            + f"\n    }} -> {out.type}"
        )
        return self.value(text, shape, dtype)

    def collapse(self, x, groups, shape):
        """Merges each group of dimensions of `x` into one."""
        text = (
            f"tensor.collapse_shape {x.name} {[list(g) for g in groups]} :"
            f" {x.type} into {type_of(shape, x.dtype)}"
        )
        return self.value(text, shape, x.dtype)

    def expand(self, x, groups, shape):
        """Splits the dimensions of `x`: group i holds the parts of dim i."""
        text = (
            f"tensor.expand_shape {x.name} {[list(g) for g in groups]}"
            f" output_shape [{', '.join(str(d) for d in shape)}] :"
            f" {x.type} into {type_of(shape, x.dtype)}"
        )
        return self.value(text, shape, x.dtype)

    def transpose(self, x, permutation):
        shape = tuple(x.shape[p] for p in permutation)
        out = self.empty(shape, x.dtype)
        text = (
            f"linalg.transpose ins({x.name} : {x.type})"
            f" outs({out.name} : {out.type}) permutation = {list(permutation)}"
        )
        return self.value(text, shape, x.dtype)

    def leading_rows(self, x, rows, squeeze=False):
        """The first `rows` rows of a matrix; `squeeze` makes one row a vector."""
        columns = x.shape[1]
        shape = (columns,) if squeeze else (rows, columns)
        text = (
            f"tensor.extract_slice {x.name}[0, 0] [{rows}, {columns}] [1, 1] :"
            f" {x.type} to {type_of(shape, x.dtype)}"
        )
        return self.value(text, shape, x.dtype)

    def module(self, result, name="main_graph"):
        """The text of a module whose only function returns `result`."""
        arguments = ", ".join(f"{a.name}: {a.type}" for a in self._arguments)
        lines = [
            "module {",
            f"  func.func @{name}({arguments}) -> {result.type} {{",
            *(f"    {line}" for line in self._prologue + self._body),
            f"    return {result.name} : {result.type}{self._location(name)}",
            f"  }}{self._location(name)}",
            f"}}{self._location(name)}",
        ]
        return "\n".join(lines) + "\n"
