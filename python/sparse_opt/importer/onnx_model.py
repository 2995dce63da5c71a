# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX models, lowered by torch-mlir's importer; torch is not needed."""

from . import lowering, onnx_graph
from .errors import ImportFailure


def import_onnx(path, dims=None, shapes=None, outputs=None):
    """Builds the module of an ONNX file.

    `dims` fixes named dimensions and `shapes` whole inputs ("1,3,48,320");
    `outputs` names those to keep. Returns the text, in which weights have no
    data, and the list of Weights. Raises ImportFailure.
    """
    lowering.need(path, "onnx", "torch_mlir")
    model = onnx_graph.upgrade(path, onnx_graph.load(path))
    graph = model.graph
    graph.name = "main_graph"
    onnx_graph.fix_inputs(path, graph, dims or {}, shapes or {})
    onnx_graph.select_outputs(path, graph, outputs)
    weights = onnx_graph.weights_to_inputs(path, graph)
    module = _to_torch(path, model)
    lowering.run_pipeline(path, module, lowering.ONNX_TO_LINALG)
    used = lowering.bind_weights(module, list(weights.values()))
    return module.operation.get_asm(enable_debug_info=True), used


def _to_torch(path, model):
    """The model as a module of torch.operator operations."""
    import onnx
    from torch_mlir.dialects import torch as torch_dialect
    from torch_mlir.extras import onnx_importer
    from torch_mlir.ir import Context

    try:
        model = onnx.shape_inference.infer_shapes(model, data_prop=True)
    except (RuntimeError, ValueError) as error:
        raise ImportFailure(path, onnx_graph.one_line(error)) from error
    context = Context()
    torch_dialect.register_dialect(context)
    try:
        info = onnx_importer.ModelInfo(model, config=onnx_importer.Config())
        module = info.create_module(context=context)
        importer = onnx_importer.NodeImporter.define_function(
            info.main_graph, module.operation
        )
        importer.import_all()
    except onnx_importer.OnnxImportError as error:
        raise ImportFailure(path, onnx_graph.one_line(error)) from error
    return module
