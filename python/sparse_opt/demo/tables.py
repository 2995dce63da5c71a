# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tables that the demonstration prints."""

from sparse_opt.demo.measure import cosines


def layers(report, times):
    """One line per layer; `times` has the measured ms of each, dense and sparse."""
    header = ("layer", "out x in", "pattern", "kernel", "predicted", "measured", "dense", "speed-up",
              "reason")  # fmt: skip
    rows = []
    for layer, measured in zip(report, times, strict=True):
        (choice,) = layer.choices
        rows.append(
            (
                layer.weight.removesuffix(".weight"),
                f"{layer.rows} x {layer.columns}",
                layer.pattern,
                choice.kernel,
                f"{choice.predicted_ns / 1e6:.3f}",
                f"{measured['sparse']:.3f}",
                f"{measured['dense']:.3f}",
                f"{measured['dense'] / measured['sparse']:.2f}x",
                choice.reason,
            )
        )
    total = {side: sum(row[side] for row in times) for side in ("sparse", "dense")}
    predicted = sum(layer.choices[0].predicted_ns for layer in report) / 1e6
    rows.append(
        ("all layers", "", "", "", f"{predicted:.3f}", f"{total['sparse']:.3f}",
         f"{total['dense']:.3f}", f"{total['dense'] / total['sparse']:.2f}x", "")
    )  # fmt: skip
    return lay_out(header, rows, right=range(4, 8))


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
