"""Writes a linear layer with random weights, and activations for it.

usage: random_layer.py TOKENS IN OUT MODULE ACTIVATIONS.npy
"""

import pathlib
import random
import struct
import sys

MODULE = """\
func.func @layer(%x: tensor<{n}x{k}xf32>) -> tensor<{n}x{m}xf32> {{
  %w = arith.constant dense<"0x{weight}"> : tensor<{k}x{m}xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<{n}x{m}xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<{n}x{m}xf32>) -> tensor<{n}x{m}xf32>
  %y = linalg.matmul ins(%x, %w : tensor<{n}x{k}xf32>, tensor<{k}x{m}xf32>)
                     outs(%i : tensor<{n}x{m}xf32>) -> tensor<{n}x{m}xf32>
  return %y : tensor<{n}x{m}xf32>
}}
"""


def draw(rng, count):
    return struct.pack(f"<{count}f", *[rng.gauss(0, 1) for _ in range(count)])


def main(tokens, inputs, outputs, module, activations):
    n, k, m = int(tokens), int(inputs), int(outputs)
    rng = random.Random(1)
    text = MODULE.format(n=n, k=k, m=m, weight=draw(rng, k * m).hex().upper())
    pathlib.Path(module).write_text(text, encoding="utf-8")
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({n}, {k}), }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    size = struct.pack("<H", len(header))
    data = b"\x93NUMPY\x01\x00" + size + header + draw(rng, n * k)
    pathlib.Path(activations).write_bytes(data)


main(*sys.argv[1:])
