//===- OutputEnergyTest.cpp - Errors of a layer's output --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Energies from a Gram matrix against the outputs of the layer themselves.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/OutputEnergy.h"

#include "TestWeights.h"

#include "llvm/Support/ThreadPool.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace sparseopt::pruning;

namespace {

/// Correlated inputs [tokens, in] with one large channel and one that is zero.
std::vector<double> makeInputs(int64_t tokens, int64_t in, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> inputs(tokens * in);
  for (int64_t token = 0; token < tokens; ++token) {
    double common = normal(random);
    for (int64_t index = 0; index < in; ++index)
      inputs[token * in + index] = common + normal(random);
    inputs[token * in] *= 100;
    inputs[token * in + in - 1] = 0;
  }
  return inputs;
}

std::vector<double> getGram(const std::vector<double> &inputs, int64_t in) {
  std::vector<double> gram(in * in);
  for (size_t begin = 0; begin < inputs.size(); begin += in)
    for (int64_t row = 0; row < in; ++row)
      for (int64_t column = 0; column < in; ++column)
        gram[row * in + column] += inputs[begin + row] * inputs[begin + column];
  return gram;
}

/// ||(A - B) X||^2 from the outputs; B may be null.
double computeSlowly(const TestWeight &a, const TestWeight *b,
                     const std::vector<double> &inputs) {
  int64_t in = a.shape[1];
  double total = 0;
  for (size_t begin = 0; begin < inputs.size(); begin += in)
    for (int64_t row = 0; row < a.shape[0]; ++row) {
      double output = 0;
      for (int64_t index = 0; index < in; ++index) {
        int64_t position = row * in + index;
        double value = a[position] - (b ? (*b)[position] : 0);
        output += value * inputs[begin + index];
      }
      total += output * output;
    }
  return total;
}

class OutputEnergy : public testing::TestWithParam<ElementType> {};

TEST_P(OutputEnergy, EqualsTheOutputs) {
  for (auto [out, in] : {std::pair(1, 1), {3, 17}, {33, 40}, {16, 9}}) {
    TestWeight weight = makeRandom({out, in}, GetParam(), out);
    TestWeight pruned = weight;
    Mask mask(weight.size());
    std::mt19937 random(in);
    for (uint8_t &keep : mask)
      keep = random() % 3 != 0;
    applyMask(pruned.mutableRef(), mask, nullptr);
    std::vector<double> inputs = makeInputs(50, in, 7);
    std::vector<double> gram = getGram(inputs, in);
    double all = computeSlowly(weight, nullptr, inputs);
    double lost = computeSlowly(weight, &pruned, inputs);
    EXPECT_NEAR(computeOutputEnergy(weight.ref(), gram, nullptr), all,
                1e-11 * all);
    EXPECT_NEAR(computeLostEnergy(weight.ref(), pruned.ref(), gram, nullptr),
                lost, 1e-11 * lost + 1e-13 * all);
  }
}

INSTANTIATE_TEST_SUITE_P(Types, OutputEnergy, testing::ValuesIn(allTypes));

TEST(OutputEnergyTest, DoesNotDependOnThreads) {
  TestWeight weight = makeNormal({203, 64}, 1),
             pruned = makeNormal({203, 64}, 2);
  std::vector<double> gram = getGram(makeInputs(100, 64, 3), 64);
  double alone = computeLostEnergy(weight.ref(), pruned.ref(), gram, nullptr);
  for (unsigned threads : {1, 2, 7}) {
    llvm::DefaultThreadPool pool(llvm::hardware_concurrency(threads));
    EXPECT_EQ(computeLostEnergy(weight.ref(), pruned.ref(), gram, &pool),
              alone);
  }
}

TEST(OutputEnergyTest, ReadsTheLowerTriangleOnly) {
  TestWeight weight = makeNormal({5, 12}, 1);
  std::vector<double> gram = getGram(makeInputs(20, 12, 3), 12);
  double expected = computeOutputEnergy(weight.ref(), gram, nullptr);
  for (int64_t row = 0; row < 12; ++row)
    for (int64_t column = row + 1; column < 12; ++column)
      gram[row * 12 + column] = NAN;
  EXPECT_EQ(computeOutputEnergy(weight.ref(), gram, nullptr), expected);
}

TEST(OutputEnergyTest, RelativeError) {
  EXPECT_EQ(getRelativeError(1, 4), 0.25);
  EXPECT_EQ(getRelativeError(-1e-20, 4), 0.0);
  EXPECT_EQ(getRelativeError(0, 0), 0.0);
  EXPECT_EQ(getRelativeError(1e-3, 0), 1.0);
  EXPECT_EQ(getRelativeError(std::nan(""), 4), 1.0);
  EXPECT_EQ(getRelativeError(0, std::nan("")), 1.0);
  EXPECT_EQ(getRelativeError(0, -1), 1.0);
}

} // namespace
