//===- SparsityOpInterface.h - What ops do to sparsity ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The interface through which the analyses of sparsity ask ops, and the contexts
// that they are asked in.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_INTERFACES_SPARSITYOPINTERFACE_H
#define SPARSEOPT_INTERFACES_SPARSITYOPINTERFACE_H

#include "sparse-opt/Analysis/Sparsity/ValueFacts.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <functional>

namespace sparseopt::facts {

/// Shape of a ranked tensor with `dynamicSize`; of everything else, rank 0.
llvm::SmallVector<int64_t> getFactShape(mlir::Type type);

/// Facts about the values of constant attributes, each scanned once.
class ConstantFacts {
public:
  virtual ~ConstantFacts() = default;
  virtual const ValueFacts &get(mlir::Attribute attr) = 0;
};

/// In which an op infers facts about its results.
class InferContext {
public:
  std::function<const ValueFacts &(mlir::Value)> getFacts;
  std::function<void(mlir::Value, ValueFacts)> setFacts;
  /// Unknown values are neither infinite nor NaN.
  bool assumeFinite = false;
  ConstantFacts *constants = nullptr;
};

/// In which an op says what it reads.
class DemandContext {
public:
  /// Facts about any value: an operand, or what the op captures.
  std::function<const ValueFacts &(mlir::Value)> getFacts;
  std::function<Demand(mlir::Value)> getDemand;
  std::function<void(mlir::Value, const Demand &)> addDemand;
  bool assumeFinite = false;

  void addAll(mlir::Value operand) {
    addDemand(operand, Demand::all(getFactShape(operand.getType())));
  }
};

} // namespace sparseopt::facts

#include "sparse-opt/Interfaces/SparsityOpInterface.h.inc"

namespace sparseopt {

/// Attaches the knowledge of upstream's ops and of this project's, one file per
/// dialect under `lib/Interfaces/SparsityModels`.
void registerSparsityModels(mlir::DialectRegistry &registry);

} // namespace sparseopt

#endif // SPARSEOPT_INTERFACES_SPARSITYOPINTERFACE_H
