//===- HoistAllocations.cpp - Buffers of loops leave the loops --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop nest without allocations can become a function on pointers, and its
// buffers can be planned with all others. What runs in parallel needs one buffer per
// iteration.
//
//===----------------------------------------------------------------------===//

#include "EntryFunctions.h"

#include "sparse-opt/Transforms/Lower/EntryAttributes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

namespace sparseopt {
#define GEN_PASS_DEF_HOISTALLOCATIONSPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

class AllocationHoister {
public:
  AllocationHoister(func::FuncOp entry, int64_t stackLimit)
      : entry(entry), builder(entry.getContext()), stackLimit(stackLimit) {}

  LogicalResult run();

private:
  LogicalResult hoist(memref::AllocOp alloc);
  bool moveOut(memref::AllocOp alloc, Operation *top);
  void moveToStack(memref::AllocOp alloc, scf::ParallelOp loop, int64_t bytes);
  FailureOr<Value> createBytesPerIteration(memref::AllocOp alloc,
                                           sparseopt::SizeCloner &cloner);
  FailureOr<Value> createNumIterations(ArrayRef<scf::ParallelOp> loops,
                                       sparseopt::SizeCloner &cloner);
  Value createIteration(Location loc, ArrayRef<scf::ParallelOp> loops);
  void replaceBySlice(memref::AllocOp alloc, Value memory, Value offset);

  func::FuncOp entry;
  OpBuilder builder;
  int64_t stackLimit;
};

int64_t getElementBytes(MemRefType type) {
  if (type.getElementType().isIndex())
    return 8;
  return llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

/// Parallel loops around `op`, outermost first.
SmallVector<scf::ParallelOp> getParallelLoops(Operation *op) {
  SmallVector<scf::ParallelOp> loops;
  while (auto loop = op->getParentOfType<scf::ParallelOp>()) {
    loops.insert(loops.begin(), loop);
    op = loop;
  }
  return loops;
}

/// The largest value that a size takes; nullopt if there is no constant bound.
std::optional<int64_t> getBound(OpFoldResult size) {
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB, size, /*stopCondition=*/nullptr,
      /*closedUB=*/true);
  if (failed(bound))
    return std::nullopt;
  return std::max<int64_t>(*bound, 0);
}

/// The most bytes that the buffer has in any iteration.
std::optional<int64_t> getMaxBytes(memref::AllocOp alloc) {
  int64_t bytes = getElementBytes(alloc.getType());
  for (OpFoldResult size : alloc.getMixedSizes()) {
    std::optional<int64_t> bound = getBound(size);
    if (!bound)
      return std::nullopt;
    bytes *= *bound;
  }
  return bytes;
}

} // namespace

/// Moves an allocation whose sizes are known before the loops; false if they
/// are not.
bool AllocationHoister::moveOut(memref::AllocOp alloc, Operation *top) {
  for (Value size : alloc.getDynamicSizes())
    if (!sparseopt::dependsOnDimsOnly(entry, size))
      return false;
  builder.setInsertionPoint(top);
  sparseopt::SizeCloner cloner(
      entry, builder, [&](BlockArgument arg, int64_t dim) -> Value {
        return memref::DimOp::create(builder, arg.getLoc(), arg, dim);
      });
  for (OpOperand &operand : alloc->getOpOperands()) {
    FailureOr<Value> size = cloner.clone(operand.get());
    if (failed(size))
      return false;
    operand.set(*size);
  }
  alloc->moveBefore(top);
  return true;
}

/// Replaces an allocation by a view of a buffer of bytes.
void AllocationHoister::replaceBySlice(memref::AllocOp alloc, Value memory,
                                       Value offset) {
  Value view = memref::ViewOp::create(builder, alloc.getLoc(), alloc.getType(),
                                      memory, offset, alloc.getDynamicSizes());
  alloc.replaceAllUsesWith(view);
  alloc.erase();
}

/// At the start of the loop's body: an inner sequential loop must not let the
/// stack grow.
void AllocationHoister::moveToStack(memref::AllocOp alloc, scf::ParallelOp loop,
                                    int64_t bytes) {
  builder.setInsertionPointToStart(loop.getBody());
  auto type = MemRefType::get({bytes}, builder.getI8Type());
  Value memory = memref::AllocaOp::create(
      builder, alloc.getLoc(), type,
      builder.getI64IntegerAttr(sparseopt::kBufferAlignment));
  builder.setInsertionPoint(alloc);
  replaceBySlice(alloc, memory,
                 arith::ConstantIndexOp::create(builder, alloc.getLoc(), 0));
}

/// Bytes of one iteration's buffer, a multiple of the alignment, computed
/// before the loops.
FailureOr<Value>
AllocationHoister::createBytesPerIteration(memref::AllocOp alloc,
                                           sparseopt::SizeCloner &cloner) {
  Location loc = alloc.getLoc();
  int64_t constant = getElementBytes(alloc.getType());
  for (int64_t dim : alloc.getType().getShape())
    if (!ShapedType::isDynamic(dim))
      constant *= dim;
  SmallVector<Value> factors;
  for (Value size : alloc.getDynamicSizes()) {
    if (sparseopt::dependsOnDimsOnly(entry, size)) {
      FailureOr<Value> copy = cloner.clone(size);
      if (failed(copy))
        return failure();
      factors.push_back(*copy);
    } else if (std::optional<int64_t> bound = getBound(size)) {
      constant *= *bound;
    } else {
      return failure();
    }
  }
  Value bytes = arith::ConstantIndexOp::create(
      builder, loc, llvm::alignTo(constant, sparseopt::kBufferAlignment));
  for (Value factor : factors)
    bytes = arith::MulIOp::create(builder, loc, bytes, factor);
  return bytes;
}

FailureOr<Value>
AllocationHoister::createNumIterations(ArrayRef<scf::ParallelOp> loops,
                                       sparseopt::SizeCloner &cloner) {
  Value count = arith::ConstantIndexOp::create(builder, entry.getLoc(), 1);
  for (scf::ParallelOp loop : loops)
    for (auto [lower, upper, step] : llvm::zip_equal(
             loop.getLowerBound(), loop.getUpperBound(), loop.getStep())) {
      Location loc = loop.getLoc();
      FailureOr<Value> from = cloner.clone(lower), to = cloner.clone(upper),
                       by = cloner.clone(step);
      if (failed(from) || failed(to) || failed(by))
        return failure();
      Value distance = arith::SubIOp::create(builder, loc, *to, *from);
      Value trips = arith::CeilDivUIOp::create(builder, loc, distance, *by);
      count = arith::MulIOp::create(builder, loc, count, trips);
    }
  return count;
}

/// Number of the current iteration, over all loops.
Value AllocationHoister::createIteration(Location loc,
                                         ArrayRef<scf::ParallelOp> loops) {
  Value number = arith::ConstantIndexOp::create(builder, loc, 0);
  for (scf::ParallelOp loop : loops)
    for (auto [iv, lower, upper, step] :
         llvm::zip_equal(loop.getInductionVars(), loop.getLowerBound(),
                         loop.getUpperBound(), loop.getStep())) {
      Value range = arith::SubIOp::create(builder, loc, upper, lower);
      Value trips = arith::CeilDivUIOp::create(builder, loc, range, step);
      Value distance = arith::SubIOp::create(builder, loc, iv, lower);
      Value index = arith::DivUIOp::create(builder, loc, distance, step);
      number = arith::AddIOp::create(
          builder, loc, arith::MulIOp::create(builder, loc, number, trips),
          index);
    }
  return number;
}

LogicalResult AllocationHoister::hoist(memref::AllocOp alloc) {
  if (!alloc.getType().getLayout().isIdentity())
    return alloc.emitOpError("has a layout other than row-major");
  Operation *top = entry.front().findAncestorOpInBlock(*alloc);
  SmallVector<scf::ParallelOp> loops = getParallelLoops(alloc);
  if (loops.empty() && moveOut(alloc, top))
    return success();
  std::optional<int64_t> maxBytes = getMaxBytes(alloc);
  if (!loops.empty() && maxBytes && *maxBytes <= stackLimit) {
    moveToStack(alloc, loops.back(), *maxBytes);
    return success();
  }

  builder.setInsertionPoint(top);
  sparseopt::SizeCloner cloner(
      entry, builder, [&](BlockArgument arg, int64_t dim) -> Value {
        return memref::DimOp::create(builder, arg.getLoc(), arg, dim);
      });
  FailureOr<Value> bytes = createBytesPerIteration(alloc, cloner);
  if (failed(bytes))
    return alloc.emitOpError(
        "has a size that is neither a function of the dimensions of the "
        "inputs nor bounded by a constant");
  FailureOr<Value> count = createNumIterations(loops, cloner);
  if (failed(count))
    return alloc.emitOpError(
        "is in a parallel loop whose number of iterations is not a function of "
        "the dimensions of the inputs");
  Location loc = alloc.getLoc();
  Value total = arith::MulIOp::create(builder, loc, *bytes, *count);
  Value memory = memref::AllocOp::create(
      builder, loc,
      MemRefType::get({ShapedType::kDynamic}, builder.getI8Type()), total);
  builder.setInsertionPoint(alloc);
  Value offset =
      arith::MulIOp::create(builder, loc, createIteration(loc, loops), *bytes);
  replaceBySlice(alloc, memory, offset);
  return success();
}

LogicalResult AllocationHoister::run() {
  if (failed(sparseopt::simplifyDims(entry)))
    return entry.emitOpError("sizes of buffers could not be simplified");
  // Buffers live until the end of the plan; nothing is freed in between.
  entry.walk([](memref::DeallocOp dealloc) { dealloc.erase(); });
  SmallVector<memref::AllocOp> allocs;
  entry.walk([&](memref::AllocOp alloc) {
    if (alloc->getBlock() != &entry.front())
      allocs.push_back(alloc);
  });
  for (memref::AllocOp alloc : allocs)
    if (failed(hoist(alloc)))
      return failure();
  return success();
}

namespace {

struct HoistAllocations
    : public sparseopt::impl::HoistAllocationsPassBase<HoistAllocations> {
  using HoistAllocationsPassBase::HoistAllocationsPassBase;

protected:
  void runOnOperation() override {
    for (func::FuncOp entry : sparseopt::getEntries(getOperation()))
      if (failed(AllocationHoister(entry, stackLimit).run()))
        return signalPassFailure();
  }
};

} // namespace
