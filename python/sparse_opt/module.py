# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Modules: load, sparsify, report, compile."""

import json
import os
import pathlib
import tempfile
import warnings
import weakref

from sparse_opt import capi, report
from sparse_opt.errors import Diagnostic, Error, SparseOptWarning

FORMATS = {"text": 0, "bytecode": 1}
WEIGHTS = {"auto": 0, "embed": 1, "file": 2}
THREADING = {"omp": True, "none": False}


def version():
    """The version of the compiler."""
    return str(capi.library().sparseOptGetVersion())


def load(path):
    """Reads a module, text or bytecode, from a file."""

    def read(library, context):
        return library.sparseOptModuleLoad(context, capi.StringRef.of(os.fspath(path)))

    return Module._create(read, f"cannot load '{path}'")


def parse(text):
    """Reads a module from a string of MLIR text."""

    def read(library, context):
        return library.mlirModuleCreateParse(context, capi.StringRef.of(text))

    return Module._create(read, "cannot parse the text")


class Module:
    """A program of MLIR. Made by `load` and `parse`; not for two threads at once."""

    def __init__(self, context, diagnostics, handle):
        self._library = capi.library()
        self._diagnostics = diagnostics
        self._handle = handle
        self._close = weakref.finalize(self, _destroy, self._library, context, diagnostics, handle)

    @classmethod
    def _create(cls, read, failure):
        library = capi.library()
        context = library.sparseOptContextCreate()
        diagnostics = library.sparseOptDiagnosticsCreate(context)
        handle = read(library, context)
        if not handle.ptr:
            said = _take(library, diagnostics)
            _destroy(library, context, diagnostics, handle)
            raise Error(failure, said)
        module = cls(context, diagnostics, handle)
        module._check(True, failure)
        return module

    def _check(self, succeeded, failure):
        """Raises what was said on failure, and warns of it otherwise."""
        said = _take(self._library, self._diagnostics)
        if not succeeded:
            raise Error(failure, said)
        for diagnostic in said:
            if diagnostic.severity == "warning":
                warnings.warn(str(diagnostic), SparseOptWarning, stacklevel=3)

    def _check_said(self, failure):
        """`_check` of a function that succeeded if there is no error."""
        said = _take(self._library, self._diagnostics)
        if any(diagnostic.severity == "error" for diagnostic in said):
            raise Error(failure, said)
        for diagnostic in said:
            if diagnostic.severity == "warning":
                warnings.warn(str(diagnostic), SparseOptWarning, stacklevel=3)

    def run(self, pipeline):
        """Runs passes in place, spelled as after --pass-pipeline=; returns the module.

        After an Error the module is in the state that the failed pass left.
        """
        text = capi.StringRef.of(pipeline)
        succeeded = self._library.sparseOptModuleRunPipeline(self._handle, text)
        self._check(succeeded, f"the pipeline '{pipeline}' failed")
        return self

    def sparsify(self, *, recipe=None, **options):
        """Runs sparsity-sparsify, from normalization to packed weights, in place.

        `recipe` is the path of a recipe or its content as Python data; the other
        options are the pipeline's, with underscores: pattern="2:4", sparsity=0.8,
        scope="row", targets=[...], ignore=[...], target_cpu="x86-64-v3", strict=True.
        Returns the module.
        """
        if recipe is None or isinstance(recipe, (str, os.PathLike)):
            return self._sparsify(recipe, options)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "recipe.yaml")
            path.write_text(json.dumps(recipe, indent=1), encoding="utf-8")
            return self._sparsify(path, options)

    def _sparsify(self, recipe, options):
        if "target_cpu" in options:
            options["target_cpu"] = _cpu(options["target_cpu"], "host")
        given = {"recipe": recipe, **options}
        words = [
            f"{name.replace('_', '-')}={_option(value)}"
            for name, value in given.items()
            if value is not None
        ]
        return self.run(f"sparsity-sparsify{{{' '.join(words)}}}")

    @property
    def report(self):
        """The layers that a kernel was chosen for, in program order."""
        text = capi.collect(self._library.sparseOptModulePrintReport, self._handle)
        return report.from_json(json.loads(text))

    def __str__(self):
        operation = self._library.mlirModuleGetOperation(self._handle)
        return capi.collect(self._library.mlirOperationPrint, operation)

    def save(self, path, form=None):
        """Writes the module as "text" or "bytecode"; by the name's ending if not given."""
        if form is None:
            form = "bytecode" if os.fspath(path).endswith("bc") else "text"
        written = self._library.sparseOptModuleSave(
            self._handle, capi.StringRef.of(os.fspath(path)), _lookup("form", FORMATS, form)
        )
        self._check(written, f"cannot save '{path}'")

    def compile(
        self,
        output=None,
        *,
        target_cpu="native",
        target_features="",
        threading="omp",
        weights="auto",
    ):
        """Compiles a copy of the module; returns a Library whose entries take NumPy arrays.

        Layers that no kernel was chosen for yet get one first, as by sparsify() without
        options. `target_cpu` is an LLVM name; `threading` is "omp" or "none"; `weights`
        is "embed", "file" (a file beside the library) or "auto". Without `output` no
        file is left behind.
        """
        from sparse_opt.library import Library

        with tempfile.TemporaryDirectory(prefix="sparse-opt-") as folder:
            path = os.path.join(folder, "model.so") if output is None else os.fspath(output)
            decisions = pathlib.Path(folder, "report.json")
            # The structs hold addresses only: the strings have to outlive the call.
            strings = [
                capi.StringRef.of(text)
                for text in (_cpu(target_cpu, "native"), target_features, decisions, path)
            ]
            options = self._library.sparseOptCompileOptionsGetDefault()
            options.weights = _lookup("weights", WEIGHTS, weights)
            options.openmp = _lookup("threading", THREADING, threading)
            options.target_cpu, options.target_features, options.report, file = strings
            compiled = self._library.sparseOptModuleCompile(self._handle, options, file)
            self._check(compiled, "cannot compile the module")
            layers = report.from_json(json.loads(decisions.read_text(encoding="utf-8")))
            return Library(path, report=layers)


def _cpu(name, this_machine):
    """The tools say native to this machine's CPU, the passes host."""
    return this_machine if name in ("native", "host") else name


def _destroy(library, context, diagnostics, handle):
    if handle.ptr:
        library.mlirModuleDestroy(handle)
    library.sparseOptDiagnosticsDestroy(diagnostics)
    library.mlirContextDestroy(context)


def _take(library, collection):
    """The diagnostics since the last call."""
    said = [
        Diagnostic(
            severity=capi.SEVERITIES[library.sparseOptDiagnosticsGetSeverity(collection, i)],
            location=str(library.sparseOptDiagnosticsGetLocation(collection, i)),
            message=str(library.sparseOptDiagnosticsGetMessage(collection, i)),
        )
        for i in range(library.sparseOptDiagnosticsGetCount(collection))
    ]
    library.sparseOptDiagnosticsClear(collection)
    return said


def _lookup(name, table, value):
    if value not in table:
        raise ValueError(f"{name} is {value!r}, not one of {', '.join(map(repr, table))}")
    return table[value]


def _option(value):
    """The value of a pass option in the text of a pipeline."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "{" + ",".join(map(_quote, value)) + "}"
    return _quote(value)


def _quote(value):
    text = os.fspath(value) if isinstance(value, os.PathLike) else str(value)
    if text and not any(character in text for character in " ,'\"{}"):
        return text
    # Passes match braces even inside of quotes.
    if text.count("{") != text.count("}") or ("'" in text and '"' in text):
        raise ValueError(f"{text!r} cannot be passed to a pass: unpaired braces, or both quotes")
    return f"'{text}'" if '"' in text else f'"{text}"'
