# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What lies outside the linear layers computes what NumPy computes: attention,
layer norm and pooling, fused, tiled and vectorised, for sizes that do not
divide, static and dynamic, on one and two threads and for three vector widths.
"""

import math
import os
import pathlib
import shutil
import subprocess

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SPARSEOPT_BUILD", ROOT / "build"))
RUN = shutil.which(str(BUILD / "bin" / "sparse-run"))

pytestmark = pytest.mark.skipif(RUN is None, reason="sparse-run is not built")


def run(folder, text, inputs, threads=1, cpu="native"):
    """The result of the module's only function on the inputs."""
    model = folder / "model.mlir"
    model.write_text(text, encoding="utf-8")
    command = [RUN, model, f"--threads={threads}", f"--target-cpu={cpu}"]
    for number, array in enumerate(inputs):
        np.save(folder / f"in{number}.npy", array)
        command.append(f"--input={folder / f'in{number}.npy'}")
    output = folder / "out.npy"
    command.append(f"--output={output}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return np.load(output)


def tensor(*dims):
    return f"tensor<{'x'.join('?' if d is None else str(d) for d in dims)}xf32>"


def generic(result, inputs, maps, iterators, init, body, types, result_type):
    """A linalg.generic of f32 with the arguments %a0, %a1 ... and %o."""
    arguments = ", ".join([*(f"%a{i}: f32" for i in range(len(inputs))), "%o: f32"])
    return (
        f"{result} = linalg.generic {{indexing_maps = [{', '.join(f'affine_map<{m}>' for m in maps)}],"
        f" iterator_types = [{', '.join(f'{chr(34)}{i}{chr(34)}' for i in iterators)}]}}"
        f" ins({', '.join(inputs)} : {', '.join(types)}) outs({init} : {result_type}) {{\n"
        f"^bb0({arguments}):\n{body}\n}} -> {result_type}\n"
    )


P, R = "parallel", "reduction"


def attention_module(tokens, heads, width, dynamic):
    """Softmax of scaled and masked scores, times values; heads in the middle."""
    s = None if dynamic else tokens
    outer, split = tensor(s, heads, width), tensor(heads, s, width)
    scores, rows = tensor(heads, s, s), tensor(heads, s)
    size = "%n" if dynamic else ""
    both = "%n, %n" if dynamic else ""
    score = "(b, i, j) -> (b, i, j)"
    row = "(b, i, j) -> (b, i)"
    text = f"""
func.func @main(%q: {outer}, %k: {outer}, %v: {outer}, %mask: {rows}) -> {outer} {{
%c0 = arith.constant 0 : index
%zero = arith.constant 0.0 : f32
%low = arith.constant 0xFF800000 : f32
%scale = arith.constant 0.3 : f32
%n = tensor.dim %q, %c0 : {outer}
%eh = tensor.empty({size}) : {split}
%es = tensor.empty({both}) : {scores}
%er = tensor.empty({size}) : {rows}
%eo = tensor.empty({size}) : {outer}
%qt = linalg.transpose ins(%q : {outer}) outs(%eh : {split}) permutation = [1, 0, 2]
%kt = linalg.transpose ins(%k : {outer}) outs(%eh : {split}) permutation = [1, 0, 2]
%vt = linalg.transpose ins(%v : {outer}) outs(%eh : {split}) permutation = [1, 0, 2]
%fs = linalg.fill ins(%zero : f32) outs(%es : {scores}) -> {scores}
%s = linalg.batch_matmul indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>,
  affine_map<(b, m, n, k) -> (b, n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>]
  ins(%qt, %kt : {split}, {split}) outs(%fs : {scores}) -> {scores}
%fm = linalg.fill ins(%low : f32) outs(%er : {rows}) -> {rows}
%fr = linalg.fill ins(%zero : f32) outs(%er : {rows}) -> {rows}
%fo = linalg.fill ins(%zero : f32) outs(%eh : {split}) -> {split}
"""
    text += generic(
        "%t", ["%s", "%mask"], [score, "(b, i, j) -> (b, j)", score], [P, P, P], "%es",
        "%x = arith.mulf %a0, %scale : f32\n%y = arith.addf %x, %a1 : f32\nlinalg.yield %y : f32",
        [scores, rows], scores)  # fmt: skip
    text += generic(
        "%max", ["%t"], [score, row], [P, P, R], "%fm",
        "%x = arith.maximumf %a0, %o : f32\nlinalg.yield %x : f32", [scores], rows)  # fmt: skip
    text += generic(
        "%e", ["%t", "%max"], [score, row, score], [P, P, P], "%es",
        "%x = arith.subf %a0, %a1 : f32\n%y = math.exp %x : f32\nlinalg.yield %y : f32",
        [scores, rows], scores)  # fmt: skip
    text += generic(
        "%sum", ["%e"], [score, row], [P, P, R], "%fr",
        "%x = arith.addf %a0, %o : f32\nlinalg.yield %x : f32", [scores], rows)  # fmt: skip
    text += generic(
        "%p", ["%e", "%sum"], [score, row, score], [P, P, P], "%es",
        "%x = arith.divf %a0, %a1 : f32\nlinalg.yield %x : f32", [scores, rows], scores)  # fmt: skip
    return (
        text
        + f"""
%y = linalg.batch_matmul ins(%p, %vt : {scores}, {split}) outs(%fo : {split}) -> {split}
%r = linalg.transpose ins(%y : {split}) outs(%eo : {outer}) permutation = [1, 0, 2]
return %r : {outer}
}}
"""
    )


def attention(q, k, v, mask):
    q, k, v = (x.astype(np.float64).transpose(1, 0, 2) for x in (q, k, v))
    scores = q @ k.transpose(0, 2, 1) * np.float32(0.3) + mask[:, None, :]
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return (weights @ v).transpose(1, 0, 2)


def attention_inputs(tokens, heads, width, seed=0):
    generator = np.random.default_rng(seed)
    arrays = [
        generator.standard_normal((tokens, heads, width), np.float32) for _ in range(3)
    ]
    mask = np.where(
        generator.random((heads, tokens)) < 0.3, np.float32(-3e38), np.float32(0)
    )
    mask[:, 0] = 0
    return [*arrays, mask.astype(np.float32)]


SIZES = [(1, 1, 1), (7, 2, 5), (33, 3, 17), (64, 2, 32), (130, 3, 40)]


@pytest.mark.parametrize("dynamic", [False, True], ids=["static", "dynamic"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_attention(tmp_path, size, dynamic):
    inputs = attention_inputs(*size)
    expected = attention(*inputs)
    threads = 2 if size[0] % 2 else 1
    result = run(tmp_path, attention_module(*size, dynamic), inputs, threads)
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("cpu", ["x86-64", "x86-64-v3"])
def test_attention_of_narrower_vectors(tmp_path, cpu):
    size = (33, 3, 17)
    inputs = attention_inputs(*size)
    result = run(tmp_path, attention_module(*size, False), inputs, cpu=cpu)
    np.testing.assert_allclose(result, attention(*inputs), rtol=1e-5, atol=1e-5)


def test_attention_of_special_values(tmp_path):
    """A row that is masked as a whole and values that are not finite."""
    size = (37, 2, 19)
    q, k, v, mask = attention_inputs(*size)
    mask[1, :] = -np.inf
    q[3, 0, 2] = np.nan
    v[5, 0, 1] = np.inf
    mask[0, 5] = 0
    with np.errstate(invalid="ignore"):
        expected = attention(q, k, v, mask)
    result = run(tmp_path, attention_module(*size, False), [q, k, v, mask])
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-5, equal_nan=True)
    assert np.isnan(result[:, 1]).all() and np.isnan(result[3, 0]).all()
    assert np.isinf(result[0, 0, 1])


def norm_module(rows, columns, dynamic):
    n = None if dynamic else rows
    full, row, vector = tensor(n, columns), tensor(n), tensor(columns)
    size = "%n" if dynamic else ""
    whole, reduced = "(i, j) -> (i, j)", "(i, j) -> (i)"
    add = "%t = arith.addf %a0, %o : f32\nlinalg.yield %t : f32"
    text = f"""
func.func @main(%x: {full}, %res: {full}, %g: {vector}, %b: {vector}) -> {full} {{
%c0 = arith.constant 0 : index
%zero = arith.constant 0.0 : f32
%count = arith.constant {float(columns)} : f32
%eps = arith.constant 1.0e-5 : f32
%n = tensor.dim %x, %c0 : {full}
%ef = tensor.empty({size}) : {full}
%er = tensor.empty({size}) : {row}
%f = linalg.fill ins(%zero : f32) outs(%er : {row}) -> {row}
%h = linalg.add ins(%x, %res : {full}, {full}) outs(%ef : {full}) -> {full}
"""
    text += generic("%s", ["%h"], [whole, reduced], [P, R], "%f", add, [full], row)
    text += generic(
        "%m", ["%s"], ["(i) -> (i)", "(i) -> (i)"], [P], "%er",
        "%d = arith.divf %a0, %count : f32\nlinalg.yield %d : f32", [row], row)  # fmt: skip
    text += generic(
        "%d", ["%h", "%m"], [whole, reduced, whole], [P, P], "%ef",
        "%t = arith.subf %a0, %a1 : f32\nlinalg.yield %t : f32", [full, row], full)  # fmt: skip
    text += generic(
        "%q", ["%d"], [whole, reduced], [P, R], "%f",
        "%t = arith.mulf %a0, %a0 : f32\n%u = arith.addf %t, %o : f32\nlinalg.yield %u : f32",
        [full], row)  # fmt: skip
    text += generic(
        "%y", ["%d", "%q", "%g", "%b"],
        [whole, reduced, "(i, j) -> (j)", "(i, j) -> (j)", whole], [P, P], "%ef",
        "%v = arith.divf %a1, %count : f32\n%w = arith.addf %v, %eps : f32\n"
        "%i = math.rsqrt %w : f32\n%t = arith.mulf %a0, %i : f32\n"
        "%u = arith.mulf %t, %a2 : f32\n%z = arith.addf %u, %a3 : f32\nlinalg.yield %z : f32",
        [full, row, vector, vector], full)  # fmt: skip
    return text + f"return %y : {full}\n}}\n"


@pytest.mark.parametrize("dynamic", [False, True], ids=["static", "dynamic"])
@pytest.mark.parametrize("size", [(1, 3), (37, 100), (129, 384), (200, 1025)], ids=str)
def test_layer_norm(tmp_path, size, dynamic):
    generator = np.random.default_rng(1)
    x, residual = (generator.standard_normal(size, np.float32) for _ in range(2))
    scale, shift = (generator.standard_normal(size[1], np.float32) for _ in range(2))
    h = x.astype(np.float64) + residual
    centred = h - h.mean(-1, keepdims=True)
    variance = (centred**2).mean(-1, keepdims=True)
    expected = centred / np.sqrt(variance + 1e-5) * scale + shift
    threads = 2 if dynamic else 1
    result = run(
        tmp_path, norm_module(*size, dynamic), [x, residual, scale, shift], threads
    )
    np.testing.assert_allclose(result, expected, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("size", [(3, 7, 5), (2, 33, 48), (1, 128, 37)], ids=str)
def test_masked_pooling(tmp_path, size):
    """A weighted sum down the columns: vectors along the result."""
    batch, tokens, width = size
    full, weights, result_type = (
        tensor(*size),
        tensor(batch, tokens),
        tensor(batch, width),
    )
    text = f"""
func.func @main(%x: {full}, %w: {weights}) -> {result_type} {{
%zero = arith.constant 0.0 : f32
%e = tensor.empty() : {result_type}
%f = linalg.fill ins(%zero : f32) outs(%e : {result_type}) -> {result_type}
"""
    text += generic(
        "%y", ["%x", "%w"],
        ["(b, d, t) -> (b, t, d)", "(b, d, t) -> (b, t)", "(b, d, t) -> (b, d)"],
        [P, P, R], "%f",
        "%m = arith.mulf %a0, %a1 : f32\n%s = arith.addf %m, %o : f32\nlinalg.yield %s : f32",
        [full, weights], result_type)  # fmt: skip
    text += f"return %y : {result_type}\n}}\n"
    generator = np.random.default_rng(2)
    x = generator.standard_normal(size, np.float32)
    w = generator.standard_normal((batch, tokens), np.float32)
    expected = np.einsum("btd,bt->bd", x.astype(np.float64), w)
    np.testing.assert_allclose(
        run(tmp_path, text, [x, w]), expected, rtol=1e-5, atol=2e-5
    )


def elementwise_module(name, size):
    full = tensor(size)
    text = f"func.func @main(%x: {full}) -> {full} {{\n%e = tensor.empty() : {full}\n"
    text += generic(
        "%y", ["%x"], ["(i) -> (i)", "(i) -> (i)"], [P], "%e",
        f"%t = math.{name} %a0 : f32\nlinalg.yield %t : f32", [full], full)  # fmt: skip
    return text + f"return %y : {full}\n}}\n"


SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 3e38, -3e38, 1e-40], np.float32)


def test_exp(tmp_path):
    x = np.concatenate([np.linspace(-87.3, 88.7, 20001, dtype=np.float32), SPECIAL])
    result = run(tmp_path, elementwise_module("exp", x.size), [x])
    with np.errstate(over="ignore"):
        expected = np.exp(x.astype(np.float64)).astype(np.float32)
    np.testing.assert_allclose(result, expected, rtol=2e-7)


def test_erf(tmp_path):
    x = np.concatenate([np.linspace(-6, 6, 20001, dtype=np.float32), SPECIAL])
    result = run(tmp_path, elementwise_module("erf", x.size), [x])
    expected = np.array([math.erf(v) for v in x])
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-6)
    assert np.signbit(result[-7]), "erf keeps the sign of a zero"
