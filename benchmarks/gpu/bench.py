#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times 2:4 kernels against cuBLAS and cuSPARSELt on a GPU, and checks every timed result.

  python3 benchmarks/gpu/bench.py FOLDER -o results.json [--layers=8B.o] [--tokens=1,16] [--rounds=9] [--check-only]

FOLDER is what benchmarks/gpu/build.py wrote. All contenders of a shape run in one process, in turn, on
random-normal data; weights rotate through more memory than the L2 cache holds; each time is the median
over rounds of a CUDA graph of calls. A kernel with "overlap" has programmatic dependent launch: the next
layer's weights start to stream while the one before ends. --check-only checks every kernel at every token
count; measured are those whose tile of tokens is near the number of tokens, and the one that selection
chooses.
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
OURS = "plain", "overlap"


class Variant:
    """One kernel of a layer."""

    def __init__(self, image, row):
        self.row = row
        self.kernel = Kernel(image, row["symbol"], row["shared_bytes"])
        self.forms = OURS if row["overlaps"] else OURS[:1]

    @property
    def name(self):
        """Short and unique among the kernels of a layer."""
        parameters = self.row["parameters"]
        return self.row["family"] + "".join(f" {name}={value}" for name, value in parameters.items())

    def suits(self, tokens):
        """Whether measuring is worth the time."""
        tile = self.row["token_tile"]
        if self.row["persistent"]:
            return tokens >= 64
        return tokens <= 4 * tile and tile <= max(8, 4 * tokens)

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


class Layer:
    """The kernels of one layer, and weights."""

    def __init__(self, folder, row, generator):
        self.row = row
        image = (folder / row["cubin"]).read_bytes()
        self.variants = [Variant(image, kernel) for kernel in row["kernels"]]
        positions, values = draw(row["n"], row["k"], generator)
        self.dense, self.packed = to_dense(positions, values), pack(positions, values)

    def chosen(self, tokens):
        """The kernel that selection takes; None for counts that it was not asked about."""
        choice = self.row["choices"].get(str(tokens))
        for variant in self.variants if choice else ():
            if [variant.row["family"], variant.row["parameters"]] == choice["kernel"]:
                return variant
        return None

    def measured(self, tokens):
        """The kernels to measure."""
        chosen = self.chosen(tokens)
        return [v for v in self.variants if v is chosen or v.suits(tokens)]


def relative_error(y, reference):
    """Of a result against a reference in f32."""
    return ((y.float() - reference).norm() / reference.norm()).item()


def check(layer, variant, x, reference):
    """Error of all forms of launch into poisoned results; rows behind the result stay as they are."""
    errors = []
    for form in variant.forms:
        y = torch.full((len(x) + 3, layer.row["n"]), math.nan, device=x.device, dtype=x.dtype)
        variant.calls(x, y, [layer.packed], form == "overlap")(0)
        torch.cuda.synchronize()
        kept = bool(torch.isnan(y[len(x) :]).all())
        errors.append(relative_error(y[: len(x)], reference) if kept else math.inf)
    return max(errors)


def peers(layer, x, y, reference):
    """Contenders of NVIDIA's libraries."""
    dense = copies(layer.dense)
    count = 2 * len(dense)
    contenders = [
        Contender(name, cublas(x, dense, y, name), count) for name in ("cublas", "cublaslt")
    ]
    peer = CuSparseLt(layer.dense, x)
    if peer.error(reference) < TOLERANCE:
        compressed = copies(peer.compressed)
        count = 2 * len(compressed)
        contenders.append(Contender("cusparselt", peer.calls(compressed), count))
        contenders.append(Contender("cusparselt_default", peer.calls(compressed, False), count))
    return contenders


def measure(layer, variants, x, reference, rounds):
    """Times in microseconds: of the libraries by name, and of our kernels by name and form."""
    y = torch.empty(len(x), layer.row["n"], device=x.device, dtype=x.dtype)
    packed = copies(layer.packed)
    contenders = peers(layer, x, y, reference)
    for variant in variants:
        for form in variant.forms:
            calls = variant.calls(x, y, packed, form == "overlap")
            contenders.append(Contender(f"{variant.name} {form}", calls, 2 * len(packed)))
    return race(contenders, rounds)


def run(layer, tokens, arguments, generator):
    """Checks and times one layer at one number of tokens."""
    x = torch.randn(tokens, layer.row["k"], device="cuda", generator=generator).to(torch.bfloat16)
    reference = x.float() @ layer.dense.float().t()
    variants = layer.variants if arguments.check_only else layer.measured(tokens)
    errors = {variant.name: check(layer, variant, x, reference) for variant in variants}
    row = {key: layer.row[key] for key in ("layer", "n", "k")}
    row.update(tokens=tokens, error=max(errors.values()))
    row["wrong"] = sorted(name for name, error in errors.items() if not error < TOLERANCE)
    chosen = layer.chosen(tokens)
    if chosen:
        choice = layer.row["choices"][str(tokens)]
        row["chosen"] = chosen.name
        row.update((key, choice[key]) for key in ("predicted_us", "dense_us"))
    if not arguments.check_only and not row["wrong"]:
        row["us"] = measure(layer, variants, x, reference, arguments.rounds)
    torch.cuda.empty_cache()
    return row


def fastest(times, names):
    """The smallest median of some contenders; None if there is none of them."""
    return min((times[name]["median"] for name in times if names(name)), default=None)


def compare(row):
    """Gains of the chosen kernel over the libraries, and its time over that of the best kernel."""
    times, gains = row["us"], {}
    library = {
        peer: fastest(times, lambda name, peer=peer: name.startswith(peer))
        for peer in ("cublas", "cusparselt")
    }
    best = {
        form: fastest(times, lambda name, form=form: name.endswith(form))
        for form in OURS
    }
    for form in OURS:
        ours = times.get(f"{row['chosen']} {form}") or times[f"{row['chosen']} plain"]
        for peer, time in library.items():
            if time:
                gains[form, peer] = time / ours["median"]
    deployed = times.get(f"{row['chosen']} overlap") or times[f"{row['chosen']} plain"]
    gains["regret"] = deployed["median"] / min(time for time in best.values() if time)
    return gains


def geomean(values):
    """Geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values))


def summarise(rows):
    """Gains per token count: geometric mean, and minimum with its layer; the largest regret."""
    lines = []
    for tokens in sorted({row["tokens"] for row in rows}):
        timed = {r["layer"]: compare(r) for r in rows if r["tokens"] == tokens and "us" in r}
        for form in OURS:
            for peer in ("cublas", "cusparselt"):
                gains = {layer: g[form, peer] for layer, g in timed.items() if (form, peer) in g}
                if gains:
                    worst = min(gains, key=gains.get)
                    lines.append(
                        f"{tokens:5} tokens  {form:8} {geomean(gains.values()):.3f}x {peer:10} "
                        f"(minimum {gains[worst]:.3f} {worst}, {len(gains)} layers)"
                    )
        if timed:
            worst = max(timed, key=lambda layer: timed[layer]["regret"])
            lines.append(f"{tokens:5} tokens  regret at most {timed[worst]['regret']:.3f} ({worst})")
    return lines


def write(path, rows, rounds):
    """One line per layer and number of tokens."""
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    machine = json.dumps(describe_machine())
    text = f'{{\n "machine": {machine},\n "rounds": {rounds},\n "rows": [\n  {lines}\n ]\n}}\n'
    path.write_text(text, encoding="utf-8")


def parse_list(text):
    """A, B from "A,B"."""
    return text.split(",")


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--layers", type=parse_list)
    parser.add_argument("--tokens", type=parse_list)
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
    rows = []
    for description in manifest["layers"]:
        if arguments.layers and description["layer"] not in arguments.layers:
            continue
        layer = Layer(arguments.folder, description, generator)
        for tokens in map(int, arguments.tokens or description["choices"]):
            row = run(layer, tokens, arguments, generator)
            rows.append(row)
            gains = compare(row) if "us" in row and "chosen" in row else {}
            shown = " ".join(f"{'/'.join(k) if k != 'regret' else k} {v:.2f}" for k, v in gains.items())
            print(layer.row["layer"], tokens, f"{row['error']:.2e}", *row["wrong"], shown, flush=True)
            if arguments.output:
                write(arguments.output, rows, arguments.rounds)
        del layer
        torch.cuda.empty_cache()
    print("\n".join(summarise(rows)))
    wrong = sum(bool(row["wrong"]) for row in rows)
    print(f"{wrong} wrong results of {len(rows)}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
