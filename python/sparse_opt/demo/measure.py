# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times functions against each other: they take turns, so that the machine's mood is shared."""

import time

import numpy


def interleaved_ms(functions, rounds):
    """Median milliseconds of a call of each function; name to function in, name to time out."""
    times = {name: [] for name in functions}
    for function in functions.values():
        function()
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - start)
    return {name: 1e3 * float(numpy.median(values)) for name, values in times.items()}


def cosines(left, right):
    """The cosine of each row of `left` with the same row of `right`."""
    norms = numpy.linalg.norm(left, axis=1) * numpy.linalg.norm(right, axis=1)
    return (left * right).sum(axis=1) / norms
