# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs functions in the generic form of MLIR's text with NumPy.

Floats are computed in double precision, one op after the other: a program
before and after a transformation can be compared without a compiler.
"""

import itertools
import math
import operator
import re

import numpy as np

OP = re.compile(
    r'(?:(%\w+)(?::\d+)? = )?"([\w.]+)"\(([^)]*)\)(?:\[([^\]]*)\])?(?: <\{(.*)\}>)?( \(\{)?(?: : \(.*?\) -> (.*))?$'
)
ELEMENT = re.compile(r"-?(?:0x[0-9A-Fa-f]+|[\d.]+(?:[eE][+-]?\d+)?|inf|nan)|true|false")
ORDERED = (None, operator.eq, operator.gt, operator.ge, operator.lt, operator.le, operator.ne)
SIGNED = (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
SIMPLE = {
    "arith.addf": np.add, "arith.subf": np.subtract, "arith.mulf": np.multiply, "arith.divf": np.divide,
    "arith.maximumf": np.maximum, "arith.minimumf": np.minimum, "arith.negf": np.negative,
    "arith.addi": np.add, "arith.subi": np.subtract, "arith.muli": np.multiply, "arith.andi": np.bitwise_and,
    "arith.maxsi": np.maximum, "arith.fptosi": lambda x: np.trunc(x).astype(np.int64),
    "arith.sitofp": lambda x: np.asarray(x, np.float64), "arith.select": lambda c, x, y: np.where(c, x, y),
    "math.tanh": np.tanh, "math.absf": np.abs, "math.exp": np.exp, "math.erf": np.vectorize(math.erf, [float]),
    "math.cos": np.cos, "math.sin": np.sin, "math.atan": np.arctan, "math.ceil": np.ceil, "math.floor": np.floor,
    "math.roundeven": np.round, "math.cbrt": np.cbrt, "math.sqrt": np.sqrt, "math.rsqrt": lambda x: 1 / np.sqrt(x),
    "math.fma": lambda x, y, z: x * y + z,
    "tensor.cast": lambda x: x, "sparsity.assume": lambda x: x,
}  # fmt: skip


class Op:
    """One op with its blocks: lists of (argument names, ops)."""

    def __init__(self, match):
        self.result, self.name, operands, targets, self.attrs, opens, self.types = match.groups()
        self.operands = operands.split(", ") if operands else []
        self.targets = targets.split(", ") if targets else []
        self.attrs = self.attrs or ""
        self.opens = opens is not None
        self.regions = []

    def numbers(self, name):
        """An array of integers, such as `static_sizes`, or an integer."""
        found = re.search(rf"\b{name} = (?:array<i\d+: ?([^>]*)>|(-?\d+))", self.attrs)
        if found is None:
            return []
        return int(found[2]) if found[2] else [int(n) for n in found[1].split(", ") if n]

    def groups(self):
        text = re.search(r"reassociation = (\[.*?\]\])", self.attrs)[1]
        return [[int(n) for n in group.split(", ")] for group in re.findall(r"\[([\d, ]+)\]", text)]


def parse(text):
    """The ops of a module in generic form."""
    top, stack = [], []
    current = top
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("^"):
            arguments = re.findall(r"(%\w+):", line.partition(")")[0])
            blocks = stack[-1][0].regions[-1]
            label = re.match(r"\^\w+", line)[0]
            if blocks[-1][1] or blocks[-1][2]:
                blocks.append([arguments, [], label])
            else:
                blocks[-1][0], blocks[-1][2] = arguments, label
            current = blocks[-1][1]
        elif line.startswith("})"):
            op, current = stack.pop()
            op.types = line.rpartition(" -> ")[2]
        elif line == "}, {":
            stack[-1][0].regions.append([[[], [], ""]])
            current = stack[-1][0].regions[-1][0][1]
        elif line and not line.startswith(("{-#", "#", "//")):
            match = OP.match(line)
            assert match, line
            op = Op(match)
            current.append(op)
            if op.opens:
                op.regions.append([[[], [], ""]])
                stack.append((op, current))
                current = op.regions[-1][0][1]
    return top


def read_elements(text, shape, kind):
    found = re.match(r"dense<(.*)>$", text, re.DOTALL)
    body = found[1] if found else text
    integer = kind.startswith("i")
    if body.startswith('"0x'):
        stored = {"f32": np.float32, "i32": np.int32, "i64": np.int64, "index": np.int64}[kind]
        return np.frombuffer(bytes.fromhex(body[3:-1]), stored).reshape(shape).astype(np.int64 if integer else np.float64)
    values = []
    for number in ELEMENT.findall(body):
        if number.startswith("0x"):
            values.append(float(np.uint32(int(number, 16)).view(np.float32)))
        elif number in ("true", "false"):
            values.append(int(number == "true"))
        else:
            values.append(int(number) if integer else float(np.float32(number)))
    array = np.array(values, np.int64 if integer else np.float64)
    return np.full(shape, array[0]) if array.size == 1 else array.reshape(shape)


def read_type(text):
    """Shape and element of a type; no shape for a scalar."""
    found = re.match(r"tensor<((?:[\d?]+x)*)(\w+)>", text)
    if found is None:
        return (), text
    return tuple(-1 if size == "?" else int(size) for size in found[1].split("x")[:-1]), found[2]


class Module:
    def __init__(self, text):
        self.functions, self.globals = {}, {}
        body = parse(text)[0].regions[0][0][1]
        for op in body:
            name = re.search(r'sym_name = "(\w+)"', op.attrs)[1]
            if op.name == "func.func":
                self.functions[name] = op.regions[0]
            else:
                value, shape, kind = re.search(r"value = (.*) : (tensor<.*)$", op.attrs)[1], *read_type(
                    re.search(r"value = .* : (tensor<[^>]*>)$", op.attrs)[1]
                )
                self.globals[name] = read_elements(value, shape, kind)

    def call(self, name, *arguments):
        return self.run_blocks(self.functions[name], arguments, {})

    def run_blocks(self, blocks, arguments, outer, loops=None):
        """The operands of the terminator that leaves the region."""
        block = blocks[0]
        labels = {label: block for block in blocks for label in [block[2]]}
        values = dict(outer)
        while True:
            values.update(zip(block[0], arguments, strict=True))
            for op in block[1]:
                operands = [values[name] for name in op.operands]
                if op.name in ("cf.br", "cf.cond_br"):
                    target = op.targets[0]
                    arguments = operands
                    if op.name == "cf.cond_br":
                        _, first, _ = op.numbers("operandSegmentSizes")
                        target = op.targets[0 if operands[0] else 1]
                        arguments = operands[1 : 1 + first] if operands[0] else operands[1 + first :]
                    block = labels[target]
                    break
                results = self.run(op, operands, values, loops)
                if op.result is None:
                    return results
                values[op.result] = results[0]
                for number, result in enumerate(results):
                    values[f"{op.result}#{number}"] = result

    def run(self, op, operands, values, loops):
        """The results of `op`, or the operands of a terminator."""
        if op.name in SIMPLE:
            return [SIMPLE[op.name](*operands)]
        if op.result is None:
            return operands
        if op.name == "linalg.index":
            return [loops[op.numbers("dim")]]
        method = getattr(self, op.name.replace(".", "_"))
        if op.name.startswith("scf.") or op.name in ("linalg.generic", "sparsity.linear", "tensor.pad"):
            return method(op, operands, values)
        results = method(op, *operands)
        return results if isinstance(results, list) else [results]

    # Scalars and constants

    def arith_constant(self, op):
        text = re.search(r"value = (.*)$", op.attrs)[1]
        value, _, kind = text.rpartition(" : ")
        if not kind:
            return int(text == "true")
        shape, element = read_type(op.types)
        array = read_elements(value, shape, element)
        return array if shape or op.types.startswith("tensor") else array.reshape(())[()]

    def sparsity_weight(self, op):
        text = re.search(r"value = (dense<.*>) : tensor", op.attrs)[1]
        return read_elements(text, *read_type(op.types))

    def ml_program_global_load_const(self, op):
        return self.globals[re.search(r"@(\w+)", op.attrs)[1]]

    def arith_cmpf(self, op, x, y):
        return ORDERED[op.numbers("predicate")](x, y)

    def arith_cmpi(self, op, x, y):
        return SIGNED[op.numbers("predicate")](x, y)

    def tensor_empty(self, op, *_):
        return np.full(read_type(op.types)[0], np.nan)

    def tensor_splat(self, op, x):
        return np.full(read_type(op.types)[0], x)

    def tensor_from_elements(self, op, *elements):
        return np.array(elements).reshape(read_type(op.types)[0])

    def tensor_extract(self, _, x, *indices):
        return x[tuple(indices)]

    # Relayouts

    def tensor_expand_shape(self, op, x):
        return x.reshape(read_type(op.types)[0])

    def tensor_collapse_shape(self, op, x):
        return x.reshape([math.prod(x.shape[dim] for dim in group) for group in op.groups()])

    def box(self, op):
        parts = zip(op.numbers("static_offsets"), op.numbers("static_sizes"), op.numbers("static_strides"), strict=True)
        return tuple(slice(a, a + n * s, s) for a, n, s in parts)

    def tensor_extract_slice(self, op, x):
        return x[self.box(op)].reshape(read_type(op.types)[0])

    def tensor_insert_slice(self, op, x, into):
        result = into.copy()
        result[self.box(op)] = x.reshape(op.numbers("static_sizes"))
        return result

    def tensor_pad(self, op, operands, values):
        low, high = op.numbers("static_low"), op.numbers("static_high")
        value = self.run_blocks(op.regions[0], [0] * len(low), values)[0]
        return [np.pad(operands[0], list(zip(low, high, strict=True)), constant_values=value)]

    def tensor_concat(self, op, *operands):
        return np.concatenate(operands, op.numbers("dim"))

    def tensor_gather(self, _, x, indices):
        return x[indices[:, 0]]

    def tensor_scatter(self, _, x, into, indices):
        result = into.copy()
        result[indices[:, 0]] = x[:, 0]
        return result

    def linalg_pack(self, op, x, *rest):
        tile, = op.numbers("static_inner_tiles")
        rows = -(-x.shape[0] // tile)
        padded = np.pad(x, ((0, rows * tile - x.shape[0]), (0, 0)), constant_values=rest[1] if len(rest) > 1 else 0.0)
        return padded.reshape(rows, tile, -1).transpose(0, 2, 1)

    def linalg_unpack(self, _, x, into):
        return x.transpose(0, 2, 1).reshape(-1, x.shape[1])[: into.shape[0]]

    # Loop nests

    def linalg_softmax(self, op, x, _):
        dim = op.numbers("dimension")
        parts = np.exp(x - x.max(dim, keepdims=True))
        return parts / parts.sum(dim, keepdims=True)

    def linalg_generic(self, op, operands, values):
        maps = []
        for dims, results in re.findall(r"affine_map<\(([^)]*)\) -> \(([^)]*)\)>", op.attrs):
            dims = dims.split(", ") if dims else []
            maps.append((dims, results.split(", ") if results else []))
        kinds = re.findall(r"iterator_type<(\w+)>", op.attrs)
        names = maps[0][0]
        sizes = {}
        for (_, results), operand in zip(maps, operands, strict=True):
            sizes |= {r: size for r, size in zip(results, np.shape(operand), strict=True) if r in names}
        parallel = [name for name, kind in zip(names, kinds, strict=True) if kind == "parallel"]
        reduced = [name for name in names if name not in parallel]
        grid = dict(zip(parallel, np.indices([sizes[name] for name in parallel]), strict=True))
        code = [[compile(result, "map", "eval") for result in results] for _, results in maps]
        num_inputs = op.numbers("operandSegmentSizes")[0]
        outputs = [operand.copy() for operand in operands[num_inputs:]]
        for point in itertools.product(*(range(sizes[name]) for name in reduced)):
            loops = grid | dict(zip(reduced, point, strict=True))
            places = [tuple(eval(part, {}, loops) for part in parts) for parts in code]  # noqa: S307
            elements = [x if np.ndim(x) == 0 else x[place] for x, place in zip(operands[:num_inputs], places, strict=False)]
            elements += [x[place] for x, place in zip(outputs, places[num_inputs:], strict=True)]
            results = self.run_blocks(op.regions[0], elements, values, [loops[name] for name in names])
            for output, place, result in zip(outputs, places[num_inputs:], results, strict=True):
                output[place] = result
        return outputs

    def sparsity_linear(self, op, operands, values):
        x, weight, *extras, init = operands
        product = x @ weight.T
        if not op.regions[0][0][1]:
            return [product]
        grid = dict(zip((f"d{dim}" for dim in range(product.ndim)), np.indices(product.shape), strict=True))
        maps = re.findall(r"affine_map<\([^)]*\) -> \(([^)]*)\)>", op.attrs)
        elements = [
            extra[tuple(eval(part, {}, grid) for part in results.split(", "))]  # noqa: S307
            for extra, results in zip(extras, maps, strict=True)
        ]
        result = self.run_blocks(op.regions[0], [product, *elements], values)[0]
        return [np.broadcast_to(result, init.shape)]

    # Control flow

    def func_call(self, op, *operands):
        return self.call(re.search(r"callee = @(\w+)", op.attrs)[1], *operands)

    def scf_if(self, op, operands, values):
        return self.run_blocks(op.regions[0 if operands[0] else 1], [], values)

    def scf_for(self, op, operands, values):
        first, last, step, *carried = operands
        for index in range(int(first), int(last), int(step)):
            carried = self.run_blocks(op.regions[0], [index, *carried], values)
        return carried

    def scf_while(self, op, operands, values):
        while True:
            condition, *carried = self.run_blocks(op.regions[0], operands, values)
            if not condition:
                return carried
            operands = self.run_blocks(op.regions[1], carried, values)
