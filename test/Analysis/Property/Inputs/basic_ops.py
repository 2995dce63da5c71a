# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ops that most models have."""

import math

import numpy as np
from pieces import MAPS, Pieces, along, dense, identity, near_whole, near_zero, tensor

ERF = np.vectorize(math.erf)
UNARY = {
    "math.tanh": np.tanh,
    "math.absf": np.abs,
    "arith.negf": np.negative,
    "math.exp": np.exp,
    "math.erf": ERF,
    "math.cos": np.cos,
    "math.sin": np.sin,
    "math.atan": np.arctan,
    "math.ceil": np.ceil,
    "math.floor": np.floor,
    "math.roundeven": np.round,
    "math.cbrt": np.cbrt,
}


class BasicOps(Pieces):
    def unary(self, x):
        op = str(self.random.choice(list(UNARY)))
        if op in ("math.ceil", "math.floor", "math.roundeven") and near_whole(x.array).any():
            return
        if op == "math.cbrt" and near_zero(x.array).any():
            return
        self.emit(f"{op} {x.name} : {x.type}", UNARY[op](x.array))

    def binary(self, x):
        op, function = [("mulf", np.multiply), ("addf", np.add), ("subf", np.subtract), ("maximumf", np.maximum)][
            self.random.integers(0, 4)
        ]
        same = [v for v in self.values if v.shape == x.shape]
        y = same[self.random.integers(0, len(same))]
        if self.random.integers(0, 2):
            y = self.constant(self.sparse(x.shape))
        self.emit(f"arith.{op} {x.name}, {y.name} : {x.type}", function(x.array, y.array))

    def channel(self, x):
        """A scale or a bias along one dim, and a function behind it."""
        rank, dim = len(x.shape), self.random.integers(0, len(x.shape))
        scale = self.sparse((x.shape[dim],))
        shape = [1] * rank
        shape[dim] = x.shape[dim]
        op, function = [("mulf", np.multiply), ("addf", np.add)][self.random.integers(0, 2)]
        body = f"    %p = arith.{op} %a0, %a1 : f32\n    %q = math.tanh %p : f32\n    linalg.yield %q : f32"
        self.generic(
            [x, self.constant(scale)], [identity(rank), along(rank, dim), identity(rank)], x.shape, body,
            np.tanh(function(x.array, scale.reshape(shape))),
        )

    def reduce(self, x):
        rank, dim = len(x.shape), self.random.integers(0, len(x.shape))
        maximum = self.random.integers(0, 2)
        shape = tuple(size for position, size in enumerate(x.shape) if position != dim)
        init = self.filled(shape, "-1.0" if maximum else "0.0")
        op = "arith.maximumf" if maximum else "arith.addf"
        array = np.maximum(x.array.max(dim), -1.0) if maximum else x.array.sum(dim)
        dims = ", ".join(MAPS[:rank])
        kept = ", ".join(MAPS[p] for p in range(rank) if p != dim)
        iterators = ["reduction" if p == dim else "parallel" for p in range(rank)]
        body = f"    %p = {op} %a0, %o : f32\n    linalg.yield %p : f32"
        self.generic(
            [x, init], [identity(rank), f"affine_map<({dims}) -> ({kept})>"], shape, body, array, iterators
        )

    def transpose(self, x):
        order = [int(p) for p in self.random.permutation(len(x.shape))]
        array = x.array.transpose(order)
        init = self.empty(array.shape)
        self.emit(
            f"linalg.transpose ins({x.name} : {x.type}) outs({init.name} : {init.type}) permutation = {order}", array
        )

    def broadcast(self, x):
        if len(x.shape) > 3:
            return
        dim, size = int(self.random.integers(0, len(x.shape) + 1)), int(self.random.integers(1, 4))
        array = np.repeat(np.expand_dims(x.array, dim), size, dim)
        init = self.empty(array.shape)
        self.emit(
            f"linalg.broadcast ins({x.name} : {x.type}) outs({init.name} : {init.type}) dimensions = [{dim}]", array
        )

    def collapse(self, x):
        if len(x.shape) < 2:
            return
        first = int(self.random.integers(0, len(x.shape) - 1))
        groups = [[p] for p in range(first)] + [[first, first + 1]] + [[p] for p in range(first + 2, len(x.shape))]
        shape = tuple(math.prod(x.shape[p] for p in group) for group in groups)
        self.emit(
            f"tensor.collapse_shape {x.name} {groups} : {x.type} into {tensor(shape)}", x.array.reshape(shape)
        )

    def expand(self, x):
        choices = [(p, f) for p, size in enumerate(x.shape) for f in (2, 3) if size % f == 0]
        if not choices or len(x.shape) > 3:
            return
        dim, factor = choices[self.random.integers(0, len(choices))]
        groups = [[p] for p in range(dim)] + [[dim, dim + 1]] + [[p + 1] for p in range(dim + 1, len(x.shape))]
        shape = (*x.shape[:dim], x.shape[dim] // factor, factor, *x.shape[dim + 1 :])
        self.emit(
            f"tensor.expand_shape {x.name} {groups} output_shape {list(map(int, shape))} : {x.type} into {tensor(shape)}",
            x.array.reshape(shape),
        )

    def slice(self, x):
        starts, sizes = [], []
        for size in x.shape:
            whole = self.random.integers(0, 2)
            start = 0 if whole else int(self.random.integers(0, size))
            starts.append(start)
            sizes.append(int(size) if whole else int(self.random.integers(1, size - start + 1)))
        array = x.array[tuple(slice(a, a + b) for a, b in zip(starts, sizes, strict=True))]
        self.emit(
            f"tensor.extract_slice {x.name}{starts} {sizes} {[1] * len(sizes)} : {x.type} to {tensor(sizes)}", array
        )

    def insert(self, x):
        whole = self.constant(self.sparse(tuple(s + int(self.random.integers(0, 3)) for s in x.shape)))
        starts = [int(self.random.integers(0, w - s + 1)) for w, s in zip(whole.shape, x.shape, strict=True)]
        array = whole.array.copy()
        array[tuple(slice(a, a + b) for a, b in zip(starts, x.shape, strict=True))] = x.array
        self.emit(
            f"tensor.insert_slice {x.name} into {whole.name}{starts} {list(map(int, x.shape))} "
            f"{[1] * len(starts)} : {x.type} into {whole.type}", array,
        )

    def pad(self, x):
        low = [int(p) for p in self.random.integers(0, 2, len(x.shape))]
        high = [int(p) for p in self.random.integers(0, 2, len(x.shape))]
        number = float(self.random.choice([0.0, 0.0, 0.5]))
        scalar = self.scalar(number)
        array = np.pad(x.array, list(zip(low, high, strict=True)), constant_values=number)
        indices = ", ".join(f"%i{p}: index" for p in range(len(low)))
        self.emit(
            f"tensor.pad {x.name} low{low} high{high} {{\n  ^bb0({indices}):\n    tensor.yield {scalar} : f32\n  }} : "
            f"{x.type} to {tensor(array.shape)}", array,
        )

    def concat(self, x):
        dim = int(self.random.integers(0, len(x.shape)))
        shape = list(x.shape)
        shape[dim] = int(self.random.integers(1, 4))
        y = self.constant(self.sparse(tuple(shape)))
        array = np.concatenate([x.array, y.array], dim)
        self.emit(
            f"tensor.concat dim({dim}) {x.name}, {y.name} : ({x.type}, {y.type}) -> {tensor(array.shape)}", array
        )

    def linear(self, x, outputs=None):
        if len(x.shape) < 2:
            return
        outputs = outputs or int(self.random.integers(1, 6))
        weight, bias = self.sparse((outputs, x.shape[-1])), self.sparse((outputs,))
        w = self.emit(
            f'sparsity.weight "{self.name}.{self.count}" dense<{dense(weight)}> : {tensor(weight.shape)}', weight,
            keep=False,
        )
        b = self.constant(bias)
        shape = (*x.shape[:-1], outputs)
        init, rank = self.empty(shape), len(shape)
        self.emit(
            f"sparsity.linear ins({x.name}, {w.name} : {x.type}, {w.type}) extra({b.name} : {along(rank, rank - 1)}, "
            f"{b.type}) outs({init.name} : {init.type}) {{\n  ^bb0(%acc: f32, %e: f32):\n"
            f"    %s = arith.addf %acc, %e : f32\n    %t = math.tanh %s : f32\n    sparsity.yield %t : f32\n  }} -> {init.type}",
            np.tanh(x.array.astype(np.float64) @ weight.T.astype(np.float64) + bias),
        )

    def ffn(self, x):
        """Two layers with a product between: neurons can die on either side."""
        self.linear(x)
        if len(x.shape) >= 2:
            self.channel(self.values[-1])
            self.linear(self.values[-1])

    def matmul(self, x):
        if len(x.shape) != 2:
            return
        right = self.constant(self.sparse((x.shape[1], int(self.random.integers(1, 5)))))
        init = self.filled((x.shape[0], right.shape[1]))
        self.emit(
            f"linalg.matmul ins({x.name}, {right.name} : {x.type}, {right.type}) outs({init.name} : {init.type}) "
            f"-> {init.type}", x.array @ right.array,
        )

    def batch_matmul(self, x):
        if len(x.shape) != 3:
            return
        right = self.constant(self.sparse((x.shape[0], x.shape[2], int(self.random.integers(1, 5)))))
        init = self.filled((*x.shape[:2], right.shape[2]))
        self.emit(
            f"linalg.batch_matmul ins({x.name}, {right.name} : {x.type}, {right.type}) "
            f"outs({init.name} : {init.type}) -> {init.type}", x.array @ right.array,
        )

    def softmax(self, x):
        self.emit_softmax(x, int(self.random.integers(0, len(x.shape))))

    def convolution(self, x):
        if len(x.shape) != 4 or x.shape[2] < 2 or x.shape[3] < 2:
            return
        outputs = int(self.random.integers(1, 4))
        weight = self.sparse((outputs, x.shape[1], 2, 2))
        w, init = self.constant(weight), self.filled((x.shape[0], outputs, x.shape[2] - 1, x.shape[3] - 1))
        windows = np.lib.stride_tricks.sliding_window_view(x.array, (2, 2), (2, 3))
        self.emit(
            f"linalg.conv_2d_nchw_fchw ins({x.name}, {w.name} : {x.type}, {w.type}) outs({init.name} : {init.type}) "
            f"-> {init.type}", np.einsum("nchwij,fcij->nfhw", windows, weight),
        )

    def branch(self, x):
        """scf.if on an element of an input."""
        zero, number = f"%c{self.count}", self.scalar("0.1")
        self.lines.append(f"  {zero} = arith.constant 0 : index")
        indices = ", ".join([zero] * len(self.inputs[0].shape))
        self.lines.append(f"  %e{self.count} = tensor.extract %x0[{indices}] : {tensor(self.inputs[0].shape)}")
        self.lines.append(f"  %b{self.count} = arith.cmpf ogt, %e{self.count}, {number} : f32")
        other = self.constant(self.sparse(x.shape))
        taken = self.inputs[0].flat[0] > np.float32(0.1)
        condition = f"%b{self.count - 1}"
        product = x.array * other.array
        self.emit(
            f"scf.if {condition} -> {x.type} {{\n    %m = arith.mulf {x.name}, {other.name} : {x.type}\n"
            f"    scf.yield %m : {x.type}\n  }} else {{\n    scf.yield {other.name} : {x.type}\n  }}",
            product if taken else other.array,
        )
        self.order.append(product)

    def loop(self, x):
        factor = self.constant(self.sparse(x.shape))
        number = self.count
        trips = int(self.random.integers(0, 3))
        self.lines += [
            f"  %l{number} = arith.constant 0 : index",
            f"  %u{number} = arith.constant {trips} : index",
            f"  %t{number} = arith.constant 1 : index",
        ]
        array = x.array
        for _ in range(trips):
            array = np.tanh(array * factor.array)
        self.emit(
            f"scf.for %i = %l{number} to %u{number} step %t{number} iter_args(%a = {x.name}) -> {x.type} {{\n"
            f"    %m = arith.mulf %a, {factor.name} : {x.type}\n    %n = math.tanh %m : {x.type}\n"
            f"    scf.yield %n : {x.type}\n  }}", array,
        )
        # The argument, the product and its function have a value for each trip.
        self.order += [None, None, None]
