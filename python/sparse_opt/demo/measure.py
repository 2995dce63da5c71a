# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times of functions that take turns, so that the machine's mood is shared; agreement of results."""

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


WHOLE_CALL = "whole call"


def interleaved_steps_ms(libraries, arguments, rounds):
    """Median milliseconds of each named step of each library: name to step to ms.

    The libraries were compiled with profiling; steps of one name are added up. The
    step WHOLE_CALL is the time of a call.
    """
    times = {name: {} for name in libraries}
    for library in libraries.values():
        library(*arguments)
    for _ in range(rounds):
        for name, library in libraries.items():
            library.reset_profile()
            start = time.perf_counter_ns()
            library(*arguments)
            totals = {WHOLE_CALL: time.perf_counter_ns() - start, **_step_totals(library)}
            for step, spent in totals.items():
                times[name].setdefault(step, []).append(spent)
    return {
        name: {step: 1e-6 * float(numpy.median(values)) for step, values in steps.items()}
        for name, steps in times.items()
    }


def _step_totals(library):
    totals = {}
    for step in library.profile():
        totals[step.name] = totals.get(step.name, 0) + step.nanoseconds
    return totals


def cosines(left, right):
    """The cosine of each row of `left` with the same row of `right`."""
    norms = numpy.linalg.norm(left, axis=1) * numpy.linalg.norm(right, axis=1)
    return (left * right).sum(axis=1) / norms


def spearman(left, right):
    """Rank correlation; equal values share the mean of their ranks."""

    def ranks(values):
        _, inverse, counts = numpy.unique(values, return_inverse=True, return_counts=True)
        return (numpy.cumsum(counts) - (counts - 1) / 2)[inverse]

    return float(numpy.corrcoef(ranks(left), ranks(right))[0, 1])
