#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times 2:4 kernels against cuBLAS and cuSPARSELt on a GPU, and checks every timed result.

  python3 benchmarks/gpu/bench.py FOLDER -o results.json [--rounds=9] [--check-only]

FOLDER/manifest.json lists kernels, as benchmarks/gpu/build.py writes it. All contenders of a shape run in
one process, in turn, on random-normal data; weights rotate through more memory than the L2 cache holds;
each time is the median over rounds of a CUDA graph of calls. The row "overlap" is the same kernel with
programmatic dependent launch: the next layer's weights start to stream while the one before ends.
"""

import argparse
import json
import math
import pathlib
import sys

import torch
from driver import Call, Kernel, TensorMap
from peers import CuSparseLt, cublas
from timing import Contender, copies, race
from weights import draw, pack, to_dense

TOLERANCE = 4e-3  # Rounding of the result to bf16 is 1.7e-3.


class Layer:
    """One kernel of the manifest, bound to weights."""

    def __init__(self, folder, row, generator):
        self.row = row
        image = (folder / row["cubin"]).read_bytes()
        self.kernel = Kernel(image, row["kernel"], row["shared_bytes"])
        positions, values = draw(row["n"], row["k"], generator)
        self.dense, self.packed = to_dense(positions, values), pack(positions, values)

    def grid(self, tokens):
        """As sparsity-to-nvvm computes it: persistent kernels have one block per multiprocessor."""
        sms = torch.cuda.get_device_properties(0).multi_processor_count
        rows, columns = self.row["row_tiles"], math.ceil(tokens / self.row["token_tile"])
        if self.row["persistent"]:
            cluster = self.row["cluster"]
            return cluster * min(rows // cluster * columns, sms // cluster), 1, 1
        return math.ceil(rows / math.ceil(rows / sms)), columns, 1

    def calls(self, x, y, weights, overlap):
        """A function of the index of a call, over copies of the weight."""
        tensor_map = TensorMap(x, self.row["x_box"])
        bound = [Call(tensor_map, [w, y], x.shape[0]) for w in weights]
        grid = self.grid(x.shape[0])

        def call(index):
            stream = torch.cuda.current_stream().cuda_stream
            array = bound[index % len(bound)].array
            self.kernel.launch(grid, self.row["threads"], array, stream, overlap)

        return call


def relative_error(y, reference):
    """Of a result against a reference in f32."""
    return ((y.float() - reference).norm() / reference.norm()).item()


def check(layer, x):
    """Errors of plain and overlapped launches into poisoned results, rows behind which stay as they are."""
    reference = x.float() @ layer.dense.float().t()
    errors = []
    for overlap in (False, True) if layer.row["overlaps"] else (False,):
        y = torch.full((len(x) + 3, layer.row["n"]), math.nan, device=x.device, dtype=x.dtype)
        layer.calls(x, y, [layer.packed], overlap)(0)
        torch.cuda.synchronize()
        kept = bool(torch.isnan(y[len(x) :]).all())
        errors.append(relative_error(y[: len(x)], reference) if kept else math.inf)
    return max(errors), reference


def measure(layer, x, reference, rounds):
    """Times of all contenders in microseconds."""
    y = torch.empty(len(x), layer.row["n"], device=x.device, dtype=x.dtype)
    packed, dense = copies(layer.packed), copies(layer.dense)
    contenders = [
        Contender("plain", layer.calls(x, y, packed, False), 2 * len(packed)),
        Contender("cublas", cublas(x, dense, y), 2 * len(dense)),
    ]
    if layer.row["overlaps"]:
        calls = layer.calls(x, y, packed, True)
        contenders.append(Contender("overlap", calls, 2 * len(packed)))
    peer = CuSparseLt(layer.dense, x)
    if peer.error(reference) < TOLERANCE:
        compressed = copies(peer.compressed)
        count = 2 * len(compressed)
        contenders.append(Contender("cusparselt", peer.calls(compressed), count))
        contenders.append(Contender("cusparselt_default", peer.calls(compressed, False), count))
    times = race(contenders, rounds)
    if "cusparselt" in times:
        default = times.pop("cusparselt_default")
        times["cusparselt"] = min(times["cusparselt"], default, key=lambda t: t["median"])
    return times


def geomean(values):
    """Geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values))


def summarise(rows):
    """Geometric mean and minimum of the gains, per token count and contender."""
    lines = []
    for tokens in sorted({row["tokens"] for row in rows}):
        timed = [row["us"] for row in rows if row["tokens"] == tokens and "us" in row]
        for ours in ("plain", "overlap"):
            for peer in ("cublas", "cusparselt"):
                gains = [
                    t[peer]["median"] / t[ours]["median"] for t in timed if peer in t and ours in t
                ]
                if gains:
                    lines.append(
                        f"{tokens:5} tokens  {ours:8} {geomean(gains):.3f}x {peer} "
                        f"(minimum {min(gains):.3f}, {len(gains)} shapes)"
                    )
    return lines


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--check-only", action="store_true")
    return parser.parse_args()


def describe_machine():
    """The GPU and the software."""
    properties = torch.cuda.get_device_properties(0)
    return {
        "gpu": properties.name,
        "multiprocessors": properties.multi_processor_count,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cusparselt": torch.backends.cusparselt.version(),
    }


def main():
    arguments = parse_arguments()
    # Makes the context that kernels are loaded into.
    torch.zeros(1, device="cuda")
    generator = torch.Generator(device="cuda").manual_seed(7)
    manifest = json.loads((arguments.folder / "manifest.json").read_text(encoding="utf-8"))
    rows, wrong = [], 0
    for row in manifest["kernels"]:
        layer = Layer(arguments.folder, row, generator)
        for tokens in row["tokens"]:
            x = torch.randn(tokens, row["k"], device="cuda", generator=generator).to(torch.bfloat16)
            error, reference = check(layer, x)
            result = {"layer": row["layer"], "n": row["n"], "k": row["k"], "tokens": tokens, "error": error}
            wrong += not error < TOLERANCE
            if not arguments.check_only and error < TOLERANCE:
                result["us"] = measure(layer, x, reference, arguments.rounds)
            rows.append(result)
            times = {k: v["median"] for k, v in result.get("us", {}).items()}
            print(row["layer"], tokens, f"{error:.2e}", times, flush=True)
        del layer
        torch.cuda.empty_cache()
    print("\n".join(summarise(rows)))
    print(f"{wrong} wrong results of {len(rows)}")
    if arguments.output:
        document = {"machine": describe_machine(), "rounds": arguments.rounds, "rows": rows}
        arguments.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
