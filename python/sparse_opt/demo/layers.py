# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Each linear layer of a BERT encoder as a function of its own, to be timed alone.

The weights are the model's, so that the layers are pruned as they are in it; bias
and activation are part of the layer, as they are in the model.
"""

from sparse_opt.importer import layers
from sparse_opt.importer.activations import activation
from sparse_opt.importer.builder import FunctionBuilder, Value
from sparse_opt.importer.checkpoint import Checkpoint
from sparse_opt.importer.output import write_module


def layer_names(count):
    """The names of the linear layers of an encoder with `count` blocks, in order."""
    parts = [f"attention.self.{part}" for part in ("query", "key", "value")]
    parts += ["attention.output.dense", "intermediate.dense", "output.dense"]
    return [f"encoder.layer.{index}.{part}" for index in range(count) for part in parts]


def write_layers(folder, path, tokens):
    """Writes a module with one function per layer; returns their names in order."""
    checkpoint = Checkpoint(str(folder), True)
    names = layer_names(checkpoint.size("num_hidden_layers"))
    bodies, weights = [], []
    for name in names:
        text, used = _function(checkpoint, name, tokens)
        bodies.append(text)
        weights += used
    write_module(str(path), "module {\n" + "".join(bodies) + "}\n", weights)
    return names


def _function(checkpoint, name, tokens):
    """The text of one function and the weights that it reads."""
    rows, columns = checkpoint.tensors[name + ".weight"].shape
    x = Value("%x", (tokens, columns), "f32")
    b = FunctionBuilder([x])
    with b.scope(name):
        weight = b.weight(checkpoint.weight(name + ".weight", (rows, columns)))
        y = layers.linear(b, x, weight, b.weight(checkpoint.weight(name + ".bias", (rows,))))
        if ".intermediate." in name:
            function = activation(checkpoint, "gelu")
            y = b.generic([(y, (0, 1))], y.shape, lambda s, value, _: function(s, value))
    lines = b.module(y, name=name).splitlines(keepends=True)
    return "".join(lines[1:-1]), b.weights
