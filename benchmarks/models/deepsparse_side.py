# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times DeepSparse on ONNX models; runs in a Python that has it.

    deepsparse_side.py JOB      (JSON: models, ids, mask, result, threads, rounds, pause)

DeepSparse needs older packages than the other peers, hence a process of its own.
Prints a list of milliseconds for each model, all in turn.
"""

import json
import sys
import time

import deepsparse
import numpy


def main():
    job = json.loads(sys.argv[1])
    inputs = [numpy.load(job["ids"]), numpy.load(job["mask"])]
    batch = inputs[0].shape[0]
    engines = {
        name: deepsparse.Engine(path, batch_size=batch, num_cores=job["threads"])
        for name, path in job["models"].items()
    }
    times = {name: [] for name in engines}
    for _ in range(job["rounds"]):
        for name, engine in engines.items():
            time.sleep(job["pause"])
            engine.run(inputs, val_inp=False)
            start = time.perf_counter()
            engine.run(inputs, val_inp=False)
            times[name].append(1e3 * (time.perf_counter() - start))
    for name, engine in engines.items():
        numpy.save(job["result"][name], engine.run(inputs, val_inp=False)[0])
    print(json.dumps({"version": deepsparse.__version__, "times": times}))


main()
