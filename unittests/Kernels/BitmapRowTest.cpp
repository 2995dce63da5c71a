//===- BitmapRowTest.cpp - Tests of the bitmap kernels ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Differential tests of "cpu.bitmap_row".
//
//===----------------------------------------------------------------------===//

#include "KernelCheck.h"
#include "gtest/gtest.h"

using namespace sparseopt;
using namespace sparseopt::kerneltest;

static Problem makeProblem(int64_t out, int64_t in, double density = 0.5) {
  Problem p;
  p.family = "cpu.bitmap_row";
  p.isa = ISA::AVX512;
  p.outFeatures = out;
  p.inFeatures = in;
  p.density = density;
  return p;
}

TEST(BitmapRowTest, ShapesAndTails) {
  for (auto [out, in] : getShapes())
    checkKernel(makeProblem(out, in), {0, 1, 2, 5});
}

TEST(BitmapRowTest, InputTails) {
  for (int64_t in : {15, 16, 17, 48, 63, 64, 65, 127, 128, 129})
    checkKernel(makeProblem(20, in), {1, 2});
}

TEST(BitmapRowTest, Densities) {
  for (double density : {0.0, 0.05, 0.9, 1.0})
    checkKernel(makeProblem(70, 200, density), {1, 3});
}

TEST(BitmapRowTest, Epilogues) {
  for (Fused fused : {Fused::Bias, Fused::Gelu, Fused::All}) {
    Problem p = makeProblem(50, 40);
    p.fused = fused;
    checkKernel(p, {1, 3});
    p.tokens = 1;
    checkKernel(p, {1});
  }
}

TEST(BitmapRowTest, BFloat16) {
  Problem p = makeProblem(50, 37);
  p.weight = Element::BF16;
  checkKernel(p, {1, 3});
  p.fused = Fused::All;
  p.input = p.result = Element::BF16;
  checkKernel(p, {1, 3});
}

TEST(BitmapRowTest, Float16) {
  Problem p = makeProblem(50, 37);
  p.weight = Element::F16;
  checkKernel(p, {1, 3});
  p.fused = Fused::All;
  p.input = p.result = Element::F16;
  checkKernel(p, {1, 3});
}

TEST(BitmapRowTest, SpecialValues) {
  Problem p = makeProblem(40, 150);
  p.adversarial = true;
  checkKernel(p, {1, 7});
}

TEST(BitmapRowTest, Threads) {
  Problem p = makeProblem(300, 150);
  p.threaded = true;
  p.fused = Fused::Gelu;
  checkKernel(p, {0, 1, 3});
}
