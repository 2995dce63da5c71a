# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Activation functions, by the names that HuggingFace configs give them."""

import math

from .errors import ImportFailure


def gelu(s, x):
    """x / 2 * (1 + erf(x / sqrt 2))."""
    root = s.op("math.erf", s.op("arith.mulf", x, s.constant(math.sqrt(0.5))))
    return _half_times(s, x, root)


def gelu_tanh(s, x):
    """x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))."""
    cube = s.op("arith.mulf", x, s.op("arith.mulf", x, x))
    inner = s.op("arith.addf", x, s.op("arith.mulf", cube, s.constant(0.044715)))
    scaled = s.op("arith.mulf", inner, s.constant(math.sqrt(2.0 / math.pi)))
    return _half_times(s, x, s.op("math.tanh", scaled))


def _half_times(s, x, y):
    """x / 2 * (1 + y)."""
    product = s.op("arith.mulf", x, s.op("arith.addf", y, s.constant(1.0)))
    return s.op("arith.mulf", product, s.constant(0.5))


def relu(s, x):
    return s.op("arith.maximumf", x, s.constant(0.0))


def silu(s, x):
    """x / (1 + exp(-x))."""
    power = s.op("math.exp", s.op("arith.negf", x))
    return s.op("arith.divf", x, s.op("arith.addf", power, s.constant(1.0)))


ACTIVATIONS = {
    "gelu": gelu,
    "gelu_new": gelu_tanh,
    "gelu_pytorch_tanh": gelu_tanh,
    "relu": relu,
    "silu": silu,
    "swish": silu,
}


def activation(checkpoint, default):
    """The function that config.json names as 'hidden_act'."""
    name = checkpoint.setting("hidden_act", str, default)
    if name not in ACTIVATIONS:
        known = ", ".join(sorted(ACTIVATIONS))
        raise ImportFailure(
            checkpoint.config_path, f"unknown hidden_act '{name}'; known: {known}"
        )
    return ACTIVATIONS[name]
