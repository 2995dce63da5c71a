#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles the 2:4 kernels that selection chooses for the layers of Llama 3, for bench.py.

  python3 benchmarks/gpu/build.py FOLDER [--build=build] [--tokens=1,16,64] [--layers=8B.o]

No GPU is needed. FOLDER gets a cubin per layer and token count and manifest.json.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

LAYERS = {
    "8B.qkv": (6144, 4096),
    "8B.o": (4096, 4096),
    "8B.gate_up": (28672, 4096),
    "8B.down": (4096, 14336),
    "70B.qkv": (10240, 8192),
    "70B.o": (8192, 8192),
    "70B.gate_up": (57344, 8192),
    "70B.down": (8192, 28672),
}
TOKENS = (1, 4, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)

MODULE = """\
func.func @layer(%x: tensor<{tokens}x{k}xbf16>, %y: tensor<{tokens}x{n}xbf16>) -> tensor<{tokens}x{n}xbf16> {{
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<{n}x{k}xbf16>
  %r = sparsity.linear ins(%x, %w : tensor<{tokens}x{k}xbf16>, tensor<{n}x{k}xbf16>)
    outs(%y : tensor<{tokens}x{n}xbf16>) -> tensor<{tokens}x{n}xbf16>
  return %r : tensor<{tokens}x{n}xbf16>
}}
"""
PASSES = (
    "--sparsity-select-kernels=target-cpu=sm_90a",
    "--sparsity-pack-weights=target-cpu=sm_90a",
    "--sparsity-to-nvvm",
    "--mlir-elide-elementsattrs-if-larger=16",
    "--mlir-elide-resource-strings-if-larger=16",
)
KERNEL = re.compile(r"llvm\.func @(?P<name>\w+)\(.*sparsity\.launch = \{(?P<launch>[^}]*)\}")
FIELD = re.compile(r"(\w+) = (array<i64: [\d, ]+>|\w+)")


class BuildError(Exception):
    """A layer has no kernel, or a tool failed."""


def run(*command):
    """Runs a tool and returns what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{' '.join(map(str, command))}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def read_launch(text):
    """The kernel's name and how it is launched."""
    match = KERNEL.search(text)
    if match is None:
        raise BuildError("no kernel was chosen")
    fields = {}
    for name, value in FIELD.findall(match["launch"]):
        if value.startswith("array"):
            fields[name] = [int(n) for n in re.findall(r"\d+", value.partition(":")[2])]
        else:
            fields[name] = value == "true" if value in ("true", "false") else int(value)
    return match["name"], fields


def build(tools, folder, layer, tokens):
    """Compiles one layer; returns its row of the manifest."""
    n, k = LAYERS[layer]
    source = folder / "layer.mlir"
    source.write_text(MODULE.format(n=n, k=k, tokens=tokens), encoding="utf-8")
    name, launch = read_launch(run(tools / "sparse-opt", source, *PASSES))
    cubin = f"{layer}-{tokens}.cubin"
    run(tools / "sparse-compile", source, "-o", folder / cubin, "--target=sm_90a", "--emit=cubin")
    source.unlink()
    if name.encode() not in (folder / cubin).read_bytes():
        raise BuildError(f"{cubin} does not hold {name}")
    return {"layer": layer, "n": n, "k": k, "tokens": [tokens], "cubin": cubin, "kernel": name, **launch}


def parse_list(text):
    """A, B from "A,B"."""
    return text.split(",")


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--tokens", type=parse_list, default=TOKENS)
    parser.add_argument("--layers", type=parse_list, default=tuple(LAYERS))
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for layer in arguments.layers:
        for tokens in map(int, arguments.tokens):
            row = build(arguments.build / "bin", arguments.folder, layer, tokens)
            print(layer, tokens, row["kernel"], flush=True)
            rows.append(row)
    text = json.dumps({"kernels": rows}, indent=1)
    (arguments.folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except BuildError as error:
        print(f"build: error: {error}", file=sys.stderr)
        sys.exit(1)
