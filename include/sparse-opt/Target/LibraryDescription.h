//===- LibraryDescription.h - What a library offers -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Entries of a compiled module: names, types, shapes. Header, description
// string, sparse-run and language bindings are made from it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TARGET_LIBRARYDESCRIPTION_H
#define SPARSEOPT_TARGET_LIBRARYDESCRIPTION_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"

#include "llvm/Support/JSON.h"

#include <string>

namespace sparseopt {

/// An array that an entry reads or writes.
struct PortDescription {
  std::string name;
  mlir::RankedTensorType type;
};

/// One callable function.
struct EntryDescription {
  /// The function's name in the module, and in C.
  std::string name;
  std::string symbol;
  llvm::SmallVector<PortDescription> inputs, outputs;

  /// Dynamic dimensions of the inputs (input, axis), in the order in which
  /// they are passed.
  llvm::SmallVector<std::pair<unsigned, int64_t>> getDynamicDims() const;
};

/// All entries of a library.
struct LibraryDescription {
  /// Prefix of open, close and description functions.
  std::string name;
  /// What runs the entries: "cpu", or the architecture of a GPU, whose entries
  /// take a stream.
  std::string target = "cpu";
  llvm::SmallVector<EntryDescription> entries;

  bool isForGpu() const { return target != "cpu"; }

  /// Reads the module attribute `sparsity.entries`; emits an error if it is
  /// missing.
  static mlir::FailureOr<LibraryDescription> read(mlir::ModuleOp module,
                                                  llvm::StringRef name);

  /// {"abi":1, "name":..., "target":..., "entries":[{"name","symbol","inputs":[{"name",
  /// "dtype","shape"}], "dims":[[input, axis]], "outputs":[...]}]}; a dynamic
  /// dimension is -1.
  llvm::json::Value toJSON() const;
};

/// The name that NumPy gives to an element type: "float32", "int64", "bool";
/// "bfloat16" for bf16.
llvm::StringRef getDTypeName(mlir::Type elementType);

/// The C type of an element: "float", "int64_t", "uint16_t /* f16 */".
llvm::StringRef getCTypeName(mlir::Type elementType);

/// Bytes of one element in memory.
unsigned getElementSize(mlir::Type elementType);

/// Writes the C header of a library: opening, entries with their shapes in
/// comments, size queries, errors.
void writeHeader(const LibraryDescription &library, llvm::raw_ostream &os);

} // namespace sparseopt

#endif // SPARSEOPT_TARGET_LIBRARYDESCRIPTION_H
