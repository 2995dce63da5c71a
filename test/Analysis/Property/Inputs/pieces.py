# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tensors and the text of single ops, for random functions."""

import numpy as np

MAPS = ("d0", "d1", "d2", "d3")


def tensor(shape):
    return "tensor<" + "".join(f"{size}x" for size in shape) + "f32>"


def dense(array):
    if array.ndim == 0:
        return repr(float(array))
    return "[" + ", ".join(dense(part) for part in array) + "]"


def identity(rank):
    dims = ", ".join(MAPS[:rank])
    return f"affine_map<({dims}) -> ({dims})>"


def along(rank, dim):
    dims = ", ".join(MAPS[:rank])
    return f"affine_map<({dims}) -> ({MAPS[dim]})>"


def near_zero(array):
    """Where rounding could decide on which side of zero an element is."""
    return (np.abs(array) < 1e-3) & (array != 0)


def near_whole(array):
    """Where rounding could decide what an element is rounded to."""
    return near_zero(2 * array - np.round(2 * array)) | ((2 * array == np.round(2 * array)) & (array != 0))


class Value:
    """A tensor: its name in the IR and what it is for one set of inputs."""

    def __init__(self, name, array):
        self.name = name
        self.array = np.asarray(array, dtype=np.float32)

    @property
    def shape(self):
        return self.array.shape

    @property
    def type(self):
        return tensor(self.shape)


class Pieces:
    """What a graph is made of."""

    def draw_shape(self):
        return tuple(self.random.integers(1, 6, self.random.integers(1, 5)))

    def draw(self, shape):
        return self.random.choice([-1.5, -1.0, -0.5, 0.25, 0.5, 1.0, 2.0], shape).astype(np.float32)

    def sparse(self, shape):
        """Values with dead slices, constant slices, single zeros, and zeros of both signs."""
        array = self.draw(shape)
        for dim, size in enumerate(shape):
            for index in range(size):
                kind = self.random.integers(0, 8)
                if kind < 2:
                    np.moveaxis(array, dim, 0)[index] = 0.0 if kind else -0.0
                elif kind == 2 and self.random.integers(0, 3) == 0:
                    np.moveaxis(array, dim, 0)[index] = 0.5
        if self.random.integers(0, 3) == 0:
            array[self.random.random(shape) < 0.5] = 0.0
        return array

    def pick(self):
        # Late values mostly, so that graphs are deep.
        recent = self.values[-4:] if self.random.integers(0, 3) else self.values
        return recent[self.random.integers(0, len(recent))]

    def emit(self, text, array, keep=True):
        name = f"%v{self.count}"
        self.count += 1
        self.lines.append(f"  {name} = {text}")
        value = Value(name, array)
        self.order.append(value.array)
        if keep and value.shape and value.array.size and np.abs(value.array).max() < 1e4:
            self.values.append(value)
        return value

    def constant(self, array):
        return self.emit(
            f"arith.constant dense<{dense(np.asarray(array, np.float32))}> : {tensor(array.shape)}", array, keep=False
        )

    def empty(self, shape):
        value = self.emit(f"tensor.empty() : {tensor(shape)}", np.zeros(shape), keep=False)
        self.order[-1] = None
        return value

    def scalar(self, number):
        name = f"%s{self.count}"
        self.count += 1
        self.lines.append(f"  {name} = arith.constant {number} : f32")
        return name

    def filled(self, shape, number="0.0"):
        empty, scalar = self.empty(shape), self.scalar(number)
        return self.emit(
            f"linalg.fill ins({scalar} : f32) outs({empty.name} : {empty.type}) -> {empty.type}",
            np.full(shape, float(number)), keep=False,
        )

    def mask(self, value):
        mask = self.sparse(value.shape)
        mask = np.where(mask == 0, 0.0, 1.0) if self.masked else np.ones(value.shape)
        constant = self.constant(mask.astype(np.float32))
        self.emit(f"arith.mulf {value.name}, {constant.name} : {value.type}", value.array * mask)

    def generic(self, operands, maps, result_shape, body, array, iterators=None):
        rank = len(result_shape) if iterators is None else len(iterators)
        iterators = iterators or ["parallel"] * rank
        init = operands.pop() if len(operands) == len(maps) else self.empty(result_shape)
        names = ", ".join(f"%a{number}: f32" for number in range(len(operands)))
        kinds = ", ".join(f'"{kind}"' for kind in iterators)
        return self.emit(
            f"linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{kinds}]}} "
            f"ins({', '.join(v.name for v in operands)} : {', '.join(v.type for v in operands)}) "
            f"outs({init.name} : {init.type}) {{\n  ^bb0({names}, %o: f32):\n{body}\n  }} -> {init.type}",
            array,
        )

    def emit_softmax(self, x, dim):
        parts = np.exp(x.array - x.array.max(dim, keepdims=True))
        init = self.empty(x.shape)
        self.emit(
            f"linalg.softmax dimension({dim}) ins({x.name} : {x.type}) outs({init.name} : {init.type}) -> {x.type}",
            parts / parts.sum(dim, keepdims=True),
        )
