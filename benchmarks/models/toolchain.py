# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Imports and compiles models with the project's programs, and what that cost."""

import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# OpenMP bodies of a kernel have its name and a suffix.
KERNEL = re.compile(r" t (sparsity_cpu_\w+)")


def measure(command):
    """Runs a program; returns its exit status, seconds and peak memory."""
    start = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "status": process.returncode,
        "wall_s": round(time.perf_counter() - start, 2),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024, 1),
    }


def run(command):
    """Runs a program that must succeed; returns seconds and peak memory.

    The peak of a process counts the memory of the one that started it, which has
    to be small: this file as a program.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python")}
    done = subprocess.run(
        [sys.executable, __file__, *map(str, command)],
        check=True, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    cost = json.loads(done.stdout.splitlines()[-1])
    if cost.pop("status"):
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr}")
    return cost


def import_model(source, module, options):
    """Writes `source` as a module; returns the cost, that of mlir-opt included."""
    return run([sys.executable, "-m", "sparse_opt.importer", source, "-o", module, *options])


def compile_module(build, module, library, options=()):
    """Writes `module` as a library; returns the cost and the report's layers."""
    report = library.with_suffix(".json")
    program = build / "bin" / "sparse-compile"
    cost = run([program, module, "-o", library, f"--sparsity-report={report}", *options])
    return cost, json.loads(report.read_text(encoding="utf-8"))["layers"]


def kernels(library):
    """The kernels that a library has, each a function of its own."""
    listed = subprocess.run(["nm", library], check=True, capture_output=True, text=True)
    return sorted(set(KERNEL.findall(listed.stdout)))


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1:])))
