//===- CalibrationStatistics.cpp - Checks of statistics ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks statistics before a method reads them.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/CalibrationStatistics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <string>

using namespace sparseopt::pruning;

static llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

static std::string toText(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", value);
  return text;
}

/// Size and values of one tensor of the statistics.
static llvm::Error verifyTensor(llvm::StringRef name,
                                llvm::ArrayRef<double> values, int64_t size,
                                bool isSquare) {
  if (int64_t(values.size()) != size)
    return makeError(name + " has " + llvm::Twine(values.size()) +
                     " numbers, not " + llvm::Twine(size));
  // No early exit, so that the loop vectorises: a Gram matrix is large.
  bool allFine = true;
  for (double value : values)
    allFine &= std::fabs(value) <= 1.7976931348623157e308;
  if (isSquare)
    for (double value : values)
      allFine &= value >= 0;
  if (allFine)
    return llvm::Error::success();
  const double *first = llvm::find_if(values, [&](double value) {
    return !std::isfinite(value) || (isSquare && value < 0);
  });
  return makeError(name + " holds " + toText(*first) + " at " +
                   llvm::Twine(first - values.begin()));
}

llvm::Error
sparseopt::pruning::verifyStatistics(const CalibrationStatistics &statistics,
                                     int64_t inputDim, bool needsGram) {
  if (statistics.numTokens < 1)
    return makeError("n_tokens is " + llvm::Twine(statistics.numTokens) +
                     "; calibration needs at least one token");
  if (llvm::Error error =
          verifyTensor("sum", statistics.sum, inputDim, /*isSquare=*/false))
    return error;
  if (llvm::Error error =
          verifyTensor("sumsq", statistics.sumsq, inputDim, /*isSquare=*/true))
    return error;
  if (llvm::Error error =
          verifyTensor("var", statistics.var, inputDim, /*isSquare=*/true))
    return error;
  if (!needsGram)
    return llvm::Error::success();
  if (!statistics.hasGram() && inputDim != 0)
    return makeError("gram is missing");
  if (llvm::Error error =
          verifyTensor("gram", statistics.gram, inputDim * inputDim,
                       /*isSquare=*/false))
    return error;
  for (int64_t index = 0; index < inputDim; ++index) {
    double square = statistics.gram[index * (inputDim + 1)];
    if (square < 0)
      return makeError("gram holds " + toText(square) + " for the square of " +
                       "input " + llvm::Twine(index));
  }
  return llvm::Error::success();
}
