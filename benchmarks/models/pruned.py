# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What magnitude pruning without training costs a sentence encoder.

MiniLM-L6 embeds 50 news documents. Embeddings are compared with the dense model's,
and the cosine of each pair of documents with how similar people found the pair.
"""

import numpy
import public_models
import toolchain
from sparse_opt.demo.measure import spearman
from sparse_opt.library import Library

TARGETS = r"--targets=encoder\.layer\..*"
SETTINGS = {
    "dense": (),
    "2:4": ("--pattern=2:4", TARGETS),
    "4:8": ("--pattern=4:8", TARGETS),
    "unstructured 50 %": ("--pattern=unstructured", "--sparsity=0.5", TARGETS),
}


def embed(path, inputs):
    library = Library(path)
    return numpy.concatenate([library(*arrays) for arrays in inputs]).astype(numpy.float64)


def study(arguments, module):
    """A row for each setting; `module` is the imported MiniLM-L6."""
    inputs = public_models.encode(arguments.models, public_models.documents(arguments.models))
    people = numpy.loadtxt(arguments.models / "texts" / "similarities.txt")
    pairs = numpy.triu_indices(len(people), 1)
    rows, dense = [], None
    for name, options in SETTINGS.items():
        stem = "pruned-" + "".join(filter(str.isalnum, name))
        common = (*options, *arguments.compile)
        library, other = (arguments.work / f"{stem}{end}.so" for end in ("", "-dense-kernels"))
        _, layers = toolchain.compile_module(arguments.build, module, library, common)
        result = embed(library, inputs)
        dense = result if dense is None else dense
        cosines = (result * dense).sum(1)  # embeddings have norm 1
        row = {
            "weights": name,
            "documents": len(inputs),
            "cosine_with_dense_mean": float(cosines.mean()),
            "cosine_with_dense_min": float(cosines.min()),
            "spearman_with_people": spearman((result @ result.T)[pairs], people[pairs]),
        }
        if options:
            # The same pruned weights without a sparse kernel: what is left is rounding.
            slow = (*common, "--family=cpu.dense")
            toolchain.compile_module(arguments.build, module, other, slow)
            row["max_abs_error_of_sparse_kernels"] = float(abs(result - embed(other, inputs)).max())
            row["kernels"] = sorted({c["kernel"] for layer in layers for c in layer["choices"]})
        rows.append(row)
        print(describe(row), flush=True)
    return rows


def describe(row):
    line = (
        f"{row['weights']:18} cosine with dense {row['cosine_with_dense_mean']:.4f}"
        f"  (least {row['cosine_with_dense_min']:.4f})"
        f"  Spearman with people {row['spearman_with_people']:.4f}"
    )
    if "kernels" in row:
        error = row["max_abs_error_of_sparse_kernels"]
        line += f"  sparse against dense kernels {error:.1e}"
    return line
