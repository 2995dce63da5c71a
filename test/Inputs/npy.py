"""Writes and shows small .npy files with the standard library alone.

usage: npy.py make FILE DTYPE SHAPE VALUE...   (SHAPE as 2x3, or scalar; one VALUE fills all)
       npy.py show FILE
       npy.py raw FILE DESCR ORDER SHAPE NBYTES   (a header as given, and zeros)
"""

import ast
import struct
import sys

CODES = {
    "bool": ("|b1", "?"), "int8": ("|i1", "b"), "int16": ("<i2", "h"), "int32": ("<i4", "i"),
    "int64": ("<i8", "q"), "float16": ("<f2", "e"), "float32": ("<f4", "f"),
    "float64": ("<f8", "d"), "bfloat16": ("|V2", "H"),
}  # fmt: skip


def write(path, descr, order, shape, data):
    header = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data)


def bfloat16_bits(value):
    return struct.unpack("<I", struct.pack("<f", value))[0] >> 16


def make(path, dtype, shape, *values):
    dims = () if shape == "scalar" else tuple(int(dim) for dim in shape.split("x"))
    count = 1
    for dim in dims:
        count *= dim
    numbers = [float(v) if "float" in dtype else int(v) for v in values]
    numbers = numbers * count if len(numbers) == 1 else numbers
    assert len(numbers) == count, (len(numbers), count)
    descr, code = CODES[dtype]
    if dtype == "bfloat16":
        numbers = [bfloat16_bits(v) for v in numbers]
    write(path, descr, False, dims, struct.pack(f"<{count}{code}", *numbers))


def show(path):
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack("<H", data[8:10])[0]
    header = ast.literal_eval(data[10 : 10 + length].decode())
    dtype = next(name for name, (descr, _) in CODES.items() if descr == header["descr"])
    data = data[10 + length :]
    code = CODES[dtype][1]
    values = struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data)
    if dtype == "bfloat16":
        values = [struct.unpack("<f", struct.pack("<I", v << 16))[0] for v in values]
    print(dtype, header["shape"], *[f"{v:g}" if "float" in dtype else str(v) for v in values])


def raw(path, descr, order, shape, size):
    write(path, descr, order, shape, bytes(int(size)))


if __name__ == "__main__":
    {"make": make, "show": show, "raw": raw}[sys.argv[1]](*sys.argv[2:])
