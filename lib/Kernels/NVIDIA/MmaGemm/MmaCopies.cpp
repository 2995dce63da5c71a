//===- MmaCopies.cpp - Copies of the kernel of warps ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copies of 16 bytes to shared memory, which run some stages ahead of the products.
// Addresses are those of a thread's first copy plus constants.
//
//===----------------------------------------------------------------------===//

#include "MmaGemm.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;
using arith::CmpIPredicate;

/// Bytes of a copy, and copies of 64 inputs of a token.
static constexpr int64_t kUnit = 16;
static constexpr int64_t kRowUnits = kGranuleInputs * 2 / kUnit;

void MmaKernel::copyUnit(Value to, Value from, Value bytes) {
  NVVM::CpAsyncOp::create(e.b, e.sharedPtr(to), from, kUnit,
                          NVVM::LoadCacheModifierKind::CG, bytes);
}

void MmaKernel::copyInputs(Value stage, Value step) {
  Type byte = e.b.getI8Type();
  int64_t passRows = plan.getThreads() / kRowUnits;
  int64_t rows = plan.tokens * plan.getGranules();
  // The thread's first row: with few tokens a pass covers several panels.
  Value first = e.shr(thread, 3), unit = e.bitAnd(thread, kRowUnits - 1);
  Value row = first, panel = e.constant(0);
  if (plan.tokens < passRows) {
    row = e.bitAnd(first, plan.tokens - 1);
    panel = e.shr(first, llvm::Log2_64(plan.tokens));
  }
  Value input0 = e.add(e.mul(step, plan.inputs),
                       e.add(e.mul(panel, kGranuleInputs), e.mul(unit, 8)));
  Value token = e.add(token0, row);
  Value from =
      e.gep(e.gep(arguments.x,
                  e.mul(e.extend(token, e.i64), spec.inFeatures * 2), byte),
            e.mul(input0, 2), byte);
  // Unit u of a row lies at u xor (row mod 8), as products read eight rows at once.
  Value swizzled = arith::XOrIOp::create(e.b, unit, e.bitAnd(first, 7));
  Value to = e.add(
      stage, e.add(e.mul(first, kRowUnits * kUnit), e.mul(swizzled, kUnit)));
  for (int64_t done = 0; done < rows; done += passRows) {
    int64_t passToken = done % plan.tokens, passPanel = done / plan.tokens;
    int64_t offset =
        2 * (passToken * spec.inFeatures + passPanel * kGranuleInputs);
    // What is not there is not read; zeros are written.
    Value inside =
        e.cmp(CmpIPredicate::slt, e.add(token, passToken), arguments.tokens);
    if (spec.inFeatures % kGranuleInputs != 0)
      inside = e.both(inside, e.cmp(CmpIPredicate::slt,
                                    e.add(input0, passPanel * kGranuleInputs),
                                    spec.inFeatures));
    Value bytes = e.select(inside, e.constant(kUnit), e.constant(0));
    auto copy = [&] {
      copyUnit(e.add(to, done * kRowUnits * kUnit),
               e.gep(from, e.constant64(offset), byte), bytes);
    };
    if (done + passRows <= rows)
      copy();
    else
      e.ifThen(e.cmp(CmpIPredicate::slt, first, rows - done), copy);
  }
}

/// Each warp copies blocks of the outputs that it multiplies; two warps with the same
/// outputs share them.
void MmaKernel::copyWeights(Value tile, Value stage, Value step) {
  Type byte = e.b.getI8Type();
  int64_t copied = llvm::divideCeil(plan.blocks, plan.getTokenWarps());
  Value first = e.add(e.mul(rowWarp, plan.blocks), e.mul(tokenWarp, copied));
  Value to =
      e.add(e.add(stage, plan.getInputBytes()),
            e.add(e.mul(first, plan.getBlockBytes()), e.mul(lane, kUnit)));
  Value inBlock = e.add(e.mul(step, plan.getBlockBytes()), e.mul(lane, kUnit));
  int64_t rowBytes = plan.rowGranules * kMmaSpGranule.getBytes();
  int64_t units = plan.getBlockBytes() / kUnit;
  Value block0 = e.add(e.mul(tile, plan.getTileBlocks()), first);
  for (int64_t i = 0; i < copied; ++i) {
    Value block = e.add(block0, i);
    // Rows beyond the last ones repeat them; they are not stored.
    if (plan.rowBlocks % plan.getTileBlocks() != 0)
      block = e.min(block, e.constant(plan.rowBlocks - 1));
    Value from = e.gep(
        e.gep(arguments.weight, e.mul(e.extend(block, e.i64), rowBytes), byte),
        inBlock, byte);
    for (int64_t unit = 0; unit < units; unit += 32) {
      auto copy = [&] {
        copyUnit(e.add(to, i * plan.getBlockBytes() + unit * kUnit),
                 e.gep(from, e.constant64(unit * kUnit), byte));
      };
      if (unit + 32 <= units)
        copy();
      else
        e.ifThen(e.cmp(CmpIPredicate::slt, lane, units - unit), copy);
    }
  }
}

void MmaKernel::copyStage(Value tile, Value stage, Value step) {
  copyWeights(tile, stage, step);
  copyInputs(stage, step);
}

void MmaKernel::requestFirstStages(Value tile, Value stage) {
  for (int64_t step = 0; step < plan.stages - 1; ++step) {
    if (step < plan.steps)
      copyStage(tile, stage, e.constant(step));
    // An empty group, where there is no such step, keeps their number.
    NVVM::CpAsyncCommitGroupOp::create(e.b);
    stage = getNextStage(stage);
  }
}
