# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pruning block after block: calibrate, prune, run, save.

On disk there are, in the state folder, `boundary-K`, the activations that enter
stage K, one array [calls, ...] each; `block-K.mlirbc`, the pruned stage K;
`state.json`, how many stages are finished, and for what.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import tempfile

import numpy as np

from sparse_opt import calibration, module, pruning, tools
from sparse_opt.errors import Error

STAGE = re.compile(r'sparsity\.stage = "([^"]*)"')
ELIDED = ("--mlir-elide-elementsattrs-if-larger=8", "--mlir-elide-resource-strings-if-larger=8")


def _digest(paths, *texts):
    digest = hashlib.sha256("\0".join(map(str, texts)).encode())
    for path in paths:
        with open(path, "rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()


class Sequence:
    """One network on its way through the stages."""

    def __init__(
        self,
        model,
        recipe,
        inputs,
        blocks,
        state,
        *,
        stage=1,
        mask_input=None,
        threads=None,
        weights=None,
        progress=None,
    ):
        self.requests = pruning.request_passes(recipe, stage)
        self.stage = stage
        self.model, self.recipe, self.blocks, self.weights = model, recipe, blocks, weights
        self.threads = threads
        self.say = progress or (lambda line: None)
        self.state = pathlib.Path(state)
        self.state.mkdir(parents=True, exist_ok=True)
        self.inputs = [
            np.load(value, mmap_mode="r") if isinstance(value, (str, os.PathLike)) else value
            for value in inputs
        ]
        self.mask_input = mask_input
        if mask_input is not None and mask_input not in range(len(self.inputs)):
            raise Error(f"mask_input is {mask_input!r}, not the number of an input")

    def run(self, output):
        """Finishes all stages and writes the pruned model."""
        names, wanted = self._list_stages()
        done = self._resume()
        last = max((k for k, name in enumerate(names) if name in wanted), default=-1)
        for number in range(done, last + 1):
            self.say(f"stage {names[number]}, {number + 1} of {last + 1}")
            self._finish(number, names[number], names[number] in wanted, number == last)
        finished = [self._block(k) for k in range(last + 1) if self._block(k).exists()]
        take = "--sparsity-take-weights=from=" + ",".join(map(str, finished))
        passes = [*self.requests, take, "--sparsity-verify-patterns"]
        pruning.transform(self.model, passes, output, self.weights)

    def _block(self, number):
        return self.state / f"block-{number}.mlirbc"

    def _boundary(self, number):
        return self.state / f"boundary-{number}"

    def _outline(self, stage=None):
        option = f"blocks={self.blocks}" + (f" stage={stage}" if stage else "")
        return [*self.requests, f"--sparsity-outline-blocks={option}"]

    def _print(self, model, passes):
        return tools.run([tools.find("sparse-opt"), os.fspath(model), *passes, *ELIDED])

    def _list_stages(self):
        """The names of the stages, and of those with requests."""
        bind = [] if self.weights is None else [f"--sparsity-bind-weights=file={self.weights}"]
        text = self._print(self.model, [*bind, *self._outline()])
        parts = re.split(r"(?=func\.func)", text)
        stages = [(found[1], part) for part in parts if (found := STAGE.search(part))]
        names = [name for name, _ in stages]
        return names, {name for name, part in stages if "sparsity.prune" in part}

    def _fingerprint(self):
        files = [path for path in (self.model, self.recipe, self.weights) if path is not None]
        arrays = [hashlib.sha256(np.ascontiguousarray(a)).hexdigest() for a in self.inputs]
        return _digest(files, self.stage, self.blocks, self.mask_input, *arrays)

    def _resume(self):
        """How many stages are finished."""
        path = self.state / "state.json"
        self.fingerprint = self._fingerprint()
        for left_over in self.state.glob("tmp*"):
            shutil.rmtree(left_over)
        if path.exists():
            try:
                state = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise Error(f"'{path}' is no state of a pruning: {error}") from error
            if state.get("fingerprint") != self.fingerprint:
                raise Error(f"'{self.state}' is the state of another pruning; remove it")
            self.say(f"going on after {state['done']} finished stages")
            return state["done"]
        self._save_state(0)
        return 0

    def _save_state(self, done):
        text = json.dumps({"fingerprint": self.fingerprint, "done": done})
        temporary = self.state / "state.json.tmp"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self.state / "state.json")

    def _finish(self, number, name, has_requests, is_last):
        with tempfile.TemporaryDirectory(dir=self.state) as folder:
            stage = pathlib.Path(folder, "stage.mlirbc")
            pruning.transform(self.model, self._outline(name), stage, self.weights)
            if number == 0 and not self._boundary(0).exists():
                self._enter(stage)
            pruned = stage
            if has_requests:
                stats = self._calibrate(number, stage, folder)
                pruned = pathlib.Path(folder, "pruned.mlirbc")
                pruning.transform(stage, [pruning.prune_pass(stats)], pruned)
            if not is_last:
                self._advance(number, pruned)
            if has_requests:
                pruned.replace(self._block(number))
        self._save_state(number + 1)
        shutil.rmtree(self._boundary(number), ignore_errors=True)

    def _calibrate(self, number, stage, folder):
        """Statistics of a stage's layers; None if no method asks for any."""
        if "sparsity.observe" not in self._print(stage, ["--sparsity-instrument"]):
            return None
        stats = pathlib.Path(folder, "stats.safetensors")
        mask = self._boundary(number) / "mask.npy"
        command = calibration.make_command(
            stage,
            self._paths(number),
            stats,
            mask=mask if mask.exists() else None,
            threads=self.threads,
        )
        tools.run(command, self.say)
        return stats

    def _paths(self, number):
        paths = self._boundary(number).glob("[0-9]*.npy")
        return [os.fspath(path) for path in sorted(paths, key=lambda path: int(path.stem))]

    def _cut(self, number, array, shape):
        """An input as calls, [calls, shape of the input]; its first dim counts samples."""
        whole = array.ndim == len(shape) + 1 and array.shape[1:] == shape
        cut = shape and array.ndim == len(shape) and array.shape[1:] == shape[1:]
        if not (whole or (cut and len(array) % shape[0] == 0)):
            raise Error(
                f"input {number} has shape {list(array.shape)}, which is no whole number of "
                f"calls with {list(shape)}"
            )
        return np.ascontiguousarray(array).reshape(-1, *shape)

    def _enter(self, stage):
        """Cuts the samples into calls of the model, [calls, shape of the input]."""
        text = self._print(stage, [])
        signature = re.search(r"func\.func [^(]*\((.*?)\)", text)[1]
        shapes = [
            tuple(map(int, re.findall(r"(\d+)x", found)))
            for found in re.findall(r"tensor<((?:\d+x)*)", signature)
        ]
        if len(shapes) != len(self.inputs):
            raise Error(f"the model takes {len(shapes)} inputs, {len(self.inputs)} are given")
        calls = [
            self._cut(number, array, shape)
            for number, (array, shape) in enumerate(zip(self.inputs, shapes, strict=True))
        ]
        count = max(map(len, calls))
        for number, array in enumerate(calls):
            if len(array) not in (1, count):
                raise Error(
                    f"input {number} holds {len(array)} calls of the model, others hold {count}"
                )
        temporary = pathlib.Path(tempfile.mkdtemp(dir=self.state))
        for number, array in enumerate(calls):
            every = np.broadcast_to(array, (count, *array.shape[1:]))
            np.save(temporary / f"{number}.npy", every)
            if number == self.mask_input:
                np.save(temporary / "mask.npy", every)
        temporary.rename(self._boundary(0))

    def _advance(self, number, stage):
        """Runs a stage on what enters it and saves what leaves it."""
        arrays = [np.load(path, mmap_mode="r") for path in self._paths(number)]
        program = module.load(stage).compile(threading="none" if self.threads == 1 else "omp")
        temporary = pathlib.Path(tempfile.mkdtemp(dir=self.state))
        outputs = None
        for call in range(len(arrays[0])):
            results = program(*(np.ascontiguousarray(array[call]) for array in arrays))
            results = results if isinstance(results, (tuple, list)) else [results]
            outputs = outputs or [
                np.lib.format.open_memmap(
                    temporary / f"{i}.npy", "w+", result.dtype, (len(arrays[0]), *result.shape)
                )
                for i, result in enumerate(results)
            ]
            for output, result in zip(outputs, results, strict=True):
                output[call] = result
        for output in outputs:
            output.flush()
        mask = self._boundary(number) / "mask.npy"
        if mask.exists():
            shutil.copy(mask, temporary / "mask.npy")
        following = self._boundary(number + 1)
        shutil.rmtree(following, ignore_errors=True)
        temporary.rename(following)
