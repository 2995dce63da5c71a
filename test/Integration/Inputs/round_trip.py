# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs functions as they are and after passes, on random sizes and values, and compares.

usage: round_trip.py FUNCTIONS.mlir SEED PASS...

FUNCTIONS.mlir holds functions on tensors. In it $K, $N, ... are sizes, chosen at random; $T is a
size that is a number in one run and `?` in the other; $HD is $H times $D. `dense<random>` is filled with small
integers, so that each order of summation gives the same result, and so are the arguments. A line
`// LINEARS: 2` before a function says how many linears sparsity-normalize makes of it. The first
difference ends the run with exit code 1.
"""

import random
import re
import string
import subprocess
import sys

LOWERING = [
    "--canonicalize",
    "--one-shot-bufferize=bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map",
    "--convert-linalg-to-loops",
    "--memref-expand",
    "--fold-memref-alias-ops",
    "--expand-strided-metadata",
    "--lower-affine",
    "--convert-scf-to-cf",
    "--convert-math-to-llvm",
    "--convert-math-to-libm",
    "--convert-arith-to-llvm",
    "--finalize-memref-to-llvm",
    "--convert-func-to-llvm",
    "--convert-cf-to-llvm",
    "--convert-index-to-llvm",
    "--reconcile-unrealized-casts",
]
FUNCTION = re.compile(
    r"func\.func private @(\w+)\((.*?)\) -> (tensor<\S+>) \{", re.DOTALL
)
TENSOR = re.compile(r"tensor<((?:[\d?]+x)*)(\w+)>")


def shape_and_element(type_text):
    match = TENSOR.fullmatch(type_text)
    return [size for size in match.group(1).split("x") if size], match.group(2)


def literal(rng, shape, element):
    if shape:
        return (
            "["
            + ", ".join(literal(rng, shape[1:], element) for _ in range(int(shape[0])))
            + "]"
        )
    value = rng.randint(-3, 3)
    return str(value) if element.startswith("i") else f"{value}.0"


def fill_constants(rng, text):
    def fill(match):
        return f"dense<{literal(rng, *shape_and_element(match.group(1)))}> : {match.group(1)}"

    return re.sub(r"dense<random> : (tensor<\S+>)", fill, text)


def call(rng, index, name, signature, static_signature):
    """Lines of @main that call one function and print its result."""
    arguments, types, lines = [], [], []
    pairs = zip(
        re.findall(r"tensor<[^>]*>", signature[0]),
        re.findall(r"tensor<[^>]*>", static_signature[0]),
    )
    for position, (type_text, static) in enumerate(pairs):
        value = f"%c{index}_{position}"
        lines.append(
            f"{value} = arith.constant dense<{literal(rng, *shape_and_element(static))}> : {static}"
        )
        if type_text != static:
            lines.append(f"{value}d = tensor.cast {value} : {static} to {type_text}")
            value += "d"
        arguments.append(value)
        types.append(type_text)
    _, element = shape_and_element(signature[1])
    result = f"%r{index}"
    lines.append(
        f"{result} = call @{name}({', '.join(arguments)}) : ({', '.join(types)}) -> {signature[1]}"
    )
    if element == "f16":
        wide = signature[1].replace("f16", "f32")
        lines.append(f"{result}w = arith.extf {result} : {signature[1]} to {wide}")
        result, element, type_text = result + "w", "f32", wide
    else:
        type_text = signature[1]
    memref = type_text.replace("tensor", "memref")
    lines.append(
        f"%b{index} = bufferization.to_buffer {result} : {type_text} to {memref}"
    )
    lines.append(f"%u{index} = memref.cast %b{index} : {memref} to memref<*x{element}>")
    lines.append(
        f"call @printMemref{element.upper()}(%u{index}) : (memref<*x{element}>) -> ()"
    )
    return lines


def make_module(rng, template):
    """The module's text, the names in the order in which they are called, and the number of linears."""
    sizes = {
        name: rng.randint(2, 7)
        for name in set(re.findall(r"\$\{?([A-Z]\w*)\}?", template))
    }
    if {"H", "D"} <= sizes.keys():
        sizes["HD"] = sizes["H"] * sizes["D"]
    static = string.Template(template).substitute(sizes)
    dynamic = string.Template(template).substitute({**sizes, "T": "?"})
    dynamic = re.sub(r"(func\.func private @\w+)", r"\1_dynamic", dynamic)
    dynamic = re.sub(
        r"^#.*\n", "", dynamic, flags=re.MULTILINE
    )  # aliases are defined once
    parts, names, lines = [], [], []
    for text in (static, dynamic):
        parts.append(fill_constants(rng, text))
        for match, static_match in zip(
            FUNCTION.finditer(text), FUNCTION.finditer(static)
        ):
            lines += call(
                rng,
                len(names),
                match.group(1),
                match.groups()[1:],
                static_match.groups()[1:],
            )
            names.append(match.group(1))
    printers = [
        f"func.func private @printMemref{e}(memref<*x{e.lower()}>) attributes {{llvm.emit_c_interface}}"
        for e in ("F32", "F64", "I32")
    ]
    main = ["func.func @main() {"] + ["  " + line for line in lines] + ["  return", "}"]
    expected = 2 * sum(
        int(count) for count in re.findall(r"// LINEARS: (\d+)", template)
    )
    return "\n".join(parts + printers + main), names, expected


def run(command, text):
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nfailed:\n{done.stderr[-4000:]}")
    return done.stdout


def results(module, passes, libraries):
    lowered = run(
        ["sparse-opt", *passes, "--convert-elementwise-to-linalg", *LOWERING], module
    )
    printed = run(
        ["mlir-runner", "-e", "main", "-entry-point-result=void", *libraries], lowered
    )
    return [
        re.sub(r".*data =", "", part, flags=re.DOTALL).strip()
        for part in printed.split("Unranked Memref")[1:]
    ]


def main():
    path, seed, *passes = sys.argv[1:]
    library_folder = subprocess.run(
        ["llvm-config", "--libdir"], capture_output=True, text=True, check=True
    ).stdout.strip()
    libraries = [
        f"--shared-libs={library_folder}/lib{name}.so"
        for name in ("mlir_runner_utils", "mlir_c_runner_utils")
    ]
    with open(path, encoding="utf-8") as file:
        template = file.read()
    module, names, expected = make_module(random.Random(int(seed)), template)
    found = run(["sparse-opt", "--sparsity-normalize"], module).count("sparsity.linear")
    if found != expected:
        sys.exit(f"{found} linears instead of {expected}")
    before, after = results(module, [], libraries), results(module, passes, libraries)
    if not len(names) == len(before) == len(after):
        sys.exit(f"{len(names)} functions, but {len(before)} and {len(after)} results")
    for name, old, new in zip(names, before, after):
        if old != new:
            sys.exit(f"@{name} differs\nbefore: {old}\nafter: {new}")
    print(f"{len(names)} functions agree")


main()
