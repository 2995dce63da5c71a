//===- LibraryGlue.h - Functions every library exports ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Opening, closing and describing a library: small functions around the
// run-time support, with the library's tables.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TARGET_LIBRARYGLUE_H
#define SPARSEOPT_LIB_TARGET_LIBRARYGLUE_H

#include "sparse-opt/Target/LibraryDescription.h"

#include "llvm/IR/Module.h"

namespace sparseopt {

/// A kernel, the image that holds it, and its largest dynamic shared memory.
struct GpuKernelRow {
  std::string name;
  unsigned image = 0;
  uint64_t sharedBytes = 0;
};

/// What goes into the library's `sparseopt_rt_gpu_info`.
struct GpuTables {
  /// Empty in a library for the CPU.
  std::string target;
  std::vector<std::vector<char>> images;
  llvm::SmallVector<GpuKernelRow> kernels;
};

/// What goes into the library's `sparseopt_rt_info`.
struct LibraryTables {
  std::string features;
  /// Symbol of the embedded weights; empty if there are none to embed.
  std::string weightsSymbol;
  /// Name of the side file; empty if weights are embedded.
  std::string weightsFile;
  uint64_t weightsSize = 0;
  uint64_t weightsHash = 0;
  llvm::SmallVector<std::string> profileNames;
  GpuTables gpu;
};

/// Names of the functions that `addLibraryGlue` adds and of those of the
/// entries: all that a library exports.
llvm::SmallVector<std::string>
getExportedNames(const LibraryDescription &library);

/// Adds `NAME_open`, `NAME_close`, `NAME_description`, and the same three as
/// weak `sparseopt_...` for callers that do not know the name.
void addLibraryGlue(llvm::Module &module, const LibraryDescription &library,
                    const LibraryTables &tables);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TARGET_LIBRARYGLUE_H
