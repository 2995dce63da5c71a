# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pruning of a model with a recipe and samples: at once, or block after block."""

import json
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


def request_passes(recipe, stage):
    """Flags of the passes that name the weights and attach the requests of a recipe's stage."""
    option = f"recipe={os.fspath(recipe)} stage={stage}"
    return ["--sparsity-normalize", f"--sparsity-apply-recipe={option}"]


def read_stages(recipe):
    """The stages of a recipe: dictionaries with `name` and `sequential`, "" where not given."""
    option = f"recipe={os.fspath(recipe)} print-stages"
    with tempfile.NamedTemporaryFile("w", suffix=".mlir") as empty:
        command = [tools.find("sparse-opt"), empty.name, f"--sparsity-apply-recipe={option}"]
        return json.loads(tools.run([*command, "-o", os.devnull]))


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

    The stages of the recipe run one after another, each on what the one before it left and
    with statistics of its own if `inputs` are given.

    Without `blocks`, all layers are pruned at once: with the statistics file `stats`,
    or with statistics of `inputs` (samples as in `calibrate`), which go to `stats` if
    that is given too, or with neither for methods that need none.

    With `blocks`, a regular expression on weight names whose group names the block
    (r"encoder\\.layer\\.([0-9]+)\\."), blocks are pruned one after another, each with
    statistics of what the blocks pruned before it yield. The folder `state`
    keeps the finished blocks and the activations between two blocks: the same call
    goes on after an interruption. The model then has static shapes. A stage with
    `sequential` is pruned so too; without `state` nothing is kept for an interruption.

    weights: safetensors file of a module without weights. The other options are those of
    `calibrate`; `entry` and `batch` are for layers that are pruned at once. Raises Error;
    `output` is then as it was.
    """
    options = {"mask_input": mask_input, "threads": threads, "progress": progress}
    at_once = {"entry": entry, "batch": batch}
    say = progress or (lambda line: None)
    stages = read_stages(recipe)
    with tempfile.TemporaryDirectory() as folder:
        source = model
        for number, stage in enumerate(stages, 1):
            last = number == len(stages)
            target = output if last else pathlib.Path(folder, f"stage-{number}.mlirbc")
            if len(stages) > 1:
                say(f"stage {number} of {len(stages)} {stage['name']}".rstrip())
            work = (source, target, recipe, number, inputs, stats)
            block = blocks if blocks is not None else stage["sequential"] or None
            if block is None:
                _prune_at_once(*work, folder, weights=weights, **at_once, **options)
            else:
                kept = pathlib.Path(folder if state is None else state)
                kept = kept / f"stage-{number}" if len(stages) > 1 else kept
                _refuse("pruning block after block", at_once)
                _prune_blocks(*work, block, kept, weights=weights, **options)
            source, weights = target, None


def _refuse(what, options):
    for name, value in options.items():
        if value is not None:
            raise Error(f"{what} does not take the option {name}")


def _prune_at_once(model, output, recipe, stage, inputs, stats, folder, weights, **options):
    if inputs is not None:
        stats = pathlib.Path(folder, f"stats-{stage}.safetensors") if stats is None else stats
        calibration.calibrate(model, inputs, stats, recipe=recipe, weights=weights, **options)
    passes = [*request_passes(recipe, stage), prune_pass(stats), "--sparsity-verify-patterns"]
    transform(model, passes, output, weights)


def _prune_blocks(model, output, recipe, stage, inputs, stats, blocks, state, **options):
    from sparse_opt.sequential import Sequence

    if inputs is None:
        raise Error("pruning block after block needs inputs")
    if stats is not None:
        raise Error("pruning block after block collects its own statistics")
    Sequence(model, recipe, inputs, blocks, state, stage=stage, **options).run(output)
