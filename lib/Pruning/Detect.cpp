//===- Detect.cpp - Patterns of weights that arrive sparse ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the patterns that the zeros of a weight already have, by scanning it
// once for each candidate.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/PatternCheck.h"

#include "llvm/ADT/STLExtras.h"

using namespace sparseopt::pruning;

/// Fraction of the zeros that zero blocks or slices have to hold.
static constexpr double minShareOfZeros = 0.99;

/// Fraction of the nonzeros that N:M allows that have to be there.
static constexpr double minFillOfNM = 0.5;

/// Largest N / M of a weight whose slices or blocks explain the zeros already;
/// they satisfy looser patterns by chance.
static constexpr double maxNMBesideStructure = 0.5;

/// Adds `pattern` unless one of `patterns` implies it; removes what it implies.
static void addPattern(std::vector<Pattern> &patterns, const Pattern &pattern,
                       llvm::ArrayRef<int64_t> shape) {
  for (const Pattern &known : patterns)
    if (implies(known, pattern, shape))
      return;
  llvm::erase_if(patterns, [&](const Pattern &known) {
    return implies(pattern, known, shape);
  });
  patterns.push_back(pattern);
}

static void detectNM(TensorRef weight, const DetectOptions &options,
                     double density, double maxAllowed,
                     std::vector<Pattern> &patterns,
                     llvm::ThreadPoolInterface *pool) {
  for (int64_t m : options.groupSizes) {
    if (weight.shape[options.dim] < m)
      continue;
    PatternReport report =
        checkPattern(weight, NMPattern{m, m, options.dim}, pool);
    int64_t n = std::max<int64_t>(1, report.histogram.rbegin()->first);
    double allowed = double(n) / double(m);
    if (allowed <= maxAllowed && density >= minFillOfNM * allowed)
      addPattern(patterns, NMPattern{n, m, options.dim}, weight.shape);
  }
}

/// Whether the zero units of `pattern` hold nearly all of `numZeros` zeros.
static bool explainsZeros(TensorRef weight, const Pattern &pattern,
                          int64_t numZeros, llvm::ThreadPoolInterface *pool) {
  PatternReport report = checkPattern(weight, pattern, pool);
  return double(report.numZeroGroupElements) >=
         minShareOfZeros * double(numZeros);
}

static bool fitsShape(const BlockPattern &block,
                      llvm::ArrayRef<int64_t> shape) {
  if (block.sizes.size() > shape.size())
    return false;
  auto trailing = shape.take_back(block.sizes.size());
  for (auto [size, available] : llvm::zip_equal(block.sizes, trailing))
    if (size > available)
      return false;
  return true;
}

/// Slices, or else blocks, that explain the zeros.
static std::optional<Pattern> detectStructure(TensorRef weight,
                                              const DetectOptions &options,
                                              int64_t numZeros,
                                              llvm::ThreadPoolInterface *pool) {
  for (int64_t dim : {int64_t(0), options.dim})
    if (explainsZeros(weight, SlicePattern{dim}, numZeros, pool))
      return SlicePattern{dim};
  for (const auto &sizes : options.blockSizes) {
    BlockPattern block{sizes};
    if (fitsShape(block, weight.shape) &&
        explainsZeros(weight, block, numZeros, pool))
      return block;
  }
  return std::nullopt;
}

std::vector<Pattern>
sparseopt::pruning::detectPatterns(TensorRef weight,
                                   const DetectOptions &options,
                                   llvm::ThreadPoolInterface *pool) {
  std::vector<Pattern> patterns;
  int64_t size = weight.getNumElements();
  int64_t numZeros = size - countNonzeros(weight, pool);
  if (size == 0)
    return patterns;
  double density = double(size - numZeros) / double(size);
  if (density > options.maxDensity)
    return patterns;
  if (weight.shape.empty())
    return {UnstructuredPattern()};
  std::optional<Pattern> structure =
      detectStructure(weight, options, numZeros, pool);
  detectNM(weight, options, density,
           structure ? maxNMBesideStructure : options.maxDensity, patterns,
           pool);
  if (structure)
    addPattern(patterns, *structure, weight.shape);
  if (patterns.empty())
    patterns.push_back(UnstructuredPattern());
  return patterns;
}
