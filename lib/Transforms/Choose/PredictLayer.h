//===- PredictLayer.h - Predicted time of a layer --------------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernel that selection would choose for a layer, its time and its bytes.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_CHOOSE_PREDICTLAYER_H
#define SPARSEOPT_LIB_TRANSFORMS_CHOOSE_PREDICTLAYER_H

#include "sparse-opt/Kernels/KernelFamily.h"

#include <optional>
#include <string>

namespace sparseopt {

/// For which machine and in which way layers are judged.
struct PredictionTarget {
  MachineDescription machine;
  int64_t threads = 1;
  /// Use this family wherever it can serve a layer; empty for the best one.
  std::string family;
};

/// What a layer would run on.
struct Prediction {
  const KernelFamily *family = nullptr;
  KernelCandidate candidate;
  double seconds = 0;
};

/// The choice of `sparsity-select-kernels` for a layer with exactly `tokens`
/// tokens; none if no family can serve it.
std::optional<Prediction> predictLayer(mlir::MLIRContext *context,
                                       LinearDesc desc, int64_t tokens,
                                       const PredictionTarget &target);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_CHOOSE_PREDICTLAYER_H
