"""Writes statistics of random correlated inputs.

usage: statistics.py FILE NAME:IN[:KIND] ...   (KIND: normal (default), equal, no-gram, nan-gram, negative-gram)
`equal` inputs are the same number in all channels.
"""

import json
import struct
import sys

import numpy


def tensors(name, size, kind, seed):
    random = numpy.random.default_rng(seed)
    inputs = random.standard_normal((4 * size, size))
    inputs += random.standard_normal((4 * size, 1)) * (10 if kind == "equal" else 0.5)
    if kind == "equal":
        inputs[:] = inputs[:, :1]
    yield f"{name}.n_tokens", numpy.array([len(inputs)], numpy.int64)
    yield f"{name}.sum", inputs.sum(axis=0)
    yield f"{name}.sumsq", (inputs**2).sum(axis=0)
    yield f"{name}.var", inputs.var(axis=0)
    if kind != "no-gram":
        gram = inputs.T @ inputs
        if kind == "nan-gram":
            gram[0, 1] = gram[1, 0] = numpy.nan
        yield f"{name}.gram", -gram if kind == "negative-gram" else gram


def main(path, *layers):
    header, data = {}, b""
    for seed, layer in enumerate(layers):
        name, size, *kind = layer.split(":")
        for key, value in tensors(name, int(size), kind[0] if kind else "normal", seed):
            dtype = "I64" if value.dtype == numpy.int64 else "F64"
            offsets = [len(data), len(data) + value.nbytes]
            header[key] = {"dtype": dtype, "shape": value.shape, "data_offsets": offsets}
            data += value.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


main(*sys.argv[1:])
