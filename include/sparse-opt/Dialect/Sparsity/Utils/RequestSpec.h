//===- RequestSpec.h - Prune requests as users write them -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A prune request as it stands in pass options and in recipes, and its
// conversion to the attributes of `sparsity.prune`.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_UTILS_REQUESTSPEC_H
#define SPARSEOPT_DIALECT_SPARSITY_UTILS_REQUESTSPEC_H

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include <optional>
#include <string>

namespace sparseopt::sparsity {

/// Attributes of a `sparsity.prune`.
struct RequestAttrs {
  PatternAttrInterface pattern;
  MethodAttrInterface method;
  mlir::FloatAttr sparsity;
};

/// A request in words. Members bear the names of the recipe's keys and of the
/// pass options; empty means not given.
struct RequestSpec {
  /// `2:4`, `block<4x1>`, `slice`, `unstructured`.
  std::string pattern;
  /// `magnitude`, `threshold`, `wanda`, `ria`, `dsnot`, `sparsegpt`, `admm`,
  /// `alps`.
  std::string method;
  /// `row`, `layer`, `global`.
  std::string scope;
  /// `l1`, `l2`.
  std::string norm;
  std::optional<double> sparsity;
  /// Dim of an N:M or slice pattern; the contraction dim if not given.
  std::optional<int64_t> dim;
  /// Exactly one of these is given for the threshold method.
  std::optional<double> absolute, quantile, stddev;
  /// Parameters of the methods that read statistics.
  std::optional<double> power, damping;
  std::optional<int64_t> blockSize, iterations, gradual, refit;

  /// A parameter of a method: its key, where its value is, and who takes it.
  struct Parameter {
    llvm::StringRef key;
    /// One of these is not null.
    std::string RequestSpec::*text = nullptr;
    std::optional<double> RequestSpec::*number = nullptr;
    std::optional<int64_t> RequestSpec::*count = nullptr;
    llvm::ArrayRef<llvm::StringRef> methods;

    bool isGiven(const RequestSpec &spec) const;
  };
  /// All parameters of all methods.
  static llvm::ArrayRef<Parameter> getParameters();
  /// The parameter with this key; null if there is none.
  static const Parameter *findParameter(llvm::StringRef key);

  /// Attributes for a weight whose use contracts `contractionDim`.
  /// `emitError(key)` reports at the key that is wrong.
  mlir::FailureOr<RequestAttrs>
  build(mlir::MLIRContext *context, int64_t contractionDim,
        llvm::function_ref<mlir::InFlightDiagnostic(llvm::StringRef key)>
            emitError) const;
};

} // namespace sparseopt::sparsity

#endif // SPARSEOPT_DIALECT_SPARSITY_UTILS_REQUESTSPEC_H
