#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Time and peak memory of each phase from MiniLM-L6's checkpoint to a 2:4 library.

    benchmarks/models/compile_phases.py MODELS --build build --json results.json

Each phase runs as a program of its own on the bytecode that the one before wrote,
so that its time and peak memory are its own; both include reading and writing the
module. The last row is the whole road from the imported module in one process.
"""

import argparse
import json
import pathlib
import re
import subprocess

import machine
import toolchain

TARGETS = r"encoder\.layer\..*"
# Name to passes of sparse-opt.
PHASES = {
    "normalize": ["--sparsity-normalize"],
    "prune": [f"--sparsity-prune=pattern=2:4 targets={TARGETS}"],
    "verify": ["--sparsity-verify-patterns"],
    "select": ["--sparsity-select-kernels"],
    "pack": ["--sparsity-pack-weights"],
}
STEP = re.compile(r"([0-9.]+) s  (.+)")


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=pathlib.Path, metavar="MODELS")
    parser.add_argument("--build", type=pathlib.Path, default=toolchain.ROOT / "build")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("benchmark-out"))
    parser.add_argument("--json", type=pathlib.Path, help="file for the results")
    return parser.parse_args()


def best(command, repeats=3):
    """The run with the least wall time; peaks differ by less than 1 %."""
    return min((toolchain.run(command) for _ in range(repeats)), key=lambda cost: cost["wall_s"])


def measure(arguments):
    programs = arguments.build / "bin"
    module = arguments.work / "phase-import.mlirbc"
    size = ["--seq", "128", "--batch", "1"]
    rows = [{"phase": "import"} | toolchain.import_model(arguments.models / "minilm", module, size)]
    imported = module
    for name, passes in PHASES.items():
        result = arguments.work / f"phase-{name}.mlirbc"
        command = [programs / "sparse-opt", module, *passes, "--emit-bytecode", "-o", result]
        rows.append({"phase": name} | best(command))
        module = result
    library = arguments.work / "phase.so"
    compiler = programs / "sparse-compile"
    rows.append({"phase": "lower and emit"} | best([compiler, module, "-o", library]))
    prune = ["--pattern=2:4", f"--targets={TARGETS}"]
    whole = [compiler, imported, "-o", library, *prune]
    rows.append({"phase": "all, from the imported module"} | best(whole))
    timed = subprocess.run([*whole, "--timing"], check=True, capture_output=True, text=True)
    steps = {name: float(seconds) for seconds, name in STEP.findall(timed.stderr)}
    return rows, steps, imported.stat().st_size / 2**20


def main():
    arguments = parse_arguments()
    arguments.work.mkdir(parents=True, exist_ok=True)
    rows, steps, module_mb = measure(arguments)
    for row in rows:
        print(f"{row['phase']:30} {row['wall_s']:6.2f} s  {row['peak_mb']:7.1f} MB")
    for name, seconds in steps.items():
        print(f"  {name:28} {seconds:6.2f} s")
    if arguments.json:
        result = {
            "machine": machine.describe(),
            "command": "benchmarks/models/compile_phases.py MODELS --json FILE",
            "model": "MiniLM-L6, sequence 128, batch 1, 2:4",
            "module_mb": module_mb,
            "phases": rows,
            "steps_of_sparse_compile_s": steps,
        }
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
