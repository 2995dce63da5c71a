#!/usr/bin/env python3
# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times MiniLM-L6, dense and 2:4, against ONNX Runtime and OpenVINO.

    benchmarks/models/minilm.py MODELS --build build --json results.json

MODELS is a folder of scripts/fetch-models. All sides of one configuration take
turns in one process; each configuration has a process of its own, since a thread
count is fixed at start-up. Prints medians and ratios, and writes them as JSON with
the machine. Inputs are real sentences.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

import machine
import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGETS = r"encoder\.layer\..*"
COMMAND = "benchmarks/models/minilm.py MODELS --deepsparse PYTHON --rounds N --json FILE"
OURS = {"dense": [], "2:4": ["--pattern=2:4", f"--targets={TARGETS}"]}


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=pathlib.Path, metavar="MODELS")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("benchmark-out"))
    parser.add_argument("--json", type=pathlib.Path, help="file for the results")
    parser.add_argument("--seq", type=int, nargs="+", default=[32, 128])
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--target-cpu", default="native")
    parser.add_argument("--deepsparse", metavar="PYTHON",
                        help="also time DeepSparse, which this Python has")  # fmt: skip
    parser.add_argument("--compile-only", action="store_true",
                        help="write the libraries, for a later call with --keep")  # fmt: skip
    parser.add_argument("--keep", action="store_true", help="take libraries that are there")
    parser.add_argument("--append", action="store_true", help="keep the results in the JSON file")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    return parser.parse_args()


def compile_sides(arguments, seq, batch, threads):
    """Compiles our sides of one configuration; returns name to library."""
    module = arguments.work / f"minilm-s{seq}-b{batch}.mlirbc"
    if not module.exists():
        subprocess.run(
            [sys.executable, "-m", "sparse_opt.importer", arguments.models / "minilm",
             "-o", module, "--seq", str(seq), "--batch", str(batch)],
            check=True,
        )  # fmt: skip
    sides = {}
    for name, options in OURS.items():
        library = arguments.work / f"minilm-s{seq}-b{batch}-t{threads}-{name.replace(':', '')}.so"
        command = [
            arguments.build / "bin" / "sparse-compile", module, "-o", library,
            f"--target-cpu={arguments.target_cpu}",
            f"--threading={'none' if threads == 1 else 'omp'}", *options,
        ]  # fmt: skip
        if not (arguments.keep and library.exists()):
            subprocess.run(command, stderr=subprocess.DEVNULL, check=True)
        sides[name] = {"library": str(library)}
    return sides


def read_inputs(arguments, seq, batch):
    from sparse_opt.text import encode

    path = ROOT / "python" / "sparse_opt" / "demo" / "sentences.txt"
    sentences = path.read_text(encoding="utf-8").splitlines()
    # Long enough to fill the sequence: padding is computed on by every side.
    texts = [" ".join(sentences[i:] + sentences[:i]) for i in range(len(sentences))]
    return encode(arguments.models / "minilm", [texts[i % len(texts)] for i in range(batch)], seq)


def measure(sides, ids, mask, rounds, pause=0.02):
    """Milliseconds of each call of each side, all sides in turn.

    Worker threads of the side before may still be spinning (those of OpenMP for
    200 ms): each timed call comes after a pause and an untimed call of its side.
    """
    times = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            time.sleep(pause)
            side(ids, mask)
            start = time.perf_counter()
            side(ids, mask)
            times[name].append(1e3 * (time.perf_counter() - start))
    return times


def summarise(samples):
    low, middle, high = numpy.percentile(samples, [25, 50, 75])
    return {"median_ms": middle, "iqr_ms": high - low, "min_ms": min(samples)}


def result_path(arguments, name):
    return arguments.work / f"result-{name.replace(':', '')}.npy"


def add_deepsparse(arguments, job, row):
    """DeepSparse on the dense weights and on the same 2:4 weights as ours."""
    import exported_bert

    ids, mask = read_inputs(arguments, job["seq"], job["batch"])
    paths = {}
    for name, array in (("ids", ids), ("mask", mask)):
        paths[name] = str(arguments.work / f"{name}.npy")
        numpy.save(paths[name], array)
    models = {}
    for name in OURS:
        stem = f"exported-s{job['seq']}-b{job['batch']}-{name.replace(':', '')}"
        path = arguments.work / f"{stem}.onnx"
        if not path.exists():
            shape = (job["batch"], job["seq"])
            exported_bert.build(arguments.models / "minilm", path, shape, name == "2:4")
        models[f"deepsparse_{name}"] = str(path)
    detail = {
        "models": models, "threads": job["threads"], "rounds": arguments.rounds, **paths,
        "pause": pause_before_call(job["threads"]),
        "result": {name: str(result_path(arguments, name)) for name in models},
    }  # fmt: skip
    script = pathlib.Path(__file__).with_name("deepsparse_side.py")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [arguments.deepsparse, script, json.dumps(detail)],
        env={**environment, "NM_LOGGING_LEVEL": "error"},
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    measured = json.loads(done.stdout.splitlines()[-1])
    for name, samples in measured["times"].items():
        ours = numpy.load(result_path(arguments, name.removeprefix("deepsparse_")))
        difference = abs(numpy.load(result_path(arguments, name)) - ours).max()
        row["sides"][name] = summarise(samples) | {
            "version": measured["version"], "max_abs_difference_from_ours": float(difference)
        }  # fmt: skip


def pause_before_call(threads):
    """OpenMP's threads spin for 200 ms after a call."""
    return 0.02 if threads == 1 else 0.3


def run_one(arguments):
    """One configuration, in a process that was started for it."""
    import sides as programs

    job = json.loads(arguments.one)
    shape = [job["batch"], job["seq"]]
    ids, mask = read_inputs(arguments, job["seq"], job["batch"])
    onnx_path = arguments.work / "minilm.onnx"
    if not onnx_path.exists():
        programs.build_onnx(arguments.models / "minilm", onnx_path)
    sides = {name: programs.compiled(row["library"]) for name, row in job["sides"].items()}
    sides.update(programs.peers(onnx_path, job["threads"], shape))
    reference = sides["onnxruntime_f32"](ids, mask) if "onnxruntime_f32" in sides else None
    times = measure(sides, ids, mask, arguments.rounds, pause_before_call(job["threads"]))
    row = {key: job[key] for key in ("seq", "batch", "threads")} | {"rounds": arguments.rounds}
    row["sides"] = {}
    for name, samples in times.items():
        entry = summarise(samples)
        result = sides[name](ids, mask)
        numpy.save(result_path(arguments, name), result)
        if reference is not None:
            norms = numpy.linalg.norm(result, axis=-1) * numpy.linalg.norm(reference, axis=-1)
            entry["cosine"] = float(((result * reference).sum(-1) / norms).mean())
        row["sides"][name] = entry
    print(json.dumps(row))


def sort_key(row):
    return [row[name] for name in ("threads", "batch", "seq")]


def describe(row):
    """One line per side: median, spread, and speed against every peer."""
    lines = [f"sequence {row['seq']}, batch {row['batch']}, threads {row['threads']}"]
    peers = {name: side for name, side in row["sides"].items() if name not in OURS}
    for name, side in row["sides"].items():
        ratios = "  ".join(
            f"{peer['median_ms'] / side['median_ms']:.2f}x {other}" for other, peer in peers.items()
        )
        spread = 100 * side["iqr_ms"] / side["median_ms"]
        lines.append(f"  {name:16} {side['median_ms']:9.3f} ms  +-{spread:.0f} %  {ratios}")
    return "\n".join(lines)


def main():
    arguments = parse_arguments()
    if arguments.one:
        return run_one(arguments)
    arguments.work.mkdir(parents=True, exist_ok=True)
    rows = []
    for seq in arguments.seq:
        for batch in arguments.batch:
            for threads in arguments.threads:
                job = {"seq": seq, "batch": batch, "threads": threads,
                       "sides": compile_sides(arguments, seq, batch, threads)}  # fmt: skip
                if arguments.compile_only:
                    continue
                done = subprocess.run(
                    [sys.executable, *sys.argv, "--one", json.dumps(job)],
                    env={**os.environ, "OMP_NUM_THREADS": str(threads)},
                    stdout=subprocess.PIPE, text=True, check=True,
                )  # fmt: skip
                rows.append(json.loads(done.stdout.splitlines()[-1]))
                if arguments.deepsparse:
                    add_deepsparse(arguments, job, rows[-1])
                print(describe(rows[-1]), flush=True)
    if arguments.json:
        if arguments.append and arguments.json.exists():
            old = json.loads(arguments.json.read_text(encoding="utf-8"))["results"]
            kept = [row for row in old if sort_key(row) not in map(sort_key, rows)]
            rows = sorted(kept + rows, key=sort_key)
        result = {"machine": machine.describe(), "target_cpu": arguments.target_cpu,
                  "command": COMMAND, "results": rows}  # fmt: skip
        arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return None


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "python"))
    os.environ["PYTHONPATH"] = str(ROOT / "python")
    main()
