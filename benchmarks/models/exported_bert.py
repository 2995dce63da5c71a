# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A BERT encoder as exporters of 2023 wrote it, with pruned weights.

DeepSparse 1.8 knows operator set 13, and fuses layer norms and GELU from their
parts. Weights are pruned to 2:4 by magnitude within each row, as sparse-opt does.
"""

import numpy
from sparse_opt.demo.onnx_bert import BertGraph, Graph
from sparse_opt.demo.peer import read_tensors
from sparse_opt.importer.checkpoint import Checkpoint


def prune_2_4(weight):
    """Keeps the two largest of each four inputs; of equal ones the first."""
    groups = weight.reshape(-1, 4)
    order = numpy.argsort(-abs(groups), axis=1, kind="stable")
    kept = numpy.zeros(groups.shape, bool)
    numpy.put_along_axis(kept, order[:, :2], True, axis=1)
    return numpy.where(kept, groups, numpy.float32(0)).reshape(weight.shape)


class ExportedGraph(Graph):
    def op(self, kind, *inputs, **attributes):
        if kind == "Gelu":
            return self._gelu(*inputs)
        return super().op(kind, *inputs, **attributes)

    def _gelu(self, x):
        erf = self.op("Erf", self.op("Div", x, self.scalar(2**0.5)))
        product = self.op("Mul", x, self.op("Add", erf, self.scalar(1)))
        return self.op("Mul", product, self.scalar(0.5))


class ExportedBert(BertGraph):
    opset, ir_version = 13, 8

    def __init__(self, config, tensors, batch, sequence):
        super().__init__(config, tensors)
        self.graph = ExportedGraph()
        self.batch, self.sequence = batch, sequence

    def layer_norm(self, name, x):
        g = self.graph
        centred = g.op("Sub", x, g.op("ReduceMean", x, axes=[-1]))
        variance = g.op("ReduceMean", g.op("Pow", centred, g.scalar(2)), axes=[-1])
        spread = g.op("Sqrt", g.op("Add", variance, g.scalar(self.config["layer_norm_eps"])))
        scaled = g.op("Mul", g.op("Div", centred, spread), self.weight(name + ".weight"))
        return g.op("Add", scaled, self.weight(name + ".bias"))

    def embeddings(self):
        g = self.graph
        words = g.op("Gather", self.weight("embeddings.word_embeddings.weight"), "ids")
        places = self.tensors["embeddings.position_embeddings.weight"][: self.sequence]
        kinds = self.tensors["embeddings.token_type_embeddings.weight"][0]
        added = g.constant("embeddings.added", (places + kinds)[None])
        return self.layer_norm("embeddings.LayerNorm", g.op("Add", words, added))


    def heads(self, x, order):
        heads, features = self.config["num_attention_heads"], self.config["hidden_size"]
        shape = self.graph.indices(self.batch, self.sequence, heads, features // heads)
        return self.graph.op("Transpose", self.graph.op("Reshape", x, shape), perm=order)

    def mask_bias(self, mask):
        g = self.graph
        wide = g.op("Unsqueeze", g.op("Unsqueeze", mask, g.indices(1)), g.indices(2))
        return g.op("Mul", g.op("Sub", g.scalar(1.0), wide), g.scalar(-10000))

    def _model(self):
        model = super()._model()
        for value in (*model.graph.input, *model.graph.output):
            for dim, size in zip(value.type.tensor_type.shape.dim, (self.batch, self.sequence)):
                if dim.dim_param:
                    dim.dim_value = size
        return model


def build(folder, path, shape, is_pruned):
    """Writes the checkpoint of a HuggingFace folder, its encoder pruned or not."""
    checkpoint = Checkpoint(str(folder), False)
    tensors = read_tensors(checkpoint)
    if is_pruned:
        for name, value in tensors.items():
            if name.startswith("encoder.layer.") and name.endswith(".weight") and value.ndim == 2:
                tensors[name] = prune_2_4(value)
    model = ExportedBert(checkpoint.config, tensors, *shape).build()
    path.write_bytes(model.SerializeToString())
