# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""LLaMA decoders: RMS norm, rotary positions, grouped queries, gated MLP.

@main_graph(ids [batch, sequence] i64) -> logits [batch, sequence, vocabulary]

Attention is causal, so padding belongs behind the text; the logits of padding
positions mean nothing.
"""

from . import layers, rotary
from .activations import activation
from .builder import FunctionBuilder
from .errors import ImportFailure
from .inputs import token_grid


class Config:
    """The settings of a LLaMA model, checked."""

    def __init__(self, checkpoint):
        self.features = checkpoint.size("hidden_size")
        self.heads = checkpoint.size("num_attention_heads")
        self.groups = checkpoint.size("num_key_value_heads", self.heads)
        self.head = checkpoint.size("head_dim", self.features // self.heads)
        self.inner = checkpoint.size("intermediate_size")
        self.layers = checkpoint.size("num_hidden_layers")
        self.vocabulary = checkpoint.size("vocab_size")
        self.positions = checkpoint.size("max_position_embeddings")
        self.epsilon = checkpoint.setting("rms_norm_eps", float)
        self.tied = checkpoint.setting("tie_word_embeddings", bool, False)
        self.activation = activation(checkpoint, "silu")
        self.theta = _rope_theta(checkpoint)
        path = checkpoint.config_path
        if self.heads % self.groups:
            raise ImportFailure(
                path,
                "'num_attention_heads' is not a multiple of 'num_key_value_heads'",
            )
        if self.head % 2:
            raise ImportFailure(path, f"the head size {self.head} is odd")


def _rope_theta(checkpoint):
    """The base of the rotary angles; other than plain scaling is refused."""
    settings = {}
    for key in ("rope_scaling", "rope_parameters"):
        settings.update(checkpoint.setting(key, dict, {}))
    kind = settings.get("rope_type", settings.get("type", "default"))
    if kind != "default":
        raise ImportFailure(checkpoint.config_path, f"unsupported rope_type '{kind}'")
    theta = settings.get("rope_theta", 10000.0)
    return checkpoint.setting("rope_theta", float, theta)


class Llama:
    """Emits one LLaMA model into a FunctionBuilder."""

    def __init__(self, checkpoint, inputs):
        self.checkpoint = checkpoint
        self.config = Config(checkpoint)
        inputs.check(checkpoint.config_path, self.config.positions)
        self.ids = inputs.argument("ids")
        self.b = FunctionBuilder([self.ids])
        self.grid = token_grid(self.b, self.ids)

    def parameter(self, name, *shape):
        return self.b.weight(self.checkpoint.weight(name, shape))

    def dense(self, name, x, features):
        weight = self.parameter(name + ".weight", features, x.shape[1])
        bias = None
        if name + ".bias" in self.checkpoint.tensors:
            bias = self.parameter(name + ".bias", features)
        with self.b.scope(name):
            return layers.linear(self.b, x, weight, bias)

    def norm(self, name, x):
        weight = self.parameter(name + ".weight", x.shape[1])
        with self.b.scope(name):
            return layers.rms_norm(self.b, x, weight, self.config.epsilon)

    def attention(self, name, x, table):
        b, c, grid = self.b, self.config, self.grid
        queries = self.dense(f"{name}.q_proj", x, c.heads * c.head)
        keys = self.dense(f"{name}.k_proj", x, c.groups * c.head)
        values = self.dense(f"{name}.v_proj", x, c.groups * c.head)
        with b.scope(name):
            queries = rotary.rotated_heads(b, queries, table, grid, c.heads)
            keys = rotary.rotated_heads(b, keys, table, grid, c.groups)
            values = layers.split_heads(b, values, grid, c.groups)
            y = rotary.causal_attention(b, queries, keys, values, c.heads // c.groups)
            y = layers.merge_heads(b, y, grid, c.heads)
        return self.dense(f"{name}.o_proj", y, c.features)

    def mlp(self, name, x):
        gate = self.dense(f"{name}.gate_proj", x, self.config.inner)
        up = self.dense(f"{name}.up_proj", x, self.config.inner)

        def body(s, left, right, _):
            return s.op("arith.mulf", self.config.activation(s, left), right)

        with self.b.scope(name):
            y = self.b.generic([(gate, (0, 1)), (up, (0, 1))], gate.shape, body)
        return self.dense(f"{name}.down_proj", y, self.config.features)

    def layer(self, index, x, table):
        name, b = f"model.layers.{index}", self.b
        y = self.norm(f"{name}.input_layernorm", x)
        y = self.attention(f"{name}.self_attn", y, table)
        with b.scope(name):
            x = layers.add(b, x, y)
        y = self.mlp(f"{name}.mlp", self.norm(f"{name}.post_attention_layernorm", x))
        with b.scope(name):
            return layers.add(b, x, y)

    def build(self):
        """The module's text; its weights are in `self.b.weights`."""
        b, c = self.b, self.config
        embedding = "model.embed_tokens.weight"
        words = self.parameter(embedding, c.vocabulary, c.features)
        with b.scope("model.embed_tokens"):
            x = layers.merge_tokens(b, layers.embedding(b, self.ids, words), self.grid)
        with b.scope("model.rotary_emb"):
            table = rotary.rotation_table(b, self.grid.sequence, c.head, c.theta)
        for index in range(c.layers):
            x = self.layer(index, x, table)
        x = self.norm("model.norm", x)
        head = words
        if not c.tied:
            head = self.parameter("lm_head.weight", c.vocabulary, c.features)
        with b.scope("lm_head"):
            logits = layers.linear(b, x, head)
            return b.module(layers.split_tokens(b, logits, self.grid))
