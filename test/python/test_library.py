# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled models called on NumPy arrays."""

import concurrent.futures

import numpy as np
import pytest
import sparse_opt

RANDOM = np.random.default_rng(1)
WEIGHT = np.array([[1.0, 0.5], [0.0, 0.0], [0.0, -4.0], [2.0, 0.0]], np.float32)


def matmul(weight, name="forward"):
    values = ", ".join(f"[{', '.join(f'{x:.6e}' for x in row)}]" for row in weight)
    k, n = weight.shape
    return f"""
func.func @{name}(%x: tensor<?x{k}xf32>) -> tensor<?x{n}xf32> {{
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %tokens = tensor.dim %x, %c0 : tensor<?x{k}xf32>
  %empty = tensor.empty(%tokens) : tensor<?x{n}xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x{n}xf32>) -> tensor<?x{n}xf32>
  %w = arith.constant dense<[{values}]> : tensor<{k}x{n}xf32>
  %r = linalg.matmul ins(%x, %w : tensor<?x{k}xf32>, tensor<{k}x{n}xf32>) outs(%init : tensor<?x{n}xf32>) -> tensor<?x{n}xf32>
  return %r : tensor<?x{n}xf32>
}}
"""


TWO_ENTRIES = """
func.func @swap(%a: tensor<2xi64>, %b: tensor<3xf32>) -> (tensor<3xf32>, tensor<2xi64>) {
  return %b, %a : tensor<3xf32>, tensor<2xi64>
}
func.func @negate(%a: tensor<?xf64>) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xf64>
  %empty = tensor.empty(%n) : tensor<?xf64>
  %r = linalg.negf ins(%a : tensor<?xf64>) outs(%empty : tensor<?xf64>) -> tensor<?xf64>
  return %r : tensor<?xf64>
}
"""


@pytest.fixture(scope="module")
def model():
    return sparse_opt.parse(matmul(WEIGHT)).compile(threading="none")


@pytest.mark.parametrize("tokens", [0, 1, 7])
def test_dynamic_sizes(model, tokens):
    x = RANDOM.standard_normal((tokens, 4), np.float32)
    y = model(x)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, x @ WEIGHT, rtol=1e-5, atol=1e-6)


def test_arrays_that_are_not_dense(model):
    x = RANDOM.standard_normal((4, 6), np.float32)
    np.testing.assert_allclose(model(x.T), x.T @ WEIGHT, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model(x.T[::2]), x.T[::2] @ WEIGHT, rtol=1e-5, atol=1e-6)


def test_inputs_by_name(model):
    x = np.ones((2, 4), np.float32)
    name = model["forward"].inputs[0].name
    np.testing.assert_array_equal(model(**{name: x}), model(x))
    with pytest.raises(TypeError, match="takes 1 arrays and was given 1 by place"):
        model(x, **{name: x})
    with pytest.raises(TypeError, match="given 0 by place and nosuch by name"):
        model(nosuch=x)


@pytest.mark.parametrize(
    "array", [np.ones((2, 4)), np.ones((2, 3), np.float32), np.ones(4, np.float32), [[1, 2, 3, 4]]]
)
def test_arrays_that_do_not_fit(model, array):
    with pytest.raises(sparse_opt.Error, match=r"does not fit the input .*: float32\[\?, 4\]"):
        model(array)


def test_threads_share_a_model(model):
    inputs = [RANDOM.standard_normal((n, 4), np.float32) for n in range(1, 40)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for x, y in zip(inputs, pool.map(model, inputs), strict=True):
            np.testing.assert_allclose(y, x @ WEIGHT, rtol=1e-5, atol=1e-6)


def test_openmp():
    x = RANDOM.standard_normal((300, 4), np.float32)
    model = sparse_opt.parse(matmul(WEIGHT)).compile(threading="omp")
    np.testing.assert_allclose(model(x), x @ WEIGHT, rtol=1e-5, atol=1e-6)


def test_several_entries_and_outputs():
    library = sparse_opt.parse(TWO_ENTRIES).compile(threading="none")
    assert sorted(library.entries) == ["negate", "swap"]
    a, b = np.array([1, 2]), np.array([3, 4, 5], np.float32)
    first, second = library["swap"](a, b)
    np.testing.assert_array_equal(first, b)
    np.testing.assert_array_equal(second, a)
    np.testing.assert_array_equal(library["negate"](np.arange(3.0)), -np.arange(3.0))
    with pytest.raises(TypeError, match="several entries"):
        library(a, b)
    with pytest.raises(KeyError, match="no entry 'nosuch'; there are"):
        library["nosuch"]


def test_recompilation_to_the_same_file(tmp_path):
    x = np.ones((1, 4), np.float32)
    path = tmp_path / "model.so"
    first = sparse_opt.parse(matmul(WEIGHT)).compile(path, threading="none")
    second = sparse_opt.parse(matmul(2 * WEIGHT)).compile(path, threading="none")
    np.testing.assert_allclose(first(x), x @ WEIGHT)
    np.testing.assert_allclose(second(x), 2 * (x @ WEIGHT))


def test_module_survives_compilation():
    module = sparse_opt.parse(matmul(WEIGHT))
    before = str(module)
    module.compile(threading="none")
    assert str(module) == before


def test_weights_file(tmp_path):
    weight = RANDOM.standard_normal((64, 48)).astype(np.float32)
    path = tmp_path / "model.so"
    sparse_opt.parse(matmul(weight)).compile(path, threading="none", weights="file")
    [side] = [file for file in tmp_path.iterdir() if file != path]
    x = RANDOM.standard_normal((3, 64), np.float32)
    np.testing.assert_allclose(sparse_opt.Library(path)(x), x @ weight, rtol=1e-4, atol=1e-4)
    moved = side.rename(tmp_path / "elsewhere")
    np.testing.assert_allclose(sparse_opt.Library(path, moved)(x), x @ weight, rtol=1e-4, atol=1e-4)
    with pytest.raises(sparse_opt.Error, match="cannot open"):
        sparse_opt.Library(path)


def test_files_that_are_no_libraries(tmp_path):
    path = tmp_path / "text.so"
    path.write_text("no library", encoding="utf-8")
    for wrong in (path, tmp_path / "missing.so"):
        with pytest.raises(sparse_opt.Error, match="cannot open"):
            sparse_opt.Library(wrong)


def test_compile_errors(tmp_path):
    module = sparse_opt.parse(matmul(WEIGHT))
    path = tmp_path / "model.so"
    path.write_text("kept", encoding="utf-8")
    with pytest.raises(sparse_opt.Error, match="unknown target CPU 'nosuchcpu'"):
        module.compile(path, target_cpu="nosuchcpu")
    assert path.read_text(encoding="utf-8") == "kept"
    with pytest.raises(sparse_opt.Error, match="cannot write"):
        module.compile(tmp_path / "no-such-folder" / "model.so")
    with pytest.raises(ValueError, match="threading is 'tbb', not one of 'omp', 'none'"):
        module.compile(threading="tbb")
