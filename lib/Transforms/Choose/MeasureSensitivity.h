//===- MeasureSensitivity.h - What candidates do to layers ------ -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The measurements that patterns are chosen by: per layer and candidate the error of
// the output, the predicted time and the size; and their file.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_CHOOSE_MEASURESENSITIVITY_H
#define SPARSEOPT_LIB_TRANSFORMS_CHOOSE_MEASURESENSITIVITY_H

#include "Candidates.h"
#include "PredictLayer.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

namespace sparseopt {

/// What a candidate does to a layer.
struct CandidateRow {
  /// As the user writes it.
  std::string candidate;
  /// ||(W - W') X||^2 / ||W X||^2.
  double error = 0;
  double density = 1;
  double retainedNorm = 1;
  /// Of the packed weight, or of the weight itself if no kernel serves it.
  int64_t bytes = 0;
  /// Of all linears that read the weight; 0 if no kernel serves them.
  int64_t predictedNs = 0;
  /// The family, or "none".
  std::string kernel = "none";
  /// Why the layer cannot have the candidate; empty if it can.
  std::string obstacle;
};

/// A weight and its candidates; the first one is `dense`.
struct LayerRow {
  std::string weight;
  int64_t out = 0;
  int64_t in = 0;
  int64_t tokens = 0;
  std::vector<CandidateRow> candidates;
};

struct Sensitivity {
  std::string method;
  std::vector<LayerRow> layers;
};

/// What to measure and for which machine.
struct SensitivityOptions {
  std::string statistics;
  std::vector<std::string> candidates;
  std::string method;
  std::string scope;
  /// For layers of dynamic token count.
  int64_t tokens = 128;
  PredictionTarget target;
};

/// The weights of linear layers in `module` that `targetTexts` match (all if
/// there are none) and `ignoreTexts` do not, by name in program order. Reports a target
/// that matches nothing.
mlir::FailureOr<std::vector<sparsity::WeightOp>>
findLayers(mlir::ModuleOp module, llvm::ArrayRef<std::string> targetTexts,
           llvm::ArrayRef<std::string> ignoreTexts);

/// The linears that read `weight` directly, or through one request.
llvm::SmallVector<sparsity::LinearOp> getLinears(sparsity::WeightOp weight);

/// Tries all candidates on all of `weights`. Errors are reported at the weight.
mlir::FailureOr<Sensitivity>
measureSensitivity(mlir::ModuleOp module,
                   llvm::ArrayRef<sparsity::WeightOp> weights,
                   const SensitivityOptions &options);

/// What `weight` costs as it is, without an error: the row of `dense`.
mlir::FailureOr<LayerRow> measureDense(sparsity::WeightOp weight,
                                       const SensitivityOptions &options);

llvm::json::Object toJSON(const Sensitivity &sensitivity);

/// Reads what `toJSON` gave. The error is a sentence that names the file.
llvm::Expected<Sensitivity> readSensitivity(llvm::StringRef path);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_CHOOSE_MEASURESENSITIVITY_H
