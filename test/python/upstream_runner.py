# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a module with upstream's tools only: mlir-opt and mlir-runner.

Slow (scalar loops, interpreted weights), but it depends on nothing that the
project builds, so it says what an imported module means.
"""

import os
import re
import shutil
import subprocess

import numpy as np

LLVM = "/usr/lib/llvm-22"
BOUNDARIES = "bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map"
TO_BUFFERS = [
    "--canonicalize",
    "--cse",
    "--linalg-fuse-elementwise-ops",
    "--empty-tensor-to-alloc-tensor",
    f"--one-shot-bufferize={BOUNDARIES}",
    "--buffer-deallocation-pipeline",
    "--convert-bufferization-to-memref",
    "--convert-linalg-to-loops",
]
TO_LLVM = [
    "--fold-memref-alias-ops",
    "--expand-strided-metadata",
    "--lower-affine",
    "--convert-scf-to-cf",
    "--math-expand-ops=ops=fpowi",
    "--convert-math-to-llvm",
    "--convert-math-to-libm",
    "--convert-arith-to-llvm",
    "--finalize-memref-to-llvm",
    "--convert-func-to-llvm",
    "--convert-cf-to-llvm",
    "--convert-index-to-llvm",
    "--reconcile-unrealized-casts",
]
# %x = memref.expand_shape %y .. output_shape [%a, %b, 3] : memref<?x3xf32> into ..
EXPAND = re.compile(
    r"(%\w+) = memref\.expand_shape (%\w+) .* output_shape \[(%\w+), (%\w+), (.*?)\]"
    r" : (memref<\S+>) into (memref<\?x\?x\S+>)"
)
DTYPES = {"i64": np.int64, "i32": np.int32, "f32": np.float32}
MLIR_NAMES = {np.dtype(v): k for k, v in DTYPES.items()}


def tool(name):
    return shutil.which(f"{name}-22") or f"{LLVM}/bin/{name}"


def available():
    return all(os.path.exists(tool(n)) for n in ("mlir-opt", "mlir-runner"))


def _constant(name, array, wanted):
    """A constant with the array's values, cast to the argument's type."""
    dims = "x".join(map(str, array.shape))
    exact = f"tensor<{dims}x{MLIR_NAMES[array.dtype]}>"
    values = repr(array.tolist()).replace("e", "E")
    return (
        f"    %{name}_exact = arith.constant dense<{values}> : {exact}\n"
        f"    %{name} = tensor.cast %{name}_exact : {exact} to {wanted}\n"
    )


def _main(text, entry, inputs):
    """A @main that calls the entry on the inputs and prints its result."""
    match = re.search(rf"func\.func @{entry}\((.*?)\) -> (tensor<[^>]*>)", text)
    types = re.findall(r"tensor<[^>]*>", match[1])
    result = match[2]
    dtype = re.search(r"(\w+)>$", result)[1].split("x")[-1]
    lines = [
        _constant(f"a{i}", a, t)
        for i, (a, t) in enumerate(zip(inputs, types, strict=True))
    ]
    names = ", ".join(f"%a{i}" for i in range(len(inputs)))
    buffer = result.replace("tensor", "memref")
    unranked = f"memref<*x{dtype}>"
    printer = f"printMemref{dtype.upper()}"
    return (
        f"  func.func private @{printer}({unranked})\n"
        f"  func.func @main() {{\n{''.join(lines)}"
        f"    %r = call @{entry}({names}) : ({', '.join(types)}) -> {result}\n"
        f"    %m = bufferization.to_buffer %r read_only : {result} to {buffer}\n"
        f"    %u = memref.cast %m : {buffer} to {unranked}\n"
        f"    call @{printer}(%u) : ({unranked}) -> ()\n    return\n  }}\n"
    )


def _cast_expanded(match):
    """--expand-strided-metadata cannot expand one dimension into two dynamic
    ones; on a contiguous buffer a reinterpret_cast says the same."""
    name, source, first, second, inner, old, new = match.groups()
    strides = [1]
    for size in reversed(inner.split(", ")):
        strides.insert(0, strides[0] * int(size))
    row, outer = f"{name}_row", f"{name}_outer"
    listed = ", ".join(map(str, [outer, *strides]))
    layout = ", ".join(map(str, ["?", *strides]))
    view = f"{new[:-1]}, strided<[{layout}]>>"
    return (
        f"{row} = arith.constant {strides[0]} : index\n"
        f"{outer} = arith.muli {second}, {row} : index\n"
        f"{name}_view = memref.reinterpret_cast {source} to offset: [0],"
        f" sizes: [{first}, {second}, {inner}], strides: [{listed}] :"
        f" {old} to {view}\n"
        f"{name} = memref.cast {name}_view : {view} to {new}"
    )


def _optimize(text, options):
    return subprocess.run(
        [tool("mlir-opt"), *options],
        input=text,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def run(module, inputs, entry="main_graph"):
    """The result of the entry of `module` (text or bytecode), as f32 array.

    mlir-opt reads files below 16 KiB into memory that is not aligned for weights, so
    that small modules have to be text.
    """
    text = subprocess.run(
        [tool("mlir-opt"), module], check=True, capture_output=True, text=True
    ).stdout
    head, brace, resources = text.partition("\n{-#")
    body = head.rstrip()
    assert body.endswith("}")
    text = body[:-1] + _main(head, entry, inputs) + "}\n" + brace + resources
    buffers = _optimize(text, TO_BUFFERS)
    lowered = _optimize(EXPAND.sub(_cast_expanded, buffers), TO_LLVM)
    libraries = ",".join(
        f"{LLVM}/lib/libmlir_{n}.so" for n in ("runner_utils", "c_runner_utils")
    )
    printed = subprocess.run(
        [tool("mlir-runner"), "-O1", "-e", "main", "-entry-point-result=void",
         f"-shared-libs={libraries}"],
        input=lowered, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    shape = [int(n) for n in re.search(r"sizes = \[([^]]*)\]", printed)[1].split(",")]
    values = printed[printed.index("data =") + 6 :].replace("[", " ").replace("]", " ")
    return np.array([float(v) for v in values.split(",")], np.float32).reshape(shape)
