//===- StreamProducer.cpp - Copies of the streaming kernel ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Set-up of a block and the role of its copying warp: weights and inputs of each
// stage. The weights of the first stages are requested before the kernel waits for
// the one before it, which does not write weights.
//
//===----------------------------------------------------------------------===//

#include "WgmmaStream.h"

#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;
using arith::CmpIPredicate;

StreamKernel::StreamKernel(DeviceEmitter &e, const KernelSpec &spec,
                           const StreamPlan &plan)
    : e(e), spec(spec), plan(plan), ring(e, plan.ring) {}

LLVM::LLVMFuncOp StreamKernel::emit(StringRef name) {
  OpBuilder::InsertionGuard guard(e.b);
  LLVM::LLVMFuncOp kernel =
      createKernel(e, name, spec.extras.size(), plan.getThreads());
  emitBody(kernel);
  return kernel;
}

void StreamKernel::emitBody(LLVM::LLVMFuncOp kernel) {
  arguments = KernelArguments(kernel);
  emitSetup();
  Value copies = e.cmp(CmpIPredicate::uge, warp, 4 * plan.ring.groups);
  e.ifThen(copies, [&] { emitProducer(); }, [&] { emitConsumer(); });
  LLVM::ReturnOp::create(e.b, ValueRange());
}

//===----------------------------------------------------------------------===//
// Set-up
//===----------------------------------------------------------------------===//

void StreamKernel::emitSetup() {
  NVVM::GriddepcontrolOp::create(e.b,
                                 NVVM::GridDepActionKind::launch_dependents);
  ring.initialize();
  thread = NVVM::ThreadIdXOp::create(e.b, e.i32);
  block = NVVM::BlockIdXOp::create(e.b, e.i32);
  workers = NVVM::GridDimXOp::create(e.b, e.i32);
  token0 = e.mul(NVVM::BlockIdYOp::create(e.b, e.i32), plan.ring.tokens);
  warp = e.getUniformWarp(thread);
  lane = e.bitAnd(thread, 31);
  leader = e.both(e.cmp(CmpIPredicate::eq, warp, 4 * plan.ring.groups),
                  e.cmp(CmpIPredicate::eq, lane, 0));
  policy = nvsp::EvictFirstPolicyOp::create(e.b, e.i64);
  e.ifThen(leader, [&] {
    ring.initBarriers(4 * plan.ring.groups);
    NVVM::FenceMbarrierInitOp::create(e.b);
    NVVM::PrefetchOp::create(e.b, NVVM::PrefetchCacheLevelAttr(),
                             NVVM::CacheEvictionPriorityAttr(), arguments.x,
                             Value(), e.b.getUnitAttr());
    requestFirstStages();
  });
  NVVM::BarrierOp::create(e.b);
}

void StreamKernel::requestFirstStages() {
  Value tile = block, step = e.constant(0);
  for (int64_t stage = 0; stage < plan.ring.stages; ++stage) {
    e.ifThen(e.cmp(CmpIPredicate::slt, tile, plan.rowTiles), [&] {
      ring.loadWeights(arguments.weight, e.constant(stage), tile, step,
                       plan.steps, policy);
    });
    int64_t next = (stage + 1) % plan.steps;
    step = e.constant(next);
    if (next == 0)
      tile = e.add(tile, workers);
  }
}

//===----------------------------------------------------------------------===//
// The producer
//===----------------------------------------------------------------------===//

void StreamKernel::loadInputs(Value stage, Value step) {
  e.copyTensor(ring.getStage(stage), arguments.x,
               {e.constant(0), token0, e.mul(step, plan.ring.getGranules())},
               ring.getFull(stage));
}

void StreamKernel::emitProducer() {
  if (plan.movesRegisters())
    NVVM::SetMaxRegisterOp::create(e.b, 40,
                                   NVVM::SetMaxRegisterAction::decrease);
  e.ifThen(leader, [&] {
    NVVM::GriddepcontrolOp::create(e.b, NVVM::GridDepActionKind::wait);
    Value zero = e.constant(0), one = e.constant(1);
    // Stage, parity of "empty", and whether the ring was not yet filled once.
    e.loop(block, e.constant(plan.rowTiles), workers, {zero, one, one},
           [&](Value tile, ValueRange outer) {
             return e.loop(zero, e.constant(plan.steps), one, outer,
                           [&](Value step, ValueRange state) -> Values {
                             Value stage = state[0];
                             Value refills =
                                 e.cmp(CmpIPredicate::eq, state[2], 0);
                             e.ifThen(refills, [&] {
                               e.wait(ring.getEmpty(stage), state[1]);
                               ring.loadWeights(arguments.weight, stage, tile,
                                                step, plan.steps, policy);
                             });
                             loadInputs(stage, step);
                             RingPlace next = ring.advance({stage, state[1]});
                             Value wraps =
                                 e.cmp(CmpIPredicate::eq, next.stage, zero);
                             return {next.stage, next.parity,
                                     e.select(wraps, zero, state[2])};
                           });
           });
  });
}
