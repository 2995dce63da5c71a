//===- StageRing.cpp - Stages in shared memory ------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Addresses of stages, the copies that fill them, and the products that read them.
//
//===----------------------------------------------------------------------===//

#include "StageRing.h"

#include "TwoFourFamily.h"

#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;
using arith::CmpIPredicate;

/// Activations in shared memory: rows are tokens, 64 inputs wide.
static constexpr SharedMatrix kInputs{SharedMatrix::Swizzle::Bytes128, 0, 1024};

std::string nvidia::getWgmmaTargetObstacle(const MachineDescription &machine) {
  if (machine.gpu && machine.gpu->arch == "sm_90a")
    return "";
  return "the target is not sm_90a";
}

std::string nvidia::getWgmmaSizeObstacle(int64_t outFeatures,
                                         int64_t inFeatures) {
  if (outFeatures == 0 || outFeatures % 8 != 0)
    return "the number of outputs is not a multiple of 8";
  if (inFeatures == 0 || inFeatures % kGranuleInputs != 0)
    return "the number of inputs is not a multiple of 64";
  return "";
}

double nvidia::getStageCycles(const RingShape &shape) {
  return 2.0 * shape.getGranules() * shape.groups * (shape.tokens / 2.0 + 16) +
         kSyncCycles;
}

void StageRing::initBarriers(int64_t releases) {
  for (int64_t stage = 0; stage < shape.stages; ++stage) {
    e.initBarrier(getFull(e.constant(stage)), 1);
    e.initBarrier(getEmpty(e.constant(stage)), releases);
  }
}

Value StageRing::getStage(Value stage) {
  return e.add(shared, e.mul(stage, shape.getStageBytes()));
}

Value StageRing::getFull(Value stage) {
  Value barriers = e.add(shared, shape.stages * shape.getStageBytes());
  return e.add(barriers, e.mul(stage, 8));
}

Value StageRing::getEmpty(Value stage) {
  return e.add(getFull(stage), 8 * shape.stages);
}

RingPlace StageRing::advance(RingPlace place) {
  Value next = e.add(place.stage, 1);
  Value wraps = e.cmp(CmpIPredicate::eq, next, shape.stages);
  Value parity =
      arith::XOrIOp::create(e.b, place.parity, e.extend(wraps, e.i32));
  return {e.select(wraps, e.constant(0), next), parity};
}

Value StageRing::getPrevious(Value stage) {
  Value isFirst = e.cmp(CmpIPredicate::eq, stage, 0);
  return e.select(isFirst, e.constant(shape.stages - 1), e.sub(stage, 1));
}

void StageRing::loadWeights(Value weight, Value stage, Value rowTile,
                            Value step, int64_t steps, Value policy) {
  Value barrier = getFull(stage);
  e.expectBytes(barrier, shape.getInputBytes() + shape.getWeightBytes());
  Value to = e.add(getStage(stage), shape.getInputBytes());
  int64_t rowGranules = steps * shape.getGranules();
  for (int64_t group = 0; group < shape.groups; ++group) {
    Value rowBlock = e.add(e.mul(rowTile, shape.groups), group);
    Value granule =
        e.add(e.mul(rowBlock, rowGranules), e.mul(step, shape.getGranules()));
    Value offset = e.mul(e.extend(granule, e.i64), kWgmmaSpGranule.getBytes());
    e.copyBulk(e.add(to, group * shape.getGroupBytes()),
               e.gep(weight, offset, e.b.getI8Type()), shape.getGroupBytes(),
               barrier, policy);
  }
}

Value StageRing::getGroupWeights(Value stage, Value warp) {
  Value weights = e.add(getStage(stage), shape.getInputBytes());
  if (shape.groups > 1)
    weights = e.add(weights, e.mul(e.shr(warp, 2), shape.getGroupBytes()));
  return weights;
}

Values StageRing::loadMetadata(Value stage, Value warp, Value thread) {
  Value words =
      e.add(getGroupWeights(stage, warp), e.mul(e.bitAnd(thread, 127), 4));
  Values metadata;
  for (int64_t granule = 0; granule < shape.getGranules(); ++granule)
    metadata.push_back(nvsp::LoadMetadataOp::create(
        e.b, e.i32,
        e.sharedPtr(e.add(words, granule * kWgmmaSpGranule.getBytes() +
                                     kWgmmaSpGranule.getValueBytes()))));
  return metadata;
}

/// A descriptor of `matrix` at `address`: low word by 32-bit arithmetic, which
/// stays uniform across the warp, the high word a constant.
static Value getDescriptor(DeviceEmitter &e, const SharedMatrix &matrix,
                           Value address) {
  uint64_t fixed = matrix.getDescriptor();
  Value units = e.shr(e.bitAnd(address, SharedMatrix::addressMask), 4);
  Value low = e.bitOr(units, static_cast<int32_t>(fixed));
  return arith::OrIOp::create(e.b, e.extend(low, e.i64),
                              e.constant64(fixed >> 32 << 32));
}

Value StageRing::multiply(Value stage, Value warp, ValueRange metadata,
                          Value acc, Type elementType) {
  Value a = getDescriptor(e, kWgmmaSpValues, getGroupWeights(stage, warp));
  Value b = getDescriptor(e, kInputs, getStage(stage));
  auto type = TypeAttr::get(elementType);
  NVVM::WgmmaFenceAlignedOp::create(e.b);
  for (auto [granule, words] : llvm::enumerate(metadata))
    for (int64_t step = 0; step < 2; ++step) {
      // Descriptors count units of 16 bytes.
      int64_t aOffset = granule * kWgmmaSpGranule.getBytes() +
                        step * kWgmmaSpGranule.getStepBytes();
      int64_t bOffset = granule * shape.tokens * 128 + step * 2 * kStepInputs;
      acc = nvsp::WgmmaSpOp::create(e.b, acc.getType(), acc,
                                    e.add(a, aOffset / 16),
                                    e.add(b, bOffset / 16), words, type, type,
                                    e.b.getI32IntegerAttr(step), UnitAttr());
    }
  NVVM::WgmmaGroupSyncAlignedOp::create(e.b);
  return acc;
}

Value StageRing::multiplyAll(int64_t steps, RingPlace &place,
                             RingStepFn multiply) {
  auto type = nvsp::AccType::get(e.b.getContext(), 64, shape.tokens, e.f32);
  Value zeroSum = arith::ConstantOp::create(e.b, e.b.getF32FloatAttr(0));
  Value acc =
      nvsp::AccPackOp::create(e.b, type, Values(shape.tokens / 2, zeroSum));
  Value zero = e.constant(0);
  int64_t pairs = steps / 2;
  Values init{place.stage, place.parity, acc};
  init.append(shape.getGranules(), zero);
  Values state = e.loop(
      zero, e.constant(2 * pairs), e.constant(2), init,
      [&](Value step, ValueRange carried) -> Values {
        // The stage before the first one was released with the tile before.
        Value releases = e.cmp(CmpIPredicate::sgt, step, 0);
        RingStep first = multiply({carried[0], carried[1]}, carried[2],
                                  carried.drop_front(3), releases);
        RingStep second =
            multiply(first.next, first.acc, first.metadata, Value());
        Values results{second.next.stage, second.next.parity, second.acc};
        results.append(second.metadata);
        return results;
      });
  place = {state[0], state[1]};
  acc = state[2];
  Values pending(llvm::drop_begin(state, 3));
  if (steps % 2 != 0) {
    Value releases =
        pairs ? Value() : arith::ConstantIntOp::create(e.b, e.b.getI1Type(), 0);
    RingStep last = multiply(place, acc, pending, releases);
    place = last.next;
    acc = last.acc;
    pending = last.metadata;
  }
  return nvsp::WgmmaWaitOp::create(e.b, 0, acc, pending).getResults()[0];
}
