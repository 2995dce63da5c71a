//===- EntryFunctions.h - Helpers for entry functions -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What several lowering passes ask about entry functions, and the one way in
// which sizes are moved from a function's body to where they are needed.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_LOWER_ENTRYFUNCTIONS_H
#define SPARSEOPT_LIB_TRANSFORMS_LOWER_ENTRYFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"

#include <functional>

namespace sparseopt {

/// Public functions of `module` that have a body.
llvm::SmallVector<mlir::func::FuncOp> getEntries(mlir::ModuleOp module);

/// Index of the argument that has `role`; nullopt if there is none.
std::optional<unsigned> findArgument(mlir::func::FuncOp func,
                                     llvm::StringRef role);

/// Appends an argument with a role to a function that nobody calls.
mlir::BlockArgument appendArgument(mlir::func::FuncOp func, mlir::Type type,
                                   llvm::StringRef role, mlir::Location loc);

/// The function that computes sizes of `entry`.
mlir::func::FuncOp getSizesFunction(mlir::func::FuncOp entry);

/// A dynamic dimension of an input: argument number and dimension.
using InputDim = std::pair<unsigned, int64_t>;

/// The dynamic dimensions of the inputs, in the order in which the sizes
/// function and callers take them.
llvm::SmallVector<InputDim> getDynamicInputDims(mlir::func::FuncOp entry);

/// Simplifies `memref.dim` in `func` until it asks arguments, as far as that goes:
/// through allocations, views and reshapes.
mlir::LogicalResult simplifyDims(mlir::func::FuncOp func);

/// True if `value` can be computed from the dims of `entry`'s arguments alone.
bool dependsOnDimsOnly(mlir::func::FuncOp entry, mlir::Value value);

/// Copies the computation of index values to another place. A computation may
/// use constants, side-effect-free scalar operations and `memref.dim` of
/// arguments of the entry; the dims are asked from `dimOfArgument`.
class SizeCloner {
public:
  using DimFn = std::function<mlir::Value(mlir::BlockArgument, int64_t dim)>;

  SizeCloner(mlir::func::FuncOp entry, mlir::OpBuilder &builder, DimFn dimFn)
      : entry(entry), builder(builder), dimFn(std::move(dimFn)) {}

  /// The copy of `value`, or failure (without a diagnostic) if it depends on
  /// data or on a loop.
  mlir::FailureOr<mlir::Value> clone(mlir::Value value);

private:
  mlir::LogicalResult cloneOp(mlir::Operation *op);

  mlir::func::FuncOp entry;
  mlir::OpBuilder &builder;
  DimFn dimFn;
  mlir::IRMapping mapping;
};

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_LOWER_ENTRYFUNCTIONS_H
