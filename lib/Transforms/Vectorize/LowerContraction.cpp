//===- LowerContraction.cpp - Register-tiled contractions -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block of rows times vectors of the result stays in registers while the reduction
// runs: per step a few vectors of one operand and one broadcast element per row of
// the other.
//
//===----------------------------------------------------------------------===//

#include "LoopNest.h"
#include "Lowerings.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

/// Vectors of the result per row of a block.
static constexpr int64_t kVectorsPerRow = 2;

namespace {

class ContractionLowering {
public:
  ContractionLowering(ImplicitLocOpBuilder &b, linalg::LinalgOp op,
                      const sparseopt::VectorTarget &target)
      : b(b), op(op), target(target) {}

  LogicalResult match();
  void emit();

private:
  SmallVector<int64_t> getRowSteps() const;
  void emitColumns(OpFoldResult from, OpFoldResult to, int64_t vectors,
                   bool masked);
  void emitBlock(int64_t rows, int64_t vectors, Value mask);
  SmallVector<Value> emitReduction(ArrayRef<int64_t> loops, ValueRange carried,
                                   int64_t rows, int64_t vectors, Value mask);
  SmallVector<Value> emitStep(ValueRange carried, int64_t rows, int64_t vectors,
                              Value mask);
  Value loadVector(Value buffer, AffineMap map, int64_t row, int64_t vector,
                   Value mask);
  SmallVector<Value> getIndicesAt(AffineMap map, int64_t row, int64_t vector);
  Value offset(Value iv, int64_t by);
  bool takeZeroFill();

  ImplicitLocOpBuilder &b;
  linalg::LinalgOp op;
  const sparseopt::VectorTarget &target;
  /// `broadcast` has the rows, `panel` the columns along its last dimension.
  OpOperand *broadcast = nullptr, *panel = nullptr;
  AffineMap broadcastMap, panelMap, resultMap;
  int64_t columnLoop = -1, rowLoop = -1;
  SmallVector<int64_t> outerLoops, reductionLoops;
  SmallVector<OpFoldResult> sizes;
  SmallVector<Value> ivs;
  VectorType vectorType;
  bool startsAtZero = false;
};

} // namespace

static bool isFloatProduct(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  auto add =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  return add && std::distance(body->begin(), body->end()) == 3 &&
         isa<arith::MulFOp>(body->front());
}

LogicalResult ContractionLowering::match() {
  if (!op.hasPureBufferSemantics() || op.getNumDpsInputs() != 2 ||
      !linalg::isaContractionOpInterface(op) || !isFloatProduct(op))
    return failure();
  OpOperand *init = op.getDpsInitOperand(0);
  Type element = cast<MemRefType>(init->get().getType()).getElementType();
  resultMap = op.getMatchingIndexingMap(init);
  columnLoop = sparseopt::getLastLoop(resultMap);
  for (OpOperand *input : op.getDpsInputOperands()) {
    auto type = dyn_cast<MemRefType>(input->get().getType());
    AffineMap map = op.getMatchingIndexingMap(input);
    if (!type || type.getElementType() != element ||
        !sparseopt::isSimpleMap(map))
      return failure();
    bool alongColumns = columnLoop >= 0 && map.isFunctionOfDim(columnLoop);
    (alongColumns ? panel : broadcast) = input;
  }
  if (!panel || !broadcast || !sparseopt::isSimpleMap(resultMap) ||
      !sparseopt::isContiguous(panel->get()) ||
      !sparseopt::isContiguous(init->get()))
    return failure();
  panelMap = op.getMatchingIndexingMap(panel);
  broadcastMap = op.getMatchingIndexingMap(broadcast);
  if (sparseopt::getLastLoop(panelMap) != columnLoop)
    return failure();
  for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (linalg::isReductionIterator(iterator))
      reductionLoops.push_back(loop);
    else if (!panelMap.isFunctionOfDim(loop) &&
             broadcastMap.isFunctionOfDim(loop))
      rowLoop = loop;
  }
  if (rowLoop < 0)
    return failure();
  for (int64_t loop = 0; loop < static_cast<int64_t>(op.getNumLoops()); ++loop)
    if (loop != rowLoop && loop != columnLoop &&
        !llvm::is_contained(reductionLoops, loop))
      outerLoops.push_back(loop);
  if (!element.isF32() && !element.isF64())
    return failure();
  vectorType = VectorType::get({target.getLanes()}, element);
  return success();
}

/// Rows per block: the largest that fits the registers, then what is left.
SmallVector<int64_t> ContractionLowering::getRowSteps() const {
  if (target.registers >= 32)
    return {8, 4, 2, 1};
  return {6, 2, 1};
}

/// A fill with zeros right before, which nothing reads in between, is dropped:
/// the accumulators start at zero.
bool ContractionLowering::takeZeroFill() {
  Value result = op.getDpsInits()[0];
  for (Operation *before = op->getPrevNode(); before;
       before = before->getPrevNode()) {
    auto fill = dyn_cast<linalg::FillOp>(before);
    if (fill && fill.getOutputs()[0] == result) {
      if (!matchPattern(fill.getInputs()[0], m_PosZeroFloat()))
        return false;
      fill.erase();
      return true;
    }
    bool isHarmless =
        isa<memref::SubViewOp, memref::AllocOp, memref::DimOp>(before) ||
        isa<arith::ArithDialect>(before->getDialect());
    if (!isHarmless)
      return false;
  }
  return false;
}

Value ContractionLowering::offset(Value iv, int64_t by) {
  if (by == 0)
    return iv;
  Value constant = arith::ConstantIndexOp::create(b, by);
  return arith::AddIOp::create(b, iv, constant);
}

SmallVector<Value> ContractionLowering::getIndicesAt(AffineMap map, int64_t row,
                                                     int64_t vector) {
  SmallVector<Value> at(ivs);
  at[rowLoop] = offset(ivs[rowLoop], row);
  at[columnLoop] = offset(ivs[columnLoop], vector * target.getLanes());
  return sparseopt::getIndices(b, map, at);
}

Value ContractionLowering::loadVector(Value buffer, AffineMap map, int64_t row,
                                      int64_t vector, Value mask) {
  SmallVector<Value> indices = getIndicesAt(map, row, vector);
  if (!mask)
    return vector::LoadOp::create(b, vectorType, buffer, indices);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(vectorType));
  return vector::MaskedLoadOp::create(b, vectorType, buffer, indices, mask,
                                      zero);
}

SmallVector<Value> ContractionLowering::emitStep(ValueRange carried,
                                                 int64_t rows, int64_t vectors,
                                                 Value mask) {
  SmallVector<Value> columns;
  for (int64_t vector = 0; vector < vectors; ++vector)
    columns.push_back(loadVector(panel->get(), panelMap, 0, vector, mask));
  SmallVector<Value> results;
  for (int64_t row = 0; row < rows; ++row) {
    Value element = memref::LoadOp::create(b, broadcast->get(),
                                           getIndicesAt(broadcastMap, row, 0));
    Value splat = vector::BroadcastOp::create(b, vectorType, element);
    for (int64_t vector = 0; vector < vectors; ++vector)
      results.push_back(vector::FMAOp::create(b, splat, columns[vector],
                                              carried[row * vectors + vector]));
  }
  return results;
}

SmallVector<Value>
ContractionLowering::emitReduction(ArrayRef<int64_t> loops, ValueRange carried,
                                   int64_t rows, int64_t vectors, Value mask) {
  if (loops.empty())
    return emitStep(carried, rows, vectors, mask);
  return sparseopt::buildLoop(b, b.getIndexAttr(0), sizes[loops.front()], 1,
                              carried, [&](Value iv, ValueRange args) {
                                ivs[loops.front()] = iv;
                                return emitReduction(loops.drop_front(), args,
                                                     rows, vectors, mask);
                              });
}

void ContractionLowering::emitBlock(int64_t rows, int64_t vectors, Value mask) {
  Value result = op.getDpsInits()[0];
  SmallVector<Value> accumulators;
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(vectorType));
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t vector = 0; vector < vectors; ++vector)
      accumulators.push_back(
          startsAtZero ? zero
                       : loadVector(result, resultMap, row, vector, mask));
  accumulators =
      emitReduction(reductionLoops, accumulators, rows, vectors, mask);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t vector = 0; vector < vectors; ++vector) {
      SmallVector<Value> indices = getIndicesAt(resultMap, row, vector);
      Value value = accumulators[row * vectors + vector];
      if (mask)
        vector::MaskedStoreOp::create(b, result, indices, mask, value);
      else
        vector::StoreOp::create(b, value, result, indices);
    }
  }
}

/// Columns `from` to `to` in blocks of `vectors`, each over all rows.
void ContractionLowering::emitColumns(OpFoldResult from, OpFoldResult to,
                                      int64_t vectors, bool masked) {
  int64_t step = vectors * target.getLanes();
  sparseopt::buildLoop(
      b, from, to, step, {}, [&](Value iv, ValueRange) -> SmallVector<Value> {
        ivs[columnLoop] = iv;
        Value mask;
        if (masked) {
          Value left =
              arith::SubIOp::create(b, sparseopt::materialize(b, to), iv);
          mask = vector::CreateMaskOp::create(
              b, VectorType::get({target.getLanes()}, b.getI1Type()),
              ValueRange{left});
        }
        OpFoldResult done = b.getIndexAttr(0);
        for (int64_t rows : getRowSteps()) {
          OpFoldResult end = sparseopt::roundDown(b, sizes[rowLoop], rows);
          sparseopt::buildLoop(
              b, done, end, rows, {},
              [&](Value row, ValueRange) -> SmallVector<Value> {
                ivs[rowLoop] = row;
                emitBlock(rows, vectors, mask);
                return {};
              });
          done = end;
        }
        return {};
      });
}

void ContractionLowering::emit() {
  startsAtZero = takeZeroFill();
  sizes = sparseopt::getLoopSizes(b, op);
  ivs.assign(op.getNumLoops(), Value());
  sparseopt::buildNest(b, outerLoops, sizes, ivs, [&] {
    OpFoldResult zero = b.getIndexAttr(0);
    OpFoldResult size = sizes[columnLoop];
    OpFoldResult blocks =
        sparseopt::roundDown(b, size, kVectorsPerRow * target.getLanes());
    OpFoldResult full = sparseopt::roundDown(b, size, target.getLanes());
    emitColumns(zero, blocks, kVectorsPerRow, /*masked=*/false);
    emitColumns(blocks, full, 1, /*masked=*/false);
    emitColumns(full, size, 1, /*masked=*/true);
  });
}

LogicalResult sparseopt::lowerContraction(RewriterBase &rewriter,
                                          linalg::LinalgOp op,
                                          const VectorTarget &target) {
  ImplicitLocOpBuilder b(op.getLoc(), rewriter);
  b.setInsertionPoint(op);
  ContractionLowering lowering(b, op, target);
  if (failed(lowering.match()))
    return failure();
  lowering.emit();
  rewriter.eraseOp(op);
  return success();
}
