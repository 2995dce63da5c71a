//===- Runner.h - Calling an entry on arrays --------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks arrays against an entry, calls it, times it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TOOLS_SPARSE_RUN_RUNNER_H
#define SPARSEOPT_TOOLS_SPARSE_RUN_RUNNER_H

#include "Library.h"
#include "Npy.h"

#include <vector>

namespace sparseopt {

/// Times of repeated calls, in seconds.
struct Timing {
  double median = 0, minimum = 0, maximum = 0;
};

/// One entry with its inputs bound.
class Runner {
public:
  /// Checks number, dtype and shape of the inputs; keeps references to them.
  static llvm::Expected<std::unique_ptr<Runner>>
  create(const Library &library, const EntryInfo &entry,
         const std::vector<NpyArray> &inputs);

  Runner(const Runner &) = delete;
  Runner &operator=(const Runner &) = delete;
  ~Runner();

  /// Replaces the values of an input; the bytes are as many as before.
  void setInput(unsigned input, llvm::StringRef bytes);

  /// One call; outputs are valid after it.
  llvm::Error run();

  /// Seconds that one call took.
  llvm::Expected<double> time();

  /// `count` calls after one to warm up.
  llvm::Expected<Timing> benchmark(unsigned count);

  llvm::ArrayRef<int64_t> getShape(unsigned output) const {
    return shapes[output];
  }
  llvm::StringRef getData(unsigned output) const;

private:
  Runner(const Library &library, const EntryInfo &entry)
      : library(library), entry(entry) {}
  llvm::Error bind(const std::vector<NpyArray> &inputs);
  llvm::Error allocate();
  llvm::Error checkInput(const PortInfo &port, const NpyArray &array) const;

  struct FreeDelete {
    void operator()(void *memory) const { free(memory); }
  };
  using Memory = std::unique_ptr<void, FreeDelete>;
  Memory allocateAligned(size_t size);

  const Library &library;
  const EntryInfo &entry;
  std::vector<void *> buffers;
  std::vector<int64_t> dims;
  std::vector<llvm::SmallVector<int64_t>> shapes;
  std::vector<size_t> sizes;
  std::vector<Memory> memory;
  void *workspace = nullptr;
};

} // namespace sparseopt

#endif // SPARSEOPT_TOOLS_SPARSE_RUN_RUNNER_H
