#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Peak memory of pruning shards with the largest layers of a 70B model.

Two bf16 layers [28672, 8192], one per shard, and statistics with the Gram matrix
[8192, 8192] in f64 that both read. The command runs as users run it, as a process
of its own. Two numbers are taken of it while it runs: VmHWM, the
peak of all resident pages, those of mapped files and of the interpreter included;
and the peak of RssAnon, without pages of files, which the kernel can drop.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = [f"model.layers.{i}.mlp.up_proj.weight" for i in range(2)]
RUNS = (
    ("magnitude", "dense"),
    ("magnitude", "sparse-24-bitmask"),
    ("wanda", "dense"),
    ("sparsegpt", "dense"),
)


def write_header(file, entries, metadata=None):
    header, offset = {"__metadata__": metadata} if metadata else {}, 0
    for name, dtype, shape, size in entries:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-(len(text) + 8) % 64)
    file.write(len(text).to_bytes(8, "little") + text)


def write_shard(path, name, rows, columns, random):
    with open(path, "wb") as file:
        write_header(file, [(name, "BF16", [rows, columns], rows * columns * 2)], {"format": "pt"})
        for first in range(0, rows, 1024):
            count = min(1024, rows - first)
            values = random.standard_normal((count, columns), np.float32)
            file.write((values.view(np.uint32) >> 16).astype(np.uint16).data)


def write_statistics(path, columns, random):
    """Statistics of correlated inputs: the Gram matrix of a few directions and noise."""
    factors = random.standard_normal((64, columns), np.float32)
    tokens = 4096
    gram = factors.T.astype(np.float64) @ factors.astype(np.float64)
    gram *= tokens / 64 / 4
    gram[np.diag_indices(columns)] += tokens
    sumsq = np.diag(gram).copy()
    parts = {"n_tokens": np.array([tokens]), "sum": np.zeros(columns), "sumsq": sumsq, "var": sumsq / tokens}
    parts["gram"] = gram
    entries = [
        (f"{NAMES[0]}.{key}", "I64" if key == "n_tokens" else "F64", list(value.shape), value.nbytes)
        for key, value in parts.items()
    ]
    with open(path, "wb") as file:
        write_header(file, entries, {"alias": json.dumps({name: NAMES[0] for name in NAMES[1:]})})
        for value in parts.values():
            file.write(np.ascontiguousarray(value).data)


def measure(command, environment):
    """Seconds and peaks in MiB of a command."""
    start = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peaks = {"VmHWM": 0, "RssAnon": 0}
    while process.poll() is None:
        try:
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            break
        for line in status.splitlines():
            key, _, value = line.partition(":")
            if key in peaks:
                peaks[key] = max(peaks[key], int(value.split()[0]) / 1024)
        time.sleep(0.02)
    if process.wait():
        raise SystemExit(f"failed: {' '.join(map(str, command))}")
    return time.monotonic() - start, peaks


def write_model(folder, rows, columns, random):
    """A folder with one shard for each layer."""
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "llama"}')
    shards = {name: f"model-{i + 1:05}-of-{len(NAMES):05}.safetensors" for i, name in enumerate(NAMES)}
    for name, shard in shards.items():
        write_shard(folder / shard, name, rows, columns, random)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))


def run(method, form, model, stats, arguments):
    """One row of the result."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "python"),
        "SPARSEOPT_LIBRARY": str(arguments.build / "lib" / "libSparseOptC.so"),
    }
    output = model.parent / "out"
    command = [sys.executable, "-m", "sparse_opt.prune_checkpoint", model, output, "--pattern", "2:4"]
    command += ["--method", method, "--format", form]
    # One layer is enough for the peak of the slow method.
    targets = NAMES[:1] if method == "sparsegpt" else NAMES
    command += [f"--targets={name}" for name in targets]
    command += [] if method == "magnitude" else ["--stats", stats]
    seconds, peaks = measure(command, environment)
    shutil.rmtree(output)
    layer = arguments.rows * arguments.columns * 2 / 2**20
    gram = arguments.columns**2 * 8 / 2**20 if method == "sparsegpt" else 0
    return {
        "method": method,
        "format": form,
        "layer": [arguments.rows, arguments.columns],
        "layers_pruned": len(targets),
        "layer_mib": round(layer, 1),
        "gram_mib": round(gram, 1),
        "peak_rss_mib": round(peaks["VmHWM"], 1),
        "peak_anonymous_mib": round(peaks["RssAnon"], 1),
        "ratio": round(peaks["VmHWM"] / (layer + gram), 3),
        "seconds": round(seconds, 1),
        "load_average": round(os.getloadavg()[0], 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--folder", type=pathlib.Path, help="where 3 GB of files go (default: a temporary folder)")
    parser.add_argument("--rows", type=int, default=28672)
    parser.add_argument("--columns", type=int, default=8192)
    parser.add_argument("--only", help="this method only")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    random = np.random.default_rng(0)
    results = []
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        stats, model = pathlib.Path(folder, "stats.safetensors"), pathlib.Path(folder, "model")
        write_statistics(stats, arguments.columns, random)
        write_model(model, arguments.rows, arguments.columns, random)
        for method, form in RUNS:
            if arguments.only in (None, method):
                results.append(run(method, form, model, stats, arguments))
                print(json.dumps(results[-1]), flush=True)
    if arguments.json:
        document = {
            "command": " ".join(["benchmarks/pruning/large_checkpoint.py", *sys.argv[1:]]),
            "machine": {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count()},
            "counted": "peak_rss_mib: VmHWM of the process, all resident pages: interpreter, libraries, mapped files, heap",
            "rows": results,
        }
        arguments.json.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
