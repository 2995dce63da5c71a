# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled models, called on NumPy arrays.

A library describes its entries as JSON; calls go through the entry's packed
form. Arrays of bfloat16 are passed and returned as their bits, uint16.
"""

import ctypes
import dataclasses
import json
import os
import threading

import numpy as np

from sparse_opt.errors import Error

ALIGNMENT = 64

# Which files were opened under a path, in order: a library stays loaded, and the
# loader would return it again for a new file of the same name.
_opened = {}


def _load(path):
    """Loads the library that is at `path` now."""
    state = os.stat(path)
    versions = _opened.setdefault(path, [])
    if (identity := (state.st_dev, state.st_ino)) not in versions:
        versions.append(identity)
    folder, name = os.path.split(path)
    return ctypes.CDLL(os.path.join(folder, *["."] * versions.index(identity), name))


@dataclasses.dataclass(frozen=True)
class StepTime:
    """The time of one layer or step of a program, summed over its calls."""

    name: str
    calls: int
    nanoseconds: int


class Library:
    """An opened library of `Module.compile` or sparse-compile.

    A library with one entry is callable itself; others by name: library["f"](x).
    """

    def __init__(self, path, weights=None, *, report=None):
        """Opens a library; `weights` is the path of its weights file where that lies elsewhere.

        `report` is kept for the reader: the layers and their kernels, where they are known.
        """
        self.report = report
        self._path = os.path.abspath(os.fspath(path))
        try:
            self._loaded = _load(self._path)
        except OSError as error:
            raise Error(f"cannot open '{path}': {error}") from error
        self._last_error = self._function("sparseopt_last_error", ctypes.c_char_p)
        describe = self._function("sparseopt_description", ctypes.c_char_p)
        open_model = self._function("sparseopt_open", ctypes.c_void_p, ctypes.c_char_p)
        self._close = self._function("sparseopt_close", None, ctypes.c_void_p)
        self._model = open_model(None if weights is None else os.fsencode(weights))
        if not self._model:
            raise Error(f"cannot open '{path}': {self.last_error()}")
        description = json.loads(describe())
        self.name = description["name"]
        self.entries = {row["name"]: Entry(self, row) for row in description["entries"]}

    def _function(self, name, result, *arguments):
        function = getattr(self._loaded, name, None)
        if function is None:
            raise Error(f"'{self._path}' is no library of sparse-opt: it has no function {name}")
        function.restype, function.argtypes = result, arguments
        return function

    def last_error(self):
        """What went wrong in this thread's last failed call."""
        return self._last_error().decode(errors="replace")

    def profile(self):
        """The time of each step since the last reset, in program order.

        Empty unless the library was compiled with profiling.
        """
        pointers = [ctypes.c_void_p] * 3
        read = self._function(
            "sparseopt_profile_step", ctypes.c_int, ctypes.c_void_p, ctypes.c_uint64, *pointers
        )
        steps = []
        name, calls, spent = ctypes.c_char_p(), ctypes.c_uint64(), ctypes.c_uint64()
        fields = [ctypes.byref(field) for field in (name, calls, spent)]
        while read(self._model, len(steps), *fields):
            steps.append(StepTime(name.value.decode(), calls.value, spent.value))
        return steps

    def reset_profile(self):
        """Sets the times of all steps to zero."""
        self._function("sparseopt_profile_reset", None, ctypes.c_void_p)(self._model)

    def __getitem__(self, name):
        if name not in self.entries:
            raise KeyError(f"no entry {name!r}; there are {', '.join(self.entries)}")
        return self.entries[name]

    def __call__(self, *arrays, **named):
        if len(self.entries) != 1:
            raise TypeError(f"the library has several entries: {', '.join(self.entries)}")
        return next(iter(self.entries.values()))(*arrays, **named)

    def __del__(self):
        # The code stays loaded: threads of OpenMP may still be in it.
        if getattr(self, "_model", None):
            self._close(self._model)
            self._model = None


class Port:
    """An array that an entry reads or writes; a dimension of -1 is free."""

    def __init__(self, description):
        self.name = description["name"]
        self.shape = tuple(description["shape"])
        self.dtype = np.dtype(description["dtype"].replace("bfloat16", "uint16"))

    def __repr__(self):
        shape = ", ".join("?" if extent < 0 else str(extent) for extent in self.shape)
        return f"{self.name}: {self.dtype}[{shape}]"

    def check(self, array):
        """The array as dense row-major memory; an Error if it does not fit."""
        array = np.asarray(array)
        fits = len(array.shape) == len(self.shape) and all(
            want in (-1, have) for want, have in zip(self.shape, array.shape, strict=True)
        )
        if array.dtype != self.dtype or not fits:
            shape = ", ".join(map(str, array.shape))
            raise Error(f"an array {array.dtype}[{shape}] does not fit the input {self!r}")
        return np.require(array, requirements="CA")


class Entry:
    """A function of a library: entry(x, ...) or entry(name=x, ...).

    Returns an array, or a tuple of arrays if there are several outputs. May be
    called by several threads at once.
    """

    def __init__(self, library, description):
        self._library = library
        self.name = description["name"]
        self.inputs = [Port(row) for row in description["inputs"]]
        self.outputs = [Port(row) for row in description["outputs"]]
        self._dims = description["dims"]
        symbol = description["symbol"]
        pointer = ctypes.c_void_p
        self._call = library._function(
            f"{symbol}_packed", ctypes.c_int, pointer, pointer, pointer, pointer
        )
        self._sizes = library._function(
            f"{symbol}_packed_sizes", ctypes.c_int, pointer, pointer, pointer
        )
        self._local = threading.local()

    def __repr__(self):
        inputs, outputs = (", ".join(map(repr, ports)) for ports in (self.inputs, self.outputs))
        return f"{self.name}({inputs}) -> ({outputs})"

    def _check_status(self, status):
        if status:
            raise Error(f"{self.name}: {self._library.last_error()}")

    def _bind(self, arrays, named):
        """The arrays in the order of the inputs."""
        names = [port.name for port in self.inputs]
        unknown = [name for name in named if name not in names[len(arrays) :]]
        if unknown or len(arrays) + len(named) != len(names):
            raise TypeError(
                f"{self!r} takes {len(names)} arrays and was given {len(arrays)} by place"
                f" and {', '.join(named) or 'none'} by name"
            )
        return [*arrays, *(named[name] for name in names[len(arrays) :])]

    def _workspace(self, size):
        """Aligned memory of this thread, kept for the next call."""
        memory = getattr(self._local, "memory", None)
        if memory is None or memory.nbytes < size + ALIGNMENT:
            memory = self._local.memory = np.empty(size + ALIGNMENT, np.uint8)
        return memory.ctypes.data + -memory.ctypes.data % ALIGNMENT

    def __call__(self, *arrays, **named):
        bound = self._bind(arrays, named)
        inputs = [port.check(array) for port, array in zip(self.inputs, bound, strict=True)]
        dims = (ctypes.c_int64 * max(len(self._dims), 1))()
        for i, (number, axis) in enumerate(self._dims):
            dims[i] = inputs[number].shape[axis]
        extents = (ctypes.c_int64 * max(sum(len(port.shape) for port in self.outputs), 1))()
        size = ctypes.c_size_t()
        self._check_status(self._sizes(dims, extents, ctypes.byref(size)))
        rest = iter(extents)
        outputs = [np.empty([next(rest) for _ in port.shape], port.dtype) for port in self.outputs]
        pointers = [array.ctypes.data for array in (*inputs, *outputs)]
        buffers = (ctypes.c_void_p * len(pointers))(*pointers)
        self._check_status(
            self._call(self._library._model, buffers, dims, self._workspace(size.value))
        )
        return outputs[0] if len(outputs) == 1 else tuple(outputs)
