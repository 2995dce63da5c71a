# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""CUDA's driver interface through ctypes: load a cubin, make tensor maps, launch.

The context is the one that torch has made current.
"""

import ctypes as c

MAX_SHARED = 8  # CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
OVERLAP = 6  # CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION
TYPES = {"bfloat16": 9, "float16": 6}  # CUtensorMapDataType


class DriverError(Exception):
    """A call of the driver failed."""


class _Attribute(c.Structure):
    _fields_ = [("kind", c.c_uint), ("padding", c.c_uint), ("value", c.c_ubyte * 64)]


class _Config(c.Structure):
    _fields_ = [
        *[(name, c.c_uint) for name in ("gx", "gy", "gz", "bx", "by", "bz", "shared")],
        ("stream", c.c_void_p),
        ("attributes", c.c_void_p),
        ("num_attributes", c.c_uint),
    ]


def _check(result, what):
    if result:
        raise DriverError(f"{what}: CUDA error {result}")


class Kernel:
    """A function of a cubin."""

    def __init__(self, image, name, shared):
        self.cuda = c.CDLL("libcuda.so.1")
        self.name, self.shared = name, shared
        module, self.function = c.c_void_p(), c.c_void_p()
        _check(self.cuda.cuModuleLoadData(c.byref(module), image), "load of the cubin")
        found = self.cuda.cuModuleGetFunction(c.byref(self.function), module, name.encode())
        _check(found, f"kernel {name}")
        _check(self.cuda.cuFuncSetAttribute(self.function, MAX_SHARED, shared), name)

    def launch(self, grid, threads, parameters, stream, overlap):
        """Launches with an array of addresses of parameters."""
        attribute = _Attribute(kind=OVERLAP)
        attribute.value[0] = 1
        config = _Config(*grid, threads, 1, 1, self.shared, stream, None, 0)
        if overlap:
            config.attributes, config.num_attributes = c.addressof(attribute), 1
        _check(
            self.cuda.cuLaunchKernelEx(c.byref(config), self.function, parameters, None), self.name
        )


class TensorMap:
    """Activations [tokens, inputs] as blocks of 64 inputs, in 128-byte swizzle."""

    def __init__(self, tensor, box):
        tokens, inputs = tensor.shape
        self.memory = c.create_string_buffer(128 + 64)
        start = c.addressof(self.memory)
        self.address = start + -start % 64
        dims = (c.c_uint64 * 3)(64, tokens, inputs // 64)
        strides = (c.c_uint64 * 2)(2 * inputs, 128)
        made = c.CDLL("libcuda.so.1").cuTensorMapEncodeTiled(
            c.c_void_p(self.address),
            TYPES[str(tensor.dtype).removeprefix("torch.")],
            3,
            c.c_void_p(tensor.data_ptr()),
            dims,
            strides,
            (c.c_uint32 * 3)(*box),
            (c.c_uint32 * 3)(1, 1, 1),
            0,
            3,
            2,
            0,
        )
        _check(made, "tensor map")


class Call:
    """Parameters of one launch, kept alive."""

    def __init__(self, tensor_map, tensors, tokens):
        self.parts = [tensor_map, tensors, c.c_int(tokens)]
        self.pointers = [c.c_void_p(t.data_ptr()) for t in tensors]
        addresses = [tensor_map.address, *map(c.addressof, self.pointers)]
        addresses.append(c.addressof(self.parts[2]))
        self.array = (c.c_void_p * len(addresses))(*addresses)
