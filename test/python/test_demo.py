# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The parts of the demonstration: the peer's model, the single layers, the tables."""

import re

import numpy as np
import pytest
from numpy_reference import bert
from sparse_opt.demo import tables
from sparse_opt.demo.measure import WHOLE_CALL, cosines, interleaved_ms, interleaved_steps_ms
from sparse_opt.demo.peer import open_session
from sparse_opt.library import StepTime
from sparse_opt.report import from_json
from tiny_models import BERT, bert_shapes, random_weights, write_folder


@pytest.fixture
def tiny(tmp_path):
    """A folder with a small BERT, and its weights."""
    return tmp_path, write_folder(tmp_path, BERT, random_weights(bert_shapes(BERT)))


def test_onnx_form_computes_the_reference(tiny):
    folder, weights = tiny
    ids = np.random.default_rng(1).integers(0, BERT["vocab_size"], (3, 7))
    mask = (np.arange(7) < np.array([[6], [5], [4]])).astype(np.int64)
    result = open_session(folder, 1)(ids, mask)
    np.testing.assert_allclose(result, bert(weights, BERT, ids, mask), atol=2e-6)


def test_functions_take_turns():
    calls = []
    functions = {name: lambda name=name: calls.append(name) for name in "ab"}
    times = interleaved_ms(functions, 2)
    assert calls == ["a", "b", "a", "b", "a", "b"]
    assert list(times) == ["a", "b"]


class Profiled:
    """A library with two steps of one name and one of another."""

    def __init__(self, steps):
        self.steps, self.calls = steps, 0

    def __call__(self):
        self.calls += 1

    def reset_profile(self):
        self.calls = 0

    def profile(self):
        return [StepTime(name, self.calls, ns * self.calls) for name, ns in self.steps]


def test_steps_of_one_name_are_added_up():
    library = Profiled([("up", 1000000), ("down", 3000000), ("up", 500000)])
    times = interleaved_steps_ms({"only": library}, (), 3)
    assert times["only"].pop(WHOLE_CALL) >= 0.0
    assert times == {"only": {"up": 1.5, "down": 3.0}}


def test_cosines():
    left, right = np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[2.0, 0.0], [1.0, -1.0]])
    np.testing.assert_allclose(cosines(left, right), [1.0, 0.0])


def test_table_of_layers():
    choice = {"tokens": 8, "kernel": "cpu.nm", "predicted_ns": 500000, "dense_ns": 9, "reason": "why"}
    row = {"weight": "up.weight", "pattern": "2:4", "density": 0.5, "out": 4, "in": 8}
    report = from_json({"layers": [{**row, "choices": [choice]}]})
    times = {
        "pruned": {"up.weight": 1.0, WHOLE_CALL: 1.5},
        "dense": {"up.weight": 3.0, WHOLE_CALL: 3.25},
    }
    lines = tables.layers(report, times)
    cells = [re.split(r"\s{2,}", line) for line in lines]
    assert cells[2] == ["up", "4 x 8", "2:4", "cpu.nm", "0.500", "1.000", "3.000", "3.00x", "why"]
    assert cells[3] == ["all layers", "0.500", "1.000", "3.000", "3.00x"]
    assert cells[4] == ["all else", "0.500", "0.250"]


def test_table_of_models():
    embeddings = {"peer": np.eye(2), "dense": np.eye(2), "2:4": np.array([[1.0, 0.0], [1.0, 1.0]])}
    lines = tables.models({"peer": 2.0, "dense": 4.0, "2:4": 1.0}, embeddings)
    assert lines[2].split() == ["peer", "2.00", "2.00x", "1.000000", "1.000000"]
    assert lines[4].split() == ["2:4", "1.00", "4.00x", "0.707107", "0.853553"]
