//===- StreamConsumer.cpp - Products of the streaming kernel ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The role of the warpgroups that multiply.
//
//===----------------------------------------------------------------------===//

#include "WgmmaStream.h"

#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;
using arith::CmpIPredicate;

void StreamKernel::release(Value stage, Value condition) {
  Value arrives = e.cmp(CmpIPredicate::eq, lane, 0);
  if (condition)
    arrives = e.both(arrives, condition);
  e.ifThen(arrives, [&] { e.arrive(ring.getEmpty(stage)); });
}

/// Multiplies one stage and releases the one before it.
RingStep StreamKernel::emitStep(RingPlace place, Value acc, ValueRange pending,
                                Value releases) {
  e.wait(ring.getFull(place.stage), place.parity);
  Values metadata = ring.loadMetadata(place.stage, warp, thread);
  acc = ring.multiply(place.stage, warp, metadata, acc, spec.weightType);
  nvsp::WgmmaWaitOp::create(e.b, 1, ValueRange(), pending);
  release(ring.getPrevious(place.stage), releases);
  return {acc, metadata, ring.advance(place)};
}

void StreamKernel::emitTile(Value tile, RingPlace &place) {
  Value acc = ring.multiplyAll(
      plan.steps, place,
      [&](RingPlace at, Value sums, ValueRange pending, Value releases) {
        return emitStep(at, sums, pending, releases);
      });
  release(ring.getPrevious(place.stage), Value());

  // Row pointers must not be kept in registers across the loop.
  Value myLane = nvsp::OpaqueOp::create(e.b, e.i32, lane);
  Value row = e.add(e.mul(tile, plan.getRows()), e.mul(warp, 16));
  auto sums = nvsp::AccUnpackOp::create(e.b, acc);
  DeviceEpilogue(e, spec, arguments)
      .store(sums.getResults(), row, token0, myLane);
}

void StreamKernel::emitConsumer() {
  if (plan.movesRegisters())
    NVVM::SetMaxRegisterOp::create(e.b, 232,
                                   NVVM::SetMaxRegisterAction::increase);
  // Extras may be results of the kernel before.
  if (!spec.extras.empty())
    NVVM::GriddepcontrolOp::create(e.b, NVVM::GridDepActionKind::wait);
  Value zero = e.constant(0);
  e.loop(block, e.constant(plan.rowTiles), workers, {zero, zero},
         [&](Value tile, ValueRange state) -> Values {
           RingPlace place{state[0], state[1]};
           emitTile(tile, place);
           return {place.stage, place.parity};
         });
}
