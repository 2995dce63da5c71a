# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the programs that the demonstration consists of, showing each command."""

import os
import shlex
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(__file__))))


class StepFailed(Exception):
    """A program ended with an error; it has said which."""


class Steps:
    """Runs programs with the built tools on the path, one step after another."""

    def __init__(self, build):
        tools = os.path.join(os.path.abspath(build), "bin")
        self.environment = {
            **os.environ,
            "PATH": tools + os.pathsep + os.environ["PATH"],
            "PYTHONPATH": os.path.join(ROOT, "python"),
        }

    def run(self, what, *command):
        """Runs a command; returns what it printed on standard output."""
        words = [str(word) for word in command]
        print(f"\n== {what}", file=sys.stderr)
        print("   $ " + shlex.join(words), file=sys.stderr, flush=True)
        start = time.monotonic()
        done = subprocess.run(
            words, env=self.environment, stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode != 0:
            raise StepFailed(f"{words[0]} ended with status {done.returncode}")
        print(f"   {time.monotonic() - start:.1f} s", file=sys.stderr, flush=True)
        return done.stdout

    def python(self, what, module, *arguments):
        """Runs a module of this package."""
        return self.run(what, sys.executable, "-m", module, *arguments)
