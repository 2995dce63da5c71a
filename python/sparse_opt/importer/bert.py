# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""BERT encoders as sentence encoders.

@main_graph(ids [batch, sequence] i64, mask [batch, sequence] i64)
    -> embedding [batch, features] f32

The mask is 1 on tokens and 0 on padding. The embedding is the mean of the
token vectors (or the first one, where the checkpoint's pooling says so),
scaled to norm 1.
"""

import os

from . import layers
from .activations import activation
from .builder import FunctionBuilder, type_of
from .checkpoint import read_json
from .errors import ImportFailure
from .inputs import token_grid


class Config:
    """The settings of a BERT model, checked."""

    def __init__(self, checkpoint):
        self.features = checkpoint.size("hidden_size")
        self.heads = checkpoint.size("num_attention_heads")
        self.inner = checkpoint.size("intermediate_size")
        self.layers = checkpoint.size("num_hidden_layers")
        self.vocabulary = checkpoint.size("vocab_size")
        self.positions = checkpoint.size("max_position_embeddings")
        self.token_types = checkpoint.size("type_vocab_size")
        self.epsilon = checkpoint.setting("layer_norm_eps", float)
        self.activation = activation(checkpoint, "gelu")
        self.pooling = _pooling(checkpoint.folder)
        path = checkpoint.config_path
        if self.features % self.heads:
            raise ImportFailure(
                path, "'hidden_size' is not a multiple of 'num_attention_heads'"
            )
        kind = checkpoint.setting("position_embedding_type", str, "absolute")
        if kind != "absolute":
            raise ImportFailure(path, f"unsupported position_embedding_type '{kind}'")


def _pooling(folder):
    """'mean' or 'first', from the sentence-transformers pooling config."""
    path = os.path.join(folder, "1_Pooling", "config.json")
    if not os.path.exists(path):
        return "mean"
    modes = [k for k, v in read_json(path).items() if v is True and "_mode_" in k]
    pooling = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "first"}
    if len(modes) != 1 or modes[0] not in pooling:
        raise ImportFailure(path, f"unsupported pooling: {', '.join(modes) or 'none'}")
    return pooling[modes[0]]


class Bert:
    """Emits one BERT model into a FunctionBuilder."""

    def __init__(self, checkpoint, inputs):
        self.checkpoint = checkpoint
        self.config = Config(checkpoint)
        inputs.check(checkpoint.config_path, self.config.positions)
        self.ids = inputs.argument("ids")
        self.mask = inputs.argument("mask")
        self.b = FunctionBuilder([self.ids, self.mask])
        self.grid = token_grid(self.b, self.ids)
        wrapped = "bert.embeddings.word_embeddings.weight" in checkpoint.tensors
        self.prefix = "bert." if wrapped else ""

    def parameter(self, name, *shape):
        return self.b.weight(self.checkpoint.weight(self.prefix + name, shape))

    def dense(self, name, x, features):
        weight = self.parameter(name + ".weight", features, x.shape[1])
        bias = self.parameter(name + ".bias", features)
        with self.b.scope(self.prefix + name):
            return layers.linear(self.b, x, weight, bias)

    def layer_norm(self, name, x):
        weight = self.parameter(name + ".weight", x.shape[1])
        bias = self.parameter(name + ".bias", x.shape[1])
        with self.b.scope(self.prefix + name):
            return layers.layer_norm(self.b, x, weight, bias, self.config.epsilon)

    def embeddings(self):
        """The sum of the word, position and token type 0 embeddings."""
        b, c = self.b, self.config
        name = "embeddings.{}_embeddings.weight"
        words = self.parameter(name.format("word"), c.vocabulary, c.features)
        places = self.parameter(name.format("position"), c.positions, c.features)
        types = self.parameter(name.format("token_type"), c.token_types, c.features)
        with b.scope(self.prefix + "embeddings"):
            self._check_sequence()
            tokens = layers.embedding(b, self.ids, words)
            places = b.leading_rows(places, self.grid.sequence)
            kind = b.leading_rows(types, 1, squeeze=True)

            def body(s, token, place, kind, _):
                both = s.op("arith.addf", token, layers.widen(s, kind))
                return s.op("arith.addf", both, layers.widen(s, place))

            inputs = [(tokens, (0, 1, 2)), (places, (1, 2)), (kind, (2,))]
            x = layers.merge_tokens(b, b.generic(inputs, tokens.shape, body), self.grid)
        return self.layer_norm("embeddings.LayerNorm", x)

    def _check_sequence(self):
        """A sequence longer than the position table must not read past it."""
        if isinstance(self.grid.sequence, int):
            return
        b, limit = self.b, self.config.positions
        most = b.constant(limit, "index")
        fits = b.emit(f"arith.cmpi ule, {self.grid.sequence}, {most} : index")
        b.statement(f'cf.assert {fits}, "sequence is longer than {limit} tokens"')

    def attention(self, name, x, bias):
        b, heads = self.b, self.config.heads
        parts = []
        for part in ("query", "key", "value"):
            y = self.dense(f"{name}.self.{part}", x, x.shape[1])
            with b.scope(f"{self.prefix}{name}.self.{part}"):
                parts.append(layers.split_heads(b, y, self.grid, heads))
        with b.scope(f"{self.prefix}{name}.self"):
            y = layers.padded_attention(b, *parts, bias)
            y = layers.merge_heads(b, y, self.grid, heads)
        return self.dense(f"{name}.output.dense", y, x.shape[1])

    def layer(self, index, x, bias):
        name, b = f"encoder.layer.{index}", self.b
        y = self.attention(f"{name}.attention", x, bias)
        with b.scope(f"{self.prefix}{name}.attention.output"):
            y = layers.add(b, y, x)
        x = self.layer_norm(f"{name}.attention.output.LayerNorm", y)
        y = self.dense(f"{name}.intermediate.dense", x, self.config.inner)
        with b.scope(f"{self.prefix}{name}.intermediate"):
            y = b.generic(
                [(y, (0, 1))], y.shape, lambda s, v, _: self.config.activation(s, v)
            )
        y = self.dense(f"{name}.output.dense", y, x.shape[1])
        with b.scope(f"{self.prefix}{name}.output"):
            y = layers.add(b, y, x)
        return self.layer_norm(f"{name}.output.LayerNorm", y)

    def build(self):
        """The module's text; its weights are in `self.b.weights`."""
        b = self.b
        with b.scope(self.prefix + "encoder.mask"):
            bias = layers.padding_bias(b, self.mask, self.grid, self.config.heads)
        x = self.embeddings()
        for index in range(self.config.layers):
            x = self.layer(index, x, bias)
        with b.scope("pooling"):
            x = layers.split_tokens(b, x, self.grid)
            pool = {"mean": mean_pool, "first": first_token}[self.config.pooling]
            return b.module(unit_rows(b, pool(b, x, self.mask)))


def mean_pool(b, x, mask):
    """The mean over the sequence of the rows that the mask keeps."""

    def number(s, keep, _):
        return s.cast("arith.sitofp", keep, "f32")

    def weighted_sum(s, value, weight, total):
        return s.op("arith.addf", s.op("arith.mulf", value, weight), total)

    def quotient(s, total, count, _):
        least = s.op("arith.maximumf", count, s.constant(1e-9))
        return s.op("arith.divf", total, least)

    keep = b.generic([(mask, (0, 1))], mask.shape, number)
    shape = (x.shape[0], x.shape[2])
    sums = b.generic(
        [(x, (0, 2, 1)), (keep, (0, 2))],
        shape,
        weighted_sum,
        (0, 1),
        b.fill(0.0, shape),
    )
    counts = layers.row_reduce(b, keep)
    return b.generic([(sums, (0, 1)), (counts, (0,))], shape, quotient)


def first_token(b, x, _):
    """The vector of the first token."""
    batch, _, features = x.shape
    text = (
        f"tensor.extract_slice {x.name}[0, 0, 0] [{batch}, 1, {features}] [1, 1, 1]"
        f" : {x.type} to "
    )
    shape = (batch, features)
    return b.value(text + type_of(shape), shape)


def unit_rows(b, x):
    """Each row divided by its Euclidean norm."""

    def root(s, total, _):
        return s.op("arith.maximumf", s.op("math.sqrt", total), s.constant(1e-12))

    def quotient(s, value, norm, _):
        return s.op("arith.divf", value, norm)

    sums = layers.row_reduce(b, x, layers.square)
    norms = b.generic([(sums, (0,))], sums.shape, root)
    return b.generic([(x, (0, 1)), (norms, (0,))], x.shape, quotient)
