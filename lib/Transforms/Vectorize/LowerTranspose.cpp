//===- LowerTranspose.cpp - Transposes in registers -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Square blocks of as many rows as a vector has elements are loaded, transposed by
// interleaving pairs of vectors, and stored; what is left over is copied element by
// element.
//
//===----------------------------------------------------------------------===//

#include "LoopNest.h"
#include "Lowerings.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace {

class TransposeLowering {
public:
  TransposeLowering(ImplicitLocOpBuilder &b, linalg::LinalgOp op, int64_t lanes)
      : b(b), op(op), lanes(lanes) {}

  LogicalResult match();
  void emit();

private:
  void emitBlock();
  void emitElements(OpFoldResult sourceFrom, OpFoldResult sourceTo,
                    OpFoldResult resultFrom, OpFoldResult resultTo);
  SmallVector<Value> getIndicesAt(AffineMap map, int64_t loop, int64_t by);

  ImplicitLocOpBuilder &b;
  linalg::LinalgOp op;
  int64_t lanes;
  Value source, result;
  AffineMap sourceMap, resultMap;
  /// The loops along which source and result lie.
  int64_t sourceLoop = -1, resultLoop = -1;
  SmallVector<Value> ivs;
};

} // namespace

LogicalResult TransposeLowering::match() {
  if (!op.hasPureBufferSemantics() || op.getNumDpsInputs() != 1 ||
      op.getNumDpsInits() != 1 || op.getNumReductionLoops() != 0)
    return failure();
  Block *body = op.getBlock();
  auto arg = dyn_cast<BlockArgument>(body->getTerminator()->getOperand(0));
  source = op.getDpsInputs()[0];
  result = op.getDpsInits()[0];
  sourceMap = op.getMatchingIndexingMap(op.getDpsInputOperand(0));
  resultMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  sourceLoop = sparseopt::getLastLoop(sourceMap);
  resultLoop = sparseopt::getLastLoop(resultMap);
  bool isCopy = llvm::hasSingleElement(*body) && arg && arg.getArgNumber() == 0;
  bool matches =
      isCopy && sourceLoop >= 0 && resultLoop >= 0 &&
      sourceLoop != resultLoop && sparseopt::isSimpleMap(sourceMap) &&
      resultMap.isPermutation() && sourceMap.isFunctionOfDim(resultLoop) &&
      sparseopt::isContiguous(source) && sparseopt::isContiguous(result) &&
      llvm::isPowerOf2_64(lanes) &&
      VectorType::isValidElementType(
          cast<MemRefType>(source.getType()).getElementType());
  return success(matches);
}

SmallVector<Value> TransposeLowering::getIndicesAt(AffineMap map, int64_t loop,
                                                   int64_t by) {
  SmallVector<Value> at(ivs);
  if (by != 0) {
    Value constant = arith::ConstantIndexOp::create(b, by);
    at[loop] = arith::AddIOp::create(b, at[loop], constant);
  }
  return sparseopt::getIndices(b, map, at);
}

/// Each round of interleaving row i with row i + lanes / 2 moves one bit of the
/// row number to the column number; log2(lanes) rounds transpose.
void TransposeLowering::emitBlock() {
  auto type = VectorType::get(
      {lanes}, cast<MemRefType>(source.getType()).getElementType());
  SmallVector<Value> rows;
  for (int64_t i = 0; i < lanes; ++i)
    rows.push_back(vector::LoadOp::create(
        b, type, source, getIndicesAt(sourceMap, resultLoop, i)));
  SmallVector<int64_t> low, high;
  for (int64_t i = 0; i < lanes / 2; ++i) {
    low.append({i, i + lanes});
    high.append({i + lanes / 2, i + lanes / 2 + lanes});
  }
  for (int64_t round = lanes; round > 1; round /= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < lanes / 2; ++i) {
      Value first = rows[i], second = rows[i + lanes / 2];
      next.push_back(vector::ShuffleOp::create(b, first, second, low));
      next.push_back(vector::ShuffleOp::create(b, first, second, high));
    }
    rows = std::move(next);
  }
  for (int64_t i = 0; i < lanes; ++i)
    vector::StoreOp::create(b, rows[i], result,
                            getIndicesAt(resultMap, sourceLoop, i));
}

void TransposeLowering::emitElements(OpFoldResult sourceFrom,
                                     OpFoldResult sourceTo,
                                     OpFoldResult resultFrom,
                                     OpFoldResult resultTo) {
  sparseopt::buildLoop(
      b, sourceFrom, sourceTo, 1, {},
      [&](Value iv, ValueRange) -> SmallVector<Value> {
        ivs[sourceLoop] = iv;
        sparseopt::buildLoop(
            b, resultFrom, resultTo, 1, {},
            [&](Value iv, ValueRange) -> SmallVector<Value> {
              ivs[resultLoop] = iv;
              Value element = memref::LoadOp::create(
                  b, source, sparseopt::getIndices(b, sourceMap, ivs));
              memref::StoreOp::create(b, element, result,
                                      sparseopt::getIndices(b, resultMap, ivs));
              return {};
            });
        return {};
      });
}

void TransposeLowering::emit() {
  SmallVector<OpFoldResult> sizes = sparseopt::getLoopSizes(b, op);
  ivs.assign(op.getNumLoops(), Value());
  SmallVector<int64_t> outer;
  for (int64_t loop = 0; loop < static_cast<int64_t>(op.getNumLoops()); ++loop)
    if (loop != sourceLoop && loop != resultLoop)
      outer.push_back(loop);
  sparseopt::buildNest(b, outer, sizes, ivs, [&] {
    OpFoldResult zero = b.getIndexAttr(0);
    OpFoldResult sourceFull = sparseopt::roundDown(b, sizes[sourceLoop], lanes);
    OpFoldResult resultFull = sparseopt::roundDown(b, sizes[resultLoop], lanes);
    sparseopt::buildLoop(b, zero, resultFull, lanes, {},
                         [&](Value iv, ValueRange) -> SmallVector<Value> {
                           ivs[resultLoop] = iv;
                           sparseopt::buildLoop(
                               b, zero, sourceFull, lanes, {},
                               [&](Value iv, ValueRange) -> SmallVector<Value> {
                                 ivs[sourceLoop] = iv;
                                 emitBlock();
                                 return {};
                               });
                           return {};
                         });
    emitElements(sourceFull, sizes[sourceLoop], zero, resultFull);
    emitElements(zero, sizes[sourceLoop], resultFull, sizes[resultLoop]);
  });
}

LogicalResult sparseopt::lowerTranspose(RewriterBase &rewriter,
                                        linalg::LinalgOp op,
                                        const VectorTarget &target) {
  ImplicitLocOpBuilder b(op.getLoc(), rewriter);
  b.setInsertionPoint(op);
  TransposeLowering lowering(b, op, target.getLanes());
  if (failed(lowering.match()))
    return failure();
  lowering.emit();
  rewriter.eraseOp(op);
  return success();
}
