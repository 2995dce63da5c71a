//===- Weights.h - The blob of weights --------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the weights of a module to a file, straight from the memory in which
// they were loaded: as side file, or as an object file to link.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TARGET_WEIGHTS_H
#define SPARSEOPT_LIB_TARGET_WEIGHTS_H

#include "mlir/IR/BuiltinOps.h"

#include "llvm/Support/raw_ostream.h"

namespace sparseopt {

/// The rows of the module attribute `sparsity.weights`.
class Weights {
public:
  /// Reads and checks the rows; an error names the weight without data or with
  /// data of another size than its type says.
  static mlir::FailureOr<Weights> read(mlir::ModuleOp module);

  /// Bytes of the blob, a multiple of 64.
  uint64_t getSize() const { return size; }

  /// XXH64 of the blob.
  uint64_t getHash() const { return hash; }

  /// The bytes, padded.
  void write(llvm::raw_ostream &os) const;

  /// Header and bytes, as LibraryInfo.h describes them.
  void writeFile(llvm::raw_ostream &os) const;

  /// An ELF object for x86-64 with the bytes as hidden constant `symbol`.
  void writeObject(llvm::StringRef symbol, llvm::raw_ostream &os) const;

private:
  struct Row {
    uint64_t offset = 0;
    mlir::ElementsAttr value;
  };

  void forEachChunk(
      llvm::function_ref<void(llvm::ArrayRef<char> bytes)> callback) const;

  llvm::SmallVector<Row> rows;
  uint64_t size = 0;
  uint64_t hash = 0;
};

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TARGET_WEIGHTS_H
