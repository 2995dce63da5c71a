#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How many of the slices that are dead in a real model the analysis finds.

A model is compiled with all of its tensors as results: as it is, with neurons,
heads or channels zeroed, and once more with the same zeros and other, small
weights. Slices that have one value for all inputs in the last two but not in the
first are dead for the structure's sake, and not because a function is saturated:
those the facts should name. Slices that the facts name and that are not dead are
errors.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "python"), str(ROOT / "benchmarks/propagation"), str(ROOT / "test/Analysis/Property/Inputs")]
# Model, what dies, how the request reads, fraction: parts that compute something, so
# that their results die.
CASES = [
    ("minilm-s128", "neurons", "pattern=slice dim=0 targets=.*intermediate.dense.weight", 0.25),
    ("minilm-s128", "heads", "pattern=block<32x384> targets=.*attention.self.value.weight", 0.25),
    ("rec", "channels", "pattern=slice dim=0", 0.25),
    ("smollm2-s128", "neurons", "pattern=slice dim=0 targets=.*(up|gate)_proj.weight", 0.25),
    ("smollm2-s128", "heads", "pattern=block<64x576> targets=.*v_proj.weight", 0.3334),
]
MADE_ANEW = r"\s*(%[\w$.-]+) = (?:tensor\.empty|arith\.constant|sparsity\.weight|linalg\.fill)\b"


def run(*command):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout


def read_claims(printed, claims_type):
    """The tensors of the function by name, with their type and claims."""
    found = {}
    for line in printed.splitlines():
        match = re.match(r"  (%[\w$.-]+) : (tensor<[\dx]+xf32>): (.*)", line)
        if match:
            found[match[1]] = match[2], claims_type(match[3])
    return found


def return_all(module, names, target):
    """Writes a module whose function returns the tensors of `names`."""
    text, _, resources = module.read_bytes().partition(b"{-#")
    text = text.decode()
    types = ", ".join(kind for _, kind in names)
    text = re.sub(r"(func\.func @\w+\(.*?\)) -> .*? \{\n", rf"\1 -> ({types}) {{\n", text, count=1)
    values = ", ".join(name for name, _ in names)
    head, _, tail = text.rpartition("    return ")
    text = f"{head}    return {values} : {types}\n{tail.partition(chr(10))[2]}"
    target.write_bytes(text.encode() + b"{-#" + resources)


def scramble(module, target):
    """Writes a module with the same zeros and other, small weights."""
    text, _, resources = module.read_bytes().partition(b"{-#")
    generator = np.random.default_rng(2)
    keys = set(re.findall(rb'sparsity\.weight "[^"]*" dense_resource<"?([^">]+)"?>', text))

    def change(match):
        if match[2] not in keys:
            return match[0]
        data = bytes.fromhex(match[4].decode())
        values = np.frombuffer(data[4:], np.float32)
        values = values * generator.choice(np.float32([-0.03, 0.05, 0.07]), values.size)
        return match[1] + match[2] + match[3] + data[:4].hex().encode() + values.tobytes().hex().encode()

    changed = re.sub(rb'(\n\s*"?)([^\n":]+)("?: "0x)([0-9A-F]+)', change, resources)
    target.write_bytes(text + b"{-#" + changed)


def get_dead(arrays):
    """Per dim the indices at which all elements of all runs are one value."""
    dead = {}
    for dim, size in enumerate(arrays[0].shape):
        if size < 2:
            continue
        flat = np.concatenate([np.moveaxis(array, dim, 0).reshape(size, -1) for array in arrays], 1)
        dead[dim] = {int(index) for index in np.nonzero(flat.min(1) == flat.max(1))[0]}
    return dead


def run_all(module, names, tools, folder, runs, shrink):
    from sparse_opt.library import Library

    return_all(module, names, folder / "all.mlir")
    run(tools / "sparse-compile", folder / "all.mlir", "-o", folder / "all.so")
    entry, inputs = shrink.inputs(Library(folder / "all.so"), np)
    generator = np.random.default_rng(1)
    results = []
    for _ in range(runs):
        results.append(entry(*inputs))
        # A mask stays what it is; numbers get another scale and sign, so that fewer
        # functions are saturated by chance.
        inputs = [
            x if x.max() == x.min() else generator.permutation(x.ravel()).reshape(x.shape) * x.dtype.type(scale)
            for x, scale in ((x, -3 if x.dtype.kind == "f" else 1) for x in inputs)
        ]
    return [get_dead(arrays) for arrays in zip(*results, strict=True)]


def measure(case, arguments, folder, claims_type, shrink):
    model, zeroed, request, fraction = case
    tools = arguments.build / "bin"
    texts = folder / "plain.mlir", folder / "zeros.mlir", folder / "scrambled.mlir"
    source = arguments.models / f"{model}.mlirbc"
    run(tools / "sparse-opt", source, "--sparsity-normalize", "-o", texts[0])
    printed = run(
        tools / "sparse-opt", source, "--sparsity-normalize", f"--sparsity-prune={request} sparsity={fraction}",
        "--sparsity-print-facts=assume-finite", "-o", texts[1],
    )  # fmt: skip
    claims = read_claims(printed, claims_type)
    anew = set(re.findall(MADE_ANEW, texts[1].read_bytes().partition(b"{-#")[0].decode()))
    names = [(name, kind) for name, (kind, _) in claims.items() if name not in anew and not name.startswith("%arg")]
    scramble(texts[1], texts[2])
    plain, dead, again = (run_all(text, names, tools, folder, arguments.runs, shrink) for text in texts)
    counts, missed = collections.Counter(), collections.Counter()
    for (name, kind), before, after, scrambled in zip(names, plain, dead, again, strict=True):
        claim = claims[name][1]
        for dim, indices in after.items():
            claimed = {index for index in range(read_size(kind, dim)) if claim.names(dim, index)}
            structural = (indices & scrambled[dim]) - before[dim]
            counts["dead"] += len(structural)
            counts["found"] += len(structural & claimed)
            counts["wrong"] += len(claimed - indices)
            if structural - claimed:
                missed[f"{name} : {kind}, dim {dim}"] = len(structural - claimed)
    row = {"model": model, "zeroed": zeroed, "fraction": fraction, "tensors": len(names), **counts}
    row["share_found"] = round(counts["found"] / max(counts["dead"], 1), 4)
    return row | {"most_missed": dict(missed.most_common(5))}


def read_size(kind, dim):
    return int(re.match(r"tensor<([\dx]+)xf32>", kind)[1].split("x")[dim])


def main():
    import check
    import shrink

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=pathlib.Path, help="folder of imported modules")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--only", default="", help="part of the name of a case")
    parser.add_argument("--runs", type=int, default=3, help="inputs per module")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "benchmarks/results/propagation-precision.json")
    arguments = parser.parse_args()
    rows = []
    for case in CASES:
        if arguments.only and arguments.only not in shrink.label(case):
            continue
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measure(case, arguments, pathlib.Path(folder), check.Claims, shrink))
        print(json.dumps(rows[-1]), flush=True)
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    sys.exit(any(row.get("wrong") for row in rows))


if __name__ == "__main__":
    main()
