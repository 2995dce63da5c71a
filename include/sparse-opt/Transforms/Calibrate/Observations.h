//===- Observations.h - What an instrumented module shows -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The observations of a module as data, for the program that receives them.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_CALIBRATE_OBSERVATIONS_H
#define SPARSEOPT_TRANSFORMS_CALIBRATE_OBSERVATIONS_H

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace sparseopt {

/// One `sparsity.observe`.
struct Observation {
  /// The weight that the statistics are named after, and those that share them.
  std::string name;
  std::vector<std::string> aliases;
  bool gram = false;
  int64_t features = 0;
  /// "F32", "F16", "BF16" or "F64".
  std::string dtype;
};

/// Numbers the observations of `module`, which is still on tensors, and returns
/// them in that order. Reports an element type that cannot be observed.
mlir::FailureOr<std::vector<Observation>>
numberObservations(mlir::ModuleOp module);

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_CALIBRATE_OBSERVATIONS_H
