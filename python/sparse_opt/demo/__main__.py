# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Imports MiniLM-L6, prunes it to 2:4, compiles it dense and sparse, runs both.

The last lines are two tables: what each layer became, with its predicted and
measured time, and the whole model beside ONNX Runtime.
"""

import functools
import json
import pathlib
import sys

import numpy

from sparse_opt.demo import tables
from sparse_opt.demo.measure import interleaved_ms, interleaved_steps_ms
from sparse_opt.demo.peer import open_session
from sparse_opt.demo.steps import ROOT, Steps, exit_with, get_threading, make_parser
from sparse_opt.library import Library
from sparse_opt.report import from_json
from sparse_opt.text import encode

SENTENCES = pathlib.Path(__file__).with_name("sentences.txt")
# The weights of the encoder; the table of words is looked up, not multiplied.
TARGETS = r"encoder\.layer\..*"


def make_demo_parser():
    parser = make_parser("scripts/demo", __doc__)
    parser.add_argument("--pattern", default="2:4", help="N:M pattern of the weights (2:4)")
    return parser


class Demo:
    """The steps in order; files go to `arguments.out`."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.out = arguments.out
        self.steps = Steps(arguments.build)
        self.model = self.out / "models" / "minilm"

    def import_model(self):
        self.steps.run("fetch", f"{ROOT}/scripts/fetch-models", "minilm", self.model.parent)
        self.steps.import_minilm(self.model, self.out / "minilm.mlirbc", self.arguments.seq)

    def prune(self):
        """Prunes the weights and checks each group of them."""
        self.steps.run(
            f"prune to {self.arguments.pattern} and verify",
            "sparse-opt", self.out / "minilm.mlirbc", "--sparsity-normalize",
            f"--sparsity-prune=pattern={self.arguments.pattern} targets={TARGETS}",
            "--sparsity-verify-patterns", "--emit-bytecode", "-o", self.out / "pruned.mlirbc",
        )  # fmt: skip

    def compile(self, name, module):
        """Compiles a module; returns the opened library and the report of its layers."""
        library, report = self.out / f"{name}.so", self.out / f"{name}.json"
        threading = get_threading(self.arguments.threads)
        self.steps.run(
            f"compile {name}", "sparse-compile", self.out / module, "-o", library,
            f"--sparsity-report={report}", f"--threading={threading}", "--profile",
        )  # fmt: skip
        return Library(library), from_json(json.loads(report.read_text(encoding="utf-8")))

    def compare(self):
        """Runs the model dense, pruned and in ONNX Runtime; returns the lines of both tables."""
        dense, _ = self.compile("dense", "minilm.mlirbc")
        pruned, report = self.compile("pruned", "pruned.mlirbc")
        runs = {
            "ONNX Runtime": open_session(self.model, self.arguments.threads),
            "dense": dense,
            self.arguments.pattern: pruned,
        }
        sentences = SENTENCES.read_text(encoding="utf-8").splitlines()
        ids, mask = encode(self.model, sentences, self.arguments.seq)
        rows = [(ids[i : i + 1], mask[i : i + 1]) for i in range(len(ids))]
        print(f"\n== run {len(rows)} sentences, then time", file=sys.stderr, flush=True)
        embeddings = {
            name: numpy.concatenate([run(*row) for row in rows]) for name, run in runs.items()
        }
        longest, rounds = rows[int(mask.sum(axis=1).argmax())], self.arguments.rounds
        steps = interleaved_steps_ms({"dense": dense, "pruned": pruned}, longest, rounds)
        calls = {name: functools.partial(run, *longest) for name, run in runs.items()}
        times = interleaved_ms(calls, rounds)
        return tables.layers(report, steps), tables.models(times, embeddings)


def show(arguments):
    demo = Demo(arguments)
    demo.import_model()
    demo.prune()
    layers, models = demo.compare()
    setting = f"sequence {arguments.seq}, batch 1, threads {arguments.threads}"
    print(f"\nMiniLM-L6, {setting}; times in ms", *layers, "", *models, sep="\n")
    return 0


if __name__ == "__main__":
    exit_with(make_demo_parser(), show)
