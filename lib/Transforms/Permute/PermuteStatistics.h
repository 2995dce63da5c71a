//===- PermuteStatistics.h - Statistics in a new order --------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file of statistics whose activations get other orders of their channels.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_PERMUTE_PERMUTESTATISTICS_H
#define SPARSEOPT_LIB_TRANSFORMS_PERMUTE_PERMUTESTATISTICS_H

#include "sparse-opt/Checkpoint/StatisticsFile.h"

#include "llvm/ADT/StringMap.h"

namespace sparseopt {

/// Reads a file and writes it again with some activations reordered.
class StatisticsPermuter {
public:
  static llvm::Expected<StatisticsPermuter> open(llvm::StringRef path);

  /// The statistics of the inputs of a weight, in the order of the file.
  llvm::Expected<pruning::CalibrationStatistics>
  lookup(llvm::StringRef weightName, int64_t inDim) const {
    return file->lookup(weightName, inDim);
  }

  /// Place i of the activation that `weightName` reads gets what was at
  /// `order[i]`. Said more than once of one activation, it counts once.
  void permute(llvm::StringRef weightName, llvm::ArrayRef<int64_t> order);

  /// Writes all statistics of the file, those of reordered activations in their new
  /// order. The error is a sentence that names the file.
  llvm::Error write(llvm::StringRef path) const;

private:
  std::shared_ptr<SafetensorsFile> tensors;
  std::shared_ptr<StatisticsFile> file;
  /// By the name under which the statistics lie.
  llvm::StringMap<std::vector<int64_t>> orders;
};

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_PERMUTE_PERMUTESTATISTICS_H
