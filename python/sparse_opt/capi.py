# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The C interface of the compiler, libSparseOptC.so, through ctypes.

The library lies in the installed package. In a checkout, the environment
variable SPARSEOPT_LIBRARY names the built one.
"""

import ctypes
import functools
import os
import pathlib

LIBRARY = "libSparseOptC.so"
SEVERITIES = ("error", "warning", "note", "remark")


class Handle(ctypes.Structure):
    """MLIR's objects in C: a struct with one pointer."""

    _fields_ = (("ptr", ctypes.c_void_p),)


class StringRef(ctypes.Structure):
    _fields_ = (("data", ctypes.c_void_p), ("length", ctypes.c_size_t))

    @classmethod
    def of(cls, text):
        data = os.fsencode(text) if isinstance(text, os.PathLike) else text.encode()
        buffer = ctypes.create_string_buffer(data)
        reference = cls(ctypes.addressof(buffer), len(data))
        reference.buffer = buffer
        return reference

    def __str__(self):
        return ctypes.string_at(self.data, self.length).decode(errors="replace")


class LogicalResult(ctypes.Structure):
    _fields_ = (("value", ctypes.c_int8),)

    def __bool__(self):
        return self.value != 0


class CompileOptions(ctypes.Structure):
    _fields_ = (
        ("emit", ctypes.c_int),
        ("weights", ctypes.c_int),
        ("target_cpu", StringRef),
        ("target_features", StringRef),
        ("openmp", ctypes.c_bool),
        ("prefix", StringRef),
        ("report", StringRef),
    )


StringCallback = ctypes.CFUNCTYPE(None, StringRef, ctypes.c_void_p)

_SIGNATURES = {
    "sparseOptGetVersion": (StringRef,),
    "sparseOptContextCreate": (Handle,),
    "mlirContextDestroy": (None, Handle),
    "sparseOptDiagnosticsCreate": (Handle, Handle),
    "sparseOptDiagnosticsDestroy": (None, Handle),
    "sparseOptDiagnosticsGetCount": (ctypes.c_ssize_t, Handle),
    "sparseOptDiagnosticsGetSeverity": (ctypes.c_int, Handle, ctypes.c_ssize_t),
    "sparseOptDiagnosticsGetLocation": (StringRef, Handle, ctypes.c_ssize_t),
    "sparseOptDiagnosticsGetMessage": (StringRef, Handle, ctypes.c_ssize_t),
    "sparseOptDiagnosticsClear": (None, Handle),
    "sparseOptModuleLoad": (Handle, Handle, StringRef),
    "mlirModuleCreateParse": (Handle, Handle, StringRef),
    "mlirModuleDestroy": (None, Handle),
    "mlirModuleGetOperation": (Handle, Handle),
    "mlirOperationPrint": (None, Handle, StringCallback, ctypes.c_void_p),
    "sparseOptModuleRunPipeline": (LogicalResult, Handle, StringRef),
    "sparseOptModulePrintReport": (None, Handle, StringCallback, ctypes.c_void_p),
    "sparseOptModuleSave": (LogicalResult, Handle, StringRef, ctypes.c_int),
    "sparseOptCompileOptionsGetDefault": (CompileOptions,),
    "sparseOptModuleCompile": (LogicalResult, Handle, CompileOptions, StringRef),
    "sparseOptWeightPrunerCreate": (Handle, Handle, StringRef, StringRef),
    "sparseOptWeightPrunerDestroy": (None, Handle),
    "sparseOptWeightPrunerGetRowMultiple": (ctypes.c_ssize_t, Handle),
    "sparseOptWeightPrunerGetPattern": (StringRef, Handle),
    "sparseOptWeightPrunerRun": (
        LogicalResult,
        Handle,
        ctypes.c_void_p,
        ctypes.c_ssize_t,
        ctypes.c_ssize_t,
    ),
}


@functools.cache
def library():
    """The loaded library, with the signatures of its functions."""
    path = os.environ.get("SPARSEOPT_LIBRARY") or pathlib.Path(__file__).with_name(LIBRARY)
    try:
        loaded = ctypes.CDLL(os.fspath(path))
    except OSError as error:
        raise ImportError(
            f"cannot load the compiler's library: {error}; 'pip install' of the project builds it, "
            "and SPARSEOPT_LIBRARY names one that lies elsewhere"
        ) from error
    for name, (result, *arguments) in _SIGNATURES.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded


def collect(function, handle):
    """What a printing function of the C interface passes to its callback."""
    parts = []
    callback = StringCallback(
        lambda part, _: parts.append(ctypes.string_at(part.data, part.length))
    )
    function(handle, callback, None)
    return b"".join(parts).decode()
