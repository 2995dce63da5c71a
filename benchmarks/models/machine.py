# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a result was measured on."""

import os
import platform

# The instruction sets for which kernels are generated, best first.
ISAS = (("avx512", {"avx512f", "avx512bw", "avx512dq", "avx512vl"}), ("avx2", {"avx2", "fma"}))


def describe():
    """CPU model, instruction set and number of cores of this machine."""
    fields = {}
    with open("/proc/cpuinfo", encoding="ascii") as file:
        for line in file:
            key, _, value = line.partition(":")
            fields.setdefault(key.strip(), value.strip())
    flags = set(fields.get("flags", "").split())
    isa = next((name for name, needed in ISAS if needed <= flags), "scalar")
    return {
        "cpu": fields.get("model name", platform.processor()),
        "family": fields.get("cpu family"),
        "model": fields.get("model"),
        "isa": isa,
        "cores": os.cpu_count(),
    }
