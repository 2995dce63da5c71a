# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The records of the compiler's decisions as objects."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Choice:
    """Which kernel runs a layer for one number of tokens, and why."""

    tokens: int
    kernel: str
    predicted_ns: int
    dense_ns: int
    """prediction for the best dense kernel"""
    reason: str

    @property
    def is_dense(self):
        return self.kernel.split(".")[-1] == "dense"

    @property
    def speedup(self):
        """Predicted, over the best dense kernel."""
        return self.dense_ns / self.predicted_ns if self.predicted_ns else 1.0


@dataclasses.dataclass(frozen=True)
class Layer:
    """A linear layer: its weight as [rows, columns] = [out, in], and its choices by tokens."""

    weight: str
    pattern: str
    density: float
    """fraction of the weight's values that are not zero"""
    rows: int
    columns: int
    choices: tuple[Choice, ...]


def from_json(report):
    """The layers of a report in the form of --sparsity-report=FILE.json."""
    return [
        Layer(
            weight=row["weight"],
            pattern=row["pattern"],
            density=row["density"],
            rows=row["out"],
            columns=row["in"],
            choices=tuple(
                Choice(
                    tokens=choice["tokens"],
                    kernel=choice["kernel"],
                    predicted_ns=choice["predicted_ns"],
                    dense_ns=choice["dense_ns"],
                    reason=choice["reason"],
                )
                for choice in row["choices"]
            ),
        )
        for row in report["layers"]
    ]
