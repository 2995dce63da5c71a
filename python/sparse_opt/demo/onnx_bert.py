# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds the ONNX form of a BERT sentence encoder, for ONNX Runtime to run.

Same inputs and result as the importer's module: ids and mask, [batch, sequence]
i64, to embedding, [batch, features] f32 with norm 1. The ops are the ones that
ONNX Runtime fuses: LayerNormalization, Gelu, MatMul followed by Add.
"""

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper


class Graph:
    """An ONNX graph that grows op by op; values are named by their order."""

    def __init__(self):
        self.nodes = []
        self.initializers = []

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(numpy.ascontiguousarray(array), name))
        return name

    def op(self, kind, *inputs, **attributes):
        result = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [result], result, **attributes))
        return result

    def scalar(self, value):
        return self.constant(f"scalar_{len(self.initializers)}", numpy.float32(value))

    def indices(self, *values):
        return self.constant(f"indices_{len(self.initializers)}", numpy.array(values, numpy.int64))


class BertGraph:
    """Emits one model. `tensors` maps checkpoint names to f32 arrays."""

    opset, ir_version = 20, 9

    def __init__(self, config, tensors):
        self.config = config
        self.tensors = tensors
        self.graph = Graph()

    def weight(self, name):
        return self.graph.constant(name, self.tensors[name])

    def linear(self, name, x):
        # Stored [out, in]; MatMul wants [in, out].
        matrix = self.graph.constant(name + ".weight", self.tensors[name + ".weight"].T)
        product = self.graph.op("MatMul", x, matrix)
        return self.graph.op("Add", product, self.weight(name + ".bias"))

    def layer_norm(self, name, x):
        scale, bias = self.weight(name + ".weight"), self.weight(name + ".bias")
        epsilon = self.config["layer_norm_eps"]
        return self.graph.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=epsilon)

    def embeddings(self):
        g = self.graph
        words = g.op("Gather", self.weight("embeddings.word_embeddings.weight"), "ids")
        sequence = g.op("Shape", "ids", start=1, end=2)
        table = self.weight("embeddings.position_embeddings.weight")
        places = g.op("Slice", table, g.indices(0), sequence)
        kinds = self.tensors["embeddings.token_type_embeddings.weight"][0]
        kind = g.constant("embeddings.token_type_0", kinds)
        total = g.op("Add", g.op("Add", words, places), kind)
        return self.layer_norm("embeddings.LayerNorm", total)

    def heads(self, x, order):
        """[batch, sequence, features] to [batch, heads, ...] in `order`."""
        heads = self.config["num_attention_heads"]
        shape = self.graph.indices(0, 0, heads, self.config["hidden_size"] // heads)
        return self.graph.op("Transpose", self.graph.op("Reshape", x, shape), perm=order)

    def attention(self, name, x, bias):
        g = self.graph
        query = self.heads(self.linear(f"{name}.self.query", x), [0, 2, 1, 3])
        key = self.heads(self.linear(f"{name}.self.key", x), [0, 2, 3, 1])
        value = self.heads(self.linear(f"{name}.self.value", x), [0, 2, 1, 3])
        size = self.config["hidden_size"] // self.config["num_attention_heads"]
        scores = g.op("Div", g.op("MatMul", query, key), g.scalar(size**0.5))
        chances = g.op("Softmax", g.op("Add", scores, bias), axis=-1)
        mixed = g.op("Transpose", g.op("MatMul", chances, value), perm=[0, 2, 1, 3])
        joined = g.op("Reshape", mixed, g.indices(0, 0, self.config["hidden_size"]))
        return self.linear(f"{name}.output.dense", joined)

    def layer(self, index, x, bias):
        name, g = f"encoder.layer.{index}", self.graph
        y = g.op("Add", self.attention(f"{name}.attention", x, bias), x)
        x = self.layer_norm(f"{name}.attention.output.LayerNorm", y)
        y = g.op("Gelu", self.linear(f"{name}.intermediate.dense", x))
        y = g.op("Add", self.linear(f"{name}.output.dense", y), x)
        return self.layer_norm(f"{name}.output.LayerNorm", y)

    def mask_bias(self, mask):
        """0 where there is a token, a large negative number on padding."""
        g = self.graph
        inverse = g.op("Sub", g.scalar(1.0), g.op("Unsqueeze", mask, g.indices(1, 2)))
        return g.op("Mul", inverse, g.scalar(numpy.finfo(numpy.float32).min))

    def mean_pool(self, x, mask):
        g = self.graph
        kept = g.op("Mul", x, g.op("Unsqueeze", mask, g.indices(2)))
        total = g.op("ReduceSum", kept, g.indices(1), keepdims=0)
        count = g.op("ReduceSum", mask, g.indices(1), keepdims=1)
        return g.op("LpNormalization", g.op("Div", total, count), axis=-1, p=2)

    def build(self):
        mask = self.graph.op("Cast", "mask", to=TensorProto.FLOAT)
        bias = self.mask_bias(mask)
        x = self.embeddings()
        for index in range(self.config["num_hidden_layers"]):
            x = self.layer(index, x, bias)
        self.graph.nodes.append(
            helper.make_node("Identity", [self.mean_pool(x, mask)], ["embedding"])
        )
        return self._model()

    def _model(self):
        grid = ["batch", "sequence"]
        inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, grid) for n in ("ids", "mask")]
        features = [grid[0], self.config["hidden_size"]]
        output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, features)
        graph = helper.make_graph(
            self.graph.nodes, "bert", inputs, [output], self.graph.initializers
        )
        opsets = [helper.make_opsetid("", self.opset)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=self.ir_version)
        onnx.checker.check_model(model)
        return model
