//===- WeightData.h - The bytes behind a weight -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Access to the values of a weight as raw bytes, whatever attribute holds
// them, and creation of new values without a detour through uniqued
// attributes.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_UTILS_WEIGHTDATA_H
#define SPARSEOPT_DIALECT_SPARSITY_UTILS_WEIGHTDATA_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>
#include <vector>

namespace sparseopt::sparsity {

/// The values of an attribute as contiguous row-major bytes. Points into the
/// attribute where possible; a splat is expanded into storage of its own.
class WeightData {
public:
  /// Fails with a located error when the attribute's resource is missing, is
  /// shorter than the type needs, or when the attribute is of another kind
  /// than dense or dense_resource.
  static mlir::FailureOr<WeightData>
  get(mlir::ElementsAttr value,
      llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

  llvm::ArrayRef<char> getBytes() const {
    return storage.empty() ? view : llvm::ArrayRef<char>(storage);
  }

private:
  llvm::ArrayRef<char> view;
  std::vector<char> storage;
};

/// Size in bytes of one element as it lies in a dense or dense_resource
/// attribute; nothing for types that are not whole bytes.
std::optional<int64_t> getElementBytes(mlir::Type elementType);

/// The name of an element type in a safetensors file, as "BF16"; empty if the
/// format has none.
llvm::StringRef getSafetensorsDType(mlir::Type elementType);

/// A new `dense_resource` of `type` under a name that starts with `name`, with
/// room for its bytes at an alignment of 64, to be filled through `bytes`.
mlir::DenseResourceElementsAttr
allocateResource(mlir::ShapedType type, llvm::StringRef name,
                 llvm::MutableArrayRef<char> &bytes);

/// Gives back the memory of a resource that no attribute in use refers to any
/// more. The key stays known, without data.
void releaseResource(mlir::ElementsAttr value);

} // namespace sparseopt::sparsity

#endif // SPARSEOPT_DIALECT_SPARSITY_UTILS_WEIGHTDATA_H
