//===- ToolDiagnostics.h - Diagnostics of the command line tools -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prints `file:line:col: error: text`, or `tool: error: text` where there is no
// place in a file, such as for bytecode without locations.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TARGET_TOOLDIAGNOSTICS_H
#define SPARSEOPT_TARGET_TOOLDIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"

#include <string>

namespace sparseopt {

/// Prints diagnostics of a context to stderr as long as it lives.
class ToolDiagnostics : public mlir::ScopedDiagnosticHandler {
public:
  ToolDiagnostics(mlir::MLIRContext &context, llvm::StringRef tool);

private:
  void print(mlir::Diagnostic &diagnostic) const;

  std::string tool;
};

} // namespace sparseopt

#endif // SPARSEOPT_TARGET_TOOLDIAGNOSTICS_H
