# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""HuggingFace model folders, by the standard library alone."""

from .bert import Bert
from .checkpoint import Checkpoint
from .errors import ImportFailure
from .llama import Llama

FAMILIES = {"bert": Bert, "llama": Llama}


def import_folder(folder, inputs, convert=False, on_disk=False):
    """Builds the module of the model in `folder`.

    Returns the text, in which weights have no data, and the list of Weights.
    `inputs` has the sizes of the input, `convert` stores F16 and BF16 weights
    as f32. `on_disk` says that the weights will be bound from the checkpoint
    itself, which must then have the dtypes of the module. Raises ImportFailure.
    """
    checkpoint = Checkpoint(folder, convert)
    kind = checkpoint.setting("model_type", str)
    if kind not in FAMILIES:
        known = ", ".join(sorted(FAMILIES))
        raise ImportFailure(
            checkpoint.config_path, f"unknown model_type '{kind}'; known: {known}"
        )
    model = FAMILIES[kind](checkpoint, inputs)
    text = model.build()
    if on_disk:
        _check_stored_dtypes(checkpoint, model.b.weights)
    return text, model.b.weights


def _check_stored_dtypes(checkpoint, weights):
    """Weights that stay on disk cannot be converted on the way."""
    for weight in weights:
        tensor = checkpoint.tensors[weight.name]
        if weight.nbytes != tensor.nbytes:
            raise ImportFailure(
                tensor.path,
                f"tensor '{weight.name}' has dtype {tensor.dtype}: --dtype=f32"
                " needs --weights=embed",
            )
