# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random functions as IR, with the value of each tensor computed by NumPy."""

import more_ops
import numpy as np
from basic_ops import BasicOps
from more_ops import MoreOps
from pieces import Value, tensor


class Graph(BasicOps, MoreOps):
    """One function. `order` has each tensor as the analysis prints them.

    `masked` says whether the inputs have dead slices, which are more facts than
    without; everything else depends on the seed alone.
    """

    def __init__(self, seed, masked=True, ops=None):
        self.random = np.random.default_rng(seed)
        self.masked = masked
        self.lines, self.order, self.count = [], [], 0
        # What stands beside the function, and the tensors of functions there.
        self.globals, self.functions = [], {}
        self.name = f"f{seed}"
        self.inputs = [self.draw(self.draw_shape()) for _ in range(self.random.integers(1, 3))]
        self.values = []
        self.order += self.inputs
        for number, array in enumerate(self.inputs):
            self.mask(Value(f"%x{number}", array))
        for _ in range(self.random.integers(4, 11)):
            getattr(self, str(self.random.choice(ops or OPS)))(self.pick())
        self.results = self.values[-1 : -1 - self.random.integers(1, 3) : -1]

    def text(self):
        arguments = ", ".join(f"%x{n}: {tensor(array.shape)}" for n, array in enumerate(self.inputs))
        types = ", ".join(value.type for value in self.results)
        names = ", ".join(value.name for value in self.results)
        body = "\n".join(self.lines)
        return "".join(self.globals) + f"func.func @{self.name}({arguments}) -> ({types}) {{\n{body}\n  return {names} : {types}\n}}\n"


OPS = [
    "unary", "binary", "channel", "reduce", "transpose", "broadcast", "collapse", "expand", "slice", "insert", "pad",
    "concat", "linear", "ffn", "ffn", "matmul", "batch_matmul", "softmax", "convolution", "branch", "loop",
    *more_ops.OPS,
]  # fmt: skip
# What is compiled; other ops and branches between blocks are refused.
REFUSED = ("table", "gather", "scatter", "relayout", "repeat", "call")
COMPILED = [op for op in OPS if op not in REFUSED]
