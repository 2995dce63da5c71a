//===- EntryAttributes.h - Names that the lowering passes share -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The lowering passes and the emitter speak about entry functions through a few
// discardable attributes. This file is the one place where their names stand.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_LOWER_ENTRYATTRIBUTES_H
#define SPARSEOPT_TRANSFORMS_LOWER_ENTRYATTRIBUTES_H

#include "llvm/ADT/StringRef.h"

namespace sparseopt {

/// Argument attribute: what the argument of an entry is (a role below).
inline constexpr llvm::StringLiteral kRoleAttr = "sparsity.role";
inline constexpr llvm::StringLiteral kInputRole = "input";
inline constexpr llvm::StringLiteral kOutputRole = "output";
inline constexpr llvm::StringLiteral kWeightsRole = "weights";
inline constexpr llvm::StringLiteral kWorkspaceRole = "workspace";

/// Argument or result attribute: the name that header and tools show.
inline constexpr llvm::StringLiteral kNameAttr = "sparsity.name";

/// Function attribute: symbol of the private function that computes the sizes
/// of outputs and workspace from the dynamic dimensions of the inputs.
inline constexpr llvm::StringLiteral kSizesAttr = "sparsity.sizes";

/// Unit attribute on the private function that holds an entry's program after
/// its C interface was made; it returns the status.
inline constexpr llvm::StringLiteral kBodyAttr = "sparsity.entry_body";

/// Attribute of calls in an entry: what the called loops do, for profiles.
inline constexpr llvm::StringLiteral kStepAttr = "sparsity.step";

/// Attribute of calls of kernels: the layer's name.
inline constexpr llvm::StringLiteral kLayerAttr = "sparsity.layer";

/// Module attribute: array of names of timed steps.
inline constexpr llvm::StringLiteral kProfileAttr = "sparsity.profile";

/// Module attribute: array of {name, offset, value}, the weights blob.
inline constexpr llvm::StringLiteral kWeightsAttr = "sparsity.weights";

/// Module attribute: array of dictionaries that describe the C entries.
inline constexpr llvm::StringLiteral kEntriesAttr = "sparsity.entries";

/// Module attribute: array of {kernel, shared_bytes}, kernels in the order of
/// their numbers.
inline constexpr llvm::StringLiteral kKernelsAttr = "sparsity.kernels";

/// Offsets in workspace and weights are multiples of this many bytes.
inline constexpr int64_t kBufferAlignment = 64;

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_LOWER_ENTRYATTRIBUTES_H
