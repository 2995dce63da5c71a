# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command-line tools, for what takes long enough to be a process of its own."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from sparse_opt.errors import Error


def find(name):
    """The path of a tool: beside the library in a checkout, or on PATH."""
    library = os.environ.get("SPARSEOPT_LIBRARY")
    if library:
        built = pathlib.Path(library).resolve().parent.parent / "bin" / name
        if built.exists():
            return str(built)
    packaged = pathlib.Path(__file__).parent / "bin" / name
    if packaged.exists():
        return str(packaged)
    found = shutil.which(name)
    if not found:
        raise Error(f"the tool {name} is neither in the package nor on PATH")
    return found


def run(command, progress=None):
    """Runs a tool; what it says on stderr goes to `progress` line by line.

    Raises Error with the tool's errors if it fails; returns its stdout.
    """
    # A file, not a pipe, takes stdout: a full pipe would stop the tool.
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [str(word) for word in command], stdout=output, stderr=subprocess.PIPE, text=True
        )
        said = []
        with process:
            for line in process.stderr:
                said.append(line)
                if progress:
                    progress(line.rstrip("\n"))
        output.seek(0)
        text = output.read()
    if process.returncode:
        errors = [line for line in said if re.search(r"\berror: ", line)] or said
        raise Error("".join(errors).rstrip() or f"{command[0]} failed")
    return text
