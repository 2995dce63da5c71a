# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The inputs that every imported language model takes: [batch, sequence]."""

from dataclasses import dataclass

from .builder import Value
from .errors import ImportFailure


@dataclass(frozen=True)
class InputShape:
    """Sizes of the input; None is a size that is known at run time only."""

    batch: int | None = 1
    sequence: int | None = 128

    def argument(self, name):
        """The function argument `name` of type [batch, sequence] i64."""
        batch = "%batch" if self.batch is None else self.batch
        sequence = "%sequence" if self.sequence is None else self.sequence
        return Value(f"%{name}", (batch, sequence), "i64")

    def check(self, config_path, positions):
        """A fixed sequence may not be longer than the model's positions."""
        if self.sequence is not None and self.sequence > positions:
            raise ImportFailure(
                config_path,
                f"sequence length {self.sequence} is above the model's limit"
                f" ('max_position_embeddings': {positions})",
            )


@dataclass(frozen=True)
class TokenGrid:
    """The dimensions of the input: an int or the name of an index value each."""

    batch: object
    sequence: object
    tokens: object


def token_grid(b, ids):
    """Defines the dimensions of the argument `ids` and their product."""
    b.define_dims(ids)
    batch, sequence = ids.shape
    return TokenGrid(batch, sequence, b.multiply(batch, sequence))
