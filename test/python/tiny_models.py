# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small checkpoints with random weights, written as HuggingFace folders."""

import json

import numpy as np
from sparse_opt.importer import safetensors
from sparse_opt.importer.weights import Weight

BERT = {
    "model_type": "bert",
    "hidden_size": 12,
    "num_attention_heads": 3,
    "intermediate_size": 20,
    "num_hidden_layers": 2,
    "vocab_size": 11,
    "max_position_embeddings": 9,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
    "hidden_act": "gelu",
}
LLAMA = {
    "model_type": "llama",
    "hidden_size": 16,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "vocab_size": 13,
    "max_position_embeddings": 32,
    "rms_norm_eps": 1e-5,
    "rope_theta": 100.0,
    "tie_word_embeddings": True,
    "hidden_act": "silu",
}


def bert_shapes(config):
    """{name: shape} of the tensors of a BERT checkpoint."""
    d, inner = config["hidden_size"], config["intermediate_size"]
    rows = {
        "word": config["vocab_size"],
        "position": config["max_position_embeddings"],
        "token_type": config["type_vocab_size"],
    }
    shapes = {f"embeddings.{k}_embeddings.weight": (n, d) for k, n in rows.items()}
    norms, dense = ["embeddings.LayerNorm"], {}
    for i in range(config["num_hidden_layers"]):
        p = f"encoder.layer.{i}."
        norms += [p + "attention.output.LayerNorm", p + "output.LayerNorm"]
        for name in ("self.query", "self.key", "self.value", "output.dense"):
            dense[p + "attention." + name] = (d, d)
        dense[p + "intermediate.dense"] = (inner, d)
        dense[p + "output.dense"] = (d, inner)
    for name in norms:
        shapes[name + ".weight"] = shapes[name + ".bias"] = (d,)
    for name, shape in dense.items():
        shapes[name + ".weight"], shapes[name + ".bias"] = shape, shape[:1]
    return shapes


def llama_shapes(config):
    """{name: shape} of the tensors of a LLaMA checkpoint."""
    d, inner = config["hidden_size"], config["intermediate_size"]
    size = config.get("head_dim", d // config["num_attention_heads"])
    queries = size * config["num_attention_heads"]
    keys = size * config["num_key_value_heads"]
    shapes = {"model.embed_tokens.weight": (config["vocab_size"], d)}
    for i in range(config["num_hidden_layers"]):
        p = f"model.layers.{i}."
        shapes[p + "input_layernorm.weight"] = (d,)
        shapes[p + "self_attn.q_proj.weight"] = (queries, d)
        shapes[p + "self_attn.k_proj.weight"] = (keys, d)
        shapes[p + "self_attn.v_proj.weight"] = (keys, d)
        shapes[p + "self_attn.o_proj.weight"] = (d, queries)
        shapes[p + "post_attention_layernorm.weight"] = (d,)
        shapes[p + "mlp.gate_proj.weight"] = (inner, d)
        shapes[p + "mlp.up_proj.weight"] = (inner, d)
        shapes[p + "mlp.down_proj.weight"] = (d, inner)
    shapes["model.norm.weight"] = (d,)
    if not config["tie_word_embeddings"]:
        shapes["lm_head.weight"] = (config["vocab_size"], d)
    return shapes


def random_weights(shapes, seed=0):
    """Normal values; gains are near 1, so that no layer drowns the others."""
    random = np.random.default_rng(seed)
    values = {n: 0.5 * random.standard_normal(s) for n, s in shapes.items()}
    for name, value in values.items():
        if "norm" in name.lower() and name.endswith("weight"):
            value += 1.0
    return {n: v.astype(np.float32) for n, v in values.items()}


def to_bf16(array):
    """f32 values rounded toward zero to bf16, as bytes and as f32 values."""
    upper = (array.view(np.uint32) >> 16).astype(np.uint16)
    return upper.tobytes(), (upper.astype(np.uint32) << 16).view(np.float32)


def encode(array, dtype):
    """The stored bytes of an f32 array, and the values that they stand for."""
    if dtype == "bf16":
        return to_bf16(array)
    stored = array.astype({"f32": np.float32, "f16": np.float16}[dtype])
    return stored.tobytes(), stored.astype(np.float32)


def write_tensors(path, weights, dtype="f32"):
    """Writes a safetensors file; returns the values that it stands for."""
    entries, exact = [], {}
    for name, array in weights.items():
        data, exact[name] = encode(array, dtype)
        entries.append(
            Weight(name, array.shape, dtype, len(data), lambda data=data: [data])
        )
    with open(path, "wb") as file:
        safetensors.write(file, entries)
    return exact


def write_folder(folder, config, weights, dtype="f32"):
    """Writes a HuggingFace folder; returns the values of its weights."""
    (folder / "config.json").write_text(json.dumps(config))
    return write_tensors(folder / "model.safetensors", weights, dtype)
