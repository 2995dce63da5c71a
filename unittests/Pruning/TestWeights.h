//===- TestWeights.h - Weights for the pruning tests ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Owning weights of every element type, random and adversarial fillings, and
// slow oracles that follow the definitions word by word.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_UNITTESTS_PRUNING_TESTWEIGHTS_H
#define SPARSEOPT_UNITTESTS_PRUNING_TESTWEIGHTS_H

#include "sparse-opt/Pruning/Mask.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

namespace sparseopt::pruning {

constexpr ElementType allTypes[] = {
    ElementType::F16, ElementType::BF16, ElementType::F32, ElementType::F64,
    ElementType::I8,  ElementType::I16,  ElementType::I32};

/// A weight that owns its buffer.
struct TestWeight {
  std::vector<int64_t> shape;
  ElementType type;
  std::vector<uint8_t> bytes;

  TestWeight(std::vector<int64_t> shape, ElementType type)
      : shape(std::move(shape)), type(type) {
    bytes.resize(ref().getNumBytes());
  }
  TestWeight(std::vector<int64_t> shape, const std::vector<float> &values)
      : TestWeight(std::move(shape), ElementType::F32) {
    std::memcpy(bytes.data(), values.data(), bytes.size());
  }

  TensorRef ref() const { return {bytes.data(), shape, type}; }
  MutableTensorRef mutableRef() { return {bytes.data(), shape, type}; }
  int64_t size() const { return ref().getNumElements(); }
  double operator[](int64_t index) const { return getElement(ref(), index); }

  /// Stores the bits of an element.
  template <typename T>
  void setBits(int64_t index, T bits) {
    std::memcpy(bytes.data() + index * sizeof(T), &bits, sizeof(T));
  }
};

/// Sign, few exponents and a few mantissa bits, so that ties, both zeros and
/// subnormals are common. Never NaN or infinity.
inline TestWeight makeRandom(std::vector<int64_t> shape, ElementType type,
                             unsigned seed) {
  TestWeight weight(std::move(shape), type);
  std::mt19937 random(seed);
  for (int64_t index = 0; index < weight.size(); ++index) {
    uint64_t sign = random() & 1, mantissa = random() % 7;
    uint64_t exponent = random() % 4;
    switch (type) {
    case ElementType::F16:
      weight.setBits(index, uint16_t(sign << 15 | exponent << 10 | mantissa));
      break;
    case ElementType::BF16:
      weight.setBits(index, uint16_t(sign << 15 | exponent << 7 | mantissa));
      break;
    case ElementType::F32:
      weight.setBits(index, uint32_t(sign << 31 | exponent << 23 | mantissa));
      break;
    case ElementType::F64:
      weight.setBits(index, uint64_t(sign << 63 | exponent << 52 | mantissa));
      break;
    case ElementType::I8:
      weight.setBits(index,
                     int8_t(random() % 9 == 0 ? -128 : random() % 9 - 4));
      break;
    case ElementType::I16:
      weight.setBits(index, int16_t(random() % 9 == 0 ? -32768 : random() % 9));
      break;
    case ElementType::I32:
      weight.setBits(index, int32_t(random() % 9 == 0 ? INT32_MIN : random()));
      break;
    }
  }
  return weight;
}

/// Normal numbers in f32.
inline TestWeight makeNormal(std::vector<int64_t> shape, unsigned seed) {
  TestWeight weight(std::move(shape), ElementType::F32);
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  for (int64_t index = 0; index < weight.size(); ++index)
    weight.setBits(index, normal(random));
  return weight;
}

/// Zeroes the `count` smallest of `scores` in `keep`, by sorting.
inline void dropSmallestSlowly(const std::vector<double> &scores, int64_t count,
                               std::vector<int64_t> positions, Mask &keep) {
  std::sort(positions.begin(), positions.end(), [&](int64_t a, int64_t b) {
    return std::pair(scores[a], a) < std::pair(scores[b], b);
  });
  for (int64_t index = 0; index < count; ++index)
    keep[positions[index]] = 0;
}

/// Magnitudes of all elements.
inline std::vector<double> getMagnitudes(const TestWeight &weight) {
  std::vector<double> magnitudes;
  for (int64_t index = 0; index < weight.size(); ++index)
    magnitudes.push_back(std::fabs(weight[index]));
  return magnitudes;
}

/// The single mask for one weight.
inline Mask choose(const TestWeight &weight, const PruneRequest &request,
                   llvm::ThreadPoolInterface *pool = nullptr) {
  return llvm::cantFail(chooseMasks(weight.ref(), request, pool)).front();
}

} // namespace sparseopt::pruning

#endif // SPARSEOPT_UNITTESTS_PRUNING_TESTWEIGHTS_H
