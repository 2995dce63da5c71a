#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How long the facts of a large graph take: 1,000 ops, and a decoder of 70B weights
whose values are not there."""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]


def chain(count, width=1024):
    """Elementwise ops in a row, with dead channels at every tenth."""
    generator = np.random.default_rng(0)
    kind = f"tensor<64x{width}xf32>"
    lines = [f"func.func @chain(%v0: {kind}) -> {kind} {{"]
    for number in range(1, count + 1):
        if number % 10:
            lines.append(f"  %v{number} = math.tanh %v{number - 1} : {kind}")
            continue
        mask = np.where(generator.random(width) < 0.25, 0.0, 1.0)
        row = "[" + ", ".join(map(str, mask)) + "]"
        lines.append(f"  %m{number} = arith.constant dense<[{', '.join([row] * 64)}]> : {kind}")
        lines.append(f"  %v{number} = arith.mulf %v{number - 1}, %m{number} : {kind}")
    return "\n".join([*lines, f"  return %v{count} : {kind}", "}", ""])


def decoder(layers, hidden=8192, inner=28672, tokens=128):
    """Layers of attention and GLU; the weights are names without values."""
    x, h = f"tensor<{tokens}x{hidden}xf32>", f"tensor<{tokens}x{inner}xf32>"
    heads, size = hidden // 128, 128
    split = f"tensor<{tokens}x{heads}x{size}xf32>"
    by_head, scores = f"tensor<{heads}x{tokens}x{size}xf32>", f"tensor<{heads}x{tokens}x{tokens}xf32>"
    lines = [f"func.func @decoder(%x0: {x}) -> {x} {{", "  %z = arith.constant 0.0 : f32"]

    def linear(name, source, kind, outputs, inputs, result):
        weight = f"tensor<{outputs}x{inputs}xf32>"
        lines.append(f'  %w{name} = sparsity.weight "{name}" dense_resource<"{name}"> : {weight}')
        lines.append(f"  %e{name} = tensor.empty() : {result}")
        lines.append(f"  %{name} = sparsity.linear ins({source}, %w{name} : {kind}, {weight}) outs(%e{name} : {result}) -> {result}")

    def emit(name, text):
        lines.append(f"  %{name} = {text}")

    for layer in range(layers):
        source = f"%x{layer}"
        for part in "qkv":
            name = f"{part}{layer}"
            linear(name, source, x, hidden, hidden, x)
            emit(f"s{name}", f"tensor.expand_shape %{name} [[0], [1, 2]] output_shape [{tokens}, {heads}, {size}] : {x} into {split}")
            emit(f"t{name}", f"tensor.empty() : {by_head}")
            emit(f"h{name}", f"linalg.transpose ins(%s{name} : {split}) outs(%t{name} : {by_head}) permutation = [1, 0, 2]")
        emit(f"ea{layer}", f"tensor.empty() : {scores}")
        emit(f"fa{layer}", f"linalg.fill ins(%z : f32) outs(%ea{layer} : {scores}) -> {scores}")
        maps = "affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>"
        emit(f"a{layer}", f"linalg.batch_matmul indexing_maps = [{maps}] ins(%hq{layer}, %hk{layer} : {by_head}, {by_head}) outs(%fa{layer} : {scores}) -> {scores}")
        emit(f"p{layer}", f"linalg.softmax dimension(2) ins(%a{layer} : {scores}) outs(%ea{layer} : {scores}) -> {scores}")
        emit(f"ec{layer}", f"tensor.empty() : {by_head}")
        emit(f"fc{layer}", f"linalg.fill ins(%z : f32) outs(%ec{layer} : {by_head}) -> {by_head}")
        emit(f"c{layer}", f"linalg.batch_matmul ins(%p{layer}, %hv{layer} : {scores}, {by_head}) outs(%fc{layer} : {by_head}) -> {by_head}")
        emit(f"et{layer}", f"tensor.empty() : {split}")
        emit(f"tc{layer}", f"linalg.transpose ins(%c{layer} : {by_head}) outs(%et{layer} : {split}) permutation = [1, 0, 2]")
        emit(f"cc{layer}", f"tensor.collapse_shape %tc{layer} [[0], [1, 2]] : {split} into {x}")
        linear(f"o{layer}", f"%cc{layer}", x, hidden, hidden, x)
        emit(f"r{layer}", f"arith.addf {source}, %o{layer} : {x}")
        linear(f"g{layer}", f"%r{layer}", x, inner, hidden, h)
        linear(f"u{layer}", f"%r{layer}", x, inner, hidden, h)
        emit(f"m{layer}", f"arith.mulf %g{layer}, %u{layer} : {h}")
        linear(f"d{layer}", f"%m{layer}", h, hidden, inner, x)
        emit(f"x{layer + 1}", f"arith.addf %r{layer}, %d{layer} : {x}")
    return "\n".join([*lines, f"  return %x{layers} : {x}", "}", ""])


def measure(program, text, options):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "graph.mlir"
        source.write_text(text, encoding="utf-8")
        seconds = {}
        for name, passes in (("parse", []), *options.items()):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            start = time.perf_counter()
            subprocess.run(
                [program, source, *passes, "-o", os.devnull], check=True, stdout=subprocess.DEVNULL
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds[name] = {
                "wall_s": round(time.perf_counter() - start, 3),
                "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3),
            }
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "benchmarks/results/propagation-analysis.json")
    arguments = parser.parse_args()
    options = {
        "facts": ["--sparsity-print-facts=assume-finite"],
        "shrink": ["--sparsity-shrink=assume-finite"],
    }
    program = arguments.build / "bin/sparse-opt"
    document = {
        "chain of 1000 ops": measure(program, chain(1000), options),
        "decoder of 80 layers": measure(program, decoder(80), options),
    }
    arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
