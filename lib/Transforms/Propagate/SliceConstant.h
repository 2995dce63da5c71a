//===- SliceConstant.h - Constants without some of their slices -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Removal of slices from the values of constants and weights.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PROPAGATE_SLICECONSTANT_H
#define SPARSEOPT_TRANSFORMS_PROPAGATE_SLICECONSTANT_H

#include "sparse-opt/Analysis/Sparsity/SliceMap.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace sparseopt::facts {

/// `type` without the indices in `removed`, one set per dim.
mlir::RankedTensorType sliceType(mlir::RankedTensorType type,
                                 llvm::ArrayRef<IndexSet> removed);

/// The bytes of a row-major tensor without the indices in `removed`.
std::vector<char> sliceBytes(llvm::ArrayRef<char> bytes,
                             llvm::ArrayRef<int64_t> shape,
                             int64_t elementBytes,
                             llvm::ArrayRef<IndexSet> removed);

/// Values without the indices in `removed`; resources become new resources.
/// Null if the values are not there or not whole bytes.
mlir::ElementsAttr sliceElements(mlir::ElementsAttr elements,
                                 llvm::ArrayRef<IndexSet> removed);

/// Whether the values of `elements` can be sliced.
bool canSlice(mlir::ElementsAttr elements);

/// An adaptable value (see ShrinkPlan) without the indices in `removed`.
mlir::Value sliceAdaptable(mlir::OpBuilder &builder, mlir::Value value,
                           llvm::ArrayRef<IndexSet> removed);

} // namespace sparseopt::facts

#endif // SPARSEOPT_TRANSFORMS_PROPAGATE_SLICECONSTANT_H
