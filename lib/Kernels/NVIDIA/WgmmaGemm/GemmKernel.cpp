//===- GemmKernel.cpp - 2:4 weights and many tokens on Hopper ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The roles of the persistent kernel: set-up, the warp that copies, and the
// warpgroups that multiply.
//
//===----------------------------------------------------------------------===//

#include "WgmmaGemm.h"

#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;
using arith::CmpIPredicate;

/// Rows of tiles that are worked on at the same time, so that their weights and the
/// activations stay in the second-level cache.
static constexpr int64_t kRasterRows = 8;

GemmKernel::GemmKernel(DeviceEmitter &e, const KernelSpec &spec,
                       const GemmPlan &plan)
    : e(e), spec(spec), plan(plan), ring(e, plan.ring) {}

LLVM::LLVMFuncOp GemmKernel::emit(StringRef name) {
  OpBuilder::InsertionGuard guard(e.b);
  LLVM::LLVMFuncOp kernel =
      createKernel(e, name, spec.extras.size(), plan.getThreads());
  if (plan.cluster > 1)
    kernel->setAttr(
        "nvvm.cluster_dim",
        e.b.getDenseI32ArrayAttr({static_cast<int32_t>(plan.cluster), 1, 1}));
  emitBody(kernel);
  return kernel;
}

void GemmKernel::emitBody(LLVM::LLVMFuncOp kernel) {
  arguments = KernelArguments(kernel);
  emitSetup();
  Value copies = e.cmp(CmpIPredicate::uge, warp, 4 * plan.ring.groups);
  e.ifThen(copies, [&] { emitProducer(); }, [&] { emitConsumer(); });
  // A block must not end while the other one may still write to it.
  if (plan.cluster > 1) {
    NVVM::SyncWarpOp::create(e.b, e.constant(-1));
    syncCluster();
  }
  LLVM::ReturnOp::create(e.b, ValueRange());
}

void GemmKernel::syncCluster() {
  NVVM::ClusterArriveOp::create(e.b, e.b.getUnitAttr());
  NVVM::ClusterWaitOp::create(e.b, e.b.getUnitAttr());
}

void GemmKernel::emitSetup() {
  ring.initialize();
  thread = NVVM::ThreadIdXOp::create(e.b, e.i32);
  warp = e.getUniformWarp(thread);
  lane = e.bitAnd(thread, 31);
  rank = plan.cluster > 1 ? NVVM::ClusterId::create(e.b, e.i32).getResult()
                          : e.constant(0);
  Value rounded = e.add(arguments.tokens, plan.ring.tokens - 1);
  tokenTiles =
      arith::DivUIOp::create(e.b, rounded, e.constant(plan.ring.tokens));
  e.ifThen(e.cmp(CmpIPredicate::eq, thread, 0), [&] {
    NVVM::PrefetchOp::create(e.b, NVVM::PrefetchCacheLevelAttr(),
                             NVVM::CacheEvictionPriorityAttr(), arguments.x,
                             Value(), e.b.getUnitAttr());
    // One thread per warpgroup and block of the cluster releases a stage.
    ring.initBarriers(plan.ring.groups * plan.cluster);
    NVVM::FenceMbarrierInitOp::create(e.b);
  });
  NVVM::BarrierOp::create(e.b);
  if (plan.cluster > 1)
    syncCluster();
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

GemmKernel::Tile GemmKernel::getTile(Value index) {
  auto divide = [&](Value a, Value b) -> Value {
    return arith::DivUIOp::create(e.b, a, b);
  };
  auto remainder = [&](Value a, Value quotient, Value b) -> Value {
    return arith::SubIOp::create(e.b, a, e.mul(quotient, b));
  };
  Value band = e.mul(tokenTiles, kRasterRows);
  Value group = divide(index, band);
  Value inside = remainder(index, group, band);
  Value firstRow = e.mul(group, kRasterRows);
  Value rows = e.min(
      e.constant(kRasterRows),
      arith::SubIOp::create(e.b, e.constant(plan.getClusterRows()), firstRow));
  Value tokens = divide(inside, rows);
  return {e.add(firstRow, remainder(inside, tokens, rows)), tokens};
}

Value GemmKernel::getRowTile(Tile tile) {
  return e.add(e.mul(tile.row, plan.cluster), rank);
}

/// Each cluster takes every n-th tile.
void GemmKernel::forEachTile(
    Value firstParity, llvm::function_ref<RingPlace(Tile, RingPlace)> body) {
  Value block = NVVM::BlockIdXOp::create(e.b, e.i32);
  Value blocks = NVVM::GridDimXOp::create(e.b, e.i32);
  Value cluster = e.constant(plan.cluster);
  Value first = arith::DivUIOp::create(e.b, block, cluster);
  Value step = arith::DivUIOp::create(e.b, blocks, cluster);
  Value tiles = e.mul(tokenTiles, plan.getClusterRows());
  e.loop(first, tiles, step, {e.constant(0), firstParity},
         [&](Value index, ValueRange state) -> Values {
           RingPlace place = body(getTile(index), {state[0], state[1]});
           return {place.stage, place.parity};
         });
}

//===----------------------------------------------------------------------===//
// The producer
//===----------------------------------------------------------------------===//

void GemmKernel::emitProducer() {
  NVVM::SetMaxRegisterOp::create(e.b, 40, NVVM::SetMaxRegisterAction::decrease);
  Value leader = e.both(e.cmp(CmpIPredicate::eq, warp, 4 * plan.ring.groups),
                        e.cmp(CmpIPredicate::eq, lane, 0));
  int64_t part = plan.ring.tokens / plan.cluster;
  Value everyBlock;
  if (plan.cluster > 1)
    everyBlock = arith::ConstantIntOp::create(e.b, e.b.getI16Type(),
                                              (1 << plan.cluster) - 1);
  e.ifThen(leader, [&] {
    NVVM::GriddepcontrolOp::create(e.b, NVVM::GridDepActionKind::wait);
    Value zero = e.constant(0), one = e.constant(1);
    // The first round of the ring does not wait: its barriers are in the phase
    // after parity 1.
    forEachTile(one, [&](Tile tile, RingPlace place) -> RingPlace {
      Value rowTile = getRowTile(tile);
      Value token =
          e.add(e.mul(tile.tokens, plan.ring.tokens), e.mul(rank, part));
      Values end = e.loop(
          zero, e.constant(plan.steps), one, {place.stage, place.parity},
          [&](Value step, ValueRange state) -> Values {
            Value stage = state[0];
            e.wait(ring.getEmpty(stage), state[1]);
            ring.loadWeights(arguments.weight, stage, rowTile, step, plan.steps,
                             Value());
            e.copyTensor(e.add(ring.getStage(stage), e.mul(rank, part * 128)),
                         arguments.x,
                         {zero, token, e.mul(step, plan.ring.getGranules())},
                         ring.getFull(stage), everyBlock);
            RingPlace next = ring.advance({stage, state[1]});
            return {next.stage, next.parity};
          });
      return {end[0], end[1]};
    });
  });
}

//===----------------------------------------------------------------------===//
// The consumers
//===----------------------------------------------------------------------===//

void GemmKernel::release(Value stage, Value condition) {
  Value warpOfGroup = e.bitAnd(warp, 3);
  Value arrives = e.both(e.cmp(CmpIPredicate::eq, lane, 0),
                         e.cmp(CmpIPredicate::ult, warpOfGroup, plan.cluster));
  if (condition)
    arrives = e.both(arrives, condition);
  e.ifThen(arrives, [&] {
    Value barrier = ring.getEmpty(stage);
    if (plan.cluster == 1)
      return e.arrive(barrier);
    Value remote = NVVM::MapaOp::create(e.b, e.getPtr(7), e.sharedPtr(barrier),
                                        warpOfGroup);
    NVVM::MBarrierArriveOp::create(e.b, Type(), remote, Value());
  });
}

/// One warp polls and a barrier tells the others: what warps read from shared memory
/// takes time from the tensor cores.
RingStep GemmKernel::emitStep(RingPlace place, Value acc, ValueRange pending,
                              Value releases) {
  e.ifThen(e.cmp(CmpIPredicate::eq, e.bitAnd(warp, 3), 0),
           [&] { e.wait(ring.getFull(place.stage), place.parity); });
  NVVM::BarrierOp::create(e.b, Type(), e.add(e.shr(warp, 2), 1),
                          e.constant(128), NVVM::BarrierReductionAttr(),
                          Value());
  Values metadata = ring.loadMetadata(place.stage, warp, thread);
  acc = ring.multiply(place.stage, warp, metadata, acc, spec.weightType);
  nvsp::WgmmaWaitOp::create(e.b, 1, ValueRange(), pending);
  release(ring.getPrevious(place.stage), releases);
  return {acc, metadata, ring.advance(place)};
}

void GemmKernel::emitTile(Tile tile, RingPlace &place) {
  Value acc = ring.multiplyAll(
      plan.steps, place,
      [&](RingPlace at, Value sums, ValueRange pending, Value releases) {
        return emitStep(at, sums, pending, releases);
      });
  release(ring.getPrevious(place.stage), Value());

  // Row pointers must not be kept in registers across the loop.
  Value myLane = nvsp::OpaqueOp::create(e.b, e.i32, lane);
  Value row = e.add(e.mul(getRowTile(tile), plan.getRows()), e.mul(warp, 16));
  Value token0 = e.mul(tile.tokens, plan.ring.tokens);
  auto sums = nvsp::AccUnpackOp::create(e.b, acc);
  DeviceEpilogue(e, spec, arguments)
      .store(sums.getResults(), row, token0, myLane);
}

void GemmKernel::emitConsumer() {
  NVVM::SetMaxRegisterOp::create(e.b, 232,
                                 NVVM::SetMaxRegisterAction::increase);
  // Extras may be results of the kernel before.
  if (!spec.extras.empty())
    NVVM::GriddepcontrolOp::create(e.b, NVVM::GridDepActionKind::wait);
  forEachTile(e.constant(0), [&](Tile tile, RingPlace place) {
    emitTile(tile, place);
    return place;
  });
}
