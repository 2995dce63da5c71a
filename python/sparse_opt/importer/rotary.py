# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rotary position embedding and causal, grouped-query attention.

Query heads share key/value heads in groups of `repeat`. Queries are laid out
as [batch * kv_heads, repeat * sequence, size], so that all queries of a group
meet its keys in one matrix product and no key or value is copied.
"""

import math

from . import layers
from .builder import type_of


def rotation_table(b, sequence, size, theta):
    """[sequence, 2, 2, size / 2]: a 2x2 rotation for each position and pair.

    Element [p, i, k, j] is what coordinate k of pair j adds to coordinate i;
    the angle is p * theta^(-2j / size).
    """
    half = size // 2
    numbers = ", ".join(repr(_single(theta ** (-j / half))) for j in range(half))
    literal = numbers.replace("e", "E")
    rates = b.value(f"arith.constant dense<[{literal}]> : {type_of((half,))}", (half,))

    def cosine_sine(function):
        def body(s, rate, _):
            place = s.cast("arith.index_cast", s.index(0), "i64")
            number = s.cast("arith.sitofp", place, "f32")
            return s.op(function, s.op("arith.mulf", number, rate))

        return b.generic([(rates, (1,))], (sequence, half), body)

    def rotation(s, cosine, sine, _):
        row, column = s.index(1), s.index(2)
        diagonal = s.compare("arith.cmpi", "eq", row, column)
        lower = s.compare("arith.cmpi", "ugt", row, column)
        signed = s.select(lower, sine, s.op("arith.negf", sine))
        return s.select(diagonal, cosine, signed)

    inputs = [(cosine_sine("math.cos"), (0, 3)), (cosine_sine("math.sin"), (0, 3))]
    return b.generic(inputs, (sequence, 2, 2, half), rotation)


def _single(value):
    """`value` with a decimal point and nine digits, enough for f32."""
    return float(f"{value:.9g}")


def rotated_heads(b, x, table, grid, heads):
    """[tokens, heads * size] -> [batch * heads, sequence, size], rotated.

    out[n, h, p, i, j] = sum_k table[p, i, k, j] * x[n, p, h, k, j]
    """
    size = x.shape[1] // heads
    pair = (2, size // 2)

    def body(s, value, factor, total):
        return s.op("arith.addf", s.op("arith.mulf", value, factor), total)

    if grid.batch == 1:
        x = b.expand(x, [(0,), (1, 2, 3)], (grid.tokens, heads, *pair))
        shape = (heads, grid.sequence, *pair)
        inputs = [(x, (1, 0, 4, 3)), (table, (1, 2, 4, 3))]
    else:
        x = b.expand(x, [(0, 1), (2, 3, 4)], (grid.batch, grid.sequence, heads, *pair))
        shape = (grid.batch, heads, grid.sequence, *pair)
        inputs = [(x, (0, 2, 1, 5, 4)), (table, (2, 3, 5, 4))]
    loops = tuple(range(len(shape)))
    turned = b.generic(inputs, shape, body, loops, b.fill(0.0, shape))
    groups = b.multiply(grid.batch, heads)
    merged = [(0,), (1,)] if grid.batch == 1 else [(0, 1), (2,)]
    merged.append(loops[-2:])
    return b.collapse(turned, merged, (groups, grid.sequence, size))


def causal_attention(b, queries, keys, values, repeat):
    """Attention in which a position sees itself and what precedes it.

    `queries` are [groups * repeat, sequence, size]; `keys` and `values` are
    [groups, sequence, size]. The result has the queries' shape.
    """
    groups, sequence, size = keys.shape
    scale = 1.0 / math.sqrt(size)
    rows = b.multiply(sequence, repeat)
    shape = queries.shape
    if repeat > 1:
        queries = regroup(b, queries, groups, repeat)
    scores = layers.batch_matmul(b, queries, keys, transpose_rhs=True)
    if repeat > 1:
        scores = b.expand(
            scores, [(0,), (1, 2), (3,)], (groups, repeat, sequence, sequence)
        )
    rank = len(scores.shape)

    def body(s, score, _):
        scaled = s.op("arith.mulf", score, s.constant(scale))
        seen = s.compare("arith.cmpi", "ule", s.index(rank - 1), s.index(rank - 2))
        return s.select(seen, scaled, s.constant(layers.MASKED))

    dims = tuple(range(rank))
    weights = layers.softmax(b, b.generic([(scores, dims)], scores.shape, body))
    if repeat > 1:
        weights = b.collapse(weights, [(0,), (1, 2), (3,)], (groups, rows, sequence))
    out = layers.batch_matmul(b, weights, values)
    if repeat == 1:
        return out
    parts = b.expand(out, [(0,), (1, 2), (3,)], (groups, repeat, sequence, size))
    return b.collapse(parts, [(0, 1), (2,), (3,)], shape)


def regroup(b, queries, groups, repeat):
    """[groups * repeat, sequence, size] -> [groups, repeat * sequence, size]."""
    sequence, size = queries.shape[1:]
    parts = b.expand(queries, [(0, 1), (2,), (3,)], (groups, repeat, sequence, size))
    return b.collapse(
        parts, [(0,), (1, 2), (3,)], (groups, b.multiply(sequence, repeat), size)
    )
