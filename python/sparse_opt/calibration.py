# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Statistics of the inputs of layers: collecting them, and reading them."""

import collections.abc
import dataclasses
import json
import os
import pathlib
import tempfile

import numpy as np

from sparse_opt import tools


@dataclasses.dataclass(frozen=True)
class LayerStatistics:
    """What calibration saw at the input of a layer, of `in` features."""

    num_tokens: int
    sum: np.ndarray
    """f64 [in]"""
    sumsq: np.ndarray
    """f64 [in]: sums of squares"""
    var: np.ndarray
    """f64 [in]: population variances"""
    gram: np.ndarray | None
    """f64 [in, in]: sum of x x^T; None if it was not collected"""


class Statistics(collections.abc.Mapping):
    """A statistics file: maps the name of a weight to LayerStatistics.

    Arrays are mapped into memory, not read.
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            self._header = json.loads(file.read(length))
        self._begin = 8 + length
        metadata = self._header.pop("__metadata__", {})
        self._aliases = json.loads(metadata.get("alias", "{}"))

    def _names(self):
        suffix = ".n_tokens"
        return [key.removesuffix(suffix) for key in self._header if key.endswith(suffix)]

    def __iter__(self):
        yield from self._names()
        yield from self._aliases

    def __len__(self):
        return len(self._names()) + len(self._aliases)

    def __getitem__(self, name):
        key = self._aliases.get(name, name)
        if f"{key}.n_tokens" not in self._header:
            raise KeyError(name)
        has_gram = f"{key}.gram" in self._header
        return LayerStatistics(
            num_tokens=int(self._read(f"{key}.n_tokens", "<i8")[0]),
            sum=self._read(f"{key}.sum"),
            sumsq=self._read(f"{key}.sumsq"),
            var=self._read(f"{key}.var"),
            gram=self._read(f"{key}.gram") if has_gram else None,
        )

    def _read(self, key, dtype="<f8"):
        entry = self._header[key]
        offset = self._begin + entry["data_offsets"][0]
        return np.memmap(self.path, dtype, "r", offset, tuple(entry["shape"]))


def save_inputs(inputs, folder):
    """Paths of the inputs: arrays are saved into `folder`, paths stay."""
    paths = []
    for number, value in enumerate(inputs):
        if isinstance(value, (str, os.PathLike)):
            paths.append(os.fspath(value))
            continue
        path = os.path.join(folder, f"input{number}.npy")
        np.save(path, np.ascontiguousarray(value))
        paths.append(path)
    return paths


def make_command(model, inputs, stats, **options):
    """The command line of sparse-run for `calibrate`; `inputs` are paths."""
    command = [tools.find("sparse-run"), os.fspath(model), "--calibrate"]
    command += [f"--inputs={','.join(inputs)}", f"--stats={os.fspath(stats)}"]
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if isinstance(value, bool):
            command += [flag] if value else []
        elif isinstance(value, (list, tuple)):
            command += [f"{flag}={item}" for item in value]
        elif value is not None:
            command.append(f"{flag}={value}")
    return command


def calibrate(
    model,
    inputs,
    stats,
    *,
    entry=None,
    recipe=None,
    targets=(),
    ignore=(),
    gram=False,
    mask_input=None,
    batch=None,
    threads=None,
    save_every=None,
    weights=None,
    progress=None,
):
    """Runs a model on samples and writes statistics of the inputs of its layers.

    model: path of a module. inputs: one item per input of the entry, an array
    with a leading sample dim, or the path of a .npy file or a folder of them.
    stats: path of the file to write; an interrupted run goes on from
    `stats`.partial. recipe: path of a recipe, whose methods decide which layers
    are observed and how; without one, `targets`, `ignore` (regular expressions on
    weight names) and `gram` do. mask_input: name or number of the input that is
    zero for padding. batch: samples per call where the model leaves it open.
    weights: safetensors file of a module without weights. progress: called with
    each line that the tool says.

    Returns the Statistics. Raises Error.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = make_command(
            model,
            save_inputs(inputs, folder),
            stats,
            entry=entry,
            recipe=recipe,
            targets=targets,
            ignore=ignore,
            gram=gram,
            mask_input=mask_input,
            batch=batch,
            threads=threads,
            save_every=save_every,
            sparsity_weights=weights,
        )
        tools.run(command, progress)
    return Statistics(stats)
