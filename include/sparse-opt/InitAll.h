//===- InitAll.h - Register everything --------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the dialects and passes of this project, for drivers,
// plugins and other compilers.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_INITALL_H
#define SPARSEOPT_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace sparseopt {

/// Adds the dialects of this project, the upstream dialects that its passes
/// build, and its external models to `registry`.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers every pass and pipeline of this project by name. All names start
/// with `sparsity-`.
void registerAllPasses();

} // namespace sparseopt

#endif // SPARSEOPT_INITALL_H
