//===- KernelBuilder.cpp - One linalg op as a kernel ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads are numbered along the innermost parallel dimension first, so that
// neighbours touch neighbouring elements; along a contiguous reduction the
// threads of a block do so.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"

#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace {

constexpr int64_t kThreads = 256;
/// Reductions below this many elements get one warp.
constexpr int64_t kWideReduction = 1024;
constexpr int64_t kWarp = 32;

/// How a result is reduced.
struct Reduction {
  /// What each iteration contributes, and the operation that adds it.
  Value contribution;
  Operation *combiner = nullptr;
};

/// A copy of the body.
struct Iteration {
  IRMapping mapping;
  SmallVector<Value> results;
};

class KernelBuilder {
public:
  KernelBuilder(OpBuilder &builder, linalg::GenericOp op)
      : builder(op.getLoc(), builder), op(op) {}

  gpu::LaunchOp build();

private:
  bool findReductions();
  bool readsAlongReduction();
  gpu::LaunchOp createLaunch(Value blocks, int64_t threads);
  Value createProduct(ArrayRef<Value> values);
  void splitIndex(Value linear, ArrayRef<unsigned> dims);
  SmallVector<Value> createIndices(AffineMap map);
  Iteration cloneBody(ValueRange accumulators);
  SmallVector<Value> accumulate(ValueRange accumulators);
  Value loadElement(OpOperand *init);
  void storeElement(OpOperand *init, Value value);
  Value convertFloat(Value value, Type type);
  Value createCombine(const Reduction &reduction, Value accumulator,
                      Value contribution);
  void storeResults(ValueRange values);
  SmallVector<Value> loadResults();
  SmallVector<Value> loopOverReduction(ArrayRef<unsigned> dims,
                                       ValueRange accumulators);
  void buildOnePerThread();
  void buildOnePerBlock(int64_t threads);

  ImplicitLocOpBuilder builder;
  linalg::GenericOp op;
  SmallVector<Value> sizes;
  /// The value of each dimension in the iteration at hand.
  SmallVector<Value> indices;
  SmallVector<unsigned> parallelDims, reductionDims;
  /// Results that are reduced, and those that each iteration writes.
  SmallVector<OpOperand *> reduced, streamed;
  /// How each of `reduced` is, if that is known.
  SmallVector<Reduction> reductions;
  gpu::LaunchOp launch;
};

std::optional<gpu::AllReduceOperation> getAllReduce(Operation *combiner) {
  return llvm::TypeSwitch<Operation *, std::optional<gpu::AllReduceOperation>>(
             combiner)
      .Case<arith::AddFOp, arith::AddIOp>(
          [](auto) { return gpu::AllReduceOperation::ADD; })
      .Case<arith::MulFOp, arith::MulIOp>(
          [](auto) { return gpu::AllReduceOperation::MUL; })
      .Case([](arith::MaximumFOp) { return gpu::AllReduceOperation::MAXIMUMF; })
      .Case([](arith::MinimumFOp) { return gpu::AllReduceOperation::MINIMUMF; })
      .Case([](arith::MaxNumFOp) { return gpu::AllReduceOperation::MAXNUMF; })
      .Case([](arith::MinNumFOp) { return gpu::AllReduceOperation::MINNUMF; })
      .Case([](arith::MaxSIOp) { return gpu::AllReduceOperation::MAXSI; })
      .Case([](arith::MinSIOp) { return gpu::AllReduceOperation::MINSI; })
      .Default([](Operation *) { return std::nullopt; });
}

/// Sums of 16-bit floats are kept in 32 bits.
Type getWideType(Type type) {
  return type.isF16() || type.isBF16() ? Float32Type::get(type.getContext())
                                       : type;
}

bool isShuffled(Type type) {
  return isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type) ||
         type.isInteger(32) || type.isInteger(64);
}

} // namespace

Value KernelBuilder::convertFloat(Value value, Type type) {
  if (value.getType() == type)
    return value;
  if (value.getType().getIntOrFloatBitWidth() < type.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(builder, type, value);
  return arith::TruncFOp::create(builder, type, value);
}

/// The reduction's operation in the type of the accumulator.
Value KernelBuilder::createCombine(const Reduction &reduction,
                                   Value accumulator, Value contribution) {
  OperationState state(op.getLoc(), reduction.combiner->getName(),
                       {accumulator, contribution}, {accumulator.getType()},
                       reduction.combiner->getAttrs());
  return builder.create(state)->getResult(0);
}

/// Whether every result is reduced by one operation that a block can do.
bool KernelBuilder::findReductions() {
  for (OpOperand *init : reduced) {
    BlockArgument arg = op.getMatchingBlockArgument(init);
    SmallVector<Operation *> combiners;
    unsigned position = arg.getArgNumber() - op.getNumDpsInputs();
    Value contribution =
        matchReduction(op.getRegionOutputArgs(), position, combiners);
    if (!contribution || combiners.size() != 1 || !arg.hasOneUse() ||
        !isShuffled(arg.getType()) || !getAllReduce(combiners.front()) ||
        !arith::getNeutralElement(combiners.front())) {
      reductions.clear();
      return false;
    }
    reductions.push_back({contribution, combiners.front()});
  }
  return true;
}

/// Whether some input is contiguous along a reduction.
bool KernelBuilder::readsAlongReduction() {
  for (OpOperand *input : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(input);
    if (map.getNumResults() == 0)
      continue;
    auto last = dyn_cast<AffineDimExpr>(map.getResult(map.getNumResults() - 1));
    if (last && llvm::is_contained(reductionDims, last.getPosition()))
      return true;
  }
  return false;
}

gpu::LaunchOp KernelBuilder::createLaunch(Value blocks, int64_t threads) {
  Value one = arith::ConstantIndexOp::create(builder, 1);
  Value count = arith::ConstantIndexOp::create(builder, threads);
  return gpu::LaunchOp::create(builder, blocks, one, one, count, one, one);
}

Value KernelBuilder::createProduct(ArrayRef<Value> values) {
  Value product = arith::ConstantIndexOp::create(builder, 1);
  for (Value value : values)
    product = arith::MulIOp::create(builder, product, value);
  return product;
}

/// Sets `indices` of `dims` (outermost first) from the number of an iteration.
void KernelBuilder::splitIndex(Value linear, ArrayRef<unsigned> dims) {
  for (unsigned dim : llvm::reverse(dims)) {
    if (dim == dims.front()) {
      indices[dim] = linear;
      break;
    }
    indices[dim] = arith::RemUIOp::create(builder, linear, sizes[dim]);
    linear = arith::DivUIOp::create(builder, linear, sizes[dim]);
  }
}

SmallVector<Value> KernelBuilder::createIndices(AffineMap map) {
  SmallVector<Value> results;
  for (AffineExpr expr : map.getResults()) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      results.push_back(indices[dim.getPosition()]);
    else
      results.push_back(affine::AffineApplyOp::create(
          builder, AffineMap::get(map.getNumDims(), 0, expr), indices));
  }
  return results;
}

/// Computes one iteration and writes what is streamed; the results are the new
/// accumulators.
Iteration KernelBuilder::cloneBody(ValueRange accumulators) {
  Iteration iteration;
  IRMapping &mapping = iteration.mapping;
  Block *body = op.getBlock();
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument arg = op.getMatchingBlockArgument(input);
    if (arg.use_empty())
      continue;
    Value value = input->get();
    if (isa<MemRefType>(value.getType()))
      value = memref::LoadOp::create(
          builder, value, createIndices(op.getMatchingIndexingMap(input)));
    mapping.map(arg, value);
  }
  for (auto [init, accumulator] : llvm::zip_equal(reduced, accumulators))
    mapping.map(op.getMatchingBlockArgument(init), accumulator);
  for (OpOperand *init : streamed)
    if (BlockArgument arg = op.getMatchingBlockArgument(init); !arg.use_empty())
      mapping.map(arg, loadElement(init));
  for (Operation &inner : body->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      mapping.map(index.getResult(), indices[index.getDim()]);
      continue;
    }
    builder.clone(inner, mapping);
  }
  auto lookup = [&](OpOperand *init) {
    return mapping.lookupOrDefault(op.getMatchingYieldValue(init)->get());
  };
  for (OpOperand *init : streamed)
    storeElement(init, lookup(init));
  for (OpOperand *init : reduced)
    iteration.results.push_back(lookup(init));
  return iteration;
}

Value KernelBuilder::loadElement(OpOperand *init) {
  return memref::LoadOp::create(builder, init->get(),
                                createIndices(op.getMatchingIndexingMap(init)));
}

void KernelBuilder::storeElement(OpOperand *init, Value value) {
  Type type = getElementTypeOrSelf(init->get().getType());
  memref::StoreOp::create(builder, convertFloat(value, type), init->get(),
                          createIndices(op.getMatchingIndexingMap(init)));
}

/// Results as they were, in the type that sums are kept in.
SmallVector<Value> KernelBuilder::loadResults() {
  SmallVector<Value> values;
  for (OpOperand *init : reduced) {
    Value value = loadElement(init);
    values.push_back(reductions.empty()
                         ? value
                         : convertFloat(value, getWideType(value.getType())));
  }
  return values;
}

void KernelBuilder::storeResults(ValueRange values) {
  for (auto [init, value] : llvm::zip_equal(reduced, values))
    storeElement(init, value);
}

/// One iteration added to the accumulators. A recognised reduction is done in
/// the type of the accumulators, which may be wider than that of the body.
SmallVector<Value> KernelBuilder::accumulate(ValueRange accumulators) {
  if (reductions.empty())
    return cloneBody(accumulators).results;
  SmallVector<Value> neutral;
  for (Reduction &reduction : reductions)
    neutral.push_back(arith::ConstantOp::create(
        builder, *arith::getNeutralElement(reduction.combiner)));
  IRMapping values = cloneBody(neutral).mapping;
  SmallVector<Value> results;
  for (auto [reduction, accumulator] :
       llvm::zip_equal(reductions, accumulators)) {
    Value contribution = values.lookupOrDefault(reduction.contribution);
    results.push_back(
        createCombine(reduction, accumulator,
                      convertFloat(contribution, accumulator.getType())));
  }
  return results;
}

/// Loops over the dimensions, innermost last; returns the final accumulators.
SmallVector<Value> KernelBuilder::loopOverReduction(ArrayRef<unsigned> dims,
                                                    ValueRange accumulators) {
  if (dims.empty())
    return accumulate(accumulators);
  Value zero = arith::ConstantIndexOp::create(builder, 0);
  Value one = arith::ConstantIndexOp::create(builder, 1);
  auto loop =
      scf::ForOp::create(builder, zero, sizes[dims.front()], one, accumulators);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  indices[dims.front()] = loop.getInductionVar();
  SmallVector<Value> results =
      loopOverReduction(dims.drop_front(), loop.getRegionIterArgs());
  scf::YieldOp::create(builder, results);
  return loop.getResults();
}

/// Each thread computes one element of the results.
void KernelBuilder::buildOnePerThread() {
  SmallVector<Value> extents;
  for (unsigned dim : parallelDims)
    extents.push_back(sizes[dim]);
  Value total = createProduct(extents);
  Value threads = arith::ConstantIndexOp::create(builder, kThreads);
  Value blocks = arith::CeilDivUIOp::create(builder, total, threads);
  launch = createLaunch(blocks, kThreads);
  builder.setInsertionPointToStart(&launch.getBody().front());
  Value width = arith::ConstantIndexOp::create(builder, kThreads);
  Value first = arith::MulIOp::create(builder, launch.getBlockIds().x, width);
  Value linear = arith::AddIOp::create(builder, first, launch.getThreadIds().x);
  Value inside =
      arith::CmpIOp::create(builder, arith::CmpIPredicate::ult, linear, total);
  auto branch = scf::IfOp::create(builder, inside, /*withElseRegion=*/false);
  gpu::TerminatorOp::create(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  splitIndex(linear, parallelDims);
  storeResults(loopOverReduction(reductionDims, loadResults()));
}

/// Each block computes one element of the results.
void KernelBuilder::buildOnePerBlock(int64_t threads) {
  SmallVector<Value> extents, depths;
  for (unsigned dim : parallelDims)
    extents.push_back(sizes[dim]);
  for (unsigned dim : reductionDims)
    depths.push_back(sizes[dim]);
  Value blocks = createProduct(extents), depth = createProduct(depths);
  launch = createLaunch(blocks, threads);
  builder.setInsertionPointToStart(&launch.getBody().front());
  splitIndex(launch.getBlockIds().x, parallelDims);
  Value thread = launch.getThreadIds().x;
  Value step = arith::ConstantIndexOp::create(builder, threads);
  SmallVector<Value> neutral;
  for (Reduction &reduction : reductions) {
    Value value = arith::ConstantOp::create(
        builder, *arith::getNeutralElement(reduction.combiner));
    neutral.push_back(convertFloat(value, getWideType(value.getType())));
  }
  auto loop = scf::ForOp::create(builder, thread, depth, step, neutral);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    splitIndex(loop.getInductionVar(), reductionDims);
    scf::YieldOp::create(builder, accumulate(loop.getRegionIterArgs()));
  }
  SmallVector<Value> sums;
  for (auto [reduction, value] : llvm::zip_equal(reductions, loop.getResults()))
    sums.push_back(gpu::AllReduceOp::create(
        builder, value,
        gpu::AllReduceOperationAttr::get(builder.getContext(),
                                         *getAllReduce(reduction.combiner)),
        builder.getUnitAttr()));
  Value zero = arith::ConstantIndexOp::create(builder, 0);
  Value isFirst =
      arith::CmpIOp::create(builder, arith::CmpIPredicate::eq, thread, zero);
  auto branch = scf::IfOp::create(builder, isFirst, /*withElseRegion=*/false);
  gpu::TerminatorOp::create(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  SmallVector<Value> results = loadResults();
  for (auto [reduction, result, sum] :
       llvm::zip_equal(reductions, results, sums))
    result = createCombine(reduction, result, sum);
  storeResults(results);
}

gpu::LaunchOp KernelBuilder::build() {
  for (auto [i, kind] : llvm::enumerate(op.getIteratorTypesArray()))
    (kind == utils::IteratorType::reduction ? reductionDims : parallelDims)
        .push_back(unsigned(i));
  for (OpOperand &init : op.getDpsInitsMutable()) {
    AffineMap map = op.getMatchingIndexingMap(&init);
    if (!map.isProjectedPermutation()) {
      op.emitOpError("writes its result in an order that no kernel has");
      return nullptr;
    }
    bool isStreamed = llvm::any_of(
        reductionDims, [&](unsigned dim) { return map.isFunctionOfDim(dim); });
    (isStreamed || reductionDims.empty() ? streamed : reduced).push_back(&init);
  }
  auto linalgOp = cast<linalg::LinalgOp>(op.getOperation());
  for (Range range : linalgOp.createLoopRanges(builder, op.getLoc()))
    sizes.push_back(
        getValueOrCreateConstantIndexOp(builder, op.getLoc(), range.size));
  indices.resize(sizes.size());
  bool known = !reductionDims.empty() && findReductions();
  if (!known || !readsAlongReduction()) {
    buildOnePerThread();
    return launch;
  }
  int64_t depth = 1;
  SmallVector<int64_t> ranges = linalgOp.getStaticLoopRanges();
  for (unsigned dim : reductionDims)
    depth = ShapedType::isDynamic(ranges[dim]) ? kWideReduction
                                               : depth * ranges[dim];
  buildOnePerBlock(depth < kWideReduction ? kWarp : kThreads);
  return launch;
}

namespace sparseopt {

gpu::LaunchOp buildLaunch(OpBuilder &builder, linalg::GenericOp op) {
  return KernelBuilder(builder, op).build();
}

gpu::LaunchOp buildSingleThread(OpBuilder &builder, Location loc) {
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  auto launch =
      gpu::LaunchOp::create(builder, loc, one, one, one, one, one, one);
  builder.setInsertionPointToStart(&launch.getBody().front());
  auto end = gpu::TerminatorOp::create(builder, loc);
  builder.setInsertionPoint(end);
  return launch;
}

} // namespace sparseopt
