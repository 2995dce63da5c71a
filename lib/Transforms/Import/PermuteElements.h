//===- PermuteElements.h - Transpose raw tensor data ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Transposes the values of a weight at compile time.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_IMPORT_PERMUTEELEMENTS_H
#define SPARSEOPT_LIB_TRANSFORMS_IMPORT_PERMUTEELEMENTS_H

#include "mlir/Support/LLVM.h"

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace sparseopt {

/// Writes `source`, a dense row-major tensor of `shape` with elements of
/// `elementBytes` (1, 2, 4 or 8) bytes, into `target` so that dim i of the
/// target is dim `permutation[i]` of the source. Blocked for the cache, and
/// parallel over the threads of `context`.
void permuteElements(mlir::MLIRContext *context, llvm::ArrayRef<char> source,
                     llvm::ArrayRef<int64_t> shape,
                     llvm::ArrayRef<int64_t> permutation, unsigned elementBytes,
                     llvm::MutableArrayRef<char> target);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_IMPORT_PERMUTEELEMENTS_H
