# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The same checkpoint in ONNX Runtime."""

import numpy
import onnxruntime

from sparse_opt.demo.onnx_bert import BertGraph
from sparse_opt.importer.checkpoint import Checkpoint

_DTYPES = {"F32": numpy.float32, "I64": numpy.int64}


def read_tensors(checkpoint):
    """The F32 and I64 tensors of a checkpoint as arrays."""
    arrays = {}
    for name, tensor in checkpoint.tensors.items():
        data = b"".join(tensor.chunks())
        arrays[name] = numpy.frombuffer(data, _DTYPES[tensor.dtype]).reshape(tensor.shape)
    return arrays


def open_session(folder, threads):
    """A function of (ids, mask) that runs the model of a HuggingFace folder."""
    checkpoint = Checkpoint(str(folder), False)
    model = BertGraph(checkpoint.config, read_tensors(checkpoint)).build()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return lambda ids, mask: session.run(["embedding"], {"ids": ids, "mask": mask})[0]
