//===- Replicas.h - Copies of broadcasts for each user ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values that hold the same slice many times, such as a mask for all heads of all
// layers, one for each user, so that each can lose other slices.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PROPAGATE_REPLICAS_H
#define SPARSEOPT_TRANSFORMS_PROPAGATE_REPLICAS_H

#include "mlir/IR/Operation.h"

#include <vector>

namespace sparseopt::facts {

/// The copies, from when they are made until those that stayed alike are one op
/// again.
class Replicas {
public:
  /// Gives each user of a broadcast in `top` an op of its own.
  explicit Replicas(mlir::Operation *top);
  /// Unites copies that are still equal. If none changed, the IR is what it was.
  void merge();

private:
  void replicate(mlir::Operation *op);

  /// Each with its original in front; producers behind their users.
  std::vector<llvm::SmallVector<mlir::Operation *>> groups;
};

} // namespace sparseopt::facts

#endif // SPARSEOPT_TRANSFORMS_PROPAGATE_REPLICAS_H
