//===- Accumulator.h - Statistics of an activation --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Adds up the statistics of one activation as its tokens come by, in f64. Every
// number is summed token by token: the result depends neither on how the tokens
// are cut into calls nor on the number of threads. Products of two f32 or two
// 16-bit values are exact in f64; the variance is Welford's.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CALIBRATION_ACCUMULATOR_H
#define SPARSEOPT_CALIBRATION_ACCUMULATOR_H

#include "sparse-opt/Pruning/CalibrationStatistics.h"

#include "llvm/ADT/ArrayRef.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::calibration {

/// Converts `count` elements at `values` to f64.
using ConvertFn = void (*)(const char *values, int64_t count, double *out);

/// The conversion for elements of "F32", "F64", "F16" or "BF16"; null for
/// others.
ConvertFn getConversion(llvm::StringRef dtype);

/// Running statistics of an activation of `features` elements per token.
class Accumulator {
public:
  /// The state is one vector of doubles, so that it can be saved and restored.
  /// `withGram` adds roughly features^2 doubles.
  Accumulator(int64_t features, bool withGram);

  int64_t getFeatures() const { return features; }
  int64_t getNumTokens() const { return numTokens; }
  bool hasGram() const { return withGram; }

  /// Adds tokens: row `rows[i]` of the activation at `values`, each of
  /// `features` elements of `elementBytes` bytes that `convert` reads.
  void add(const char *values, llvm::ArrayRef<int64_t> rows,
           int64_t elementBytes, ConvertFn convert,
           llvm::ThreadPoolInterface *pool);

  /// Whether all sums are finite so far: they are not if a token was not.
  bool isFinite() const;

  /// Everything that `restore` needs.
  llvm::ArrayRef<double> getState() const { return state; }

  /// Continues from a state of an accumulator of the same size; false if the
  /// size differs.
  bool restore(int64_t tokens, llvm::ArrayRef<double> saved);

  /// Ends the accumulation; the view lives as long as this object, to which
  /// nothing may be added any more. At least one token was added.
  pruning::CalibrationStatistics finish();

private:
  void addChunk(int64_t tokens, llvm::ThreadPoolInterface *pool);

  /// Where the parts of the state begin; each moment has `padded` elements.
  double *getSum() { return state.data(); }
  double *getSumsq() { return state.data() + padded; }
  double *getMean() { return state.data() + 2 * padded; }
  double *getDeviation() { return state.data() + 3 * padded; }
  double *getGram() { return state.data() + 4 * padded; }

  int64_t features;
  /// `features` rounded up to whole lanes.
  int64_t padded;
  bool withGram;
  int64_t numTokens = 0;
  std::vector<double> state;
  /// One chunk of tokens as f64, in panels of `lanes` features.
  std::vector<double> panels;
};

} // namespace sparseopt::calibration

#endif // SPARSEOPT_CALIBRATION_ACCUMULATOR_H
