//===- WeightTensor.h - Weights for the pruning numerics --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The values of a weight as the pruning numerics take them, the thread pool to
// run them on, and the release of blobs that nothing refers to any more.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_UTILS_WEIGHTTENSOR_H
#define SPARSEOPT_DIALECT_SPARSITY_UTILS_WEIGHTTENSOR_H

#include "sparse-opt/Dialect/Sparsity/Utils/WeightData.h"
#include "sparse-opt/Pruning/Element.h"

#include "mlir/IR/BuiltinOps.h"

#include <optional>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::sparsity {

/// Element type of the pruning numerics for `type`; none if it has none.
std::optional<pruning::ElementType> getPruningType(mlir::Type type);

/// The thread pool of `context`; null if it runs on one thread.
llvm::ThreadPoolInterface *getThreadPool(mlir::MLIRContext *context);

/// The values of a weight as a tensor. Valid while this object lives.
class WeightTensor {
public:
  /// Reports to `emitError` values that are missing or short, and an element
  /// type that weights do not have.
  static mlir::FailureOr<std::unique_ptr<WeightTensor>>
  get(mlir::ElementsAttr value,
      llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

  pruning::TensorRef ref() const { return {bytes.data(), shape, type}; }
  llvm::ArrayRef<char> getBytes() const { return bytes; }

private:
  WeightTensor() = default;

  WeightData data;
  llvm::ArrayRef<int64_t> shape;
  pruning::ElementType type;
  llvm::ArrayRef<char> bytes;
  /// A copy of the bytes if they are not aligned for the element type.
  std::vector<char> alignedBytes;
};

/// Frees the blobs of those of `values` that no attribute of `module` uses. Does
/// nothing in a nested module, whose siblings may use them.
void releaseUnused(mlir::ModuleOp module,
                   llvm::ArrayRef<mlir::ElementsAttr> values);

} // namespace sparseopt::sparsity

#endif // SPARSEOPT_DIALECT_SPARSITY_UTILS_WEIGHTTENSOR_H
