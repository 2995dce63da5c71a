# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the kernels are compared with: cuBLAS and cuSPARSELt, through torch."""

import torch


def cublas(x, weights, y, library):
    """y = x W^T with "cublas" or "cublaslt"; a function of the index of a call."""
    transposed = [w.t() for w in weights]

    def call(index):
        torch.backends.cuda.preferred_blas_library(library)
        torch.mm(x, transposed[index % len(transposed)], out=y)

    return call


class CuSparseLt:
    """y^T = W x^T with cuSPARSELt: weights compressed once, algorithm searched for the shape."""

    def __init__(self, weight, x):
        padded = max(8, -(-x.shape[0] // 8) * 8)
        self.x = torch.nn.functional.pad(x, (0, 0, 0, padded - x.shape[0])).t()
        compressed = torch._cslt_compress(weight)
        self.options = {}
        search = getattr(torch._C._cusparselt, "mm_search", None)
        if search:
            algorithm, split, mode, _ = search(compressed, self.x, None, None, None, False)
            self.options = {"alg_id": algorithm, "split_k": split, "split_k_mode": mode}
        self.compressed = compressed

    def error(self, reference):
        """Relative error against [tokens, outputs]."""
        y = self.multiply(self.compressed)[:, : reference.shape[0]].t().float()
        return ((y - reference).norm() / reference.norm()).item()

    def multiply(self, compressed, searched=True):
        """One product."""
        options = self.options if searched else {}
        return torch._cslt_sparse_mm(compressed, self.x, **options)

    def calls(self, compressed, searched=True):
        """A function of the index of a call, over copies of the weight."""
        return lambda i: self.multiply(compressed[i % len(compressed)], searched)
