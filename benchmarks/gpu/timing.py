# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times of GPU work: CUDA graphs over rotating operands, contenders in turn, medians."""

import statistics

import torch

COLD_BYTES = 200e6  # Four times the L2 cache of an H100.


def copies(tensor):
    """Copies of a tensor, together larger than the L2 cache: none is in it when its turn comes."""
    size = tensor.numel() * tensor.element_size()
    return [tensor.clone() for _ in range(max(2, int(COLD_BYTES // size) + 1))]


class Contender:
    """A name, and a graph of `count` calls of `call(i)`, which keeps their operands alive."""

    def __init__(self, name, call, count):
        self.name, self.call, self.count, self.times = name, call, count, []
        stream = torch.cuda.Stream()
        with torch.cuda.stream(stream):
            call(0)
            torch.cuda.synchronize()
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph, stream=stream):
                for index in range(count):
                    call(index)
        torch.cuda.synchronize()

    def run(self):
        """Replays the graph and keeps the microseconds of one call."""
        start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        self.graph.replay()
        stop.record()
        stop.synchronize()
        self.times.append(start.elapsed_time(stop) * 1e3 / self.count)

    def summary(self):
        """Median, minimum and maximum in microseconds."""
        return {
            "median": round(statistics.median(self.times), 3),
            "min": round(min(self.times), 3),
            "max": round(max(self.times), 3),
        }


def race(contenders, rounds):
    """Runs all contenders in turn, after one round that does not count."""
    for contender in contenders:
        contender.run()
        contender.times.clear()
    for _ in range(rounds):
        for contender in contenders:
            contender.run()
    return {contender.name: contender.summary() for contender in contenders}
