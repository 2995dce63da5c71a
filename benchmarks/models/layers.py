#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times one linear layer, compiled, against ONNX Runtime, OpenVINO and NumPy.

    benchmarks/models/layers.py --build build --json results.json

Each layer is compiled by sparse-compile for a static token count, dense and pruned
by magnitude from random-normal weights. All sides of one cell take turns in one
process; NumPy stands for its OpenBLAS. Activations and results are token-major.
The file is written after each cell; --resume keeps its cells and measures the others.
"""

import argparse
import json
import os
import pathlib
import struct
import subprocess
import sys

import machine
import numpy
from minilm import ROOT, measure

# Name to options of sparse-compile.
OURS = {
    "dense": ["--family=cpu.dense"],
    "2:4": ["--pattern=2:4"],
    "4:8": ["--pattern=4:8"],
    "1:4": ["--pattern=1:4"],
    "unstructured 50 %": ["--pattern=unstructured", "--sparsity=0.5", "--scope=row"],
}

MODULE = """
func.func @layer(%x: tensor<{n}x{k}xf32>) -> tensor<{n}x{m}xf32> {{
  %w = arith.constant dense_resource<weight> : tensor<{m}x{k}xf32>
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<{n}x{m}xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<{n}x{m}xf32>) -> tensor<{n}x{m}xf32>
  %y = linalg.matmul
    indexing_maps = [affine_map<(t, o, k) -> (t, k)>, affine_map<(t, o, k) -> (o, k)>,
                     affine_map<(t, o, k) -> (t, o)>]
    ins(%x, %w : tensor<{n}x{k}xf32>, tensor<{m}x{k}xf32>)
    outs(%init : tensor<{n}x{m}xf32>) -> tensor<{n}x{m}xf32>
  return %y : tensor<{n}x{m}xf32>
}}
"""


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("benchmark-out"))
    parser.add_argument("--json", type=pathlib.Path, help="file for the results")
    parser.add_argument("--shape", nargs="+", default=["4096x4096"], metavar="OUTxIN")
    parser.add_argument("--tokens", type=int, nargs="+", default=[1, 8, 16, 32, 64, 128, 256])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--compile-only", action="store_true",
                        help="write the libraries, for a later call with --keep")  # fmt: skip
    parser.add_argument("--keep", action="store_true", help="take libraries that are there")
    parser.add_argument("--resume", action="store_true",
                        help="keep the cells that the JSON file has")  # fmt: skip
    parser.add_argument("--target-cpu", default="native")
    return parser.parse_args()


def write_weight(path, weight):
    """The weight as a safetensors file with one tensor."""
    entry = {"dtype": "F32", "shape": list(weight.shape), "data_offsets": [0, weight.nbytes]}
    header = json.dumps({"weight": entry}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + weight.tobytes())


def compile_layer(arguments, shape, tokens, name, options):
    """The path of the layer's library, compiled unless it is kept."""
    out, inputs = shape
    module = arguments.work / f"layer-{out}x{inputs}-{tokens}.mlir"
    module.write_text(MODULE.format(n=tokens, k=inputs, m=out), encoding="utf-8")
    tag = "".join(c for c in name if c.isalnum())
    library = arguments.work / f"layer-{out}x{inputs}-{tokens}-t{arguments.threads}-{tag}.so"
    if arguments.keep and library.exists():
        return library
    threading = "none" if arguments.threads == 1 else "omp"
    subprocess.run(
        [arguments.build / "bin" / "sparse-compile", module, "-o", library,
         f"--threading={threading}",
         f"--sparsity-weights={arguments.work / 'layer.safetensors'}",
         f"--target-cpu={arguments.target_cpu}", *options],
        check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return library


def onnx_matmul(weight, tokens):
    """X * W^T as an ONNX model with a constant weight."""
    from onnx import TensorProto, helper, numpy_helper

    matrix = numpy_helper.from_array(numpy.ascontiguousarray(weight.T), "w")
    out, inputs = weight.shape
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "layer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [tokens, inputs])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [tokens, out])],
        [matrix],
    )
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString()


def add_peers(sides, weight, tokens, threads):
    import onnxruntime

    model = onnx_matmul(weight, tokens)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    sides["onnxruntime"] = lambda x: session.run(None, {"x": x})[0]
    transposed = numpy.ascontiguousarray(weight.T)
    sides["numpy_openblas"] = lambda x: x @ transposed
    try:
        import openvino
    except ImportError:
        return
    settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads,
                "ENABLE_CPU_PINNING": False}  # fmt: skip
    compiled = openvino.Core().compile_model(openvino.Core().read_model(model), "CPU", settings)
    request = compiled.create_infer_request()
    sides["openvino"] = lambda x: request.infer({"x": x})[0]


def run_cell(arguments, weight, tokens, rng):
    """One shape at one token count: all sides in turn; None if only compiled."""
    from sparse_opt.library import Library

    shape = weight.shape
    libraries = {
        name: compile_layer(arguments, shape, tokens, name, options)
        for name, options in OURS.items()
    }
    if arguments.compile_only:
        return None
    sides = {name: Library(library) for name, library in libraries.items()}
    add_peers(sides, weight, tokens, arguments.threads)
    x = rng.standard_normal((tokens, shape[1]), dtype=numpy.float32)
    expected = sides["onnxruntime"](x)
    error = float(abs(sides["dense"](x) - expected).max())
    calls = {name: (lambda a, b, side=side: side(a)) for name, side in sides.items()}
    times = measure(calls, x, None, arguments.rounds, 0.02 if arguments.threads == 1 else 0.22)
    row = {"shape": f"{shape[0]}x{shape[1]}", "tokens": tokens, "threads": arguments.threads,
           "rounds": arguments.rounds, "max_abs_error_dense": error}  # fmt: skip
    row["sides"] = {}
    for name, samples in times.items():
        low, middle, high = numpy.percentile(samples, [25, 50, 75])
        row["sides"][name] = {"median_ms": middle, "iqr_ms": high - low, "min_ms": min(samples)}
    return row


def describe(row):
    lines = [f"{row['shape']}, {row['tokens']} tokens, {row['threads']} threads"]
    peers = [name for name in row["sides"] if name not in OURS]
    for name, side in row["sides"].items():
        ratios = "  ".join(
            f"{row['sides'][peer]['median_ms'] / side['median_ms']:.2f}x {peer}" for peer in peers
        )
        spread = 100 * side["iqr_ms"] / side["median_ms"]
        lines.append(f"  {name:18} {side['median_ms']:9.3f} ms  +-{spread:.0f} %  {ratios}")
    return "\n".join(lines)


def read_results(arguments):
    """Commands and rows of the file that this call resumes."""
    if not (arguments.resume and arguments.json and arguments.json.exists()):
        return [], []
    result = json.loads(arguments.json.read_text(encoding="utf-8"))
    if result["target_cpu"] != arguments.target_cpu:
        sys.exit(f"layers.py: error: '{arguments.json}' is of --target-cpu={result['target_cpu']}")
    return result["commands"], result["results"]


def save(arguments, commands, rows):
    """Writes the rows so far."""
    if not arguments.json:
        return
    result = {"machine": machine.describe(), "target_cpu": arguments.target_cpu,
              "commands": commands, "results": rows}  # fmt: skip
    arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def main():
    arguments = parse_arguments()
    arguments.work.mkdir(parents=True, exist_ok=True)
    commands, rows = read_results(arguments)
    done = {(row["shape"], row["tokens"], row["threads"]) for row in rows}
    commands.append(" ".join(["benchmarks/models/layers.py", *sys.argv[1:]]))
    for shape in arguments.shape:
        out, inputs = map(int, shape.split("x"))
        rng = numpy.random.default_rng([out, inputs])
        weight = rng.standard_normal((out, inputs), dtype=numpy.float32)
        write_weight(arguments.work / "layer.safetensors", weight)
        for tokens in arguments.tokens:
            if (shape, tokens, arguments.threads) in done:
                continue
            row = run_cell(arguments, weight, tokens, rng)
            if row:
                rows.append(row)
                print(describe(row), flush=True)
                save(arguments, commands, rows)


if __name__ == "__main__":
    # Thread counts are fixed when the libraries are loaded.
    THREADS = str(parse_arguments().threads)
    if os.environ.get("OPENBLAS_NUM_THREADS") != THREADS:
        os.environ.update(OPENBLAS_NUM_THREADS=THREADS, OMP_NUM_THREADS=THREADS)
        os.execv(sys.executable, [sys.executable, *sys.argv])
    sys.path.insert(0, str(ROOT / "python"))
    main()
