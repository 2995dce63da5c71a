//===- Npy.h - Arrays in NumPy files ----------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and writes the .npy format, versions 1 to 3, for the element types that
// entries take.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TOOLS_SPARSE_RUN_NPY_H
#define SPARSEOPT_TOOLS_SPARSE_RUN_NPY_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>

namespace sparseopt {

/// A dense row-major array.
struct NpyArray {
  /// NumPy's name: "float32", "int64", "bool". "bfloat16" is written as 2-byte
  /// void by NumPy and read as such.
  std::string dtype;
  llvm::SmallVector<int64_t> shape;
  /// The file, and the bytes of the elements inside it.
  std::unique_ptr<llvm::MemoryBuffer> file;
  llvm::StringRef data;
};

/// Maps an array. Errors say what is wrong: not a .npy file, Fortran order,
/// big-endian or unknown elements, too few bytes.
llvm::Expected<NpyArray> readNpy(llvm::StringRef path);

/// Writes an array of version 1; replaces an existing file when complete.
llvm::Error writeNpy(llvm::StringRef path, llvm::StringRef dtype,
                     llvm::ArrayRef<int64_t> shape, llvm::StringRef data);

/// "float32[1, 384]"
std::string describeArray(llvm::StringRef dtype, llvm::ArrayRef<int64_t> shape);

/// Bytes of an element of a dtype; 0 if it is unknown.
unsigned getDTypeSize(llvm::StringRef dtype);

} // namespace sparseopt

#endif // SPARSEOPT_TOOLS_SPARSE_RUN_NPY_H
