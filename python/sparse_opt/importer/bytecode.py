# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Puts the weights into an MLIR bytecode file without printing them as text.

The module is encoded with `dense_resource` keys that have no data. Such a key
has an empty entry in the file's resource section; `splice` copies the file and
fills these entries. The layout is that of MLIR's bytecode format, version 6:
a header, then sections of {id byte, length, alignment and padding if bit 7 of
the id is set, data}. The entries of the resource section are {alignment,
length, padding, data}; the offset section has the size of each.
"""

from dataclasses import dataclass

VERSION = 6
MAGIC = b"ML\xefR"
STRINGS, RESOURCES, RESOURCE_OFFSETS = 0, 5, 6
ALIGNED = 0x80
PADDING = b"\xcb"
ALIGNMENT = 64
BLOB = 0


@dataclass(frozen=True)
class Section:
    """A top-level section: its id, required alignment and data."""

    kind: int
    alignment: int
    data: bytes


class Reader:
    """A cursor over bytecode."""

    def __init__(self, data, position=0):
        self.data = data
        self.position = position

    def byte(self):
        self.position += 1
        return self.data[self.position - 1]

    def take(self, count):
        self.position += count
        return self.data[self.position - count : self.position]

    def varint(self):
        """The number of trailing zero bits of the first byte is the length."""
        first = self.byte()
        if first == 0:
            return int.from_bytes(self.take(8), "little")
        extra = (first & -first).bit_length() - 1
        tail = self.take(extra)
        return int.from_bytes(bytes([first]) + tail, "little") >> (extra + 1)


def varint(value):
    """Encodes an unsigned number of up to 64 bits."""
    extra = max(0, (value.bit_length() - 1) // 7)
    if extra > 7:
        return b"\0" + value.to_bytes(8, "little")
    return (((value << 1) | 1) << extra).to_bytes(extra + 1, "little")


def padding(position, alignment):
    return PADDING * (-position % alignment)


def _sections(reader):
    while reader.position < len(reader.data):
        kind = reader.byte()
        length = reader.varint()
        alignment = 1
        if kind & ALIGNED:
            alignment = reader.varint()
            reader.take(-reader.position % alignment)
        yield Section(kind & ~ALIGNED, alignment, reader.take(length))


def _strings(data):
    """The strings of the string section; their lengths come last one first."""
    reader = Reader(data)
    lengths = [reader.varint() for _ in range(reader.varint())]
    return [reader.take(n)[:-1].decode() for n in reversed(lengths)]


def _blob_head(weight, position):
    """What comes before the data of an entry that starts at `position`."""
    head = varint(ALIGNMENT) + varint(weight.nbytes)
    return head + padding(position + len(head), ALIGNMENT)


def _fill_offsets(data, strings, weights):
    """The new offset section, the weights in order and the resources' size."""
    reader = Reader(data)
    external = reader.varint()
    if external:
        raise ValueError("external resources are not supported")
    out, order, size = bytearray(varint(external)), [], 0
    while reader.position < len(data):
        group, count = reader.varint(), reader.varint()
        out += varint(group) + varint(count)
        for _ in range(count):
            key, old_size, kind = reader.varint(), reader.varint(), reader.byte()
            if old_size or kind != BLOB:
                raise ValueError(f"resource {strings[key]} has data already")
            weight = weights[strings[key]]
            entry = len(_blob_head(weight, size)) + weight.nbytes
            out += varint(key) + varint(entry) + bytes([kind])
            size += entry
            order.append(weight)
    return bytes(out), order, size


def _write_section(file, kind, length, alignment):
    """Writes what comes before the data of a section."""
    aligned = alignment > 1
    file.write(bytes([kind | (ALIGNED if aligned else 0)]) + varint(length))
    if aligned:
        file.write(varint(alignment))
        file.write(padding(file.tell(), alignment))


def splice(bytecode, weights, file):
    """Writes `bytecode` to `file` with the data of its resources.

    `weights` are the Weights by resource key; each key of the bytecode must be
    there and have no data yet. `file` is a binary file at position 0.
    """
    reader = Reader(bytecode)
    if reader.take(4) != MAGIC or reader.varint() != VERSION:
        raise ValueError(f"not MLIR bytecode of version {VERSION}")
    reader.position = bytecode.index(b"\0", reader.position) + 1
    file.write(bytecode[: reader.position])
    sections = list(_sections(reader))
    strings = _strings(next(s.data for s in sections if s.kind == STRINGS))
    order, size = [], 0
    for section in sections:
        data = section.data
        if section.kind == RESOURCE_OFFSETS:
            data, order, size = _fill_offsets(data, strings, weights)
        if section.kind != RESOURCES:
            _write_section(file, section.kind, len(data), section.alignment)
            file.write(data)
            continue
        _write_section(file, RESOURCES, size, ALIGNMENT)
        begin = file.tell()
        for weight in order:
            file.write(_blob_head(weight, file.tell() - begin))
            for piece in weight.chunks():
                file.write(piece)
