//===- PlanWorkspace.cpp - One workspace instead of allocations -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds when each buffer of an entry is alive, lets WorkspacePlan place
// them, and rewrites allocations to views of the caller's workspace. A buffer
// size is a constant times a product of index values; buffers with the same
// product form a group, and groups lie one after the other.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/EntryAttributes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"
#include "sparse-opt/Transforms/Lower/WorkspacePlan.h"

#include "EntryFunctions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"

#include "llvm/ADT/MapVector.h"

namespace sparseopt {
#define GEN_PASS_DEF_PLANWORKSPACEPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

/// Dynamic factors of a size, sorted by argument order of appearance.
using Product = SmallVector<Value>;

/// One allocation that goes into the workspace.
struct Buffer {
  memref::AllocOp alloc;
  /// Bytes without the dynamic factors.
  int64_t constantBytes = 0;
  Product factors;
};

/// Buffers whose sizes are multiples of one product.
struct Group {
  Product factors;
  SmallVector<Buffer> buffers;
  sparseopt::WorkspacePlan plan;
};

class EntryPlanner {
public:
  explicit EntryPlanner(func::FuncOp entry)
      : entry(entry), builder(entry.getContext()) {}

  LogicalResult run();

private:
  void hoistSizes(ArrayRef<memref::AllocOp> allocs);
  LogicalResult collectBuffer(memref::AllocOp alloc);
  sparseopt::BufferLifetime findLifetime(const BufferViewFlowAnalysis &flow,
                                         Buffer &buffer);
  void plan();
  void rewrite();
  void extendSizesFunction();
  Value createProduct(Location loc, ValueRange factors, int64_t constant);

  func::FuncOp entry;
  OpBuilder builder;
  llvm::DenseMap<Operation *, int64_t> stepOf;
  /// Order in which factors were met, for a stable order of products.
  llvm::DenseMap<Value, unsigned> factorOrder;
  SmallVector<Group> groups;
};

int64_t getElementBytes(MemRefType type) {
  if (type.getElementType().isIndex())
    return 8;
  if (auto vector = dyn_cast<VectorType>(type.getElementType()))
    return vector.getNumElements() *
           llvm::divideCeil(vector.getElementTypeBitWidth(), 8);
  return llvm::divideCeil(type.getElementTypeBitWidth(), 8);
}

/// Splits a size that is a product into its factors; constants go to
/// `constant`. Equal products then have equal factors, however they were
/// computed.
void splitFactors(Value size, int64_t &constant,
                  SmallVectorImpl<Value> &factors) {
  SmallVector<Value> worklist = {size};
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (auto product = value.getDefiningOp<arith::MulIOp>()) {
      worklist.push_back(product.getRhs());
      worklist.push_back(product.getLhs());
    } else if (std::optional<int64_t> number = getConstantIntValue(value)) {
      constant *= *number;
    } else {
      factors.push_back(value);
    }
  }
}

/// The result of `op` as the same memory: a view, or a pointer to it.
bool derivesPointer(Operation *op) {
  return isa<memref::ExtractAlignedPointerAsIndexOp,
             memref::ExtractStridedMetadataOp, arith::IndexCastOp,
             arith::IndexCastUIOp, arith::AddIOp, LLVM::IntToPtrOp,
             LLVM::PtrToIntOp, LLVM::GEPOp, UnrealizedConversionCastOp,
             memref::ReinterpretCastOp>(op);
}

} // namespace

/// Moves the computation of every dynamic size to the start of the entry, where
/// equal ones become one value.
void EntryPlanner::hoistSizes(ArrayRef<memref::AllocOp> allocs) {
  builder.setInsertionPointToStart(&entry.front());
  auto dimOf = [&](BlockArgument arg, int64_t dim) -> Value {
    Value index = arith::ConstantIndexOp::create(builder, arg.getLoc(), dim);
    return memref::DimOp::create(builder, arg.getLoc(), arg, index);
  };
  sparseopt::SizeCloner cloner(entry, builder, dimOf);
  for (memref::AllocOp alloc : allocs)
    for (OpOperand &operand : alloc->getOpOperands()) {
      FailureOr<Value> copy = cloner.clone(operand.get());
      if (succeeded(copy))
        operand.set(*copy);
    }
  IRRewriter rewriter(entry.getContext());
  DominanceInfo dominance(entry);
  eliminateCommonSubExpressions(rewriter, dominance, entry);
}

LogicalResult EntryPlanner::collectBuffer(memref::AllocOp alloc) {
  MemRefType type = alloc.getType();
  if (!type.getLayout().isIdentity())
    return alloc.emitOpError("has a layout other than row-major");
  if (alloc->getBlock() != &entry.front())
    return alloc.emitOpError("inside of another operation: run "
                             "sparsity-hoist-allocations before");

  Buffer buffer;
  buffer.alloc = alloc;
  buffer.constantBytes = getElementBytes(type);
  for (int64_t dim : type.getShape())
    if (!ShapedType::isDynamic(dim))
      buffer.constantBytes *= dim;
  for (Value size : alloc.getDynamicSizes()) {
    if (!sparseopt::dependsOnDimsOnly(entry, size))
      return alloc.emitOpError("has a size that is not a function of the "
                               "dimensions of the inputs");
    splitFactors(size, buffer.constantBytes, buffer.factors);
  }
  for (Value factor : buffer.factors)
    factorOrder.try_emplace(factor, factorOrder.size());
  llvm::sort(buffer.factors,
             [&](Value a, Value b) { return factorOrder[a] < factorOrder[b]; });
  auto *group = llvm::find_if(groups, [&](const Group &candidate) {
    return candidate.factors == buffer.factors;
  });
  if (group == groups.end()) {
    groups.push_back({buffer.factors, {}, {}});
    group = std::prev(groups.end());
  }
  group->buffers.push_back(buffer);
  return success();
}

/// First and last operation of the entry's body that may touch the buffer.
sparseopt::BufferLifetime
EntryPlanner::findLifetime(const BufferViewFlowAnalysis &flow, Buffer &buffer) {
  sparseopt::BufferLifetime life;
  life.size = buffer.constantBytes;
  auto stepOfOp = [&](Operation *op) {
    return stepOf.lookup(entry.front().findAncestorOpInBlock(*op));
  };
  life.first = life.last = stepOfOp(buffer.alloc);
  SmallVector<Value> worklist;
  llvm::DenseSet<Value> seen;
  auto visit = [&](Value value) {
    for (Value alias : flow.resolve(value))
      if (seen.insert(alias).second)
        worklist.push_back(alias);
  };
  visit(buffer.alloc.getMemref());
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    for (Operation *user : value.getUsers()) {
      int64_t step = stepOfOp(user);
      life.first = std::min(life.first, step);
      life.last = std::max(life.last, step);
      if (derivesPointer(user))
        for (Value result : user->getResults())
          visit(result);
    }
  }
  return life;
}

void EntryPlanner::plan() {
  BufferViewFlowAnalysis flow(entry);
  int64_t step = 0;
  for (Operation &op : entry.front())
    stepOf[&op] = step++;
  for (Group &group : groups) {
    SmallVector<sparseopt::BufferLifetime> lifetimes;
    for (Buffer &buffer : group.buffers)
      lifetimes.push_back(findLifetime(flow, buffer));
    group.plan =
        sparseopt::planWorkspace(lifetimes, sparseopt::kBufferAlignment);
  }
}

Value EntryPlanner::createProduct(Location loc, ValueRange factors,
                                  int64_t constant) {
  Value product = arith::ConstantIndexOp::create(builder, loc, constant);
  for (Value factor : factors)
    product = arith::MulIOp::create(builder, loc, product, factor);
  return product;
}

void EntryPlanner::rewrite() {
  if (groups.empty())
    return;
  Location loc = entry.getLoc();
  BlockArgument workspace = sparseopt::appendArgument(
      entry, MemRefType::get({ShapedType::kDynamic}, builder.getI8Type()),
      sparseopt::kWorkspaceRole, loc);

  // Offsets are computed at the start, after the sizes that they are made of.
  Operation *lastSize = nullptr;
  for (Group &group : groups)
    for (Value factor : group.factors)
      if (Operation *def = factor.getDefiningOp())
        if (!lastSize || lastSize->isBeforeInBlock(def))
          lastSize = def;
  if (lastSize)
    builder.setInsertionPointAfter(lastSize);
  else
    builder.setInsertionPointToStart(&entry.front());

  Value base = arith::ConstantIndexOp::create(builder, loc, 0);
  for (Group &group : groups) {
    SmallVector<Value> offsets;
    for (int64_t offset : group.plan.offsets) {
      Value inGroup = createProduct(loc, group.factors, offset);
      offsets.push_back(arith::AddIOp::create(builder, loc, base, inGroup));
    }
    Value size = createProduct(loc, group.factors, group.plan.size);
    base = arith::AddIOp::create(builder, loc, base, size);
    OpBuilder::InsertionGuard guard(builder);
    for (auto [buffer, offset] : llvm::zip_equal(group.buffers, offsets)) {
      memref::AllocOp alloc = buffer.alloc;
      builder.setInsertionPoint(alloc);
      Value view =
          memref::ViewOp::create(builder, alloc.getLoc(), alloc.getType(),
                                 workspace, offset, alloc.getDynamicSizes());
      alloc.replaceAllUsesWith(view);
      alloc.erase();
    }
  }
}

/// The sizes function returns the bytes of the workspace as its last result.
void EntryPlanner::extendSizesFunction() {
  func::FuncOp sizes = sparseopt::getSizesFunction(entry);
  auto ret = cast<func::ReturnOp>(sizes.front().getTerminator());
  builder.setInsertionPoint(ret);
  SmallVector<sparseopt::InputDim> inputDims =
      sparseopt::getDynamicInputDims(entry);
  sparseopt::SizeCloner cloner(
      entry, builder, [&](BlockArgument arg, int64_t dim) -> Value {
        auto *it =
            llvm::find(inputDims, sparseopt::InputDim(arg.getArgNumber(), dim));
        if (it == inputDims.end())
          return {};
        return sizes.getArgument(it - inputDims.begin());
      });
  Location loc = entry.getLoc();
  Value total = arith::ConstantIndexOp::create(builder, loc, 0);
  for (Group &group : groups) {
    SmallVector<Value> factors;
    for (Value factor : group.factors)
      factors.push_back(*cloner.clone(factor));
    total = arith::AddIOp::create(builder, loc, total,
                                  createProduct(loc, factors, group.plan.size));
  }
  ret->insertOperands(ret.getNumOperands(), total);
  LogicalResult inserted =
      sizes.insertResult(sizes.getNumResults(), builder.getIndexType(), {});
  assert(succeeded(inserted));
  (void)inserted;
}

LogicalResult EntryPlanner::run() {
  if (!sparseopt::getSizesFunction(entry))
    return entry.emitOpError("has no sizes function: run "
                             "sparsity-results-to-out-params before");
  if (failed(sparseopt::simplifyDims(entry)))
    return entry.emitOpError("sizes of buffers could not be simplified");
  SmallVector<memref::AllocOp> allocs;
  entry.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
  // The workspace is not freed piece by piece.
  entry.walk([](memref::DeallocOp dealloc) { dealloc.erase(); });
  hoistSizes(allocs);
  // Buffers that nobody uses are gone now.
  allocs.clear();
  entry.walk([&](memref::AllocOp alloc) { allocs.push_back(alloc); });
  for (memref::AllocOp alloc : allocs)
    if (failed(collectBuffer(alloc)))
      return failure();
  plan();
  // The sizes function is cloned from the entry while its values still stand.
  extendSizesFunction();
  rewrite();
  return success();
}

namespace {

struct PlanWorkspace
    : public sparseopt::impl::PlanWorkspacePassBase<PlanWorkspace> {
protected:
  void runOnOperation() override {
    auto inHelper = getOperation().walk([](memref::AllocOp alloc) {
      auto func = alloc->getParentOfType<func::FuncOp>();
      if (func && func.isPublic())
        return WalkResult::advance();
      alloc.emitOpError("in a helper function; only entry functions have a "
                        "workspace");
      return WalkResult::interrupt();
    });
    if (inHelper.wasInterrupted())
      return signalPassFailure();
    for (func::FuncOp entry : sparseopt::getEntries(getOperation()))
      if (failed(EntryPlanner(entry).run()))
        return signalPassFailure();
  }
};

} // namespace
