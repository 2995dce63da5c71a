# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prunes MiniLM-L6 by a recipe and calibration text; shows accuracy beside speed.

Calibration reads news documents and a novel. Judged are sentences of another novel, by the
cosine with the dense model's embeddings, and 50 rated news documents, by the rank
correlation of their similarities with people's ratings.
"""

import functools
import pathlib
import sys

import numpy

from sparse_opt.demo import tables
from sparse_opt.demo.measure import cosines, interleaved_ms, spearman
from sparse_opt.demo.steps import ROOT, Steps, exit_with, get_threading, make_parser
from sparse_opt.library import Library
from sparse_opt.text import cut_sentences, encode

HERE = pathlib.Path(__file__).parent
SEEN, UNSEEN = "pride-and-prejudice", "persuasion"
MAGNITUDE = r"pattern=2:4 targets=encoder\.layer\..*"


def make_demo_parser():
    parser = make_parser("scripts/demo-accuracy", __doc__)
    parser.add_argument("--recipe", type=pathlib.Path, default=HERE / "mixed.yaml")
    parser.add_argument("--samples", type=int, default=400, help="texts to calibrate with (400)")
    parser.add_argument("--sentences", type=int, default=512, help="sentences to judge (512)")
    return parser


class Demo:
    """The steps in order; files go to `arguments.out`."""

    def __init__(self, arguments):
        self.arguments, self.out = arguments, arguments.out
        self.steps = Steps(arguments.build)
        self.models = self.out / "models"
        self.dense = self.out / "minilm.mlirbc"

    def lines(self, name):
        return (self.models / "texts" / name).read_text(encoding="utf-8").splitlines()

    def novel(self, name, count):
        text = (self.models / "novels" / f"{name}.txt").read_text(encoding="utf-8")
        return cut_sentences(text, count)

    def encode(self, texts):
        return encode(self.models / "minilm", texts, self.arguments.seq)

    def import_model(self):
        self.steps.run(
            "fetch", f"{ROOT}/scripts/fetch-models", "minilm", "texts", "novels", self.models
        )
        self.steps.import_minilm(self.models / "minilm", self.dense, self.arguments.seq)

    def calibrate(self):
        """Statistics of what the layers of the recipe read; returns their file."""
        half = self.arguments.samples // 2
        texts = self.lines("background.txt")[:half]
        texts += self.novel(SEEN, self.arguments.samples - len(texts))
        files = [self.out / "calibration-ids.npy", self.out / "calibration-mask.npy"]
        for file, array in zip(files, self.encode(texts), strict=True):
            numpy.save(file, array)
        stats = self.out / "stats.safetensors"
        self.steps.run(
            f"calibrate with {len(texts)} texts", "sparse-run", self.dense, "--calibrate",
            f"--recipe={self.arguments.recipe}", f"--inputs={files[0]},{files[1]}",
            "--mask-input=1", f"--stats={stats}",
        )  # fmt: skip
        return stats

    def prune(self, what, name, *passes):
        output = self.out / f"{name}.mlirbc"
        self.steps.run(
            f"prune: {what}", "sparse-opt", self.dense, "--sparsity-normalize", *passes,
            "--sparsity-verify-patterns", "--emit-bytecode", "-o", output,
        )  # fmt: skip
        return output

    def compile(self, module):
        library = module.with_suffix(".so")
        threading = get_threading(self.arguments.threads)
        self.steps.run(
            f"compile {module.stem}", "sparse-compile", module, "-o", library,
            f"--threading={threading}", f"--sparsity-report={module.with_suffix('.html')}",
        )  # fmt: skip
        return Library(library)

    def judge(self, libraries):
        """The lines of the table."""
        unseen = self.novel(UNSEEN, self.arguments.sentences)
        ids, mask = self.encode(unseen + self.lines("documents.txt"))
        rows = [(ids[i : i + 1], mask[i : i + 1]) for i in range(len(ids))]
        print(f"\n== embed {len(rows)} texts, then time", file=sys.stderr, flush=True)
        people = numpy.loadtxt(self.models / "texts" / "similarities.txt")
        pairs = numpy.triu_indices(len(people), 1)
        embeddings = {
            name: numpy.concatenate([run(*row) for row in rows]).astype(numpy.float64)
            for name, run in libraries.items()
        }
        longest = rows[int(mask.sum(axis=1).argmax())]
        calls = {name: functools.partial(run, *longest) for name, run in libraries.items()}
        times = interleaved_ms(calls, self.arguments.rounds)
        header = ("model", "ms per call", "speed-up", "cosine with dense", "rank with people")
        lines = []
        for name, result in embeddings.items():
            cosine = cosines(result, embeddings["dense"])[: len(unseen)].mean()
            documents = result[len(unseen) :]
            rank = spearman((documents @ documents.T)[pairs], people[pairs])
            ms, gain = times[name], times["dense"] / times[name]
            lines.append((name, f"{ms:.2f}", f"{gain:.2f}x", f"{cosine:.3f}", f"{rank:.3f}"))
        return tables.lay_out(header, lines, right=range(1, 5))


def show(arguments):
    demo = Demo(arguments)
    demo.import_model()
    stats = demo.calibrate()
    magnitude = demo.prune("2:4 by magnitude", "magnitude", f"--sparsity-prune={MAGNITUDE}")
    mixed = demo.prune(
        "by the recipe", "mixed", f"--sparsity-apply-recipe=recipe={arguments.recipe} print-matches",
        f"--sparsity-prune=stats={stats} record",
    )  # fmt: skip
    modules = {"dense": demo.dense, "2:4 by magnitude": magnitude, "the recipe": mixed}
    lines = demo.judge({name: demo.compile(module) for name, module in modules.items()})
    setting = f"sequence {arguments.seq}, batch 1, threads {arguments.threads}"
    print(f"\nMiniLM-L6, {setting}", *lines, sep="\n")
    print(f"per layer: {mixed.with_suffix('.html')}")
    return 0


if __name__ == "__main__":
    exit_with(make_demo_parser(), show)
