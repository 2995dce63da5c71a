# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Matrix Market files (.mtx) of one weight."""

import numpy as np

from sparse_opt.errors import Error

BANNER = "%%MatrixMarket"
SYMMETRIES = ("general", "symmetric", "skew-symmetric")


def write_matrix_market(path, matrix):
    """Writes the nonzeros of a matrix [rows, columns] as coordinates, from 1 on.

    Numbers have as many digits as give them back exactly.
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2:
        raise Error(f"'{path}' cannot hold a tensor of rank {matrix.ndim}")
    rows, columns = np.nonzero(matrix)
    kind = "integer" if np.issubdtype(matrix.dtype, np.integer) else "real"
    with open(path, "w", encoding="ascii") as file:
        file.write(f"{BANNER} matrix coordinate {kind} general\n")
        file.write(f"{matrix.shape[0]} {matrix.shape[1]} {len(rows)}\n")
        for row, column, value in zip(rows, columns, matrix[rows, columns], strict=True):
            file.write(f"{row + 1} {column + 1} {value!s}\n")


def read_matrix_market(path, dtype=np.float64):
    """The matrix of a file as a dense array; entries given twice add up."""
    try:
        with open(path, encoding="ascii") as file:
            return _read(file, path, dtype)
    except (OSError, UnicodeDecodeError) as error:
        raise Error(f"'{path}' cannot be read: {error}") from error


def _read(file, path, dtype):
    words = file.readline().lower().split()
    if len(words) != 5 or words[0] != BANNER.lower() or words[1] != "matrix":
        raise Error(f"'{path}' is no Matrix Market file of a matrix")
    form, kind, symmetry = words[2:]
    if (
        form not in ("coordinate", "array")
        or kind not in ("real", "integer", "pattern")
        or symmetry not in SYMMETRIES
        or (form == "array" and (kind == "pattern" or symmetry != "general"))
    ):
        raise Error(f"'{path}' is a matrix of the form '{' '.join(words[2:])}', which is not read")
    lines = (line for line in file if line.strip() and not line.startswith("%"))
    try:
        sizes = [int(word) for word in next(lines, "").split()]
        numbers = np.array([word for line in lines for word in line.split()], dtype=np.float64)
    except ValueError as error:
        raise Error(f"'{path}' holds what is no number: {error}") from error
    width = {"array": 1, "coordinate": 2 if kind == "pattern" else 3}[form]
    if len(sizes) != (2 if form == "array" else 3) or min(sizes) < 0:
        raise Error(f"'{path}' does not give its sizes")
    count = sizes[2] if form == "coordinate" else sizes[0] * sizes[1]
    if numbers.size != count * width:
        raise Error(f"'{path}' has {numbers.size} numbers instead of {count * width}")
    if form == "array":
        return numbers.reshape(sizes[1], sizes[0]).T.astype(dtype)
    return _place(numbers.reshape(count, width), sizes, symmetry, path).astype(dtype)


def _place(entries, sizes, symmetry, path):
    matrix = np.zeros(sizes[:2])
    rows, columns = (entries[:, :2].astype(np.int64) - 1).T
    wrong = (rows < 0) | (rows >= sizes[0]) | (columns < 0) | (columns >= sizes[1])
    if wrong.any():
        raise Error(f"'{path}' has an entry at {entries[wrong][0, :2].astype(int).tolist()}, outside of {sizes[:2]}")
    values = entries[:, 2] if entries.shape[1] == 3 else np.ones(len(entries))
    np.add.at(matrix, (rows, columns), values)
    if symmetry != "general":
        mirrored = rows != columns
        sign = -1 if symmetry == "skew-symmetric" else 1
        np.add.at(matrix, (columns[mirrored], rows[mirrored]), sign * values[mirrored])
    return matrix
