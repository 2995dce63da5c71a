//===- Linker.h - Object files to libraries ---------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the linker as a subprocess.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TARGET_LINKER_H
#define SPARSEOPT_LIB_TARGET_LINKER_H

#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace sparseopt {

struct LinkOptions {
  /// Name by which the library is found at run time.
  std::string soname;
  /// Link libomp.
  bool openmp = false;
};

/// Links objects to a shared library that depends on libc, libm and, if asked
/// for, libomp alone. Undefined symbols are errors.
mlir::LogicalResult linkShared(llvm::ArrayRef<std::string> objects,
                               llvm::StringRef output,
                               const LinkOptions &options, mlir::Location loc);

/// Joins objects into one.
mlir::LogicalResult linkRelocatable(llvm::ArrayRef<std::string> objects,
                                    llvm::StringRef output, mlir::Location loc);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TARGET_LINKER_H
