# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What demonstrations share: their options, and the programs they run, each shown."""

import argparse
import os
import pathlib
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

    def import_minilm(self, folder, output, sequence):
        """Imports the checkpoint of MiniLM-L6 with a fixed sequence length."""
        return self.python("import", "sparse_opt.importer", folder, "-o", output, "--seq", sequence)


def make_parser(prog, description):
    """A parser of the options that every demonstration has."""
    parser = argparse.ArgumentParser(
        prog=prog, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seq", type=int, default=128, help="tokens per sentence (128)")
    parser.add_argument("--threads", type=int, default=1, help="threads of every program (1)")
    parser.add_argument("--rounds", type=int, default=50, help="calls per measurement (50)")
    parser.add_argument("--build", default="build", help="build folder (build)")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("demo-out"))
    return parser


def exit_with(parser, show):
    """Runs `show(arguments)` and ends the program with its status."""
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        sys.exit(show(arguments))
    except StepFailed as error:
        name = parser.prog.rpartition("/")[2]
        print(f"{name}: error: {error}", file=sys.stderr)
        sys.exit(1)


def get_threading(threads):
    """How a library for that many threads is compiled."""
    return "none" if threads == 1 else "omp"
