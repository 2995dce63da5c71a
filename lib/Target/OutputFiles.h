//===- OutputFiles.h - Files that appear when all is done -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Temporary files of a compilation, and outputs that replace existing files
// only when everything has succeeded.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TARGET_OUTPUTFILES_H
#define SPARSEOPT_LIB_TARGET_OUTPUTFILES_H

#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace sparseopt {

/// Removes what was not committed when it goes out of scope.
class OutputFiles {
public:
  using WriteFn = llvm::function_ref<void(llvm::raw_ostream &)>;

  OutputFiles() = default;
  OutputFiles(const OutputFiles &) = delete;
  OutputFiles &operator=(const OutputFiles &) = delete;
  ~OutputFiles();

  /// Writes a temporary file whose path is appended to `paths`.
  mlir::LogicalResult writeTemporary(llvm::StringRef name,
                                     llvm::SmallVectorImpl<std::string> &paths,
                                     mlir::Location loc, WriteFn write);

  /// Creates an empty file beside `path`, which takes its name in `commit`.
  mlir::FailureOr<std::string> createOutput(llvm::StringRef path,
                                            mlir::Location loc);

  /// The same, with contents.
  mlir::LogicalResult writeOutput(llvm::StringRef path, mlir::Location loc,
                                  WriteFn write);

  /// Renames all outputs to their final names.
  mlir::LogicalResult commit(mlir::Location loc);

private:
  struct Output {
    std::string temporary, final;
  };

  llvm::SmallVector<std::string> temporaries;
  llvm::SmallVector<Output> outputs;
  std::string folder;
};

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TARGET_OUTPUTFILES_H
