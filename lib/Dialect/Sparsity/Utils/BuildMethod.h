//===- BuildMethod.h - Methods as users write them --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private helper of RequestSpec: from words to the attribute of a method.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_DIALECT_SPARSITY_UTILS_BUILDMETHOD_H
#define SPARSEOPT_LIB_DIALECT_SPARSITY_UTILS_BUILDMETHOD_H

#include "sparse-opt/Dialect/Sparsity/Utils/RequestSpec.h"

namespace sparseopt::sparsity {

using EmitErrorAt =
    llvm::function_ref<mlir::InFlightDiagnostic(llvm::StringRef key)>;

/// The method of `spec`. Refuses unknown methods, parameters of other methods and
/// values out of range.
mlir::FailureOr<MethodAttrInterface> buildMethod(mlir::MLIRContext *context,
                                                 const RequestSpec &spec,
                                                 EmitErrorAt emitError);

} // namespace sparseopt::sparsity

#endif // SPARSEOPT_LIB_DIALECT_SPARSITY_UTILS_BUILDMETHOD_H
