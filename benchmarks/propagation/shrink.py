#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the removal of dead neurons, heads and channels saves on real models.

`build` zeroes parts of a model with sparsity-prune and compiles it three times:
as it was, with the zeros left in, and shrunk. `measure` runs the three in turns.
"""

import argparse
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "benchmarks/models")]

# Model, what dies, how the request reads, fraction.
CASES = [
    ("minilm-s128", "neurons", "pattern=slice dim=0 targets=.*intermediate.dense.weight", 0.25),
    ("minilm-s128", "neurons", "pattern=slice dim=0 targets=.*intermediate.dense.weight", 0.5),
    ("minilm-s128", "heads", "pattern=block<384x32> targets=.*attention.output.dense.weight", 0.25),
    ("minilm-s128", "heads", "pattern=block<384x32> targets=.*attention.output.dense.weight", 0.5),
    ("rec", "channels", "pattern=slice dim=1", 0.25),
    ("rec", "channels", "pattern=slice dim=1", 0.5),
    ("smollm2-s128", "neurons", "pattern=slice dim=1 targets=.*down_proj.weight", 0.25),
    ("smollm2-s128", "neurons", "pattern=slice dim=1 targets=.*down_proj.weight", 0.5),
]
SIDES = ("dense", "zeros", "shrunk")


def label(case):
    return f"{case[0]}-{case[1]}-{int(case[3] * 100)}"


def run(*command):
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True)
    return round(time.perf_counter() - start, 2)


def count_removed(program, zeros, request, fraction):
    """Slices of the weights that were zeroed, and how many of them shrink removes."""
    targets = re.search(r"targets=(\S+)", request)
    pattern = re.compile(targets[1] if targets else ".*")
    options = ["--remarks-filter=sparsity", "--mlir-elide-resource-strings-if-larger=16"]
    done = subprocess.run(
        [program, zeros, "--sparsity-shrink=assume-finite", *options],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    listed = subprocess.run([program, zeros, options[1]], check=True, capture_output=True, text=True).stdout
    zeroed = {}
    for name, shape in re.findall(r'sparsity.weight "([^"]+)".* : tensor<([\dx]+)xf32>', listed):
        sizes = [int(size) for size in shape.split("x")]
        if pattern.fullmatch(name) and len(sizes) == 2:
            unit = 32 if "block<384x32>" in request else 1
            zeroed[name] = math.floor(fraction * (sizes[1 if "dim=0" not in request else 0] // unit)) * unit
    dim = 0 if "dim=0" in request else 1
    removed = dict.fromkeys(zeroed, 0)
    for name, count, along in re.findall(r"weight '([^']+)': (\d+) of \d+ slices along dim (\d+) removed", done.stderr):
        if name in removed and int(along) == dim:
            removed[name] += int(count)
    found = sum(min(removed[name], zeroed[name]) for name in zeroed)
    return {"zeroed_slices": sum(zeroed.values()), "removed_slices": found}


def build(arguments):
    for case in CASES:
        model, _, request, fraction = case
        if arguments.only and arguments.only not in label(case):
            continue
        folder = arguments.folder / label(case)
        folder.mkdir(parents=True, exist_ok=True)
        zeros = folder / "zeros.mlirbc"
        source = arguments.models / f"{model}.mlirbc"
        tools = arguments.build / "bin"
        run(tools / "sparse-opt", source, "--sparsity-normalize",
            f"--sparsity-prune={request} sparsity={fraction}", "--emit-bytecode", "-o", zeros)  # fmt: skip
        dense = arguments.folder / f"{model}.so"
        if not dense.exists():
            run(tools / "sparse-compile", source, "-o", dense)
        if not (folder / "dense.so").exists():
            (folder / "dense.so").symlink_to(dense.resolve())
        seconds = {
            "zeros": run(tools / "sparse-compile", zeros, "-o", folder / "zeros.so"),
            "shrunk": run(tools / "sparse-compile", zeros, "-o", folder / "shrunk.so", "--assume-finite"),
        }
        removed = count_removed(tools / "sparse-opt", zeros, request, fraction)
        (folder / "removed.json").write_text(json.dumps(removed), encoding="utf-8")
        (folder / "compile.json").write_text(json.dumps(seconds), encoding="utf-8")


def inputs(library, numpy):
    entry = next(iter(library.entries.values()))
    generator = numpy.random.default_rng(0)
    arrays = []
    for port in entry.inputs:
        if port.dtype.kind == "f":
            arrays.append(generator.standard_normal(port.shape).astype(port.dtype))
        else:
            # Token numbers, or a mask of ones.
            low, high = (1, 2) if len(arrays) == 1 else (5, 1000)
            arrays.append(generator.integers(low, high, port.shape).astype(port.dtype))
    return entry, arrays


def measure_case(folder, seconds):
    import numpy
    from sparse_opt.library import Library

    entries, results, times = {}, {}, {side: [] for side in SIDES}
    for side in SIDES:
        entry, arrays = inputs(Library(folder / f"{side}.so"), numpy)
        entries[side] = entry
        results[side] = entry(*arrays)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times["dense"]) < 3:
        for side in SIDES:
            start = time.perf_counter()
            entries[side](*arrays)
            times[side].append((time.perf_counter() - start) * 1e3)
    difference = float(numpy.abs(results["zeros"] - results["shrunk"]).max())
    largest = float(numpy.abs(results["zeros"]).max())
    return {
        "median_ms": {side: round(statistics.median(times[side]), 3) for side in SIDES},
        "calls": len(times["dense"]),
        "library_mb": {
            side: round(os.path.getsize((folder / f"{side}.so").resolve()) / 1e6, 2) for side in SIDES
        },
        "max_abs_difference": difference,
        "max_abs_value": largest,
        **json.loads((folder / "removed.json").read_text(encoding="utf-8")),
        "compile_s": json.loads((folder / "compile.json").read_text(encoding="utf-8")),
    }


def measure(arguments):
    import machine

    rows = []
    for case in CASES:
        folder = arguments.folder / label(case)
        if not (folder / "shrunk.so").exists() or (arguments.only and arguments.only not in label(case)):
            continue
        row = {"model": case[0], "zeroed": case[1], "fraction": case[3], "request": case[2]}
        rows.append(row | measure_case(folder, arguments.seconds))
        print(json.dumps(rows[-1]), flush=True)
    document = {"machine": machine.describe(), "threads": 1, "rows": rows}
    arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("build", "measure"))
    parser.add_argument("models", type=pathlib.Path, help="folder of imported modules")
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="of the libraries")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--only", default="", help="part of the name of a case")
    parser.add_argument("--seconds", type=float, default=6, help="per case")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "benchmarks/results/propagation.json")
    arguments = parser.parse_args()
    (build if arguments.step == "build" else measure)(arguments)


if __name__ == "__main__":
    main()
