# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What goes wrong, as exceptions that carry the compiler's diagnostics."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Diagnostic:
    """One thing that the compiler said."""

    severity: str
    """error, warning, note or remark"""
    location: str
    """file:line:column, or the name of the place; empty if there is none"""
    message: str

    def __str__(self):
        place = f"{self.location}: " if self.location else ""
        return f"{place}{self.severity}: {self.message}"


class Error(Exception):
    """A module cannot be read, transformed, compiled or run; the text is the
    compiler's, with file, line and column where they are known."""

    def __init__(self, message, diagnostics=()):
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join([message, *map(str, self.diagnostics)]))


class SparseOptWarning(UserWarning):
    """A warning of the compiler."""
