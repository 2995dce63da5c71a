# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tables that the demonstration prints."""

from sparse_opt.demo.measure import WHOLE_CALL, cosines


def layers(report, times):
    """One line per layer; `times` has the measured ms by name, dense and pruned."""
    header = ("layer", "out x in", "pattern", "kernel", "predicted", "measured", "dense", "speed-up",
              "reason")  # fmt: skip
    rows, totals = [], [0.0, 0.0, 0.0]
    for layer in report:
        (choice,) = layer.choices
        figures = (
            choice.predicted_ns / 1e6, times["pruned"][layer.weight], times["dense"][layer.weight]
        )  # fmt: skip
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        name = layer.weight.removesuffix(".weight")
        shape = f"{layer.rows} x {layer.columns}"
        rows.append((name, shape, layer.pattern, choice.kernel, *_figures(*figures), choice.reason))
    rows.append(("all layers", "", "", "", *_figures(*totals), ""))
    pruned, dense = (times[side][WHOLE_CALL] for side in ("pruned", "dense"))
    rest = (f"{pruned - totals[1]:.3f}", f"{dense - totals[2]:.3f}")
    rows.append(("all else", "", "", "", "", *rest, "", ""))
    return lay_out(header, rows, right=range(4, 8))


def _figures(predicted, pruned, dense):
    return f"{predicted:.3f}", f"{pruned:.3f}", f"{dense:.3f}", f"{dense / pruned:.2f}x"


def models(times, embeddings):
    """One line per program: its time, and its embeddings against the first one's."""
    header = ("model", "ms", "speed-up over dense", "cosine: lowest", "mean")
    reference = next(iter(embeddings.values()))
    rows = []
    for name, ms in times.items():
        cosine = cosines(embeddings[name], reference)
        speedup = times["dense"] / ms
        rows.append(
            (name, f"{ms:.2f}", f"{speedup:.2f}x", f"{cosine.min():.6f}", f"{cosine.mean():.6f}")
        )
    return lay_out(header, rows, right=range(1, 5))


def lay_out(header, rows, right):
    """Lines of a table; `right` are the columns that are aligned right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]

    def line(cells):
        padded = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(padded).rstrip()

    return [line(header), line(["-" * width for width in widths]), *map(line, rows)]
