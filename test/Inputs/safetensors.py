"""Writes small safetensors files with the standard library alone.

usage: safetensors.py FILE NAME:DTYPE:SHAPE:VALUES ...   (SHAPE as 2x3, VALUES as 1,2,...)
"""

import json
import struct
import sys

CODES = {"F32": "f", "F64": "d", "F16": "e", "I8": "b", "I32": "i", "I64": "q"}


def main(path, *tensors):
    header, data = {}, b""
    for tensor in tensors:
        name, dtype, shape, values = tensor.split(":")
        numbers = [float(v) if dtype[0] == "F" else int(v) for v in values.split(",")]
        packed = struct.pack(f"<{len(numbers)}{CODES[dtype]}", *numbers)
        header[name] = {
            "dtype": dtype,
            "shape": [int(size) for size in shape.split("x")],
            "data_offsets": [len(data), len(data) + len(packed)],
        }
        data += packed
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


main(*sys.argv[1:])
