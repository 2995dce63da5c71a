# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Modules in Python: reading, transforming, reporting, and what is said when that fails."""

import gc

import pytest
import sparse_opt

LAYER = """
func.func @forward(%x: tensor<?x8xf32>, %y: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = sparsity.weight "up" dense<[[1.0, 0.0, 0.0, 2.5, 0.0, -3.0, 0.5, 0.0],
                                   [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0]]> : tensor<2x8xf32>
  %r = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<2x8xf32>) outs(%y : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %r : tensor<?x2xf32>
}
"""
SELECT = "sparsity-select-kernels{target-cpu=x86-64-v3}"


def test_text_round_trips():
    module = sparse_opt.parse(LAYER)
    assert str(sparse_opt.parse(str(module))) == str(module)
    assert 'sparsity.weight "up"' in str(module)


@pytest.mark.parametrize("name", ["saved.mlir", "saved.mlirbc"])
def test_save_and_load(tmp_path, name):
    module = sparse_opt.parse(LAYER)
    module.save(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(b"ML\xefR") == name.endswith("bc")
    assert str(sparse_opt.load(tmp_path / name)) == str(module)


def test_failed_save_keeps_the_file(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(sparse_opt.Error, match="cannot write"):
        sparse_opt.parse(LAYER).save(folder)
    with pytest.raises(ValueError, match="form is 'yaml', not one of 'text', 'bytecode'"):
        sparse_opt.parse(LAYER).save(tmp_path / "x", form="yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_report_is_empty_before_selection():
    assert sparse_opt.parse(LAYER).report == []


def test_report_holds_decisions():
    [layer] = sparse_opt.parse(LAYER).run(SELECT).report
    assert (layer.weight, layer.rows, layer.columns) == ("up", 2, 8)
    assert layer.density == pytest.approx(5 / 16)
    assert len(layer.choices) > 1
    assert [choice.tokens for choice in layer.choices] == sorted({c.tokens for c in layer.choices})
    for choice in layer.choices:
        assert choice.kernel.startswith("cpu.")
        assert choice.predicted_ns > 0
        assert choice.reason
        assert choice.speedup == choice.dense_ns / choice.predicted_ns
        assert choice.is_dense == (choice.kernel == "cpu.dense")


def test_pipelines_of_upstream():
    module = sparse_opt.parse(
        "func.func @f() -> i32 {\n%a = arith.constant 1 : i32\n%b = arith.addi %a, %a : i32\nreturn %b : i32\n}"
    )
    assert module.run("builtin.module(func.func(canonicalize))") is module
    assert "constant 2 : i32" in str(module)


def test_missing_file(tmp_path):
    path = tmp_path / "missing.mlir"
    with pytest.raises(sparse_opt.Error, match=r"missing.mlir.*\n.*No such file"):
        sparse_opt.load(path)


def test_parse_error_is_located(tmp_path):
    path = tmp_path / "broken.mlir"
    path.write_text("func.func @f() {\n  return %x : f32\n}\n", encoding="utf-8")
    with pytest.raises(sparse_opt.Error) as caught:
        sparse_opt.load(path)
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.severity == "error"
    assert diagnostic.location == f"{path}:2:10"
    assert str(caught.value).endswith(f"{path}:2:10: error: {diagnostic.message}")


def test_truncated_bytecode(tmp_path):
    path = tmp_path / "model.mlirbc"
    sparse_opt.parse(LAYER).save(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(sparse_opt.Error, match="error: "):
        sparse_opt.load(path)


def test_missing_weight_data(tmp_path):
    path = tmp_path / "model.mlir"
    path.write_text(
        '%w = sparsity.weight "up" dense_resource<up> : tensor<2x8xf32>\n', encoding="utf-8"
    )
    with pytest.raises(sparse_opt.Error, match=r"model.mlir:1:6: error: weight 'up' has no data"):
        sparse_opt.load(path)


def test_failing_passes_say_why():
    module = sparse_opt.parse(LAYER)
    with pytest.raises(
        sparse_opt.Error, match="'no-such-pass' does not refer to a registered pass"
    ):
        module.run("no-such-pass")
    with pytest.raises(sparse_opt.Error, match="unknown kernel family 'cpu.nosuch'"):
        module.run("sparsity-select-kernels{family=cpu.nosuch}")
    # The module is not used up by a failure.
    assert module.run(SELECT).report


def test_modules_come_and_go():
    modules = [sparse_opt.parse(LAYER) for _ in range(3)]
    del modules[1]
    gc.collect()
    assert str(modules[0]) == str(modules[1])
