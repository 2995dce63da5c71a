//===- BalanceThreads.cpp - Iterations for threads that are free -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop whose iterations are dealt out in advance takes as long as its slowest
// thread, and cores that share a machine with others are rarely equally fast.
// The runtime's own dynamic schedules cost several microseconds per loop, as long
// as some of the loops take, and lose the locality of a share per thread.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace sparseopt {
#define GEN_PASS_DEF_BALANCETHREADSPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;
using Values = SmallVector<Value>;

/// Shares of a loop. Threads beyond that number begin with a share of another.
static constexpr int64_t kMaxShares = 16;

/// Elements of a cache line: counters must not move from core to core together.
static constexpr int64_t kCounterStride = 8;

namespace {

struct BalanceThreads
    : public sparseopt::impl::BalanceThreadsPassBase<BalanceThreads> {
protected:
  void runOnOperation() override;
};

} // namespace

/// The worksharing loop at the end of a parallel region, whose barrier is that of
/// the region; null if there is none or it does more than run its iterations.
static omp::WsloopOp getOnlyLoop(omp::ParallelOp parallel) {
  if (!llvm::hasSingleElement(parallel.getRegion()) ||
      parallel->getParentOfType<omp::ParallelOp>())
    return {};
  Block &body = parallel.getRegion().front();
  auto loops = body.getOps<omp::WsloopOp>();
  if (!llvm::hasSingleElement(loops))
    return {};
  omp::WsloopOp loop = *loops.begin();
  bool isPlain = loop->getNumOperands() == 0 && !loop.getScheduleKind() &&
                 !loop.getOrdered() && !loop.getPrivateSymsAttr() &&
                 loop->getNextNode() == body.getTerminator();
  auto nest = dyn_cast<omp::LoopNestOp>(loop.getWrappedLoop());
  bool isIndex = nest && !nest.getLoopInclusive() &&
                 llvm::hasSingleElement(nest.getRegion()) &&
                 llvm::all_of(nest.getIVs(),
                              [](Value iv) { return iv.getType().isIndex(); });
  return isPlain && isIndex ? loop : omp::WsloopOp();
}

/// One counter per share, for all loops of a function: they do not overlap.
static Value createCounters(FunctionOpInterface function) {
  auto builder =
      ImplicitLocOpBuilder::atBlockBegin(function.getLoc(), &function.front());
  auto type =
      MemRefType::get({kMaxShares * kCounterStride}, builder.getI64Type());
  return memref::AllocaOp::create(builder, type, builder.getI64IntegerAttr(64));
}

/// Calls a function of the OpenMP runtime that returns an int.
static Value callRuntime(ImplicitLocOpBuilder &builder, StringRef name) {
  Operation *table = SymbolTable::getNearestSymbolTable(
      builder.getInsertionBlock()->getParentOp());
  auto function =
      cast_or_null<func::FuncOp>(SymbolTable::lookupSymbolIn(table, name));
  if (!function) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&table->getRegion(0).front());
    auto type = builder.getFunctionType({}, builder.getI32Type());
    function = func::FuncOp::create(builder, name, type);
    function.setPrivate();
  }
  Value result =
      func::CallOp::create(builder, function, ValueRange()).getResult(0);
  return arith::IndexCastOp::create(builder, builder.getIndexType(), result);
}

/// The induction variables of iteration `index`, the last loop varying fastest.
static Values getIndices(OpBuilder &b, Location loc, omp::LoopNestOp nest,
                         ArrayRef<Value> sizes, Value index) {
  Values ivs(sizes.size());
  for (size_t i = sizes.size(); i-- > 0;) {
    Value part = index;
    if (i > 0) {
      part = arith::RemUIOp::create(b, loc, index, sizes[i]);
      index = arith::DivUIOp::create(b, loc, index, sizes[i]);
    }
    Value offset = arith::MulIOp::create(b, loc, part, nest.getLoopSteps()[i]);
    ivs[i] =
        arith::AddIOp::create(b, loc, nest.getLoopLowerBounds()[i], offset);
  }
  return ivs;
}

/// Iterations of each loop of the nest.
static Values getSizes(ImplicitLocOpBuilder &b, omp::LoopNestOp nest) {
  Values sizes;
  Value zero = arith::ConstantIndexOp::create(b, 0);
  for (auto [lower, upper, step] :
       llvm::zip_equal(nest.getLoopLowerBounds(), nest.getLoopUpperBounds(),
                       nest.getLoopSteps())) {
    Value range = arith::SubIOp::create(b, upper, lower);
    Value size = arith::CeilDivSIOp::create(b, range, step);
    sizes.push_back(arith::MaxSIOp::create(b, size, zero));
  }
  return sizes;
}

/// Takes the iterations of the share [begin, end) until none is left.
static void takeShare(ImplicitLocOpBuilder &builder, omp::LoopNestOp nest,
                      ArrayRef<Value> sizes, Value counters, Value counter,
                      Value begin, Value end) {
  Value one = arith::ConstantIntOp::create(builder, builder.getI64Type(), 1);
  auto takeNext = [&](OpBuilder &b, Location loc, ValueRange) {
    Value taken = memref::AtomicRMWOp::create(
        b, loc, arith::AtomicRMWKind::addi, one, counters, counter);
    Value index = arith::IndexCastOp::create(b, loc, b.getIndexType(), taken);
    index = arith::AddIOp::create(b, loc, begin, index);
    Value isLeft =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, index, end);
    scf::ConditionOp::create(b, loc, isLeft, index);
  };
  auto runIteration = [&](OpBuilder &b, Location loc, ValueRange taken) {
    Values ivs = getIndices(b, loc, nest, sizes, taken.front());
    Block &body = nest.getRegion().front();
    body.getTerminator()->erase();
    IRRewriter rewriter(b.getContext());
    rewriter.inlineBlockBefore(&body, b.getInsertionBlock(),
                               b.getInsertionPoint(), ivs);
    b.setInsertionPointToEnd(b.getInsertionBlock());
    scf::YieldOp::create(b, loc);
  };
  scf::WhileOp::create(builder, TypeRange(builder.getIndexType()), ValueRange(),
                       takeNext, runIteration);
}

/// Sets the counters to zero in front of the region, in which each thread takes
/// its own share and then what is left of the others'.
static void shareIterations(omp::ParallelOp parallel, omp::WsloopOp loop,
                            Value counters) {
  ImplicitLocOpBuilder b(loop.getLoc(), parallel);
  Value none = arith::ConstantIntOp::create(b, b.getI64Type(), 0);
  for (int64_t share = 0; share < kMaxShares; ++share) {
    Value place = arith::ConstantIndexOp::create(b, share * kCounterStride);
    memref::StoreOp::create(b, none, counters, place);
  }

  b.setInsertionPoint(loop);
  auto nest = cast<omp::LoopNestOp>(loop.getWrappedLoop());
  Values sizes = getSizes(b, nest);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value total = one;
  for (Value size : sizes)
    total = arith::MulIOp::create(b, total, size);
  Value shares =
      arith::MinSIOp::create(b, callRuntime(b, "omp_get_num_threads"),
                             arith::ConstantIndexOp::create(b, kMaxShares));
  Value thread = callRuntime(b, "omp_get_thread_num");
  auto visit = scf::ForOp::create(b, zero, shares, one);
  b.setInsertionPointToStart(visit.getBody());
  Value place = arith::AddIOp::create(b, thread, visit.getInductionVar());
  Value share = arith::RemUIOp::create(b, place, shares);
  auto getBound = [&](Value index) -> Value {
    Value product = arith::MulIOp::create(b, total, index);
    return arith::DivUIOp::create(b, product, shares);
  };
  Value begin = getBound(share);
  Value end = getBound(arith::AddIOp::create(b, share, one));
  Value stride = arith::ConstantIndexOp::create(b, kCounterStride);
  Value counter = arith::MulIOp::create(b, share, stride);
  takeShare(b, nest, sizes, counters, counter, begin, end);
  loop.erase();
}

void BalanceThreads::runOnOperation() {
  llvm::MapVector<FunctionOpInterface, SmallVector<omp::ParallelOp>> regions;
  getOperation()->walk([&](omp::ParallelOp parallel) {
    if (getOnlyLoop(parallel))
      regions[parallel->getParentOfType<FunctionOpInterface>()].push_back(
          parallel);
  });
  for (auto &[function, parallels] : regions) {
    Value counters = createCounters(function);
    for (omp::ParallelOp parallel : parallels)
      shareIterations(parallel, getOnlyLoop(parallel), counters);
  }
}
