# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls the importer the way that a user does, in a process of its own."""

import os
import subprocess
import sys

from conftest import HERE

PACKAGE = os.path.join(HERE, "..", "..", "python")


def run_module(name, *arguments, **environment):
    """`python -m NAME ARGUMENTS`; returns the finished process."""
    return subprocess.run(
        [sys.executable, "-m", name, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": PACKAGE, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def import_ok(*arguments):
    """Runs the importer, which must succeed."""
    done = run_module("sparse_opt.importer", *arguments)
    assert done.returncode == 0, done.stderr
    return done


def import_error(*arguments):
    """Runs the importer, which must fail with one line; returns the line."""
    done = run_module("sparse_opt.importer", *arguments)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), done.stderr
    return lines[0]
