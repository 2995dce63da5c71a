//===- StatisticsFile.h - Files of calibration statistics -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A safetensors file with, per weight name, `NAME.n_tokens` (I64 [1]),
// `NAME.sum`, `NAME.sumsq`, `NAME.var` (F64 [in]) and, where it was collected,
// `NAME.gram` (F64 [in, in]). Weights that read one activation share its
// tensors: the metadata entry `alias` is a JSON object in text that maps the
// name of a weight to the name under which its statistics lie.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CHECKPOINT_STATISTICSFILE_H
#define SPARSEOPT_CHECKPOINT_STATISTICSFILE_H

#include "sparse-opt/Checkpoint/Safetensors.h"
#include "sparse-opt/Checkpoint/SafetensorsWriter.h"
#include "sparse-opt/Pruning/CalibrationStatistics.h"

namespace sparseopt {

/// A memory-mapped file of statistics. Look-ups may run in parallel.
class StatisticsFile {
public:
  /// Maps the file. The error is a sentence that names it: not readable, cut
  /// off, no safetensors file, wrong aliases.
  static llvm::Expected<std::shared_ptr<StatisticsFile>>
  open(llvm::StringRef path);

  /// The statistics of the inputs of weight `weightName`, whose contracted dim
  /// has `inDim` elements; views into the file, valid as long as this object.
  /// The error is a sentence that names the file and the tensor that is missing
  /// or has another dtype or shape, or what is wrong with its numbers.
  llvm::Expected<pruning::CalibrationStatistics>
  lookup(llvm::StringRef weightName, int64_t inDim) const;

  /// The name under which the statistics of `weightName` lie.
  llvm::StringRef resolve(llvm::StringRef weightName) const;

  const std::string &getPath() const { return file->getPath(); }

  /// Weights and the names that their statistics lie under, if that is another.
  const llvm::StringMap<std::string> &getAliases() const { return aliases; }

private:
  llvm::Error readAliases();
  llvm::Expected<llvm::ArrayRef<double>>
  lookupDoubles(llvm::StringRef key, llvm::ArrayRef<int64_t> shape) const;

  std::shared_ptr<SafetensorsFile> file;
  llvm::StringMap<std::string> aliases;
};

/// What goes into a file of statistics: one observed activation.
struct StatisticsEntry {
  /// The weight that the tensors are named after.
  std::string name;
  /// The other weights that read the same activation.
  std::vector<std::string> aliases;
  pruning::CalibrationStatistics statistics;
};

/// Writes a file of statistics; an existing file is replaced when all is
/// written. `metadata` is kept as it is, beside `alias`.
llvm::Error
writeStatisticsFile(llvm::StringRef path,
                    llvm::ArrayRef<StatisticsEntry> entries,
                    const SafetensorsWriter::Metadata &metadata = {});

} // namespace sparseopt

#endif // SPARSEOPT_CHECKPOINT_STATISTICSFILE_H
