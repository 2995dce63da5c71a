"""Reads a module and prints the kernels of its gpu.module as a module of their own."""

import re
import sys


def body(text):
    start = text.index("{", text.index("gpu.module @sparsity_kernels"))
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start + 1 : at]
    raise ValueError("the gpu.module does not end")


kernels = body(sys.stdin.read())
kernels = kernels.replace("gpu.kernel, ", "")
print("module {" + re.sub(r", sparsity\.launch = \{[^}]*\}", "", kernels) + "}")
