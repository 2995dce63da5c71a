//===- DenseTest.cpp - Tests of the dense kernels ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Differential tests of "cpu.dense" on every instruction set.
//
//===----------------------------------------------------------------------===//

#include "KernelCheck.h"
#include "gtest/gtest.h"

using namespace sparseopt;
using namespace sparseopt::kerneltest;

namespace {

class DenseTest : public ::testing::TestWithParam<ISA> {
protected:
  Problem makeProblem(int64_t out, int64_t in) {
    Problem p;
    p.family = "cpu.dense";
    p.isa = GetParam();
    p.outFeatures = out;
    p.inFeatures = in;
    return p;
  }
};

TEST_P(DenseTest, ShapesAndTails) {
  for (auto [out, in] : getShapes())
    checkKernel(makeProblem(out, in), getTokenCounts());
}

TEST_P(DenseTest, StaticTokens) {
  for (int64_t tokens : {1, 2, 3, 7, 8, 16}) {
    Problem p = makeProblem(100, 33);
    p.tokens = tokens;
    p.fused = Fused::Bias;
    checkKernel(p, {tokens});
  }
}

TEST_P(DenseTest, Epilogues) {
  for (Fused fused : {Fused::Bias, Fused::Gelu, Fused::All})
    for (int64_t out : {48, 64}) {
      Problem p = makeProblem(out, 40);
      p.fused = fused;
      checkKernel(p, {1, 2, 7, 8, 17});
    }
}

TEST_P(DenseTest, BFloat16) {
  for (Fused fused : {Fused::None, Fused::All}) {
    Problem p = makeProblem(50, 37);
    p.fused = fused;
    p.weight = Element::BF16;
    checkKernel(p, {1, 2, 9});
    p.input = p.result = Element::BF16;
    checkKernel(p, {1, 2, 9});
  }
}

TEST_P(DenseTest, Float16) {
  if (GetParam() == ISA::Scalar)
    return; // Refused with a reason: see LayoutTest.
  Problem p = makeProblem(50, 37);
  p.weight = Element::F16;
  checkKernel(p, {1, 2, 9});
  p.fused = Fused::All;
  p.input = p.result = Element::F16;
  checkKernel(p, {1, 2, 9});
}

TEST_P(DenseTest, SpecialValues) {
  Problem p = makeProblem(40, 21);
  p.adversarial = true;
  p.density = 0.5;
  checkKernel(p, {1, 16, 33});
}

TEST_P(DenseTest, AllZeroAndEmpty) {
  Problem p = makeProblem(33, 20);
  p.density = 0;
  checkKernel(p, {1, 9});
  checkKernel(makeProblem(33, 0), {1, 9});
}

TEST_P(DenseTest, Threads) {
  Problem p = makeProblem(130, 33);
  p.threaded = true;
  p.fused = Fused::Gelu;
  checkKernel(p, {0, 1, 2, 8, 130, 300});
}

INSTANTIATE_TEST_SUITE_P(AllISAs, DenseTest,
                         ::testing::Values(ISA::Scalar, ISA::AVX2, ISA::AVX512),
                         [](const auto &info) {
                           return stringifyISA(info.param).str();
                         });

} // namespace
