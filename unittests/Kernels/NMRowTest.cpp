//===- NMRowTest.cpp - Tests of the N:M broadcast kernels -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Differential tests of "cpu.nm_row" on every instruction set.
//
//===----------------------------------------------------------------------===//

#include "KernelCheck.h"
#include "gtest/gtest.h"

using namespace sparseopt;
using namespace sparseopt::kerneltest;

namespace {

class NMRowTest : public ::testing::TestWithParam<ISA> {
protected:
  Problem makeProblem(int64_t out, int64_t in, int64_t n = 2, int64_t m = 4) {
    Problem p;
    p.family = "cpu.nm_row";
    p.isa = GetParam();
    p.outFeatures = out;
    p.inFeatures = in;
    p.n = n;
    p.m = m;
    return p;
  }
};

TEST_P(NMRowTest, ShapesAndTails) {
  for (auto [out, in] : getShapes())
    checkKernel(makeProblem(out, in), getTokenCounts());
}

TEST_P(NMRowTest, Patterns) {
  const std::pair<int64_t, int64_t> patterns[] = {
      {1, 4},  {4, 8},   {2, 8},   {1, 2}, {3, 4}, {1, 16},
      {5, 16}, {16, 16}, {15, 16}, {2, 3}, {3, 5}, {1, 10}};
  for (auto [n, m] : patterns)
    checkKernel(makeProblem(20, 150, n, m), {1, 17, 40});
}

TEST_P(NMRowTest, SeveralBlocks) {
  Problem p = makeProblem(603, 300, 1, 4);
  checkKernel(p, {1, 17, 64, 100});
  if (p.isa != ISA::AVX512)
    return;
  p.candidate = 1;
  checkKernel(p, {1, 17, 64, 200});
}

TEST_P(NMRowTest, StaticTokens) {
  for (int64_t tokens : {1, 16, 20, 64, 70, 128}) {
    Problem p = makeProblem(50, 140);
    p.tokens = tokens;
    p.fused = Fused::Bias;
    checkKernel(p, {tokens});
  }
}

TEST_P(NMRowTest, Epilogues) {
  for (Fused fused : {Fused::Gelu, Fused::All})
    for (int64_t out : {48, 50}) {
      Problem p = makeProblem(out, 40);
      p.fused = fused;
      checkKernel(p, {1, 16, 30, 64});
    }
}

TEST_P(NMRowTest, BFloat16) {
  Problem p = makeProblem(50, 37);
  p.weight = Element::BF16;
  checkKernel(p, {1, 20});
  p.fused = Fused::All;
  p.tokens = 20;
  p.input = p.result = Element::BF16;
  checkKernel(p, {20});
}

TEST_P(NMRowTest, Float16) {
  if (GetParam() == ISA::Scalar)
    return; // Refused with a reason: see LayoutTest.
  Problem p = makeProblem(50, 37);
  p.weight = Element::F16;
  checkKernel(p, {1, 20});
  p.fused = Fused::All;
  p.tokens = 20;
  p.input = p.result = Element::F16;
  checkKernel(p, {20});
}

TEST_P(NMRowTest, SpecialValues) {
  Problem p = makeProblem(40, 150);
  p.adversarial = true;
  checkKernel(p, {1, 16, 33});
}

TEST_P(NMRowTest, AllZero) { checkKernel(makeProblem(33, 20, 0), {1, 9}); }

TEST_P(NMRowTest, Threads) {
  Problem p = makeProblem(300, 150);
  p.threaded = true;
  p.fused = Fused::Gelu;
  checkKernel(p, {0, 1, 16, 130});
}

INSTANTIATE_TEST_SUITE_P(AllISAs, NMRowTest,
                         ::testing::Values(ISA::Scalar, ISA::AVX2, ISA::AVX512),
                         [](const auto &info) {
                           return stringifyISA(info.param).str();
                         });

} // namespace
