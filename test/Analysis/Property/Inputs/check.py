# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks claims and transformations on random graphs against NumPy.

Every claim of --sparsity-print-facts must be true of the values that NumPy
computes, more facts about the inputs must never give fewer claims, and the
module that --sparsity-propagate and --sparsity-shrink make must compute the
same results.
"""

import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import graphs
import interpret
import numpy as np

FINITE = "assume-finite"


def run(*command, text=None):
    """What a program prints, and its remarks."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr[:4000]}")
    return done.stdout, done.stderr


def indices(text):
    for part in text.split(", "):
        first, _, last = part.partition("..")
        yield from range(int(first), int(last or first) + 1)


def equals(array, number):
    """A zero has to be one; other constants are computed with rounding."""
    return np.isclose(array, number, rtol=1e-5, atol=0 if number == 0 else 1e-6)


class Claims:
    """What one line says about a tensor."""

    def __init__(self, text):
        self.text, self.uniform, self.count = text, None, None
        self.slices, self.patterns, self.blocks, self.finite = {}, {}, None, False
        # Slices that have one value, which is not printed.
        self.constant = set()
        for clause in text.split("; "):
            self.read(clause)

    def read(self, clause):
        if found := re.fullmatch(r"all (\S+)", clause):
            self.uniform = 0.0 if found[1] == "zero" else float(found[1])
        elif clause.startswith("unread"):
            return
        elif found := re.fullmatch(r"constant along dim (\d+) at (.*)", clause):
            self.constant |= {(int(found[1]), index) for index in indices(found[2])}
        elif found := re.fullmatch(r"(\S+) along dim (\d+) at (.*)", clause):
            number = 0.0 if found[1] == "zero" else float(found[1])
            for index in indices(found[3]):
                self.slices[int(found[2]), index] = number
        elif found := re.fullmatch(r"(\d+):(\d+) along dim (\d+)(?: around (\S+))?", clause):
            n, m, dim = map(int, found.groups()[:3])
            self.patterns[m, dim, float(found[4] or 0.0)] = n
        elif found := re.fullmatch(r"at most (\d+) (?:nonzeros|elements around (\S+))", clause):
            self.count = int(found[1]), float(found[2] or 0.0)
        elif found := re.fullmatch(r"(\d+) of \d+ blocks (\d+)x(\d+) empty(?: around (\S+))?", clause):
            self.blocks = *map(int, found.groups()[:3]), float(found[4] or 0.0)
        elif clause == "finite":
            self.finite = True
        else:
            known = r"unknown|nothing read"
            assert re.fullmatch(known, clause), f"unknown claim: {clause}"

    def names(self, dim, index):
        """Whether a slice is said to have one value."""
        return self.uniform is not None or (dim, index) in self.slices or (dim, index) in self.constant

    def violations(self, array):
        def differs(part, number):
            return np.any(~equals(part, number))

        if self.uniform is not None and differs(array, self.uniform):
            yield f"not all {self.uniform}"
        for (dim, index), number in self.slices.items():
            if differs(np.take(array, index, dim), number):
                yield f"slice {index} of dim {dim} is not {number}"
        for dim, index in self.constant:
            part = np.take(array, index, dim)
            if part.size and differs(part, part.flat[0]):
                yield f"slice {index} of dim {dim} is not constant"
        for (m, dim, fill), n in self.patterns.items():
            moved = np.moveaxis(~equals(array, fill), dim, -1)
            for begin in range(0, moved.shape[-1], m):
                if moved[..., begin : begin + m].sum(-1).max(initial=0) > n:
                    yield f"not {n}:{m} along dim {dim} around {fill}"
        if self.count and (~equals(array, self.count[1])).sum() > self.count[0]:
            yield f"more than {self.count[0]} elements differ from {self.count[1]}"
        if self.finite and not np.isfinite(array).all():
            yield "not finite"

    def covers(self, other):
        """Whether each slice that `other` claims is claimed here."""
        return all(self.names(*place) for place in (*other.slices, *other.constant)) and (
            other.uniform is None or self.uniform is not None
        )


def read_facts(program, modules):
    """The claims of each function, in order."""
    text, _ = run(program, "-", f"--sparsity-print-facts={FINITE}", "-o", os.devnull, text=modules)
    functions, current = {}, None
    for line in text.splitlines():
        if line.startswith("@"):
            current = functions.setdefault(line[1:], [])
        else:
            current.append(Claims(re.sub(r"^  \S+ : tensor<\S*>: ", "", line)))
    return functions


def check_claims(batch, program, totals):
    facts = read_facts(program, "".join(graph.text() for graph in batch))
    for graph in batch:
        for name, arrays in ((graph.name, graph.order), *graph.functions.items()):
            for claim, array in zip(facts[name], arrays, strict=True):
                if array is None:
                    continue
                totals["claims"] += len(claim.slices) + len(claim.patterns) + (claim.uniform is not None)
                for violation in claim.violations(array):
                    sys.exit(f"{name}: '{claim.text}' is wrong: {violation}\n{array}\n{graph.text()}")
    return facts


def check_monotone(batch, facts, program, ops, totals):
    """Without masks on the inputs there are fewer facts, and never more claims."""
    fewer = [graphs.Graph(int(graph.name[1:]), masked=False, ops=ops) for graph in batch]
    weaker = read_facts(program, "".join(graph.text() for graph in fewer))
    for graph, unmasked in zip(batch, fewer, strict=True):
        # Each input has a constant and a product in front; whether an op was drawn
        # behind them may depend on values.
        first = 2 * len(graph.inputs)
        if graph.lines[first:] != unmasked.lines[first:] or graph.globals != unmasked.globals:
            continue
        totals["pairs"] += 1
        # The masks themselves differ.
        skipped = 3 * len(graph.inputs)
        for more, less in list(zip(facts[graph.name], weaker[graph.name], strict=True))[skipped:]:
            if not more.covers(less):
                sys.exit(f"{graph.name}: '{more.text}' says less than '{less.text}'\n{graph.text()}")


def shrink(batch, program, totals, *options):
    """The text of a module without what is superfluous."""
    passes = [f"--sparsity-propagate={FINITE}", f"--sparsity-shrink={FINITE}", "--remarks-filter=sparsity"]
    text, remarks = run(program, "-", *passes, *options, text="".join(graph.text() for graph in batch))
    for removed in re.findall(r"(\d+) of \d+ slices along dim \d+ removed", remarks):
        totals["slices removed"] += int(removed)
    return text


def check_interpreted(batch, tools, totals):
    """Runs the transformed functions with NumPy; their values are known."""
    options = ["--linalg-generalize-named-ops", "--mlir-print-op-generic", "--mlir-print-local-scope"]
    module = interpret.Module(shrink(batch, tools / "sparse-opt", totals, *options))
    for graph in batch:
        results = module.call(graph.name, *(array.astype(np.float64) for array in graph.inputs))
        compare(graph, results, totals)


def check_compiled(batch, tools, folder, totals, library_type):
    """Compiles and runs the transformed functions."""
    smaller, library = folder / "smaller.mlir", folder / "smaller.so"
    smaller.write_text(shrink(batch, tools / "sparse-opt", totals), encoding="utf-8")
    run(tools / "sparse-compile", smaller, "-o", library, "--threading=none")
    compiled = library_type(library)
    for graph in batch:
        results = compiled[graph.name](*graph.inputs)
        compare(graph, results if isinstance(results, tuple) else (results,), totals)


def compare(graph, results, totals):
    for result, value in zip(results, graph.results, strict=True):
        totals["results"] += 1
        if np.shape(result) != value.shape or not np.allclose(result, value.array, rtol=1e-3, atol=1e-4):
            sys.exit(f"{graph.name}: {result} instead of {value.array}\n{graph.text()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=pathlib.Path, required=True, help="folder of sparse-opt")
    parser.add_argument("--graphs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0, help="of the first graph")
    parser.add_argument("--batch", type=int, default=100, help="graphs in a module")
    parser.add_argument("--compile", action="store_true", help="run the compiled functions, not with NumPy")
    arguments = parser.parse_args()
    totals = collections.Counter()
    ops = graphs.COMPILED if arguments.compile else graphs.OPS
    with tempfile.TemporaryDirectory() as folder:
        for first in range(arguments.seed, arguments.seed + arguments.graphs, arguments.batch):
            last = min(first + arguments.batch, arguments.seed + arguments.graphs)
            batch = [graphs.Graph(seed, ops=ops) for seed in range(first, last)]
            facts = check_claims(batch, arguments.tools / "sparse-opt", totals)
            check_monotone(batch, facts, arguments.tools / "sparse-opt", ops, totals)
            if arguments.compile:
                from sparse_opt.library import Library  # noqa: PLC0415

                check_compiled(batch, arguments.tools, pathlib.Path(folder), totals, Library)
            else:
                check_interpreted(batch, arguments.tools, totals)
    print(f"{arguments.graphs} graphs:", ", ".join(f"{count} {name}" for name, count in totals.items()))


if __name__ == "__main__":
    np.seterr(all="ignore")
    main()
