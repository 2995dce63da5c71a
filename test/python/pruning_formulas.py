# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The published formulas of pruning methods, transcribed to NumPy.

Word by word and slow: what the compiler's methods are compared with. N:M is at most N nonzeros in M, along the inputs; N
and M divide the shape. A `pattern` is ("nm", n, m), ("row", sparsity), ("layer", sparsity) or ("block", rows, columns,
sparsity).
"""

import json
import struct

import numpy as np


def synthetic_layer(size=512, rows=None, tokens=8192, seed=0):
    """Weight [rows, size] and inputs [tokens, size]: correlated, with six outlier channels, as language models have them."""
    random = np.random.default_rng(seed)
    mixing = random.standard_normal((size, size)) / np.sqrt(size)
    spectrum = np.exp(-np.arange(size) / (size / 6.0)) + 0.05
    x = random.standard_normal((tokens, size)) * spectrum @ mixing
    x += 0.02 * random.standard_normal((tokens, size)) + 0.05 * random.standard_normal(size)
    channels = random.permutation(size)[:6]
    x[:, channels] *= 8.0
    weight = random.standard_normal((rows or size, size)) * 0.02
    return weight.astype(np.float32), x


def statistics(x):
    """Sums over tokens, as the compiler keeps them."""
    x = x.astype(np.float64)
    return {"n_tokens": len(x), "sum": x.sum(0), "sumsq": (x * x).sum(0), "var": x.var(0), "gram": x.T @ x}


def output_error(weight, pruned, gram):
    """||(W - W') X||^2 / ||W X||^2."""
    weight = weight.astype(np.float64)
    delta = weight - pruned
    return np.sum(delta @ gram * delta) / np.sum(weight @ gram * weight)


def keep_largest(scores, pattern):
    """Mask of what a pattern keeps."""
    kind, *numbers = pattern
    mask = np.ones(scores.shape, bool)
    if kind == "nm":
        n, m = numbers
        groups = scores.reshape(len(scores), -1, m)
        order = np.argsort(groups, axis=-1, kind="stable")[..., : m - n]
        kept = np.ones(groups.shape, bool)
        np.put_along_axis(kept, order, False, -1)
        return kept.reshape(scores.shape)
    if kind == "row":
        count = int(np.floor(scores.shape[1] * numbers[0] + 1e-9))
        np.put_along_axis(mask, np.argsort(scores, axis=1, kind="stable")[:, :count], False, 1)
        return mask
    if kind == "layer":
        count = int(np.floor(scores.size * numbers[0] + 1e-9))
        mask.ravel()[np.argsort(scores, axis=None, kind="stable")[:count]] = False
        return mask
    height, width, sparsity = numbers
    units = (scores**2).reshape(len(scores) // height, height, -1, width).sum((1, 3))
    kept = keep_largest(units, ("layer", sparsity))
    return np.kron(kept, np.ones((height, width), bool)).astype(bool)


def magnitude(weight, stats, pattern):
    return weight * keep_largest(np.abs(weight), pattern)


def wanda(weight, stats, pattern):
    return weight * keep_largest(np.abs(weight) * np.sqrt(stats["sumsq"]), pattern)


def ria(weight, stats, pattern, power=0.5):
    size = np.abs(weight.astype(np.float64))
    relative = size / size.sum(0, keepdims=True) + size / size.sum(1, keepdims=True)
    return weight * keep_largest(relative * np.sqrt(stats["sumsq"]) ** power, pattern)


def sparsegpt(weight, stats, pattern, block_size=128, damping=0.01):
    """The sweep with the Cholesky factor of the inverse; exact counts instead of a threshold."""
    w = weight.astype(np.float64).copy()
    h = stats["gram"].copy()
    dead = np.diag(h) == 0
    h[dead, dead] = 1
    w[:, dead] = 0
    h += damping * np.mean(np.diag(h)) * np.eye(len(h))
    upper = np.linalg.cholesky(np.linalg.inv(h)).T
    for begin in range(0, w.shape[1], block_size):
        end = min(begin + block_size, w.shape[1])
        factor = upper[begin:end, begin:end]
        if pattern[0] != "nm":
            mask = keep_largest(np.abs(w[:, begin:end]) / np.diag(factor), pattern)
        errors = np.zeros((len(w), end - begin))
        for i in range(begin, end):
            j = i - begin
            if pattern[0] == "nm":
                m = pattern[2]
                if i % m == 0:
                    scores = np.abs(w[:, i : i + m]) / np.diag(upper)[i : i + m]
                    group = keep_largest(scores, pattern)
                keep = group[:, i % m]
            else:
                keep = mask[:, j]
            kept = np.where(keep, w[:, i], 0)
            errors[:, j] = (w[:, i] - kept) / factor[j, j]
            w[:, i:end] -= np.outer(errors[:, j], factor[j, j:])
            w[:, i] = kept
        w[:, end:] -= errors @ upper[begin:end, end:]
    return w


def admm(weight, stats, pattern, iterations=20, gradual=15, damping=0.1):
    """Layer-wise: the mask jumps to its final sparsity and is chosen anew in the first iterations."""
    norm = np.sqrt(np.diag(stats["gram"])) + 1e-8
    gram = stats["gram"] / norm / norm[:, None]
    gram += damping * np.mean(np.diag(gram)) * np.eye(len(gram))
    v = weight.astype(np.float64) * norm
    target = v @ gram
    inverse = np.linalg.inv(gram + np.eye(len(gram)))
    u = np.zeros_like(v)
    for iteration in range(iterations):
        if iteration < gradual:
            mask = keep_largest(np.abs(v + u), pattern)
        z = (v + u) * mask
        u = u + v - z
        v = (target + z - u) @ inverse
    return (v + u) * mask / norm


def write_statistics(path, entries, with_gram=True):
    """A file of statistics, as the compiler reads it, of {weight name: statistics}."""
    header, data = {}, b""
    for name, stats in entries.items():
        for key, value in stats.items():
            if key == "gram" and not with_gram:
                continue
            array = np.atleast_1d(np.asarray(value))
            array = array.astype("<i8" if key == "n_tokens" else "<f8")
            end = len(data) + array.nbytes
            dtype = "I64" if key == "n_tokens" else "F64"
            header[f"{name}.{key}"] = {"dtype": dtype, "shape": array.shape, "data_offsets": [len(data), end]}
            data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-(len(text) + 8) % 64)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
