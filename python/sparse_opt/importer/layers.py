# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The layers that transformer models are made of, as linalg on tensors.

Activations are f32 matrices of shape [tokens, features], where tokens is
batch * sequence. Weights keep the checkpoint's layout, [out, in], and its
dtype; narrower weights are widened where an element is used.
"""

import math

from .builder import affine_map

MASKED = -3.0e38  # finite, so that a fully masked row gives no NaN


def linear(b, x, weight, bias=None):
    """x W^T + bias, the product as linalg.matmul on the stored weight."""
    shape = (x.shape[0], weight.shape[0])
    init = b.fill(0.0, shape)
    maps = ", ".join(affine_map(3, dims) for dims in ((0, 2), (1, 2), (0, 1)))
    product = b.value(
        f"linalg.matmul indexing_maps = [{maps}]"
        f" ins({x.name}, {weight.name} : {x.type}, {weight.type})"
        f" outs({init.name} : {init.type}) -> {init.type}",
        shape,
    )
    if bias is None:
        return product

    def body(s, value, addend, _):
        return s.op("arith.addf", value, widen(s, addend))

    return b.generic([(product, (0, 1)), (bias, (1,))], shape, body)


def batch_matmul(b, lhs, rhs, transpose_rhs=False):
    """[g, m, k] x [g, k, n], or x [g, n, k] with transpose_rhs."""
    columns = rhs.shape[1 if transpose_rhs else 2]
    shape = (lhs.shape[0], lhs.shape[1], columns)
    init = b.fill(0.0, shape)
    maps = ""
    if transpose_rhs:
        dims = ((0, 1, 3), (0, 2, 3), (0, 1, 2))
        joined = ", ".join(affine_map(4, d) for d in dims)
        maps = f"indexing_maps = [{joined}] "
    return b.value(
        f"linalg.batch_matmul {maps}"
        f"ins({lhs.name}, {rhs.name} : {lhs.type}, {rhs.type})"
        f" outs({init.name} : {init.type}) -> {init.type}",
        shape,
    )


def widen(s, scalar):
    """The f32 value of a weight's element."""
    return s.cast("arith.extf", scalar, "f32")


def add(b, x, y):
    dims = tuple(range(len(x.shape)))
    return b.generic(
        [(x, dims), (y, dims)], x.shape, lambda s, p, q, _: s.op("arith.addf", p, q)
    )


def row_reduce(b, x, term=None, kind="arith.addf", start=0.0):
    """Reduces the last dimension of `term(s, element)`."""
    outer = tuple(range(len(x.shape) - 1))

    def body(s, element, total):
        return s.op(kind, term(s, element) if term else element, total)

    return b.generic(
        [(x, outer + (len(outer),))],
        x.shape[:-1],
        body,
        out_map=outer,
        init=b.fill(start, x.shape[:-1]),
    )


def square(s, x):
    return s.op("arith.mulf", x, x)


def _reciprocal_root(b, sums, features, epsilon):
    """1 / sqrt(sums / features + epsilon), one number for each row."""

    def body(s, total, _):
        mean = s.op("arith.divf", total, s.constant(float(features)))
        return s.op("math.rsqrt", s.op("arith.addf", mean, s.constant(epsilon)))

    return b.generic([(sums, (0,))], sums.shape, body)


def layer_norm(b, x, weight, bias, epsilon):
    """Normalises each row to mean 0 and variance 1, then scales and shifts."""
    features = x.shape[1]

    def mean(s, total, _):
        return s.op("arith.divf", total, s.constant(float(features)))

    def centre(s, value, average, _):
        return s.op("arith.subf", value, average)

    sums = row_reduce(b, x)
    means = b.generic([(sums, (0,))], sums.shape, mean)
    centred = b.generic([(x, (0, 1)), (means, (0,))], x.shape, centre)
    scale = _reciprocal_root(b, row_reduce(b, centred, square), features, epsilon)

    def body(s, value, factor, gain, shift, _):
        normal = s.op("arith.mulf", value, factor)
        scaled = s.op("arith.mulf", normal, widen(s, gain))
        return s.op("arith.addf", scaled, widen(s, shift))

    inputs = [(centred, (0, 1)), (scale, (0,)), (weight, (1,)), (bias, (1,))]
    return b.generic(inputs, x.shape, body)


def rms_norm(b, x, weight, epsilon):
    """Divides each row by its root mean square, then scales it."""
    scale = _reciprocal_root(b, row_reduce(b, x, square), x.shape[1], epsilon)

    def body(s, value, factor, gain, _):
        normal = s.op("arith.mulf", value, factor)
        return s.op("arith.mulf", normal, widen(s, gain))

    inputs = [(x, (0, 1)), (scale, (0,)), (weight, (1,))]
    return b.generic(inputs, x.shape, body)


def softmax(b, x):
    """Softmax over the last dimension."""
    dims = tuple(range(len(x.shape)))
    peak = row_reduce(b, x, kind="arith.maximumf", start=float("-inf"))

    def exponential(s, value, top, _):
        return s.op("math.exp", s.op("arith.subf", value, top))

    def quotient(s, value, total, _):
        return s.op("arith.divf", value, total)

    powers = b.generic([(x, dims), (peak, dims[:-1])], x.shape, exponential)
    sums = row_reduce(b, powers)
    return b.generic([(powers, dims), (sums, dims[:-1])], x.shape, quotient)


def check_ids(b, ids, limit):
    """Asserts that all ids lie in [0, limit)."""

    def body(s, identifier, good):
        # Unsigned, a negative id is a large one.
        fits = s.compare("arith.cmpi", "ult", identifier, s.constant(limit, ids.dtype))
        return s.op("arith.andi", fits, good)

    true = b.value("arith.constant dense<true> : tensor<i1>", (), "i1")
    good = b.generic([(ids, (0, 1))], (), body, out_map=(), init=true, dtype="i1")
    fits = b.emit(f"tensor.extract {good.name}[] : {good.type}")
    b.statement(f'cf.assert {fits}, "a token id is not in [0, {limit})"')


def embedding(b, ids, table):
    """Rows of `table` at `ids`, [batch, sequence] -> [batch, sequence, features].

    An id outside [0, rows of the table) fails an assertion of the module.
    """
    check_ids(b, ids, table.shape[0])

    def body(s, identifier, _):
        row = s.cast("arith.index_cast", identifier, "index")
        return widen(s, s.extract(table, row, s.index(2)))

    return b.generic([(ids, (0, 1))], (*ids.shape, table.shape[1]), body)


def merge_tokens(b, x, grid):
    """[batch, sequence, features] -> [tokens, features]."""
    return b.collapse(x, [(0, 1), (2,)], (grid.tokens, x.shape[2]))


def split_tokens(b, x, grid):
    """[tokens, features] -> [batch, sequence, features]."""
    shape = (grid.batch, grid.sequence, x.shape[1])
    return b.expand(x, [(0, 1), (2,)], shape)


def split_heads(b, x, grid, heads):
    """[tokens, heads * size] -> [batch * heads, sequence, size]."""
    size = x.shape[1] // heads
    if grid.batch == 1:
        parts = b.expand(x, [(0,), (1, 2)], (grid.tokens, heads, size))
        return b.transpose(parts, (1, 0, 2))
    shape = (grid.batch, grid.sequence, heads, size)
    parts = b.expand(x, [(0, 1), (2, 3)], shape)
    moved = b.transpose(parts, (0, 2, 1, 3))
    groups = b.multiply(grid.batch, heads)
    return b.collapse(moved, [(0, 1), (2,), (3,)], (groups, grid.sequence, size))


def merge_heads(b, x, grid, heads):
    """[batch * heads, sequence, size] -> [tokens, heads * size]."""
    size = x.shape[2]
    if grid.batch == 1:
        moved = b.transpose(x, (1, 0, 2))
        return b.collapse(moved, [(0,), (1, 2)], (grid.tokens, heads * size))
    shape = (grid.batch, heads, grid.sequence, size)
    parts = b.expand(x, [(0, 1), (2,), (3,)], shape)
    moved = b.transpose(parts, (0, 2, 1, 3))
    return b.collapse(moved, [(0, 1), (2, 3)], (grid.tokens, heads * size))


def padding_bias(b, mask, grid, heads):
    """[batch, sequence] of 0/1 -> [batch * heads, sequence] of MASKED/0.

    It is added to the scores of every key position.
    """

    def body(s, keep, _):
        kept = s.compare("arith.cmpi", "ne", keep, s.constant(0, "i64"))
        return s.select(kept, s.constant(0.0), s.constant(MASKED))

    shape = (grid.batch, heads, grid.sequence)
    bias = b.generic([(mask, (0, 2))], shape, body)
    groups = b.multiply(grid.batch, heads)
    return b.collapse(bias, [(0, 1), (2,)], (groups, grid.sequence))


def padded_attention(b, queries, keys, values, bias):
    """Attention on [groups, sequence, size], `bias` added to the scores."""
    scale = 1.0 / math.sqrt(queries.shape[2])
    scores = batch_matmul(b, queries, keys, transpose_rhs=True)

    def body(s, score, addend, _):
        return s.op("arith.addf", s.op("arith.mulf", score, s.constant(scale)), addend)

    inputs = [(scores, (0, 1, 2)), (bias, (0, 2))]
    weights = softmax(b, b.generic(inputs, scores.shape, body))
    return batch_matmul(b, weights, values)
