# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Independent NumPy implementations of the imported models, for comparison.

`weights` maps checkpoint names to arrays; the arithmetic is float64 unless
the arrays say otherwise.
"""

import math

import numpy as np

erf = np.vectorize(math.erf, otypes=[np.float64])


def layer_norm(x, gain, shift, epsilon):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon) * gain + shift


def softmax(x):
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def heads_of(x, heads):
    batch, sequence, width = x.shape
    return x.reshape(batch, sequence, heads, width // heads).transpose(0, 2, 1, 3)


def merge_heads(x):
    batch, heads, sequence, size = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, sequence, heads * size)


def bert(weights, config, ids, mask, pooling="mean"):
    """ids, mask [batch, sequence] -> embeddings of norm 1 [batch, features]."""

    def dense(name, x):
        return x @ weights[name + ".weight"].T + weights[name + ".bias"]

    def norm(name, x):
        gain, shift = weights[name + ".weight"], weights[name + ".bias"]
        return layer_norm(x, gain, shift, config["layer_norm_eps"])

    heads = config["num_attention_heads"]
    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.token_type_embeddings.weight"][0]
    x = x + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
    x = norm("embeddings.LayerNorm", x)
    hidden = np.where(mask[:, None, None, :] != 0, 0.0, -1e30)
    for i in range(config["num_hidden_layers"]):
        p = f"encoder.layer.{i}."
        q, k, v = (
            heads_of(dense(p + "attention.self." + n, x), heads)
            for n in ("query", "key", "value")
        )
        scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1]) + hidden
        y = dense(p + "attention.output.dense", merge_heads(softmax(scores) @ v))
        x = norm(p + "attention.output.LayerNorm", x + y)
        y = dense(p + "intermediate.dense", x)
        y = 0.5 * y * (1.0 + erf(y / math.sqrt(2.0)))
        x = norm(p + "output.LayerNorm", x + dense(p + "output.dense", y))
    if pooling == "mean":
        keep = mask[:, :, None].astype(x.dtype)
        x = (x * keep).sum(1) / keep.sum(1)
    else:
        x = x[:, 0]
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def rotate(x, theta):
    """Rotary position embedding of [batch, heads, sequence, size]."""
    half = x.shape[-1] // 2
    rates = theta ** (-np.arange(half) / half)
    angles = np.arange(x.shape[2])[:, None] * rates
    low, high = x[..., :half], x[..., half:]
    sine, cosine = np.sin(angles), np.cos(angles)
    return np.concatenate(
        [low * cosine - high * sine, high * cosine + low * sine], axis=-1
    )


def llama(weights, config, ids):
    """ids [batch, sequence] -> logits [batch, sequence, vocabulary]."""

    def dense(name, x):
        y = x @ weights[name + ".weight"].T
        return y + weights[name + ".bias"] if name + ".bias" in weights else y

    def norm(name, x):
        mean = (x * x).mean(-1, keepdims=True)
        return x / np.sqrt(mean + config["rms_norm_eps"]) * weights[name + ".weight"]

    heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
    x = weights["model.embed_tokens.weight"][ids]
    past = np.tril(np.ones((ids.shape[1], ids.shape[1]), bool))
    for i in range(config["num_hidden_layers"]):
        p = f"model.layers.{i}."
        y = norm(p + "input_layernorm", x)
        q = rotate(
            heads_of(dense(p + "self_attn.q_proj", y), heads), config["rope_theta"]
        )
        k = rotate(
            heads_of(dense(p + "self_attn.k_proj", y), groups), config["rope_theta"]
        )
        v = heads_of(dense(p + "self_attn.v_proj", y), groups)
        k, v = (np.repeat(t, heads // groups, axis=1) for t in (k, v))
        scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
        scores = np.where(past, scores, -1e30)
        x = x + dense(p + "self_attn.o_proj", merge_heads(softmax(scores) @ v))
        y = norm(p + "post_attention_layernorm", x)
        gate = dense(p + "mlp.gate_proj", y)
        gate = gate / (1.0 + np.exp(-gate)) * dense(p + "mlp.up_proj", y)
        x = x + dense(p + "mlp.down_proj", gate)
    x = norm("model.norm", x)
    tied = config.get("tie_word_embeddings")
    head = "model.embed_tokens.weight" if tied else "lm_head.weight"
    return x @ weights[head].T
