//===- Library.h - A compiled library, loaded -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calls entries of a library whose types are known at run time only.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TOOLS_SPARSE_RUN_LIBRARY_H
#define SPARSEOPT_TOOLS_SPARSE_RUN_LIBRARY_H

#include "sparse-opt/Runtime/LibraryInfo.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace sparseopt {

/// An array of an entry; dynamic dimensions are -1.
struct PortInfo {
  std::string name, dtype;
  llvm::SmallVector<int64_t> shape;
};

/// Functions and types of one entry.
struct EntryInfo {
  using SizesFn = int (*)(const int64_t *dims, int64_t *outDims,
                          size_t *workspace);
  using CallFn = int (*)(const sparseopt_model *, void *const *buffers,
                         const int64_t *dims, void *workspace);
  /// Of a library for a GPU.
  using StreamCallFn = int (*)(const sparseopt_model *, void *const *buffers,
                               const int64_t *dims, void *workspace,
                               void *stream);

  std::string name;
  std::vector<PortInfo> inputs, outputs;
  /// (input, axis) of each dynamic dimension.
  llvm::SmallVector<std::pair<unsigned, unsigned>> dims;
  SizesFn sizes = nullptr;
  void *call = nullptr;
};

/// Time of one step of a program, summed over calls.
struct StepTime {
  std::string name;
  uint64_t calls = 0;
  uint64_t nanoseconds = 0;
};

/// An opened library and model.
class Library {
public:
  /// Loads and opens; `weights` may be empty.
  static llvm::Expected<std::unique_ptr<Library>>
  open(const std::string &path, const std::string &weights);
  ~Library();

  const std::string &getName() const { return name; }
  const std::vector<EntryInfo> &getEntries() const { return entries; }
  const sparseopt_model *getModel() const { return model; }

  /// Calls an entry; on a GPU, in the default stream. Returns its status.
  int call(const EntryInfo &entry, void *const *buffers, const int64_t *dims,
           void *workspace) const;

  /// Memory for a workspace, where the model runs; null with an error.
  void *allocate(size_t size) const;
  void free(void *memory) const;

  /// The entry called `wanted`, or the only one if that is empty.
  llvm::Expected<const EntryInfo *> findEntry(llvm::StringRef wanted) const;

  /// What the library says about its last failure on this thread.
  std::string getLastError() const;

  /// Times of the steps since the last reset; empty for libraries that were
  /// compiled without profiling.
  std::vector<StepTime> getProfile() const;
  void resetProfile() const;

  /// Sets who is shown the activations of an instrumented program.
  llvm::Error setObserver(sparseopt_observer observer, void *context) const;

  /// Sets the number of threads, if the library uses any.
  void setNumThreads(int numThreads) const;

private:
  Library() = default;
  llvm::Error readDescription();
  llvm::Expected<void *> findSymbol(const std::string &symbol) const;

  std::string path, name;
  bool isForGpu = false;
  void *handle = nullptr;
  sparseopt_model *model = nullptr;
  void (*closeModel)(sparseopt_model *) = nullptr;
  const char *(*lastError)() = nullptr;
  void *(*allocateMemory)(const sparseopt_model *, size_t) = nullptr;
  void (*freeMemory)(const sparseopt_model *, void *) = nullptr;
  std::vector<EntryInfo> entries;
};

} // namespace sparseopt

#endif // SPARSEOPT_TOOLS_SPARSE_RUN_LIBRARY_H
