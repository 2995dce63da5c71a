# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Converts a GGUF file of a LLaMA model to a HuggingFace folder.

    python -m sparse_opt.importer.gguf FILE.gguf FOLDER

Quantised weights become f32. The folder gets config.json, model.safetensors
and, for byte-level BPE vocabularies, tokenizer.json. Needs the packages gguf
and, for the tokenizer, tokenizers.
"""

import argparse
import json
import os
import sys

from . import safetensors
from .errors import ImportFailure
from .lowering import need
from .output import replaced_file
from .weights import Weight

# The parts of a tensor's name: GGUF's and HuggingFace's.
NAMES = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
# How a vocabulary splits text before the merges, by GGUF's name for it.
DIGIT_SPLITTERS = ("smollm",)
CONTROL_TOKEN = 3


class Model:
    """An open GGUF file."""

    def __init__(self, path):
        from gguf import GGUFReader

        self.path = path
        try:
            self.reader = GGUFReader(path)
        except OSError as error:
            raise ImportFailure(path, error.strerror or str(error)) from error
        except (ValueError, IndexError) as error:
            raise ImportFailure(path, f"not a readable GGUF file: {error}") from error
        if self.get("general.architecture") != "llama":
            kind = self.get("general.architecture")
            raise ImportFailure(path, f"unknown architecture '{kind}'; known: llama")

    def get(self, key, default=None):
        field = self.reader.fields.get(key)
        return default if field is None else field.contents()

    def setting(self, key, default=None):
        """A setting of the architecture; without a default it must be there."""
        value = self.get(f"llama.{key}", default)
        if value is None:
            raise ImportFailure(self.path, f"has no setting 'llama.{key}'")
        return value


def hub_name(model, name):
    """HuggingFace's name of a GGUF tensor."""
    if name == "rope_freqs.weight":
        raise ImportFailure(model.path, "scaled rotary frequencies are not supported")
    parts = name.split(".")
    prefix = ""
    if parts[0] == "blk":
        prefix, parts = f"model.layers.{parts[1]}.", parts[2:]
    if len(parts) != 2 or parts[0] not in NAMES:
        raise ImportFailure(model.path, f"has an unknown tensor '{name}'")
    return f"{prefix}{NAMES[parts[0]]}.{parts[1]}"


def split_halves(array, heads):
    """Undoes the interleaving of rotary pairs: rows (j, i) become (i, j)."""
    rows = array.shape[0]
    pairs = array.reshape(heads, rows // heads // 2, 2, *array.shape[1:])
    return pairs.swapaxes(1, 2).reshape(array.shape)


def weight(model, tensor):
    """The f32 weight of a GGUF tensor, converted when it is written."""
    import numpy as np
    from gguf import dequantize

    name = hub_name(model, tensor.name)
    shape = tuple(int(n) for n in reversed(tensor.shape))

    def chunks():
        try:
            values = dequantize(tensor.data, tensor.tensor_type)
        except NotImplementedError as error:
            kind = tensor.tensor_type.name
            raise ImportFailure(model.path, f"'{tensor.name}' is {kind}") from error
        array = values.astype(np.float32).reshape(shape)
        if "q_proj" in name:
            array = split_halves(array, model.setting("attention.head_count"))
        if "k_proj" in name:
            array = split_halves(array, model.setting("attention.head_count_kv"))
        yield np.ascontiguousarray(array).data.cast("B")

    return Weight(name, shape, "f32", 4 * int(np.prod(shape)), chunks)


def config(model, weights):
    """The contents of config.json."""
    heads = model.setting("attention.head_count")
    names = {w.name: w for w in weights}
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": model.setting("embedding_length"),
        "num_hidden_layers": model.setting("block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": model.setting("attention.head_count_kv", heads),
        "intermediate_size": model.setting("feed_forward_length"),
        "max_position_embeddings": model.setting("context_length"),
        "rms_norm_eps": model.setting("attention.layer_norm_rms_epsilon"),
        "rope_theta": model.setting("rope.freq_base", 10000.0),
        "vocab_size": names["model.embed_tokens.weight"].shape[0],
        "tie_word_embeddings": "lm_head.weight" not in names,
        "hidden_act": "silu",
        "bos_token_id": model.get("tokenizer.ggml.bos_token_id"),
        "eos_token_id": model.get("tokenizer.ggml.eos_token_id"),
        "torch_dtype": "float32",
    }


def tokenizer(model):
    """The text of tokenizer.json, or None for other than byte-level BPE."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    if model.get("tokenizer.ggml.model") != "gpt2":
        return None
    tokens = model.get("tokenizer.ggml.tokens")
    merges = [tuple(m.split(" ")) for m in model.get("tokenizer.ggml.merges")]
    result = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)}, merges))
    splitters = [pre_tokenizers.ByteLevel(add_prefix_space=False)]
    if model.get("tokenizer.ggml.pre") in DIGIT_SPLITTERS:
        splitters.insert(0, pre_tokenizers.Digits(individual_digits=True))
    result.pre_tokenizer = pre_tokenizers.Sequence(splitters)
    result.decoder = decoders.ByteLevel()
    kinds = model.get("tokenizer.ggml.token_type", [])
    special = [
        t for t, kind in zip(tokens, kinds, strict=False) if kind == CONTROL_TOKEN
    ]
    result.add_special_tokens([AddedToken(t, special=True) for t in special])
    return result.to_str()


def convert(path, folder):
    """Converts the file `path`; returns the number of weights."""
    need(path, "gguf", "tokenizers")
    model = Model(path)
    weights = [weight(model, t) for t in model.reader.tensors]
    texts = {"config.json": json.dumps(config(model, weights), indent=1)}
    text = tokenizer(model)
    if text:
        texts["tokenizer.json"] = text
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise ImportFailure(folder, error.strerror) from error
    with replaced_file(os.path.join(folder, "model.safetensors")) as file:
        safetensors.write(file, weights)
    for name, text in texts.items():
        with replaced_file(os.path.join(folder, name)) as file:
            file.write(text.encode())
    return len(weights)


def main(argv=None):
    """Returns the exit status: 0, or 1 after one line about the error."""
    parser = argparse.ArgumentParser(
        prog="python -m sparse_opt.importer.gguf",
        description="Converts a GGUF file of a LLaMA model to a HuggingFace folder.",
    )
    parser.add_argument("file", metavar="FILE.gguf")
    parser.add_argument("folder", metavar="FOLDER")
    arguments = parser.parse_args(argv)
    try:
        count = convert(arguments.file, arguments.folder)
    except ImportFailure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    print(f"{arguments.folder}: {count} weights", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
