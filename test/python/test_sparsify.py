# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From a dense module to a pruned callable, compared with NumPy on the pruned weights."""

import numpy as np
import pytest
import sparse_opt
from test_library import matmul

RANDOM = np.random.default_rng(2)
WEIGHT = RANDOM.standard_normal((64, 48)).astype(np.float32)


def prune(weight, n, m):
    """Keeps the n largest magnitudes of each m along the inputs, [in, out]."""
    groups = weight.reshape(-1, m, weight.shape[1])
    order = np.argsort(-np.abs(groups), axis=1, kind="stable")
    kept = groups.copy()
    np.put_along_axis(kept, order[:, n:], 0.0, axis=1)
    return kept.reshape(weight.shape)


@pytest.mark.parametrize(("pattern", "n", "m"), [("2:4", 2, 4), ("1:4", 1, 4), ("4:8", 4, 8)])
@pytest.mark.parametrize("tokens", [1, 5, 40])
def test_pruned_layers(pattern, n, m, tokens):
    module = sparse_opt.parse(matmul(WEIGHT)).sparsify(pattern=pattern)
    [layer] = module.report
    assert layer.pattern == pattern
    assert layer.density == pytest.approx(n / m)
    x = RANDOM.standard_normal((tokens, 64), np.float32)
    expected = x @ prune(WEIGHT, n, m)
    assert np.abs(expected - x @ WEIGHT).max() > 1
    actual = module.compile(threading="none")(x)
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-4)


def test_without_a_request_nothing_changes():
    module = sparse_opt.parse(matmul(WEIGHT)).sparsify()
    assert [choice.is_dense for choice in module.report[0].choices] == [True] * len(
        module.report[0].choices
    )
    x = RANDOM.standard_normal((6, 64), np.float32)
    actual = module.compile(threading="none")(x)
    np.testing.assert_allclose(actual, x @ WEIGHT, rtol=1e-4, atol=1e-4)


def test_the_library_knows_its_layers():
    module = sparse_opt.parse(matmul(prune(WEIGHT, 2, 4)))
    direct = module.compile(threading="none")
    assert direct.report == sparse_opt.parse(str(module)).sparsify().report
    assert direct.report[0].pattern == "2:4"


RECIPE = {"rules": [{"targets": [".*"], "pattern": "1:4", "method": "magnitude"}]}


def test_recipe_as_data():
    [layer] = sparse_opt.parse(matmul(WEIGHT)).sparsify(recipe=RECIPE).report
    assert layer.pattern == "1:4"


def test_recipe_as_a_file(tmp_path):
    path = tmp_path / "a recipe.yaml"
    path.write_text("rules:\n  - targets: ['.*']\n    pattern: '1:4'\n    method: magnitude\n")
    by_path = sparse_opt.parse(matmul(WEIGHT)).sparsify(recipe=path)
    assert by_path.report == sparse_opt.parse(matmul(WEIGHT)).sparsify(recipe=RECIPE).report


def test_wrong_recipe_is_located(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text("rules:\n  - targets: ['nosuch']\n    pattern: '2:4'\n    method: magnitude\n")
    with pytest.raises(sparse_opt.Error) as caught:
        sparse_opt.parse(matmul(WEIGHT)).sparsify(recipe=path)
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.location.startswith(f"{path}:2:")
    assert "nosuch" in diagnostic.message


def test_for_another_cpu():
    report = sparse_opt.parse(matmul(WEIGHT)).sparsify(pattern="2:4", target_cpu="x86-64").report
    native = sparse_opt.parse(matmul(WEIGHT)).sparsify(pattern="2:4", target_cpu="native").report
    assert report[0].choices[-1].predicted_ns > native[0].choices[-1].predicted_ns


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pattern": "2:x"}, "'2:x' is not a sparsity pattern"),
        ({"pattern": "2:4", "targets": ["no{1}such, name"]}, "target 'no{1}such, name' matches no"),
        ({"no_such": 1}, "failed to add `sparsity-sparsify` with options `no-such=1`"),
        ({"target_cpu": "nosuchcpu"}, "nosuchcpu"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(sparse_opt.Error) as caught:
        sparse_opt.parse(matmul(WEIGHT)).sparsify(**options)
    assert message in str(caught.value)


def test_options_that_cannot_be_spelled():
    with pytest.raises(ValueError, match="cannot be passed to a pass"):
        sparse_opt.parse(matmul(WEIGHT)).sparsify(pattern="2:4", targets=["a{"])
