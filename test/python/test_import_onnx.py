# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX models: names of weights, shapes, results, refusals."""

import os
import re
import subprocess

import numpy as np
import pytest
import upstream_runner
from conftest import BUILD
from importer_cli import import_error, import_ok

onnx = pytest.importorskip("onnx")
pytest.importorskip("torch_mlir")
onnxruntime = pytest.importorskip("onnxruntime")

SPARSE_OPT = os.path.join(BUILD, "bin", "sparse-opt")
FLOAT = onnx.TensorProto.FLOAT
RANDOM = np.random.default_rng(0)


def normal(*shape):
    return RANDOM.standard_normal(shape).astype(np.float32)


def save(path, nodes, inputs, outputs, weights, opset=17):
    """Writes a model; `inputs` and `outputs` map names to shapes."""
    info = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        nodes,
        "graph",
        [info(n, FLOAT, s) for n, s in inputs.items()],
        [info(n, FLOAT, s) for n, s in outputs.items()],
        [onnx.numpy_helper.from_array(a, n) for n, a in weights.items()],
    )
    opsets = [onnx.helper.make_opsetid("", opset)]
    model = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path


def node(kind, inputs, output, name="", **attributes):
    return onnx.helper.make_node(kind, inputs, [output], name=name, **attributes)


@pytest.fixture
def mlp(tmp_path):
    """Two linears with folded weights, [n, 20] -> [n, 15], and a second output."""
    nodes = [
        node("MatMul", ["x", "onnx::MatMul_7"], "h", "/up/MatMul"),
        node("Add", ["h", "block.up.bias"], "i"),
        node("Relu", ["i"], "j"),
        node("Gemm", ["j", "down.weight", "down.bias"], "y", transB=1),
    ]
    weights = {
        "onnx::MatMul_7": normal(20, 30),
        "block.up.bias": normal(30),
        "down.weight": normal(15, 30),
        "down.bias": normal(15),
    }
    outputs = {"y": ["n", 15], "j": ["n", 30]}
    return save(tmp_path / "mlp.onnx", nodes, {"x": ["n", 20]}, outputs, weights)


def reference(path, output, **inputs):
    return onnxruntime.InferenceSession(path).run([output], inputs)[0]


def names_in(text):
    return dict(re.findall(r"dense_resource<(\S+)> : (tensor<\S+>)", text))


@pytest.mark.parametrize("dim", [["--dim", "n=3"], []])
def test_results_agree_with_onnx_runtime(mlp, dim):
    out = mlp.parent / "out.mlir"
    import_ok(mlp, "-o", out, "--outputs", "y", *dim)
    x = normal(3, 20)
    result = upstream_runner.run(out, [x])
    np.testing.assert_allclose(result, reference(mlp, "y", x=x), atol=1e-4)


def test_weights_have_parameter_names(mlp):
    out = mlp.parent / "out.mlir"
    import_ok(mlp, "-o", out, "--dim", "n=3")
    assert names_in(out.read_text()) == {
        "block.up.weight.T": "tensor<20x30xf32>",
        "down.weight": "tensor<15x30xf32>",
    }


def test_locations_name_nodes_and_weights(mlp):
    out = mlp.parent / "out.mlirbc"
    import_ok(mlp, "-o", out, "--dim", "n=3")
    options = [out, "--mlir-print-debuginfo", "--mlir-print-local-scope"]
    text = subprocess.check_output([SPARSE_OPT, *options], text=True)
    assert re.search(r'linalg\.matmul .* loc\("/up/MatMul"\)', text)
    assert re.search(r'dense_resource<down.weight> .* loc\("down.weight"\)', text)


def test_unused_weights_are_dropped(mlp):
    out = mlp.parent / "out.mlir"
    import_ok(mlp, "-o", out, "--outputs", "j")
    assert names_in(out.read_text()).keys() == {"block.up.weight.T"}


def test_shared_weight_is_one_constant(tmp_path):
    nodes = [node("MatMul", ["x", "w"], "y"), node("MatMul", ["y", "w"], "z")]
    shapes = {"x": [4, 16]}, {"z": [4, 16]}
    path = save(tmp_path / "m.onnx", nodes, *shapes, {"w": normal(16, 16)})
    out = tmp_path / "out.mlir"
    import_ok(path, "-o", out)
    assert out.read_text().count("dense_resource<w>") == 1


def test_convolution_with_weight_in_a_constant_node(tmp_path):
    kernel = normal(8, 4, 3, 3)
    constant = onnx.numpy_helper.from_array(kernel)
    nodes = [
        node("Constant", [], "conv.w_0", value=constant),
        node("Conv", ["x", "conv.w_0"], "y", pads=[1, 1, 1, 1]),
    ]
    shapes = {"x": ["b", 4, "h", "w"]}, {"y": ["b", 8, "h", "w"]}
    path = save(tmp_path / "m.onnx", nodes, *shapes, {}, opset=12)
    out = tmp_path / "out.mlir"
    import_ok(path, "-o", out, "--input", "x=1,4,5,6")
    x = normal(1, 4, 5, 6)
    result = upstream_runner.run(out, [x])
    np.testing.assert_allclose(result, reference(path, "y", x=x), atol=1e-4)


def test_weights_beside_the_module(mlp):
    out = mlp.parent / "out.mlirbc"
    done = import_ok(mlp, "-o", out, "--weights=file")
    side = mlp.parent / "out.safetensors"
    assert f"--sparsity-weights={side}" in done.stderr
    from sparse_opt.importer import safetensors

    assert safetensors.read_header(side)["down.weight"].shape == (15, 30)


@pytest.mark.parametrize(
    "options, message",
    [
        (["--dim", "m=3"], "has no dimension named 'm'"),
        (["--dim", "n=0"], "size of 'n' must be above zero, got '0'"),
        (["--input", "z=1,20"], "has no input 'z'; inputs: x"),
        (["--input", "x=1"], "input 'x' has rank 2, got 1 sizes"),
        (["--input", "x=1,21"], "input 'x' has size 20, not 21"),
        (["--outputs", "q"], "has no output 'q'; outputs: y, j"),
        (["--seq", "3"], "--seq does not apply to an ONNX model"),
    ],
)
def test_bad_options(mlp, options, message):
    line = import_error(mlp, "-o", mlp.parent / "out.mlirbc", *options)
    assert line == f"error: {mlp}: {message}"


@pytest.mark.parametrize("content", [b"", b"\x08", b"not a model at all"])
def test_not_a_model(tmp_path, content):
    path = tmp_path / "m.onnx"
    path.write_bytes(content)
    line = import_error(path, "-o", tmp_path / "out.mlirbc")
    assert line.startswith(f"error: {path}: ")


def test_truncated_model(mlp):
    mlp.write_bytes(mlp.read_bytes()[:-100])
    line = import_error(mlp, "-o", mlp.parent / "out.mlirbc")
    assert line.startswith(f"error: {mlp}: ")


def test_operation_of_another_domain(tmp_path):
    path = tmp_path / "m.onnx"
    info = [onnx.helper.make_tensor_value_info(n, FLOAT, [2]) for n in ("x", "y")]
    strange = onnx.helper.make_node("Strange", ["x"], ["y"], domain="none.such")
    graph = onnx.helper.make_graph([strange], "graph", info[:1], info[1:])
    domains = [onnx.helper.make_opsetid(n, 1) for n in ("", "none.such")]
    onnx.save(onnx.helper.make_model(graph, opset_imports=domains), path)
    line = import_error(path, "-o", tmp_path / "out.mlirbc")
    assert (
        line == f"error: {path}: the operation none.such.Strange is not standard ONNX"
    )


def test_operation_that_cannot_be_lowered(tmp_path):
    path = tmp_path / "m.onnx"
    nodes = [node("MaxRoiPool", ["x", "rois"], "y", pooled_shape=[2, 2])]
    inputs = {"x": [1, 2, 8, 8], "rois": [3, 5]}
    save(path, nodes, inputs, {"y": [3, 2, 2, 2]}, {})
    line = import_error(path, "-o", tmp_path / "out.mlirbc")
    assert line == f"error: {path}: cannot lower the operation torch.aten.max_pool2d"
