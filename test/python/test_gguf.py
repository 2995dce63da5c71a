# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""GGUF files of LLaMA models become HuggingFace folders."""

import json

import numpy as np
import pytest
from importer_cli import import_ok, run_module
from sparse_opt.importer import safetensors
from tiny_models import LLAMA, llama_shapes, random_weights

gguf = pytest.importorskip("gguf")
tokenizers = pytest.importorskip("tokenizers")

NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
TOKENS = ["<|end|>", "a", "b", "c", "ab", "abc", "\u0120", "1", "2", "d", "e", "f", "g"]


def gguf_name(name):
    stem = name.removesuffix(".weight")
    prefix = ""
    if stem.startswith("model.layers."):
        index, stem = stem.removeprefix("model.layers.").split(".", 1)
        prefix = f"blk.{index}."
    return f"{prefix}{NAMES[stem]}.weight"


def interleave(array, heads):
    """llama.cpp keeps the two halves of a rotary pair side by side."""
    rows = array.shape[0]
    halves = array.reshape(heads, 2, rows // heads // 2, array.shape[1])
    return halves.swapaxes(1, 2).reshape(array.shape)


def write_gguf(path, weights, quantised=(), architecture="llama"):
    """Writes LLAMA's weights; those in `quantised` as Q8_0."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(LLAMA["max_position_embeddings"])
    writer.add_embedding_length(LLAMA["hidden_size"])
    writer.add_block_count(LLAMA["num_hidden_layers"])
    writer.add_feed_forward_length(LLAMA["intermediate_size"])
    writer.add_head_count(LLAMA["num_attention_heads"])
    writer.add_head_count_kv(LLAMA["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(LLAMA["rms_norm_eps"])
    writer.add_rope_freq_base(LLAMA["rope_theta"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(TOKENS)
    writer.add_token_merges(["a b", "ab c"])
    writer.add_token_types([3] + [1] * (len(TOKENS) - 1))
    for name, array in weights.items():
        if "q_proj" in name:
            array = interleave(array, LLAMA["num_attention_heads"])
        if "k_proj" in name:
            array = interleave(array, LLAMA["num_key_value_heads"])
        kind = None
        if name in quantised:
            kind = gguf.GGMLQuantizationType.Q8_0
            array = gguf.quantize(array, kind)
        writer.add_tensor(gguf_name(name), array, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def convert(path, folder):
    return run_module("sparse_opt.importer.gguf", path, folder)


def stored(folder):
    tensors = safetensors.read_header(folder / "model.safetensors")
    return {
        n: np.frombuffer(b"".join(t.chunks()), np.float32).reshape(t.shape)
        for n, t in tensors.items()
    }


@pytest.fixture
def model(tmp_path):
    weights = random_weights(llama_shapes(LLAMA))
    write_gguf(tmp_path / "model.gguf", weights)
    return tmp_path / "model.gguf", weights


def test_weights_and_config(model, tmp_path):
    path, weights = model
    assert convert(path, tmp_path / "hub").returncode == 0
    converted = stored(tmp_path / "hub")
    assert converted.keys() == weights.keys()
    for name, array in weights.items():
        np.testing.assert_array_equal(converted[name], array)
    config = json.loads((tmp_path / "hub" / "config.json").read_text())
    for key, value in LLAMA.items():
        assert config[key] == pytest.approx(value) if value != "silu" else True


def test_quantised_weight(tmp_path):
    shape = {"model.embed_tokens.weight": (13, 32)}
    weights = random_weights(shape)
    name = "model.embed_tokens.weight"
    write_gguf(tmp_path / "model.gguf", weights, quantised=[name])
    assert convert(tmp_path / "model.gguf", tmp_path / "hub").returncode == 0
    error = abs(stored(tmp_path / "hub")[name] - weights[name])
    assert 0 < error.max() < abs(weights[name]).max() / 127


def test_tokenizer(model, tmp_path):
    convert(model[0], tmp_path / "hub")
    tokenizer = tokenizers.Tokenizer.from_file(str(tmp_path / "hub" / "tokenizer.json"))
    assert tokenizer.encode("abc 12<|end|>").tokens == [
        "abc",
        "\u0120",
        "1",
        "2",
        "<|end|>",
    ]


def test_folder_can_be_imported(model, tmp_path):
    convert(model[0], tmp_path / "hub")
    import_ok(tmp_path / "hub", "-o", tmp_path / "out.mlirbc", "--seq", 4)


def refusal(path, folder):
    done = convert(path, folder)
    assert done.returncode == 1 and not (folder / "model.safetensors").exists()
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_other_architecture(tmp_path):
    path = tmp_path / "m.gguf"
    write_gguf(path, {}, architecture="gemma")
    line = refusal(path, tmp_path / "hub")
    assert "unknown architecture 'gemma'; known: llama" in line


@pytest.mark.parametrize("content", [b"", b"GGUF", b"nonsense, and more of it"])
def test_not_gguf(tmp_path, content):
    (tmp_path / "m.gguf").write_bytes(content)
    line = refusal(tmp_path / "m.gguf", tmp_path / "hub")
    assert line.startswith(f"error: {tmp_path / 'm.gguf'}: ")


def test_truncated(model, tmp_path):
    path, _ = model
    path.write_bytes(path.read_bytes()[:-500])
    assert refusal(path, tmp_path / "hub").startswith(f"error: {path}: ")


def test_missing(tmp_path):
    line = refusal(tmp_path / "none.gguf", tmp_path / "hub")
    assert "none.gguf: No such file or directory" in line
