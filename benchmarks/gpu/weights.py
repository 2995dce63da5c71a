# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random 2:4 weights on the GPU: dense, and packed as the layout wgmma_sp.

A granule is 64 rows x 64 inputs: 4096 bytes of values, in core matrices of 8 rows x 16 bytes, then
512 bytes of metadata, one word per thread of a warpgroup.
"""

import torch

PAIRS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
GRANULE = 4608


def draw(rows, inputs, generator, dtype=torch.bfloat16):
    """Positions and values of the two kept elements of each group of four: [rows, inputs/4, 2].

    One element in ten is zero, so that groups with less than two nonzeros occur.
    """
    device = generator.device
    groups = inputs // 4
    choice = torch.randint(0, len(PAIRS), (rows, groups), device=device, generator=generator)
    positions = torch.tensor(PAIRS, device=device)[choice]
    values = torch.randn(rows, groups, 2, device=device, generator=generator).to(dtype)
    dropped = torch.rand(rows, groups, 2, device=device, generator=generator) < 0.1
    return positions, values.masked_fill(dropped, 0)


def to_dense(positions, values):
    """[rows, inputs]."""
    rows, groups, _ = values.shape
    dense = torch.zeros(rows, groups, 4, device=values.device, dtype=values.dtype)
    return dense.scatter_(2, positions, values).view(rows, groups * 4)


def pack(positions, values):
    """The bytes of the layout; rows and inputs are multiples of 64."""
    rows, groups, _ = values.shape
    row_blocks, blocks = rows // 64, groups // 16
    parts = values.view(row_blocks, 8, 8, blocks, 2, 2, 4, 2).permute(0, 3, 4, 5, 1, 2, 6, 7)
    data = parts.contiguous().view(torch.uint8).view(row_blocks, blocks, 4096)
    nibbles = (positions[..., 0] | positions[..., 1] << 2).view(row_blocks, 4, 2, 8, blocks, 2, 2, 4)
    words = (nibbles << torch.arange(4, device=values.device) * 4).sum(-1)
    words = (words[:, :, 0] | words[:, :, 1] << 16).permute(0, 3, 1, 2, 4, 5).contiguous()
    words = torch.where(words >= 2**31, words - 2**32, words).to(torch.int32)
    metadata = words.view(torch.uint8).view(row_blocks, blocks, 512)
    return torch.cat([data, metadata], 2).contiguous().view(-1)
