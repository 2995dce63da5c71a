# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ops that fewer models have: integers, windows, gathers, relayouts, norms and attention."""

import numpy as np
from pieces import MAPS, Pieces, along, dense, identity, near_whole, near_zero, tensor


class MoreOps(Pieces):
    # Elementwise

    def divide(self, x):
        numbers = self.random.choice([-2.0, 0.5, 1.0, 4.0], x.shape)
        y = self.constant(numbers)
        self.emit(f"arith.divf {x.name}, {y.name} : {x.type}", x.array / y.array)

    def square_root(self, x):
        if near_zero(x.array).any():
            return
        y = self.emit(f"math.absf {x.name} : {x.type}", np.abs(x.array), keep=False)
        self.emit(f"math.sqrt {y.name} : {x.type}", np.sqrt(y.array))

    def choose(self, x):
        """A comparison and a select, with constants or another value behind it."""
        y, z = self.constant(self.sparse(x.shape)), self.constant(self.sparse(x.shape))
        if near_zero(x.array - y.array).any() or ((x.array == y.array) & (x.array != 0)).any():
            return
        predicate, function = [("ogt", np.greater), ("ole", np.less_equal)][self.random.integers(0, 2)]
        kind = x.type.replace("f32", "i1")
        # A true i1 is -1.
        condition = self.emit(
            f"arith.cmpf {predicate}, {x.name}, {y.name} : {x.type}", -1.0 * function(x.array, y.array), keep=False
        )
        other = x if self.random.integers(0, 2) else z
        self.emit(
            f"arith.select {condition.name}, {z.name}, {other.name} : {kind}, {x.type}",
            np.where(condition.array != 0, z.array, other.array),
        )

    def integers(self, x):
        kind = x.type.replace("f32", "i32")
        if near_whole(x.array).any():
            return
        whole = self.emit(f"arith.fptosi {x.name} : {x.type} to {kind}", np.trunc(x.array), keep=False)
        array = self.random.choice([0, 0, 1, 2, -3], x.shape)
        y = self.emit(f"arith.constant dense<{self.integer_dense(array)}> : {kind}", array, keep=False)
        op, function = [("muli", np.multiply), ("addi", np.add), ("andi", np.bitwise_and), ("maxsi", np.maximum)][
            self.random.integers(0, 4)
        ]
        result = function(whole.array.astype(np.int64), array)
        z = self.emit(f"arith.{op} {whole.name}, {y.name} : {kind}", result, keep=False)
        self.emit(f"arith.sitofp {z.name} : {kind} to {x.type}", result)

    def integer_dense(self, array):
        if array.ndim == 0:
            return str(int(array))
        return "[" + ", ".join(self.integer_dense(part) for part in array) + "]"

    def named(self, x):
        y = self.constant(self.sparse(x.shape))
        op, function = [("mul", np.multiply), ("add", np.add), ("sub", np.subtract), ("max", np.maximum)][
            self.random.integers(0, 4)
        ]
        init = self.empty(x.shape)
        self.emit(
            f"linalg.{op} ins({x.name}, {y.name} : {x.type}, {x.type}) outs({init.name} : {x.type}) -> {x.type}",
            function(x.array, y.array),
        )

    def causal(self, x):
        """A mask that the body computes from its indices."""
        rank = len(x.shape)
        if rank < 2:
            return
        keep = np.indices(x.shape)[0] >= np.indices(x.shape)[1]
        body = (
            "    %i = linalg.index 0 : index\n    %j = linalg.index 1 : index\n"
            "    %c = arith.cmpi sge, %i, %j : index\n    %z = arith.constant 0.0 : f32\n"
            "    %s = arith.select %c, %a0, %z : f32\n    linalg.yield %s : f32"
        )
        self.generic([x], [identity(rank), identity(rank)], x.shape, body, np.where(keep, x.array, 0.0))

    def claimed(self, x):
        """A claim about a value for which it holds."""
        dim = int(self.random.integers(0, len(x.shape)))
        if x.shape[dim] < 2:
            return
        mask = np.moveaxis(np.zeros(x.shape), dim, -1)
        for begin in range(0, x.shape[dim] - 1, 2):
            mask[..., begin + int(self.random.integers(0, 2))] = 1.0
        y = self.constant(np.moveaxis(mask, -1, dim))
        z = self.emit(f"arith.mulf {x.name}, {y.name} : {x.type}", x.array * y.array)
        self.emit(f"sparsity.assume {z.name} {{pattern = #sparsity.nm<1:2, dim = {dim}>}} : {x.type}", z.array)

    # Reductions and contractions

    def reduce_named(self, x):
        dim = int(self.random.integers(0, len(x.shape)))
        shape = tuple(size for position, size in enumerate(x.shape) if position != dim)
        op, number, function = [("addf", "0.0", np.sum), ("mulf", "1.0", np.prod), ("minimumf", "0.0", np.min)][
            self.random.integers(0, 3)
        ]
        init = self.filled(shape, number)
        array = function(x.array, axis=dim)
        self.emit(
            f"linalg.reduce {{ arith.{op} }} ins({x.name} : {x.type}) outs({init.name} : {init.type}) "
            f"dimensions = [{dim}]", np.minimum(array, 0.0) if op == "minimumf" else array,
        )

    def matvec(self, x):
        if len(x.shape) != 2:
            return
        if self.random.integers(0, 2):
            vector = self.constant(self.sparse((x.shape[1],)))
            init = self.filled((x.shape[0],))
            op, left, right, array = "matvec", x, vector, x.array @ vector.array
        else:
            vector = self.constant(self.sparse((x.shape[0],)))
            init = self.filled((x.shape[1],))
            op, left, right, array = "vecmat", vector, x, vector.array @ x.array
        self.emit(
            f"linalg.{op} ins({left.name}, {right.name} : {left.type}, {right.type}) "
            f"outs({init.name} : {init.type}) -> {init.type}", array,
        )

    def transposed_matmul(self, x):
        if len(x.shape) != 2:
            return
        right = self.constant(self.sparse((int(self.random.integers(1, 5)), x.shape[1])))
        init = self.filled((x.shape[0], right.shape[0]))
        maps = ", ".join(f"affine_map<(m, n, k) -> ({dims})>" for dims in ("m, k", "n, k", "m, n"))
        self.emit(
            f"linalg.matmul indexing_maps = [{maps}] ins({x.name}, {right.name} : {x.type}, {right.type}) "
            f"outs({init.name} : {init.type}) -> {init.type}", x.array @ right.array.T,
        )

    def norm(self, x):
        """RMSNorm, or LayerNorm, of the last dim."""
        rank = len(x.shape)
        if rank < 2:
            return
        layer = self.random.integers(0, 2)
        shape, size = x.shape[:-1], x.shape[-1]
        dims, kept = ", ".join(MAPS[:rank]), ", ".join(MAPS[: rank - 1])
        row = f"affine_map<({dims}) -> ({kept})>"
        iterators = ["parallel"] * (rank - 1) + ["reduction"]

        def mean(value, body, array):
            total = self.generic([value, self.filled(shape)], [identity(rank), row], shape, body, array, iterators)
            divisor = self.filled(shape, f"{size}.0")
            return self.emit(f"arith.divf {total.name}, {divisor.name} : {total.type}", total.array / size, keep=False)

        if layer:
            body = "    %p = arith.addf %a0, %o : f32\n    linalg.yield %p : f32"
            average = mean(x, body, x.array.sum(-1))
            body = "    %p = arith.subf %a0, %a1 : f32\n    linalg.yield %p : f32"
            x = self.generic(
                [x, average], [identity(rank), row, identity(rank)], x.shape, body, x.array - average.array[..., None]
            )
        body = "    %p = arith.mulf %a0, %a0 : f32\n    %q = arith.addf %p, %o : f32\n    linalg.yield %q : f32"
        squares = mean(x, body, (x.array**2).sum(-1))
        scale = self.constant(self.sparse((size,)))
        body = (
            "    %e = arith.constant 0.125 : f32\n    %p = arith.addf %a1, %e : f32\n    %q = math.rsqrt %p : f32\n"
            "    %r = arith.mulf %a0, %q : f32\n    %s = arith.mulf %r, %a2 : f32\n    linalg.yield %s : f32"
        )
        self.generic(
            [x, squares, scale], [identity(rank), row, along(rank, rank - 1), identity(rank)], x.shape, body,
            x.array / np.sqrt(squares.array[..., None] + 0.125) * scale.array,
        )

    def gated(self, x):
        """Two layers side by side, the product of their results, and a third one."""
        if len(x.shape) < 2:
            return
        self.linear(x)
        gate = self.values[-1]
        self.linear(x, gate.shape[-1])
        up = self.values[-1]
        product = self.emit(f"arith.mulf {gate.name}, {up.name} : {gate.type}", gate.array * up.array)
        self.linear(product)

    def attention(self, x):
        """Heads of size two, with dead heads in the projections."""
        if len(x.shape) != 2:
            return
        tokens, heads, size = x.shape[0], int(self.random.integers(1, 4)), 2
        parts = []
        for _ in range(3):
            self.linear(x, heads * size)
            flat = self.values[-1]
            split = flat.array.reshape(tokens, heads, size)
            expanded = self.emit(
                f"tensor.expand_shape {flat.name} [[0], [1, 2]] output_shape [{tokens}, {heads}, {size}] : "
                f"{flat.type} into {tensor(split.shape)}", split,
            )
            init = self.empty((heads, tokens, size))
            parts.append(self.emit(
                f"linalg.transpose ins({expanded.name} : {expanded.type}) outs({init.name} : {init.type}) "
                "permutation = [1, 0, 2]", split.transpose(1, 0, 2),
            ))
        query, key, value = parts
        scores = self.filled((heads, tokens, tokens))
        maps = ", ".join(f"affine_map<(b, m, n, k) -> ({dims})>" for dims in ("b, m, k", "b, n, k", "b, m, n"))
        scores = self.emit(
            f"linalg.batch_matmul indexing_maps = [{maps}] ins({query.name}, {key.name} : {query.type}, {key.type}) "
            f"outs({scores.name} : {scores.type}) -> {scores.type}", query.array @ key.array.transpose(0, 2, 1),
        )
        self.masked_softmax(scores, 2)
        weights = self.values[-1]
        mixed = self.filled(value.shape)
        mixed = self.emit(
            f"linalg.batch_matmul ins({weights.name}, {value.name} : {weights.type}, {value.type}) "
            f"outs({mixed.name} : {mixed.type}) -> {mixed.type}", weights.array @ value.array,
        )
        init = self.empty((tokens, heads, size))
        turned = self.emit(
            f"linalg.transpose ins({mixed.name} : {mixed.type}) outs({init.name} : {init.type}) "
            "permutation = [1, 0, 2]", mixed.array.transpose(1, 0, 2),
        )
        shape = (tokens, heads * size)
        joined = self.emit(
            f"tensor.collapse_shape {turned.name} [[0], [1, 2]] : {turned.type} into {tensor(shape)}",
            turned.array.reshape(shape),
        )
        self.linear(joined)

    def masked_softmax(self, x, dim=None):
        """Softmax of which some elements are excluded."""
        dim = int(self.random.integers(0, len(x.shape))) if dim is None else dim
        mask = np.where(self.sparse(x.shape) == 0, -np.inf, 0.0)
        np.moveaxis(mask, dim, 0)[0] = 0.0
        text = dense(mask).replace("-inf", "0xFF800000")
        mask = self.emit(f"arith.constant dense<{text}> : {x.type}", mask, keep=False)
        y = self.emit(f"arith.addf {x.name}, {mask.name} : {x.type}", x.array + mask.array, keep=False)
        self.emit_softmax(y, dim)

    # Windows

    def pooling(self, x):
        if len(x.shape) != 4 or x.shape[2] < 2 or x.shape[3] < 2:
            return
        largest = self.random.integers(0, 2)
        shape = (*x.shape[:2], x.shape[2] - 1, x.shape[3] - 1)
        init = self.filled(shape, "-1.0" if largest else "0.0")
        window = self.empty((2, 2))
        windows = np.lib.stride_tricks.sliding_window_view(x.array, (2, 2), (2, 3))
        array = np.maximum(windows.max((-2, -1)), -1.0) if largest else windows.sum((-2, -1))
        self.emit(
            f"linalg.pooling_nchw_{'max' if largest else 'sum'} ins({x.name}, {window.name} : {x.type}, {window.type}) "
            f"outs({init.name} : {init.type}) -> {init.type}", array,
        )

    def depthwise(self, x):
        if len(x.shape) != 4 or x.shape[2] < 2 or x.shape[3] < 2:
            return
        w = self.constant(self.sparse((x.shape[1], 2, 2)))
        init = self.filled((*x.shape[:2], x.shape[2] - 1, x.shape[3] - 1))
        windows = np.lib.stride_tricks.sliding_window_view(x.array, (2, 2), (2, 3))
        self.emit(
            f"linalg.depthwise_conv_2d_nchw_chw ins({x.name}, {w.name} : {x.type}, {w.type}) "
            f"outs({init.name} : {init.type}) -> {init.type}", np.einsum("nchwij,cij->nchw", windows, w.array),
        )

    def strided_convolution(self, x):
        if len(x.shape) != 4 or x.shape[2] < 3 or x.shape[3] < 2:
            return
        w = self.constant(self.sparse((int(self.random.integers(1, 4)), x.shape[1], 2, 1)))
        shape = (x.shape[0], w.shape[0], x.shape[2] - 2, (x.shape[3] + 1) // 2)
        array = np.einsum("nchwi,fci->nfhw", np.stack([x.array[:, :, :-2, ::2], x.array[:, :, 2:, ::2]], -1), w.array[..., 0])
        init = self.filled(shape)
        self.emit(
            "linalg.conv_2d_nchw_fchw {dilations = dense<[2, 1]> : tensor<2xi64>, strides = dense<[1, 2]> : tensor<2xi64>} "
            f"ins({x.name}, {w.name} : {x.type}, {w.type}) outs({init.name} : {init.type}) -> {init.type}", array,
        )

    # Places

    def strided_slice(self, x):
        """Every other element of one dim, or one index of it, which drops the dim."""
        rank, dim = len(x.shape), int(self.random.integers(0, len(x.shape)))
        starts, sizes, strides = [0] * rank, list(map(int, x.shape)), [1] * rank
        if self.random.integers(0, 2) and rank > 1:
            starts[dim], sizes[dim] = int(self.random.integers(0, x.shape[dim])), 1
            array = np.take(x.array, starts[dim], dim)
        else:
            starts[dim] = int(self.random.integers(0, min(2, x.shape[dim])))
            strides[dim] = 2
            array = np.moveaxis(np.moveaxis(x.array, dim, 0)[starts[dim] :: 2], 0, dim)
            sizes[dim] = int(array.shape[dim])
        self.emit(f"tensor.extract_slice {x.name}{starts} {sizes} {strides} : {x.type} to {tensor(array.shape)}", array)

    def insert_row(self, x):
        """A slice with fewer dims than the tensor that it goes into."""
        if len(x.shape) > 3:
            return
        whole = self.constant(self.sparse((int(self.random.integers(1, 4)), *x.shape)))
        index = int(self.random.integers(0, whole.shape[0]))
        array = whole.array.copy()
        array[index] = x.array
        starts, sizes = [index] + [0] * len(x.shape), [1, *map(int, x.shape)]
        self.emit(
            f"tensor.insert_slice {x.name} into {whole.name}{starts} {sizes} {[1] * len(starts)} : "
            f"{x.type} into {whole.type}", array,
        )

    def places(self, count, size):
        """Different indices as a constant."""
        numbers = self.random.permutation(size)[:count]
        text = "[" + ", ".join(f"[{number}]" for number in numbers) + "]"
        kind = f"tensor<{len(numbers)}x1xindex>"
        return self.emit(f"arith.constant dense<{text}> : {kind}", numbers[:, None], keep=False), kind, numbers

    def gather(self, x):
        if len(x.shape) > 3:
            return
        indices, kind, numbers = self.places(int(self.random.integers(1, 4)), x.shape[0])
        array = x.array[numbers]
        self.emit(f"tensor.gather {x.name}[{indices.name}] gather_dims([0]) : ({x.type}, {kind}) -> {tensor(array.shape)}", array)

    def scatter(self, x):
        whole = self.constant(self.sparse((x.shape[0] + 1, *x.shape[1:])))
        indices, kind, numbers = self.places(x.shape[0], whole.shape[0])
        rows = self.emit(
            f"tensor.expand_shape {x.name} {[[0, 1]] + [[p + 2] for p in range(len(x.shape) - 1)]} "
            f"output_shape {[int(x.shape[0]), 1, *map(int, x.shape[1:])]} : {x.type} into "
            f"{tensor((x.shape[0], 1, *x.shape[1:]))}", x.array[:, None], keep=False,
        )
        array = whole.array.copy()
        array[numbers] = x.array
        self.emit(
            f"tensor.scatter {rows.name} into {whole.name}[{indices.name}] scatter_dims([0]) unique : "
            f"({rows.type}, {whole.type}, {kind}) -> {whole.type}", array,
        )

    def embedding(self, x):
        """Rows of a table that the body reads at indices it is given."""
        table = self.constant(self.sparse((4, int(self.random.integers(1, 5)))))
        numbers = self.random.integers(0, 4, int(self.random.integers(1, 4)))
        kind = f"tensor<{len(numbers)}xindex>"
        indices = self.emit(f"arith.constant dense<{self.integer_dense(numbers)}> : {kind}", numbers, keep=False)
        array = table.array[numbers]
        init = self.empty(array.shape)
        self.emit(
            f"linalg.generic {{indexing_maps = [affine_map<(d0, d1) -> (d0)>, {identity(2)}], "
            f'iterator_types = ["parallel", "parallel"]}} ins({indices.name} : {kind}) outs({init.name} : {init.type}) {{\n'
            f"  ^bb0(%a0: index, %o: f32):\n    %i = linalg.index 1 : index\n"
            f"    %e = tensor.extract {table.name}[%a0, %i] : {table.type}\n    linalg.yield %e : f32\n  }} -> {init.type}",
            array,
        )

    def relayout(self, x):
        """Tiles of a matrix, and the matrix again."""
        if len(x.shape) != 2:
            return
        tile = int(self.random.integers(1, 4))
        rows = -(-x.shape[0] // tile)
        padding = x.shape[0] % tile != 0
        padded = np.pad(x.array, ((0, rows * tile - x.shape[0]), (0, 0)))
        init = self.empty((rows, x.shape[1], tile))
        value = f" padding_value({self.scalar('0.0')} : f32)" if padding else ""
        packed = self.emit(
            f"linalg.pack {x.name}{value} inner_dims_pos = [0] inner_tiles = [{tile}] into {init.name} : "
            f"{x.type} -> {init.type}", padded.reshape(rows, tile, -1).transpose(0, 2, 1),
        )
        back = self.empty(x.shape)
        self.emit(
            f"linalg.unpack {packed.name} inner_dims_pos = [0] inner_tiles = [{tile}] into {back.name} : "
            f"{packed.type} -> {x.type}", x.array,
        )

    def cast(self, x):
        """The same tensor with a dynamic dim, a function of it, and back."""
        dim = int(self.random.integers(0, len(x.shape)))
        kind = "tensor<" + "".join(f"{'?' if p == dim else size}x" for p, size in enumerate(x.shape)) + "f32>"
        y = self.emit(f"tensor.cast {x.name} : {x.type} to {kind}", x.array, keep=False)
        z = self.emit(f"math.tanh {y.name} : {kind}", np.tanh(x.array), keep=False)
        self.emit(f"tensor.cast {z.name} : {kind} to {x.type}", z.array)

    def splat(self, x):
        number = float(self.random.choice([0.0, 0.5]))
        scalar = self.scalar(number)
        y = self.emit(f"tensor.splat {scalar} : {x.type}", np.full(x.shape, number), keep=False)
        self.emit(f"arith.mulf {x.name}, {y.name} : {x.type}", x.array * number)

    def elements(self, x):
        numbers = [float(n) for n in self.random.choice([0.0, 0.0, 0.5, 1.0], x.shape[-1])]
        scalars = [self.scalar(number) for number in numbers]
        kind = tensor((len(numbers),))
        y = self.emit(f"tensor.from_elements {', '.join(scalars)} : {kind}", numbers, keep=False)
        rank = len(x.shape)
        body = "    %p = arith.mulf %a0, %a1 : f32\n    linalg.yield %p : f32"
        self.generic([x, y], [identity(rank), along(rank, rank - 1), identity(rank)], x.shape, body, x.array * numbers)

    def table(self, x):
        """A constant that is a global of the module."""
        array = self.sparse(x.shape)
        name = f"g{self.name}_{self.count}"
        self.globals.append(f"ml_program.global private @{name}(dense<{dense(array)}> : {x.type}) : {x.type}\n")
        y = self.emit(f"ml_program.global_load_const @{name} : {x.type}", array, keep=False)
        self.emit(f"arith.mulf {x.name}, {y.name} : {x.type}", x.array * array)

    # Control flow

    def element(self):
        """The first element of an input, which is not known, and its value."""
        index, count = f"%c{self.count}", self.count
        self.count += 1
        self.lines.append(f"  {index} = arith.constant 0 : index")
        indices = ", ".join([index] * len(self.inputs[0].shape))
        self.lines.append(f"  %e{count} = tensor.extract %x0[{indices}] : {tensor(self.inputs[0].shape)}")
        return f"%e{count}", self.inputs[0].flat[0]

    def repeat(self, x):
        """scf.while that runs once, or not at all."""
        factor = self.constant(self.sparse(x.shape))
        zero, one = self.scalar("0.0"), self.scalar("1.0")
        element, first = self.element()
        trips = 1 if first > np.float32(0) else 0
        self.emit(
            f"scf.while (%n = {zero}, %a = {x.name}) : (f32, {x.type}) -> {x.type} {{\n"
            f"    %c = arith.cmpf olt, %n, {element} : f32\n    scf.condition(%c) %a : {x.type}\n  }} do {{\n"
            f"  ^bb0(%b: {x.type}):\n    %m = arith.mulf %b, {factor.name} : {x.type}\n"
            f"    %k = arith.addf {element}, {one} : f32\n    scf.yield %k, %m : f32, {x.type}\n  }}",
            x.array * factor.array if trips else x.array,
        )
        # The arguments and the product have a value for each trip.
        self.order += [None] * 3

    def call(self, x):
        """A private function with branches between its blocks."""
        name = f"h{self.name}_{self.count}"
        element, number = self.element()
        left, right = self.sparse(x.shape), self.sparse(x.shape)
        taken = number > np.float32(0.1)
        product, total = x.array * left, x.array + right
        chosen = product if taken else total
        self.functions[name] = [
            x.array, chosen, left, right, product if taken else None,
            None if taken else total, np.tanh(chosen),
        ]  # fmt: skip
        self.globals.append(
            f"func.func private @{name}(%x: {x.type}, %e: f32) -> {x.type} {{\n  %n = arith.constant 0.1 : f32\n"
            f"  %l = arith.constant dense<{dense(left)}> : {x.type}\n  %r = arith.constant dense<{dense(right)}> : {x.type}\n"
            f"  %c = arith.cmpf ogt, %e, %n : f32\n  cf.cond_br %c, ^bb1, ^bb2\n^bb1:\n"
            f"  %p = arith.mulf %x, %l : {x.type}\n  cf.br ^bb3(%p : {x.type})\n^bb2:\n"
            f"  %s = arith.addf %x, %r : {x.type}\n  cf.br ^bb3(%s : {x.type})\n^bb3(%y: {x.type}):\n"
            f"  %t = math.tanh %y : {x.type}\n  return %t : {x.type}\n}}\n"
        )
        self.emit(f"func.call @{name}({x.name}, {element}) : ({x.type}, f32) -> {x.type}", np.tanh(chosen))


OPS = [name for name in vars(MoreOps) if not name.startswith("_")]
for helper in ("integer_dense", "places", "element"):
    OPS.remove(helper)
