//===- Samples.h - Many inputs for one entry --------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arrays with a leading sample dim, cut into the batches that an entry takes.
// Files are mapped: memory does not grow with the number of samples.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TOOLS_SPARSE_RUN_SAMPLES_H
#define SPARSEOPT_TOOLS_SPARSE_RUN_SAMPLES_H

#include "Library.h"
#include "Npy.h"

#include "llvm/ADT/ArrayRef.h"

#include <deque>
#include <string>
#include <vector>

namespace sparseopt {

/// The samples of all inputs of an entry.
class Samples {
public:
  /// `paths` holds one file, or one folder of .npy files in the order of their
  /// names, per input. `batch` samples are given to a call whose batch size is
  /// dynamic; 0 stands for 1. An array that has exactly the shape of its input
  /// while others have more samples is given to every call.
  static llvm::Expected<Samples> open(const EntryInfo &entry,
                                      llvm::ArrayRef<std::string> paths,
                                      int64_t batch);

  int64_t getNumSamples() const { return numSamples; }
  int64_t getBatch() const { return batch; }
  int64_t getNumCalls() const { return (numSamples + batch - 1) / batch; }

  /// Samples of call `call`: all of the batch but in the last one, which is
  /// filled up with copies.
  int64_t getNumValid(int64_t call) const {
    return std::min(batch, numSamples - call * batch);
  }

  /// Bytes of input `index` of call `call`.
  std::string read(unsigned index, int64_t call) const;

  /// An array for each input, of the shape of a call.
  std::vector<NpyArray> makeFirstCall() const;

  /// A number that changes with the samples.
  uint64_t getHash() const;

private:
  struct Input {
    PortInfo port;
    std::deque<NpyArray> files;
    /// Shape of one call.
    llvm::SmallVector<int64_t> callShape;
    int64_t numSamples = 0;
    size_t bytesPerSample = 0;
    /// The same array for every call.
    bool isFixed = false;
  };

  llvm::Error readInput(const PortInfo &port, llvm::StringRef path,
                        int64_t wantedBatch);
  llvm::Error addFile(Input &input, const std::string &path);
  llvm::Error agree(const EntryInfo &entry);
  void copySample(const Input &input, int64_t sample, std::string &out) const;

  std::deque<Input> inputs;
  int64_t numSamples = 0;
  int64_t batch = 0;
};

} // namespace sparseopt

#endif // SPARSEOPT_TOOLS_SPARSE_RUN_SAMPLES_H
