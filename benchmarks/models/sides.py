# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The programs that run one model: ours, and the peers that are installed.

Each side is a function of (ids, mask) that returns the embeddings.
"""

import importlib.util

from sparse_opt.demo.onnx_bert import BertGraph
from sparse_opt.demo.peer import read_tensors
from sparse_opt.importer.checkpoint import Checkpoint
from sparse_opt.library import Library


def compiled(path):
    """A library of sparse-compile."""
    library = Library(path)
    return lambda ids, mask: library(ids, mask)


def build_onnx(folder, path):
    """Writes the dense checkpoint of a HuggingFace folder as ONNX."""
    checkpoint = Checkpoint(str(folder), False)
    model = BertGraph(checkpoint.config, read_tensors(checkpoint)).build()
    path.write_bytes(model.SerializeToString())


def onnxruntime(path, threads):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda ids, mask: session.run(None, {"ids": ids, "mask": mask})[0]


def openvino(path, threads, shape):
    """f32 is asked for: on CPUs with bf16 the default would be bf16."""
    import openvino as ov

    core = ov.Core()
    model = core.read_model(str(path))
    model.reshape({port: shape for port in model.inputs})
    settings = {
        "INFERENCE_PRECISION_HINT": "f32",
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,
        "PERFORMANCE_HINT": "LATENCY",
    }
    request = core.compile_model(model, "CPU", settings).create_infer_request()
    return lambda ids, mask: request.infer({"ids": ids, "mask": mask})[0]


def is_installed(module):
    return importlib.util.find_spec(module) is not None


def peers(path, threads, shape):
    """Name to side, for each peer that is installed."""
    found = {}
    if is_installed("onnxruntime"):
        found["onnxruntime_f32"] = onnxruntime(path, threads)
    if is_installed("openvino"):
        found["openvino_f32"] = openvino(path, threads, shape)
    return found
