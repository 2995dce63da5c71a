//===- MaskTileTest.cpp - Tests of sparse register tiling -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Differential tests of "cpu.mask_tile".
//
//===----------------------------------------------------------------------===//

#include "KernelCheck.h"
#include "gtest/gtest.h"

using namespace sparseopt;
using namespace sparseopt::kerneltest;

static Problem makeProblem(int64_t out, int64_t in, double density = 0.5) {
  Problem p;
  p.family = "cpu.mask_tile";
  p.isa = ISA::AVX512;
  p.outFeatures = out;
  p.inFeatures = in;
  p.density = density;
  return p;
}

TEST(MaskTileTest, ShapesAndTails) {
  for (auto [out, in] : getShapes())
    checkKernel(makeProblem(out, in), getTokenCounts());
}

TEST(MaskTileTest, SeveralBlocks) {
  // More than one block of rows and of inputs, the last ones not full.
  Problem p = makeProblem(603, 300);
  checkKernel(p, {1, 17, 64, 100});
  p.candidate = 1;
  checkKernel(p, {1, 17, 64, 100});
}

TEST(MaskTileTest, Densities) {
  for (double density : {0.2, 0.3, 0.8, 1.0})
    checkKernel(makeProblem(48, 130, density), {1, 16, 40, 65});
}

TEST(MaskTileTest, StructuredPatterns) {
  for (auto [n, m] : {std::pair<int64_t, int64_t>{2, 4}, {4, 8}, {1, 4}}) {
    Problem p = makeProblem(100, 130);
    p.n = n;
    p.m = m;
    checkKernel(p, {1, 16, 40, 65});
  }
}

TEST(MaskTileTest, StaticTokens) {
  for (int64_t tokens : {1, 16, 20, 64, 70, 128}) {
    Problem p = makeProblem(50, 140);
    p.tokens = tokens;
    p.fused = Fused::Bias;
    checkKernel(p, {tokens});
  }
}

TEST(MaskTileTest, Epilogues) {
  for (Fused fused : {Fused::Bias, Fused::Gelu, Fused::All})
    for (int64_t out : {48, 50}) {
      Problem p = makeProblem(out, 40);
      p.fused = fused;
      checkKernel(p, {1, 16, 30, 64});
    }
}

TEST(MaskTileTest, BFloat16) {
  Problem p = makeProblem(50, 37);
  p.weight = Element::BF16;
  checkKernel(p, {1, 20});
  p.fused = Fused::All;
  p.tokens = 20;
  p.input = p.result = Element::BF16;
  checkKernel(p, {20});
}

TEST(MaskTileTest, Float16) {
  Problem p = makeProblem(50, 37);
  p.weight = Element::F16;
  checkKernel(p, {1, 20});
  p.fused = Fused::All;
  p.tokens = 20;
  p.input = p.result = Element::F16;
  checkKernel(p, {20});
}

TEST(MaskTileTest, SpecialValues) {
  Problem p = makeProblem(40, 150);
  p.adversarial = true;
  checkKernel(p, {1, 16, 33});
}

TEST(MaskTileTest, Threads) {
  Problem p = makeProblem(300, 150);
  p.threaded = true;
  p.fused = Fused::Gelu;
  checkKernel(p, {0, 1, 16, 130, 300});
}
