#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles the 2:4 kernels for the layers of Llama 3, and asks selection what it chooses, for bench.py.

  python3 benchmarks/gpu/build.py FOLDER [--build=build] [--tokens=1,16,64] [--layers=8B.o]

No GPU is needed. FOLDER gets a cubin per layer, with all kernels that selection has to choose from, and
manifest.json.
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

STREAM, GEMM = "nvsp.wgmma_stream", "nvsp.wgmma_gemm"
# Tokens of a tile, warpgroups, inputs of a stage; at 64 tokens these are more for layers with many outputs.
STREAMS = (
    (8, 1, 512),
    (16, 1, 256),
    (32, 1, 256),
    (64, 1, None),
    (128, 1, 128),
    (128, 2, 128),
    (256, 2, 64),
)
# Tokens of a tile, blocks of a cluster.
GEMMS = ((128, 1), (256, 1), (256, 2))
RING_BYTES, MAX_STAGES = 210000, 8
MANY_OUTPUTS = 64 * 2 * 132

FUNCTION = """\
func.func @layer{name}({arguments}) -> ({results}) {{
  %w = sparsity.weight "w" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : tensor<{n}x{k}xbf16>
{body}
  return {values} : {results}
}}
"""
LINEAR = """\
  %r{index} = sparsity.linear ins(%x, %w : tensor<{tokens}x{k}xbf16>, tensor<{n}x{k}xbf16>)
    outs(%y{index} : tensor<{tokens}x{n}xbf16>){kernel} -> tensor<{tokens}x{n}xbf16>"""
ELIDE = ("--mlir-elide-elementsattrs-if-larger=16", "--mlir-elide-resource-strings-if-larger=16")
SELECT = ("--sparsity-select-kernels=target-cpu=sm_90a", *ELIDE)
EMIT = ("--sparsity-pack-weights=target-cpu=sm_90a", "--sparsity-to-nvvm", *ELIDE)
CHOICE = re.compile(r'decisions = \[#sparsity\.decision<.*?tokens = (\d+), .*?predicted_ns = (\d+), dense_ns = (\d+)')
KERNEL = re.compile(r'#sparsity\.kernel<"([\w.]+)", \{([^}]*)\}>')
LAUNCH = re.compile(r"llvm\.func @(?P<name>\w+)\(.*sparsity\.launch = \{(?P<launch>[^}]*)\}")
FIELD = re.compile(r"(\w+) = (array<i64: [\d, ]+>|\w+)")


class BuildError(Exception):
    """A layer has no kernel, or a tool failed."""


def run(*command):
    """Runs a tool and returns what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{' '.join(map(str, command))}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def write_function(layer, tokens, kernels, name=""):
    """A function with one product per kernel."""
    n, k = LAYERS[layer]
    indices = range(len(kernels))
    result = f"tensor<{tokens}x{n}xbf16>"
    body = [
        LINEAR.format(index=i, n=n, k=k, tokens=tokens, kernel=f" kernel = {spell(kernel)}" if kernel else "")
        for i, kernel in enumerate(kernels)
    ]
    return FUNCTION.format(
        name=name,
        n=n,
        k=k,
        arguments=", ".join([f"%x: tensor<{tokens}x{k}xbf16>", *(f"%y{i}: {result}" for i in indices)]),
        results=", ".join(result for _ in indices),
        values=", ".join(f"%r{i}" for i in indices),
        body="\n".join(body),
    )


def spell(kernel):
    """As the IR has it."""
    family, parameters = kernel
    text = ", ".join(f"{name} = {value} : i64" for name, value in parameters.items())
    return f'#sparsity.kernel<"{family}", {{{text}}}>'


def list_kernels(n, k):
    """The kernels of both families for a layer."""
    kernels = []
    for tokens, groups, inputs in STREAMS:
        inputs = inputs or (256 if n > MANY_OUTPUTS else 128)
        stage = inputs // 64 * groups * 4608 + 2 * inputs * tokens
        stages = min(MAX_STAGES, RING_BYTES // stage)
        if n % (64 * groups) == 0 and k % inputs == 0:
            parameters = {"groups": groups, "kb": inputs, "stages": stages, "tokens": tokens}
            kernels.append((STREAM, parameters))
    for tokens, cluster in GEMMS:
        if n % (128 * cluster) == 0:
            kernels.append((GEMM, {"cluster": cluster, "tokens": tokens}))
    return kernels


def select(tools, folder, layer, counts):
    """What selection chooses at each token count: kernel and predictions."""
    source = folder / "select.mlir"
    text = "".join(write_function(layer, tokens, [None], f"_{tokens}") for tokens in counts)
    source.write_text(text, encoding="utf-8")
    choices = {}
    for line in run(tools / "sparse-opt", source, *SELECT).splitlines():
        decision, kernel = CHOICE.search(line), KERNEL.search(line)
        if decision and kernel:
            tokens, predicted, dense = map(int, decision.groups())
            parameters = {name: int(value) for name, value in FIELD.findall(kernel[2])}
            choices[tokens] = {
                "kernel": [kernel[1], parameters],
                "predicted_us": predicted / 1e3,
                "dense_us": dense / 1e3,
            }
    source.unlink()
    if set(choices) != set(counts):
        raise BuildError(f"{layer}: no choice at {sorted(set(counts) - set(choices))} tokens")
    return choices


def read_launch(match):
    """The kernel's name and how it is launched."""
    fields = {}
    for name, value in FIELD.findall(match["launch"]):
        if value.startswith("array"):
            fields[name] = [int(n) for n in re.findall(r"\d+", value.partition(":")[2])]
        else:
            fields[name] = value == "true" if value in ("true", "false") else int(value)
    return {"symbol": match["name"], **fields}


def build(tools, folder, layer, counts):
    """Compiles the kernels of one layer; returns its row of the manifest."""
    n, k = LAYERS[layer]
    choices = select(tools, folder, layer, counts)
    kernels = list_kernels(n, k)
    for choice in choices.values():
        if tuple(choice["kernel"]) not in kernels:
            kernels.append(tuple(choice["kernel"]))
    source = folder / "layer.mlir"
    source.write_text(write_function(layer, "?", kernels), encoding="utf-8")
    text = run(tools / "sparse-opt", source, *EMIT)
    launches = [read_launch(match) for match in LAUNCH.finditer(text)]
    if len(launches) != len(kernels):
        raise BuildError(f"{layer}: {len(launches)} kernels of {len(kernels)}")
    cubin = f"{layer}.cubin"
    run(tools / "sparse-compile", source, "-o", folder / cubin, "--target=sm_90a", "--emit=cubin")
    source.unlink()
    image = (folder / cubin).read_bytes()
    for launch in launches:
        if launch["symbol"].encode() not in image:
            raise BuildError(f"{cubin} does not hold {launch['symbol']}")
    rows = [
        {"family": family, "parameters": parameters, **launch}
        for (family, parameters), launch in zip(kernels, launches)
    ]
    return {"layer": layer, "n": n, "k": k, "cubin": cubin, "choices": choices, "kernels": rows}


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
        row = build(arguments.build / "bin", arguments.folder, layer, list(map(int, arguments.tokens)))
        print(layer, len(row["kernels"]), "kernels", flush=True)
        rows.append(row)
    text = json.dumps({"layers": rows}, indent=1)
    (arguments.folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except BuildError as error:
        print(f"build: error: {error}", file=sys.stderr)
        sys.exit(1)
