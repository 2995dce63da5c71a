#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whole libraries of one layer, called on a GPU through their C interface.

    libraries.py build FOLDER [--build build]    compile them; needs no GPU
    libraries.py run FOLDER                      call them and compare with NumPy

The sizes of the first four are such that `nvsp.mma_gemm` serves them on sm_90a;
`nvsp.wgmma_stream` serves the others. `run` can be put under compute-sanitizer. Needs NumPy only; host arrays are passed.
"""

import argparse
import ctypes
import pathlib
import subprocess
import sys

import numpy as np

LAYERS = [
    (136, 72, "bf16"), (1026, 1032, "bf16"), (4098, 520, "f16"), (258, 2056, "f16"),
    (2048, 1024, "bf16"), (1032, 512, "f16"),
]  # fmt: skip
TOKENS = (1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 100, 127, 128, 129, 200, 256, 511, 1000, 2600)
MODULE = """
func.func @main(%x: tensor<?x{k}x{t}>, %b: tensor<{o}xf32>) -> tensor<?x{o}xf32> {{
  %w = sparsity.weight "w" dense<"0x{bits}"> : tensor<{o}x{k}x{t}>
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x{k}x{t}>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%d) : tensor<?x{o}xf32>
  %y = sparsity.linear ins(%x, %w : tensor<?x{k}x{t}>, tensor<{o}x{k}x{t}>)
    extra(%b : affine_map<(t, o) -> (o)>, tensor<{o}xf32>) outs(%e : tensor<?x{o}xf32>) {{
  ^bb0(%acc: f32, %bias: f32):
    %s = arith.addf %acc, %bias : f32
    %r = arith.maximumf %s, %zero : f32
    sparsity.yield %r : f32
  }} -> tensor<?x{o}xf32>
  return %y : tensor<?x{o}xf32>
}}
"""


def to_bits(values, dtype):
    """f32 values, rounded to nearest, as stored numbers."""
    if dtype == "f16":
        return values.astype(np.float16)
    bits = values.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def to_float(bits, dtype):
    if dtype == "f16":
        return bits.astype(np.float64)
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


def prune(weight):
    """Zeros the two smallest of each four."""
    groups = weight.reshape(len(weight), -1, 4)
    np.put_along_axis(groups, np.argsort(np.abs(groups), -1)[..., :2], 0, -1)
    return weight


def build(folder, tools):
    random = np.random.default_rng(1)
    for number, (outputs, inputs, dtype) in enumerate(LAYERS):
        weight = random.standard_normal((outputs, inputs)) / np.sqrt(inputs)
        bits = to_bits(prune(weight), dtype)
        np.save(folder / f"w{number}.npy", bits)
        text = MODULE.format(k=inputs, o=outputs, t=dtype, bits=bits.tobytes().hex().upper())
        source = folder / f"m{number}.mlir"
        source.write_text(text, encoding="utf-8")
        command = [tools / "bin" / "sparse-compile", source, "-o", folder / f"m{number}.so"]
        subprocess.run([*command, "--target=sm_90a", "--pattern=2:4"], check=True)
        source.unlink()


class Model:
    """An open library with the entry `main`."""

    def __init__(self, path, name):
        self.library = ctypes.CDLL(str(path.resolve()))
        self.name = name
        self.library.sparseopt_last_error.restype = ctypes.c_char_p
        self.library.sparseopt_alloc.restype = ctypes.c_void_p
        opened = getattr(self.library, f"{name}_open")
        opened.restype = ctypes.c_void_p
        self.model = ctypes.c_void_p(opened(None))
        if not self.model:
            sys.exit(f"{path}: {self.library.sparseopt_last_error().decode()}")

    def __call__(self, x, bias, outputs):
        tokens, size = ctypes.c_int64(len(x)), ctypes.c_size_t()
        getattr(self.library, f"{self.name}_main_sizes")(tokens, None, ctypes.byref(size))
        workspace = ctypes.c_void_p(self.library.sparseopt_alloc(self.model, size))
        y = np.full((len(x), outputs), np.nan, np.float32)
        x, bias, result = (ctypes.c_void_p(array.ctypes.data) for array in (x, bias, y))
        main = getattr(self.library, f"{self.name}_main")
        if main(self.model, x, bias, tokens, result, workspace, None):
            sys.exit(f"{self.name}: {self.library.sparseopt_last_error().decode()}")
        self.library.sparseopt_free(self.model, workspace)
        return y


def run(folder):
    random = np.random.default_rng(3)
    for number, (outputs, inputs, dtype) in enumerate(LAYERS):
        weight = to_float(np.load(folder / f"w{number}.npy"), dtype)
        model, worst = Model(folder / f"m{number}.so", f"m{number}"), 0.0
        for tokens in TOKENS:
            x = to_bits(random.standard_normal((tokens, inputs)), dtype)
            bias = random.standard_normal(outputs).astype(np.float32)
            expected = np.maximum(to_float(x, dtype) @ weight.T + bias, 0)
            error = np.abs(model(x, bias, outputs) - expected).max() / expected.max()
            worst = max(worst, error) if error == error else np.inf
        print(f"{outputs}x{inputs} {dtype}: error {worst:.1e} of the largest result", flush=True)
        if worst > 1e-5:
            sys.exit("wrong results")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=["build", "run"])
    parser.add_argument("folder", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if arguments.verb == "build":
        build(arguments.folder, arguments.build)
    else:
        run(arguments.folder)


if __name__ == "__main__":
    main()
