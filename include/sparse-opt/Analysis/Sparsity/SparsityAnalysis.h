//===- SparsityAnalysis.h - Facts about all values of a module --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the forward analysis of value facts and then the backward analysis of
// demand over a module.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_ANALYSIS_SPARSITY_SPARSITYANALYSIS_H
#define SPARSEOPT_ANALYSIS_SPARSITY_SPARSITYANALYSIS_H

#include "sparse-opt/Interfaces/SparsityOpInterface.h"

#include "mlir/Analysis/DataFlowFramework.h"

#include <memory>

namespace sparseopt::facts {

struct AnalysisOptions {
  /// Unknown values are neither infinite nor NaN, so that 0 * x is 0.
  bool assumeFinite = false;
};

/// Scans the values of constant attributes and keeps what it found, also for
/// later analyses of the changed module.
class ConstantScanner : public ConstantFacts {
public:
  const ValueFacts &get(mlir::Attribute attr) override;

private:
  llvm::DenseMap<mlir::Attribute, std::unique_ptr<ValueFacts>> known;
};

/// Value facts and demand of every value in `top`, a module. The two are not one
/// fixpoint: value facts never read demand.
class SparsityAnalysis {
public:
  /// Fails if the analysis does not converge, which is a bug of a model.
  static mlir::FailureOr<std::unique_ptr<SparsityAnalysis>>
  run(mlir::Operation *top, const AnalysisOptions &options,
      ConstantScanner &constants);

  /// Facts about `value`; bottom if no execution computes it.
  const ValueFacts &getFacts(mlir::Value value) const;
  Demand getDemand(mlir::Value value) const;

private:
  mlir::DataFlowSolver values;
  mlir::DataFlowSolver demands;
};

} // namespace sparseopt::facts

#endif // SPARSEOPT_ANALYSIS_SPARSITY_SPARSITYANALYSIS_H
