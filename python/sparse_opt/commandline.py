# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Command lines of the modules that are run with `python -m`. Needs nothing else."""

import argparse
import sys


class Parser(argparse.ArgumentParser):
    """A parser whose errors look like all others: one line, status 1."""

    def error(self, message):
        print(f"error: {message} (try --help)", file=sys.stderr)
        sys.exit(1)
