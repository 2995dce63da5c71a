//===- AbstractValue.h - Abstract evaluation of scalar code -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluates the scalar bodies of ops on values of which only part is known:
// annihilators, identities, and upstream's own folders for constants.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_ANALYSIS_SPARSITY_ABSTRACTVALUE_H
#define SPARSEOPT_ANALYSIS_SPARSITY_ABSTRACTVALUE_H

#include "sparse-opt/Analysis/Sparsity/SliceMap.h"

#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace sparseopt::facts {

/// What is known about one scalar.
struct AbstractValue {
  std::optional<Scalar> constant;
  /// The scalar equals this argument of the body, up to the sign of a zero.
  std::optional<unsigned> alias;
  /// Neither an infinity nor a NaN.
  bool finite = false;
  /// For an index: its range [begin, end).
  std::optional<std::pair<int64_t, int64_t>> range;

  static AbstractValue getConstant(Scalar value) {
    AbstractValue result;
    result.constant = value;
    result.finite = value.isFinite();
    return result;
  }
};

/// The constant as an attribute of `type`; null if the type has none.
mlir::TypedAttr toAttr(Scalar value, mlir::Type type);
/// The constant that a float or integer attribute of at most 64 bits holds.
std::optional<Scalar> toScalar(mlir::Attribute attr);

/// Result of a side-effect free op with scalar operands and one result. With
/// `assumeFinite`, operands that are not known are neither infinite nor NaN.
AbstractValue evaluateOp(mlir::Operation *op,
                         llvm::ArrayRef<AbstractValue> operands,
                         bool assumeFinite);

/// What is known about a value that a body takes from outside.
using CapturedValueFn = llvm::function_ref<AbstractValue(mlir::Value)>;
/// Result of an op in a body that is not scalar arithmetic, for example an
/// element of a tensor; none if it is not known.
using SpecialOpFn = llvm::function_ref<std::optional<AbstractValue>(
    mlir::Operation *op, llvm::ArrayRef<AbstractValue> operands)>;

/// The operands of the terminator of `body`, evaluated on `arguments`.
llvm::SmallVector<AbstractValue>
evaluateBody(mlir::Block &body, llvm::ArrayRef<AbstractValue> arguments,
             CapturedValueFn captured, SpecialOpFn special, bool assumeFinite);

} // namespace sparseopt::facts

#endif // SPARSEOPT_ANALYSIS_SPARSITY_ABSTRACTVALUE_H
