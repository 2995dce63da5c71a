# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes an imported module: verified by MLIR, with its weights, atomically."""

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager

from . import bytecode
from .errors import ImportFailure

TEXT, BYTECODE = ".mlir", ".mlirbc"
TOOLS = ("mlir-opt-22", "/usr/lib/llvm-22/bin/mlir-opt", "sparse-opt")
# A blob's first four bytes are its alignment, little-endian: 64.
BLOB_HEADER = "0x40000000"


def output_format(path):
    """TEXT or BYTECODE, by the extension of the output file."""
    extension = os.path.splitext(path)[1]
    if extension not in (TEXT, BYTECODE):
        raise ImportFailure(path, f"output must end in {TEXT} or {BYTECODE}")
    return extension


def find_tool(path):
    """The first MLIR tool that is installed; `path` is the output it is for."""
    for name in TOOLS:
        found = shutil.which(name)
        if found:
            return found
    raise ImportFailure(
        path, f"cannot be written without one of: {', '.join(TOOLS)} (not found)"
    )


@contextmanager
def replaced_file(path):
    """A binary file that becomes `path` when the block succeeds.

    Until then it is a temporary file in the same folder; on an error it is
    removed and an existing `path` stays as it was.
    """
    target = os.path.realpath(path)
    if os.path.isdir(target):
        raise ImportFailure(path, "is a directory")
    try:
        handle, temporary = tempfile.mkstemp(
            prefix=".sparse-opt-", dir=os.path.dirname(target)
        )
    except OSError as error:
        raise ImportFailure(path, f"cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, target)
    except OSError as error:
        os.unlink(temporary)
        raise ImportFailure(path, f"cannot be written: {error.strerror}") from error
    except BaseException:
        os.unlink(temporary)
        raise


def _run_tool(path, text, *options):
    """Verifies `text`, a module without data; returns the tool's output."""
    tool = find_tool(path)
    done = subprocess.run(
        [tool, *options, "-"], input=text.encode(), capture_output=True, check=False
    )
    if done.returncode:
        message = done.stderr.decode(errors="replace").strip()
        raise ImportFailure(path, f"{os.path.basename(tool)} refused: {message}")
    return done.stdout


def write_module(path, text, weights):
    """Writes the module `text` to `path`, with the data of `weights`.

    `text` has a `dense_resource` key without data for each weight. With no
    weights given the keys stay without data, to be bound when the module is
    loaded. Raises ImportFailure; then nothing has been written.
    """
    by_name = {w.name: w for w in weights}
    if output_format(path) == TEXT:
        printed = _run_tool(path, text)
        with replaced_file(path) as file:
            file.write(printed)
            _write_text_resources(file, weights)
        return
    encoded = _run_tool(
        path, text, "--emit-bytecode", f"--emit-bytecode-version={bytecode.VERSION}"
    )
    with replaced_file(path) as file:
        if weights:
            bytecode.splice(encoded, by_name, file)
        else:
            file.write(encoded)


def _write_text_resources(file, weights):
    """The resource section of a text file: the weights as hexadecimal."""
    if not weights:
        return
    file.write(b"\n{-#\n  dialect_resources: {\n    builtin: {\n")
    for index, weight in enumerate(weights):
        key = json.dumps(weight.name, ensure_ascii=False)
        separator = ",\n" if index else ""
        file.write(f'{separator}      {key}: "{BLOB_HEADER}'.encode())
        for piece in weight.chunks():
            file.write(bytes(piece).hex().encode())
        file.write(b'"')
    file.write(b"\n    }\n  }\n#-}\n")
