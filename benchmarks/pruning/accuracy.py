#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What each pruning method costs a real model, on texts that calibration did not see.

    benchmarks/pruning/accuracy.py MODELS --json FILE

MiniLM-L6 embeds 512 sentences of one novel and 50 rated news documents, SmolLM2-135M reads
windows of the novel; calibration sees other news documents and another novel. MODELS is the
folder of scripts/fetch-models.
"""

import argparse
import json
import pathlib
import re
import sys

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "benchmarks" / "models")]
import machine  # noqa: E402
import public_models  # noqa: E402
import toolchain  # noqa: E402
from sparse_opt.demo.measure import spearman  # noqa: E402
from sparse_opt.text import cut_sentences  # noqa: E402

SEEN, UNSEEN = "pride-and-prejudice", "persuasion"
BATCH, SEQUENCE = 16, 128
PATTERNS = {
    "6:8": "pattern=6:8",
    "4:8": "pattern=4:8",
    "2:4": "pattern=2:4",
    "50 %": "pattern=unstructured sparsity=0.5",
}
METHODS = {
    "magnitude": "method=magnitude",
    "wanda": "method=wanda",
    "ria": "method=ria",
    "dsnot": "method=dsnot",
    "wanda, refitted": "method=wanda refit=10",
    "sparsegpt": "method=sparsegpt",
    "admm": "method=admm",
    "alps": "method=alps",
}


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=pathlib.Path, metavar="MODELS")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument(
        "--work", type=pathlib.Path, default=pathlib.Path("benchmark-out")
    )
    parser.add_argument("--json", type=pathlib.Path, help="file for the results")
    parser.add_argument("--only", nargs="+", choices=STUDIES, default=list(STUDIES))
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument(
        "--patterns", nargs="+", choices=PATTERNS, default=list(PATTERNS)
    )
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    return arguments


def novel(models, name):
    return (models / "novels" / f"{name}.txt").read_text(encoding="utf-8")


def news(models):
    return (
        (models / "texts" / "background.txt").read_text(encoding="utf-8").splitlines()
    )


def calibrate(arguments, module, targets, inputs, options=()):
    """Writes the statistics of a module's layers, Gram matrices included."""
    statistics = module.with_suffix(".stats.safetensors")
    files = []
    for number, array in enumerate(inputs):
        files.append(module.with_suffix(f".input{number}.npy"))
        numpy.save(files[-1], array)
    cost = toolchain.run([
        arguments.build / "bin" / "sparse-run", module, "--calibrate", "--gram",
        f"--targets={targets}", f"--inputs={','.join(map(str, files))}",
        f"--stats={statistics}", *options,
    ])  # fmt: skip
    return statistics, cost


def prune(arguments, module, options):
    """Prunes a module; returns the new one and what it cost."""
    out = arguments.work / f"{module.stem}-pruned.mlirbc"
    cost = toolchain.run([
        arguments.build / "bin" / "sparse-opt", module, "--sparsity-normalize",
        f"--sparsity-prune={options}", "--emit-bytecode", "-o", out,
    ])  # fmt: skip
    return out, cost


def settings(arguments):
    """(method, pattern) for every row; the dense model first."""
    yield None, None
    for pattern in arguments.patterns:
        for method in arguments.methods:
            yield method, pattern


def study(arguments, module, targets, statistics, judge):
    """A row for each method and pattern; `judge` measures a compiled library."""
    for method, pattern in settings(arguments):
        source, cost = module, None
        if method:
            options = f"{PATTERNS[pattern]} {METHODS[method]} targets={targets} stats={statistics}"
            source, cost = prune(arguments, module, options)
        library = arguments.work / f"{module.stem}-measured.so"
        toolchain.compile_module(arguments.build, source, library)
        row = {
            "method": method or "dense",
            "pattern": pattern or "dense",
            **judge(library),
        }
        if cost:
            row["prune"] = cost
        print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
        yield row


class Embeddings:
    """Compares MiniLM's embeddings with those of the first library that it judges."""

    def __init__(self, models):
        self.sentences = cut_sentences(novel(models, UNSEEN), 512)
        self.documents = public_models.documents(models)
        self.people = numpy.loadtxt(models / "texts" / "similarities.txt")
        self.ids, self.mask = encode(models, self.sentences + self.documents)
        self.dense = None

    def __call__(self, library):
        result = embed(library, self.ids, self.mask)
        self.dense = result if self.dense is None else self.dense
        count = len(self.sentences)
        cosines = (result * self.dense).sum(1)
        pairs = numpy.triu_indices(count, 1)
        ours, theirs = (part[:count] @ part[:count].T for part in (result, self.dense))
        rated = numpy.triu_indices(len(self.people), 1)
        documents = result[count:] @ result[count:].T
        return {
            "cosine_sentences": round(float(cosines[:count].mean()), 5),
            "cosine_sentences_min": round(float(cosines[:count].min()), 5),
            "cosine_documents": round(float(cosines[count:].mean()), 5),
            "spearman_with_dense": round(
                spearman(ours[pairs], theirs[pairs]), 5
            ),
            "nearest_10_shared": round(nearest_shared(ours, theirs), 4),
            "spearman_with_people": round(
                spearman(documents[rated], self.people[rated]), 5
            ),
        }


def nearest_shared(ours, theirs, count=10):
    """The mean fraction of each sentence's `count` nearest that both sides name."""
    shared = 0
    for mine, other in zip(ours, theirs, strict=True):
        left, right = (set(numpy.argsort(-row)[1 : count + 1]) for row in (mine, other))
        shared += len(left & right)
    return shared / (count * len(ours))


def encode(models, texts):
    from sparse_opt.text import encode as encode_all

    return encode_all(models / "minilm", texts, SEQUENCE)


def embed(library, ids, mask):
    from sparse_opt.library import Library

    model, rows = Library(library), []
    for begin in range(0, len(ids), BATCH):
        parts = [array[begin : begin + BATCH] for array in (ids, mask)]
        short = BATCH - len(parts[0])
        full = [numpy.pad(part, ((0, short), (0, 0)), mode="edge") for part in parts]
        rows.append(model(*full)[: BATCH - short])
    return numpy.concatenate(rows).astype(numpy.float64)


def minilm(arguments):
    module = arguments.work / "minilm.mlirbc"
    options = ("--seq", SEQUENCE, "--batch", BATCH)
    toolchain.import_model(arguments.models / "minilm", module, options)
    seen = cut_sentences(novel(arguments.models, SEEN), 800)
    ids, mask = encode(arguments.models, news(arguments.models)[:200] + seen)
    targets = r"encoder\.layer\..*"
    statistics, cost = calibrate(
        arguments, module, targets, (ids, mask), ("--mask-input=1",)
    )
    judge = Embeddings(arguments.models)
    return {
        "model": "MiniLM-L6",
        "calibration": {"samples": len(ids), "tokens": int(mask.sum()), **cost},
        "sentences": len(judge.sentences),
        "documents": len(judge.documents),
        "rows": list(study(arguments, module, targets, statistics, judge)),
    }


def windows(models, text, count):
    """Token ids [count, SEQUENCE] of a text."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(models / "smollm2" / "tokenizer.json"))
    flat = re.sub(r"\s+", " ", text)[: 12 * SEQUENCE * count]
    ids = tokenizer.encode(flat).ids[: SEQUENCE * count]
    return numpy.array(ids, numpy.int64).reshape(count, SEQUENCE)


def smollm2(arguments):
    from sparse_opt.library import Library

    module = arguments.work / "smollm2.mlirbc"
    toolchain.import_model(arguments.models / "smollm2", module, ("--seq", SEQUENCE))
    seen = [windows(arguments.models, " ".join(news(arguments.models)), 64)]
    seen.append(windows(arguments.models, novel(arguments.models, SEEN)[5000:], 64))
    targets = r"model\.layers\..*_proj.*"
    statistics, cost = calibrate(arguments, module, targets, (numpy.concatenate(seen),))
    read = windows(arguments.models, novel(arguments.models, UNSEEN)[5000:], 32)[
        :, None
    ]

    def judge(library):
        model = Library(library)
        value = public_models.perplexity(read, [model(window) for window in read])
        return {
            "perplexity": round(value, 4),
            "log_perplexity": round(float(numpy.log(value)), 5),
        }

    return {
        "model": "SmolLM2-135M",
        "calibration": {"samples": 128, "tokens": 128 * SEQUENCE, **cost},
        "windows": len(read),
        "rows": list(study(arguments, module, targets, statistics, judge)),
    }


STUDIES = {"minilm": minilm, "smollm2": smollm2}


def main():
    arguments = parse_arguments()
    result = {
        "machine": machine.describe(),
        "seen": SEEN,
        "unseen": UNSEEN,
        "models": [],
    }
    for name in arguments.only:
        result["models"].append(STUDIES[name](arguments))
        if arguments.json:
            arguments.json.write_text(
                json.dumps(result, indent=1) + "\n", encoding="utf-8"
            )


if __name__ == "__main__":
    main()
