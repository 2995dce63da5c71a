# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is to be done to each weight of a checkpoint, decided by the compiler.

The weights become a module without values, each under its name in a linear of
its own; recipes and options then mean what they mean for a model.
"""

import contextlib
import ctypes
import json
import pathlib
import re
import tempfile

from sparse_opt import capi, module
from sparse_opt.checkpoint.folder import is_matrix
from sparse_opt.errors import Error

# Tables that are read by index, not multiplied.
EMBEDDINGS = re.compile(r"(.*\.)?([^.]*embed[^.]*|wte|wpe|shared)\.weight")
# Left dense unless a target or a recipe asks for them: the head, and what routes.
IGNORED = r"(.*\.)?(lm_head|router|gate|score|classifier|pooler\.dense)\.weight"
# Models that store linears as [in, out].
TRANSPOSED = ("gpt2", "openai-gpt", "ctrl", "imagegpt", "decision_transformer")
TYPES = {"F64": "f64", "F32": "f32", "F16": "f16", "BF16": "bf16"}


def _function(number, tensor):
    rows, columns = tensor.shape
    kind = TYPES[tensor.dtype]
    name = json.dumps(tensor.name, ensure_ascii=False)
    weight, x, y = f"tensor<{rows}x{columns}x{kind}>", f"tensor<1x{columns}x{kind}>", f"tensor<1x{rows}x{kind}>"
    return (
        f"func.func @layer{number}(%x: {x}, %y: {y}) -> {y} {{\n"
        f"%w = sparsity.weight {name} dense_resource<{name}> : {weight} loc({name})\n"
        f"%r = sparsity.linear ins(%x, %w : {x}, {weight}) outs(%y : {y}) -> {y}\n"
        f"return %r : {y}\n}}\n"
    )


class Requests:
    """The prune requests of a recipe on the weights of a checkpoint."""

    def __init__(self, folder, recipe, stats):
        model_type = (folder.config or {}).get("model_type")
        if model_type in TRANSPOSED:
            raise Error(f"'{folder.path}' is a model of type {model_type}, which stores linears as [in, out]")
        weights = [t for t in folder.tensors.values() if is_matrix(t) and not EMBEDDINGS.fullmatch(t.name)]
        if not weights:
            raise Error(f"'{folder.path}' has no weight of a linear")
        self.names = {tensor.name for tensor in weights}
        self.stats = "" if stats is None else str(stats)
        self._module = module.parse("".join(_function(i, t) for i, t in enumerate(weights)))
        path = json.dumps(str(recipe))
        try:
            self._module.run(f"sparsity-apply-recipe{{recipe={path}}}")
        except Error as error:
            raise Error("the recipe does not fit the checkpoint", error.diagnostics) from error

    @contextlib.contextmanager
    def pruner(self, name):
        """The Pruner of a weight; None if it has no request."""
        if name not in self.names:
            yield None
            return
        pruner = Pruner.create(self._module, name, self.stats)
        try:
            yield pruner
        finally:
            if pruner:
                pruner.close()


class Pruner:
    """The request on one weight, for blocks of its rows."""

    def __init__(self, owner, handle):
        self._owner, self._handle = owner, handle
        library = capi.library()
        self.row_multiple = library.sparseOptWeightPrunerGetRowMultiple(handle)
        self.pattern = str(library.sparseOptWeightPrunerGetPattern(handle))

    @classmethod
    def create(cls, owner, name, stats):
        handle = capi.library().sparseOptWeightPrunerCreate(
            owner._handle, capi.StringRef.of(name), capi.StringRef.of(stats)
        )
        owner._check_said(f"weight '{name}' cannot be pruned")
        return cls(owner, handle) if handle.ptr else None

    def prune(self, rows, first):
        """Prunes rows, a contiguous array, in place."""
        address = ctypes.c_void_p(rows.ctypes.data)
        done = capi.library().sparseOptWeightPrunerRun(self._handle, address, first, len(rows))
        self._owner._check(done, "the checkpoint cannot be pruned")

    def close(self):
        capi.library().sparseOptWeightPrunerDestroy(self._handle)


@contextlib.contextmanager
def recipe_file(recipe, options, names):
    """The path of a recipe: a path, Python data, or one rule from options."""
    if recipe is not None and not isinstance(recipe, dict):
        yield pathlib.Path(recipe)
        return
    if recipe is None:
        rule = {key.replace("_", "-"): value for key, value in options.items() if value is not None}
        rule.setdefault("targets", [".*"])
        rule.setdefault("method", "magnitude")
        if options.get("targets") is None and options.get("ignore") is None:
            ignored = [name for name in names if re.fullmatch(IGNORED, name)]
            rule.update({"ignore": [IGNORED]} if ignored else {})
        recipe = {"rules": [rule]}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "recipe.yaml")
        path.write_text(json.dumps(recipe, indent=1), encoding="utf-8")
        yield path
