#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks facts and transformations on very many random graphs, in chunks.

The result is written after each chunk, so that a run that is cut short says how
far it came. The graphs of a failed chunk are not counted.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECK = ROOT / "test/Analysis/Property/Inputs/check.py"


def run_chunk(tools, first, count):
    command = [sys.executable, CHECK, "--tools", tools, "--graphs", count, "--seed", first]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=pathlib.Path, default=ROOT / "build/bin", help="folder of sparse-opt")
    parser.add_argument("--graphs", type=int, default=100000)
    parser.add_argument("--chunk", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=10_000_000, help="of the first graph")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "benchmarks/results/propagation-soak.json")
    arguments = parser.parse_args()
    totals, failures, start = collections.Counter(), [], time.perf_counter()
    for done in range(0, arguments.graphs, arguments.chunk):
        count = min(arguments.chunk, arguments.graphs - done)
        result = run_chunk(arguments.tools, arguments.seed + done, count)
        if result.returncode:
            failures.append({"seed": arguments.seed + done, "graphs": count, "output": result.stderr[:2000]})
        else:
            for number, name in re.findall(r"(\d+) ([a-z ]+)", result.stdout):
                totals[name] += int(number)
        document = {
            "command": "benchmarks/propagation/soak.py "
            f"--graphs={arguments.graphs} --chunk={arguments.chunk} --seed={arguments.seed}",
            "graphs_in_a_module": 100,
            "first_seed": arguments.seed,
            "last_seed": arguments.seed + done + count - 1,
            "checked": dict(totals),
            "failed_chunks": failures,
            "seconds": round(time.perf_counter() - start),
        }
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    sys.exit(f"{len(failures)} chunks failed" if failures else 0)


if __name__ == "__main__":
    main()
