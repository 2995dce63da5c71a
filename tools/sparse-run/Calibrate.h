//===- Calibrate.h - Statistics from an instrumented program ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs an instrumented library on samples and writes what its observers saw.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TOOLS_SPARSE_RUN_CALIBRATE_H
#define SPARSEOPT_TOOLS_SPARSE_RUN_CALIBRATE_H

#include "Library.h"
#include "Samples.h"

#include "sparse-opt/Transforms/Calibrate/Observations.h"

namespace sparseopt {

/// How to calibrate.
struct CalibrationOptions {
  /// Where the statistics go. `statistics` + ".partial" keeps the state of an
  /// interrupted run, from which the next one goes on.
  std::string statistics;
  /// Name or number of the input that is zero for tokens that do not count;
  /// empty for none.
  std::string maskInput;
  /// The same as a file of its own, [samples, tokens..]; empty for none.
  std::string maskFile;
  int numThreads = 0;
  /// Seconds between two saves of the state; 0 saves after every call.
  double saveEvery = 60;
  /// A number that changes with the model: a saved state of another one is
  /// refused.
  uint64_t modelHash = 0;
};

/// Shows the samples to `library` and writes the statistics file. Errors: what
/// the library says, tokens that the mask does not fit, values that are not
/// finite, a saved state of another calibration.
llvm::Error calibrate(const Library &library, const EntryInfo &entry,
                      const Samples &samples,
                      llvm::ArrayRef<Observation> observations,
                      const CalibrationOptions &options);

} // namespace sparseopt

#endif // SPARSEOPT_TOOLS_SPARSE_RUN_CALIBRATE_H
