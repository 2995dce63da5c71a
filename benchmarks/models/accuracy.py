#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares compiled public models with ONNX Runtime or NumPy, and pruned ones with dense.

    benchmarks/models/accuracy.py MODELS --build build --json results.json

MODELS is a folder of scripts/fetch-models. Each model is imported, compiled and
called on real inputs. Needs the packages onnx, onnxruntime, tokenizers, Pillow and,
for the ONNX models, torch-mlir.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import sys

import machine
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ("minilm", "minilm-l3", "ppocr", "smollm2", "pruned")


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=pathlib.Path, metavar="MODELS")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("benchmark-out"))
    parser.add_argument("--json", type=pathlib.Path, help="file for the results")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, help="default: all")
    parser.add_argument("--target-cpu", default="native")
    parser.add_argument("--threading", choices=("omp", "none"), default="omp")
    arguments = parser.parse_args()
    arguments.compile = (
        f"--target-cpu={arguments.target_cpu}",
        f"--threading={arguments.threading}",
    )
    return arguments


def compare(results, expected):
    """Worst error and cosine over all calls."""
    errors, cosines, largest = [], [], []
    for left, right in zip(results, expected, strict=True):
        left, right = (array.astype(numpy.float64).ravel() for array in (left, right))
        errors.append(abs(left - right).max())
        cosines.append(left @ right / (numpy.linalg.norm(left) * numpy.linalg.norm(right)))
        largest.append(abs(right).max())
    return {
        "max_abs_error": float(max(errors)),
        "cosine_min": float(min(cosines)),
        "max_abs_reference": float(max(largest)),
    }


def examine(arguments, name):
    """Imports, compiles and calls one model; returns its row."""
    import public_models
    import toolchain
    from sparse_opt.library import Library

    case = public_models.CASES[name](arguments.models, arguments.work)
    module, library = (arguments.work / f"{name}{end}" for end in (".mlirbc", ".so"))
    load = os.getloadavg()[0]
    imported = toolchain.import_model(case.source, module, case.options)
    compiled, layers = toolchain.compile_module(
        arguments.build, module, library, arguments.compile
    )
    model = Library(library)
    results = [model(*arrays) for arrays in case.inputs]
    kernels = toolchain.kernels(library)
    return {
        "model": case.name,
        "reference": case.reference,
        "inputs": len(results),
        "result_shape": list(results[0].shape),
        **compare(results, case.expected),
        **case.judge(case, results),
        "layers": len(layers),
        "distinct_kernels": len(kernels),
        "kernels": kernels,
        "module_mb": round(module.stat().st_size / 1e6, 1),
        "library_mb": round(library.stat().st_size / 1e6, 1),
        "import": imported,
        "compile": compiled,
        "load_average": round(load, 1),
    }


def describe(row):
    lines = [
        f"{row['model']}: error {row['max_abs_error']:.1e}, cosine {row['cosine_min']:.9f} against"
        f" {row['reference']} on {row['inputs']} inputs",
        f"  {row['layers']} layers, {row['distinct_kernels']} kernels;"
        f" import {row['import']['wall_s']} s, compile {row['compile']['wall_s']} s"
        f" ({row['compile']['cpu_s']} s of CPU) and {row['compile']['peak_mb']:.0f} MB"
        f" for {row['module_mb']:.0f} MB; load {row['load_average']}",
    ]
    if "texts" in row:
        lines.append(f"  {row['texts_equal']} of {row['inputs']} texts equal: {row['texts']}")
    if "perplexity" in row:
        lines.append(
            f"  perplexity {row['perplexity']:.5f}, reference {row['reference_perplexity']:.5f}"
        )
    return "\n".join(lines)


def prepare_minilm(arguments):
    """The imported MiniLM-L6, from an earlier part of this run or a new one."""
    import public_models
    import toolchain

    module = arguments.work / "minilm.mlirbc"
    if "minilm" not in arguments.only:
        sequence = ("--seq", public_models.SEQUENCE)
        toolchain.import_model(arguments.models / "minilm", module, sequence)
    return module


def save(arguments, result):
    if arguments.json:
        text = json.dumps(result, indent=1, ensure_ascii=False)
        arguments.json.write_text(text + "\n", encoding="utf-8")


def main():
    arguments = parse_arguments()
    arguments.work.mkdir(parents=True, exist_ok=True)
    result = {
        "machine": machine.describe(),
        "versions": {n: importlib.metadata.version(n) for n in ("numpy", "onnxruntime")},
        "target_cpu": arguments.target_cpu,
        "threading": arguments.threading,
        "models": [],
    }
    for name in arguments.only:
        if name != "pruned":
            result["models"].append(examine(arguments, name))
            print(describe(result["models"][-1]), flush=True)
            save(arguments, result)
    if "pruned" in arguments.only:
        import pruned

        result["pruned"] = pruned.study(arguments, prepare_minilm(arguments))
        save(arguments, result)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "python"))
    main()
