# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random layers through the whole pipeline, compared with a product in double precision.

Draws {pattern, dtype, tokens, inputs, outputs, epilogue} for each instruction set and
kernel family; every program runs on 1, 2 and 3 threads. SPARSEOPT_RANDOM_LAYERS=N draws N
layers for each pair, SPARSEOPT_RANDOM_SEED other layers.
"""

import ctypes
import dataclasses
import os

import numpy as np
import pytest
import sparse_opt

LAYERS = int(os.environ.get("SPARSEOPT_RANDOM_LAYERS", "5"))
SEED = int(os.environ.get("SPARSEOPT_RANDOM_SEED", "20261125"))
# Instruction sets, with the flag of a CPU that has them.
LEVELS = {"x86-64": "sse2", "x86-64-v3": "avx2", "x86-64-v4": "avx512bw"}
NM = ["1:2", "2:4", "1:4", "3:4", "4:8", "2:8", "1:16"]
PATTERNS = ["dense", "zero", "0.5", "0.9", *NM]
# Families, "" for the compiler's choice, with the patterns that they are drawn for.
FAMILIES = {
    "": PATTERNS,
    "cpu.dense": PATTERNS,
    "cpu.nm_row": NM,
    "cpu.nm_permute": NM,
    "cpu.bitmap_row": PATTERNS,
    "cpu.mask_tile": PATTERNS,
}
# Pairs that have no kernels.
ABSENT = {
    ("x86-64", "cpu.nm_permute"),
    ("x86-64", "cpu.bitmap_row"),
    ("x86-64", "cpu.mask_tile"),
    ("x86-64-v3", "cpu.bitmap_row"),
    ("x86-64-v3", "cpu.mask_tile"),
}
PAIRS = [(level, family) for level in LEVELS for family in FAMILIES]
EPILOGUES = ["none", "bias", "bias relu"]
# Sizes below, at and beside those of the register tiles and groups.
TOKENS = [1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 64, 70, 129]
FEATURES = [1, 2, 3, 4, 7, 8, 12, 16, 17, 31, 32, 48, 63, 64, 65, 100, 128, 130, 257]


def features_of_this_cpu():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        return next((set(line.split()) for line in lines if line.startswith("flags")), set())


@dataclasses.dataclass
class Layer:
    """y = epilogue(x w^T + b): x is [tokens, inputs], w [outputs, inputs]."""

    name: str
    pattern: str
    dtype: str
    tokens: int
    dynamic: bool
    epilogue: str
    weight: np.ndarray
    bias: np.ndarray
    x: np.ndarray

    def describe(self):
        shape = "x".join(map(str, (self.tokens, *self.weight.shape)))
        free = "dynamic " if self.dynamic else ""
        return f"{self.name}: {self.pattern} {self.dtype} {free}{shape} {self.epilogue}"

    def expected(self):
        """The result and the bound on its rounding error, in double precision."""
        x, w = self.x.astype(np.float64), self.weight.astype(np.float64)
        y, size = x @ w.T, np.abs(x) @ np.abs(w).T
        if "bias" in self.epilogue:
            y, size = y + self.bias, size + np.abs(self.bias)
        if "relu" in self.epilogue:
            y = np.maximum(y, 0)
        return y, (w.shape[1] + 2) * np.finfo(np.float32).eps * size


def to_bf16(values):
    """Rounds to bfloat16, kept as float32."""
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


def rounded(values, dtype):
    if dtype == "bf16":
        return to_bf16(values)
    return values.astype(np.float16 if dtype == "f16" else np.float32).astype(np.float32)


def stored(values, dtype):
    """The array as it is passed in memory."""
    if dtype == "bf16":
        return (np.ascontiguousarray(values).view(np.uint32) >> 16).astype(np.uint16)
    return values.astype(np.float16) if dtype == "f16" else values


def prune(random, weight, pattern):
    """Zeros at random places, so that groups are also less than full."""
    if pattern == "zero":
        return weight * -0.0
    if ":" in pattern:
        n, m = map(int, pattern.split(":"))
        for begin in range(0, weight.shape[1], m):
            group = weight[:, begin : begin + m]
            order = np.argsort(random.random(group.shape), axis=1)
            np.put_along_axis(group, order[:, n:], 0.0, axis=1)
    elif pattern != "dense":
        weight[random.random(weight.shape) < float(pattern)] = 0.0
    return weight


def draw(random, index, patterns):
    dtype = str(random.choice(["f32", "f32", "bf16", "f16"]))
    tokens = int(random.choice(TOKENS))
    outputs, inputs = (int(size) for size in random.choice(FEATURES, 2))
    pattern = str(random.choice(patterns))
    weight = rounded(random.standard_normal((outputs, inputs)), dtype)
    return Layer(
        name=f"layer{index}",
        pattern=pattern,
        dtype=dtype,
        tokens=tokens,
        dynamic=bool(random.random() < 0.3),
        epilogue=str(random.choice(EPILOGUES)),
        weight=prune(random, weight, pattern),
        bias=random.standard_normal(outputs).astype(np.float32),
        x=rounded(random.standard_normal((tokens, inputs)), dtype),
    )


def function(layer):
    outputs, inputs = layer.weight.shape
    tokens = "?" if layer.dynamic else str(layer.tokens)
    x, y = f"tensor<{tokens}x{inputs}x{layer.dtype}>", f"tensor<{tokens}x{outputs}xf32>"
    w, b = f"tensor<{outputs}x{inputs}x{layer.dtype}>", f"tensor<{outputs}xf32>"
    result, epilogue = "%sum", ""
    if layer.epilogue != "none":
        relu = "%p = arith.maximumf %s, %zero : f32" if "relu" in layer.epilogue else ""
        result, epilogue = "%out", f"""
  %bias = arith.constant dense_resource<{layer.name}_b> : {b}
  %out = linalg.generic {{
      indexing_maps = [affine_map<(t, o) -> (t, o)>, affine_map<(t, o) -> (o)>,
                       affine_map<(t, o) -> (t, o)>],
      iterator_types = ["parallel", "parallel"]}}
      ins(%sum, %bias : {y}, {b}) outs(%empty : {y}) {{
    ^bb0(%a: f32, %c: f32, %u: f32):
      %s = arith.addf %a, %c : f32
      {relu}
      linalg.yield {"%p" if relu else "%s"} : f32
  }} -> {y}"""
    size = "%tokens" if layer.dynamic else ""
    return f"""
func.func @{layer.name}(%x: {x}) -> {y} {{
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %tokens = tensor.dim %x, %c0 : {x}
  %empty = tensor.empty({size}) : {y}
  %init = linalg.fill ins(%zero : f32) outs(%empty : {y}) -> {y}
  %w = arith.constant dense_resource<{layer.name}_w> : {w}
  %sum = linalg.matmul indexing_maps = [affine_map<(t, o, i) -> (t, i)>,
                                        affine_map<(t, o, i) -> (o, i)>,
                                        affine_map<(t, o, i) -> (t, o)>]
      ins(%x, %w : {x}, {w}) outs(%init : {y}) -> {y}{epilogue}
  return {result} : {y}
}}"""


def resource(name, array):
    return f'{name}: "0x40000000{np.ascontiguousarray(array).tobytes().hex()}"'


def module_text(layers):
    blobs = [resource(f"{it.name}_w", stored(it.weight, it.dtype)) for it in layers]
    blobs += [resource(f"{it.name}_b", it.bias) for it in layers if it.epilogue != "none"]
    functions = "\n".join(map(function, layers))
    return f"{functions}\n{{-# dialect_resources: {{ builtin: {{ {', '.join(blobs)} }} }} #-}}"


def run(library, layer, threads):
    openmp = ctypes.CDLL("libomp.so.5")
    openmp.omp_set_num_threads(threads)
    return library[layer.name](stored(layer.x, layer.dtype))


def check(library, layer):
    expected, bound = layer.expected()
    one = run(library, layer, 1)
    assert (np.abs(one - expected) <= bound).all(), layer.describe()
    for threads in (2, 3):
        many = run(library, layer, threads)
        assert one.tobytes() == many.tobytes(), f"{layer.describe()} on {threads} threads"


@pytest.mark.parametrize(("level", "family"), [pair for pair in PAIRS if pair not in ABSENT])
def test_random_layers(level, family):
    if LEVELS[level] not in features_of_this_cpu():
        pytest.skip(f"this CPU does not run {level}")
    random = np.random.default_rng([SEED, PAIRS.index((level, family))])
    layers = [draw(random, index, FAMILIES[family]) for index in range(LAYERS)]
    module = sparse_opt.parse(module_text(layers))
    options = {"family": family} if family else {}
    module.run("sparsity-detect-patterns")
    module.sparsify(target_cpu=level, **options)
    kernels = {choice.kernel for row in module.report for choice in row.choices}
    assert not family or family in kernels, f"{family} served none of {kernels}"
    library = module.compile(target_cpu=level)
    for layer in layers:
        check(library, layer)
