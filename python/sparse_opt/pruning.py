# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pruning of a model with a recipe and samples: at once, or block after block."""

import os
import pathlib
import tempfile

from sparse_opt import calibration, tools
from sparse_opt.errors import Error


def transform(model, passes, output, weights=None):
    """Runs passes, given as command-line flags, on a module file."""
    command = [tools.find("sparse-opt"), os.fspath(model)]
    if weights is not None:
        command.append(f"--sparsity-bind-weights=file={os.fspath(weights)}")
    tools.run([*command, *passes, "--emit-bytecode", "-o", os.fspath(output)])


def request_passes(recipe):
    """Flags of the passes that name the weights and attach a recipe's requests."""
    return ["--sparsity-normalize", f"--sparsity-apply-recipe=recipe={os.fspath(recipe)}"]


def prune_pass(stats):
    return "--sparsity-prune" + (f"=stats={os.fspath(stats)}" if stats is not None else "")


def prune(
    model,
    output,
    *,
    recipe,
    inputs=None,
    stats=None,
    blocks=None,
    state=None,
    entry=None,
    mask_input=None,
    batch=None,
    threads=None,
    weights=None,
    progress=None,
):
    """Prunes a model as a recipe says and writes it to `output` as bytecode.

    Without `blocks`, all layers are pruned at once: with the statistics file `stats`,
    or with statistics of `inputs` (samples as in `calibrate`), which go to `stats` if
    that is given too, or with neither for methods that need none.

    With `blocks`, a regular expression on weight names whose group names the block
    (r"encoder\\.layer\\.([0-9]+)\\."), blocks are pruned one after another, each with
    statistics of what the blocks pruned before it yield. The folder `state`
    keeps the finished blocks and the activations between two blocks: the same call
    goes on after an interruption. The model then has static shapes.

    weights: safetensors file of a module without weights. The other options are
    those of `calibrate`. Raises Error; `output` is then as it was.
    """
    if blocks is not None:
        from sparse_opt.sequential import Sequence

        if inputs is None or state is None:
            raise Error("pruning block after block needs inputs and a state folder")
        if stats is not None:
            raise Error("pruning block after block collects its own statistics")
        options = {"mask_input": mask_input, "threads": threads, "weights": weights}
        Sequence(model, recipe, inputs, blocks, state, progress=progress, **options).run(output)
        return
    with tempfile.TemporaryDirectory() as folder:
        if inputs is not None:
            stats = pathlib.Path(folder, "stats.safetensors") if stats is None else stats
            calibration.calibrate(
                model,
                inputs,
                stats,
                entry=entry,
                recipe=recipe,
                mask_input=mask_input,
                batch=batch,
                threads=threads,
                weights=weights,
                progress=progress,
            )
        passes = [*request_passes(recipe), prune_pass(stats), "--sparsity-verify-patterns"]
        transform(model, passes, output, weights)
