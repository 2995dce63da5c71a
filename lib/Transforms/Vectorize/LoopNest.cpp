//===- LoopNest.cpp - Helpers for building loop nests -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Index arithmetic and loops shared by the lowerings of linalg on buffers.
//
//===----------------------------------------------------------------------===//

#include "LoopNest.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace sparseopt {

bool isSimpleMap(AffineMap map) {
  llvm::SmallDenseSet<unsigned> seen;
  return llvm::all_of(map.getResults(), [&](AffineExpr expr) {
    if (isa<AffineConstantExpr>(expr))
      return true;
    auto dim = dyn_cast<AffineDimExpr>(expr);
    return dim && seen.insert(dim.getPosition()).second;
  });
}

bool isContiguous(Value buffer) {
  auto type = dyn_cast<MemRefType>(buffer.getType());
  if (!type)
    return false;
  SmallVector<int64_t> strides;
  int64_t offset;
  return type.getRank() > 0 &&
         succeeded(type.getStridesAndOffset(strides, offset)) &&
         strides.back() == 1;
}

int64_t getLastLoop(AffineMap map) {
  if (map.getNumResults() == 0)
    return -1;
  auto dim = dyn_cast<AffineDimExpr>(map.getResults().back());
  return dim ? static_cast<int64_t>(dim.getPosition()) : -1;
}

SmallVector<OpFoldResult> getLoopSizes(ImplicitLocOpBuilder &b,
                                       linalg::LinalgOp op) {
  SmallVector<OpFoldResult> sizes(op.getNumLoops(), b.getIndexAttr(1));
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  for (auto [loop, range] : llvm::enumerate(ranges))
    if (!ShapedType::isDynamic(range))
      sizes[loop] = b.getIndexAttr(range);
  llvm::SmallDenseSet<unsigned> known;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    for (auto [position, expr] :
         llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (dim && ShapedType::isDynamic(ranges[dim.getPosition()]) &&
          known.insert(dim.getPosition()).second)
        sizes[dim.getPosition()] =
            memref::getMixedSize(b, b.getLoc(), operand.get(), position);
    }
  }
  return sizes;
}

Value materialize(ImplicitLocOpBuilder &b, OpFoldResult value) {
  return getValueOrCreateConstantIndexOp(b, b.getLoc(), value);
}

SmallVector<Value> getIndices(ImplicitLocOpBuilder &b, AffineMap map,
                              ValueRange ivs) {
  SmallVector<Value> indices;
  for (AffineExpr expr : map.getResults()) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr))
      indices.push_back(arith::ConstantIndexOp::create(b, constant.getValue()));
    else
      indices.push_back(ivs[cast<AffineDimExpr>(expr).getPosition()]);
  }
  return indices;
}

OpFoldResult roundDown(ImplicitLocOpBuilder &b, OpFoldResult size,
                       int64_t step) {
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return b.getIndexAttr(*constant / step * step);
  if (step == 1)
    return size;
  Value value = materialize(b, size);
  Value stepValue = arith::ConstantIndexOp::create(b, step);
  Value rest = arith::RemUIOp::create(b, value, stepValue);
  return arith::SubIOp::create(b, value, rest).getResult();
}

SmallVector<Value> buildLoop(ImplicitLocOpBuilder &b, OpFoldResult from,
                             OpFoldResult to, int64_t step, ValueRange carried,
                             BodyFn body) {
  std::optional<int64_t> first = getConstantIntValue(from);
  std::optional<int64_t> last = getConstantIntValue(to);
  if (first && last && *first >= *last)
    return SmallVector<Value>(carried);
  if (first && last && *first + step >= *last)
    return body(materialize(b, from), carried);
  Value lower = materialize(b, from);
  Value upper = materialize(b, to);
  Value stepValue = arith::ConstantIndexOp::create(b, step);
  auto loop = scf::ForOp::create(
      b, lower, upper, stepValue, carried,
      [&](OpBuilder &, Location loc, Value iv, ValueRange args) {
        // The lowerings share one builder, which follows the loop's body.
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointToEnd(iv.getParentBlock());
        SmallVector<Value> results = body(iv, args);
        scf::YieldOp::create(b, results);
      });
  return SmallVector<Value>(loop.getResults());
}

void buildNest(ImplicitLocOpBuilder &b, ArrayRef<int64_t> loops,
               ArrayRef<OpFoldResult> sizes, MutableArrayRef<Value> ivs,
               llvm::function_ref<void()> body) {
  if (loops.empty())
    return body();
  buildLoop(b, b.getIndexAttr(0), sizes[loops.front()], 1, {},
            [&](Value iv, ValueRange) -> SmallVector<Value> {
              ivs[loops.front()] = iv;
              buildNest(b, loops.drop_front(), sizes, ivs, body);
              return {};
            });
}

} // namespace sparseopt
