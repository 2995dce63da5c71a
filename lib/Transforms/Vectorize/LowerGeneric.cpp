//===- LowerGeneric.cpp - Vector loops for any linalg op --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the loops that a VectorPlan describes: outer loops, then vectors along one
// dimension, with the last one masked. What does not change along the vectors is
// computed once in front of them.
//
//===----------------------------------------------------------------------===//

#include "LoopNest.h"
#include "Lowerings.h"
#include "VectorPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using sparseopt::Reduction;
using sparseopt::VectorPlan;

/// Independent accumulators of a horizontal reduction: the latency of an addition
/// is about four steps.
static constexpr int64_t kAccumulators = 4;

/// Reductions along vectors are free in their order, and in the sign of a zero that
/// is a maximum or minimum.
static arith::FastMathFlags getReductionFlags(vector::CombiningKind kind) {
  switch (kind) {
  case vector::CombiningKind::MAXIMUMF:
  case vector::CombiningKind::MINIMUMF:
  case vector::CombiningKind::MAXNUMF:
  case vector::CombiningKind::MINNUMF:
    return arith::FastMathFlags::nsz;
  default:
    return arith::FastMathFlags::reassoc;
  }
}

static Value joinValues(ImplicitLocOpBuilder &b, vector::CombiningKind kind,
                        Value value, Value accumulator) {
  auto flags =
      arith::FastMathFlagsAttr::get(b.getContext(), getReductionFlags(kind));
  return vector::makeArithReduction(b, b.getLoc(), kind, value, accumulator,
                                    flags);
}

namespace {

class GenericLowering {
public:
  GenericLowering(ImplicitLocOpBuilder &b, const VectorPlan &plan,
                  int64_t lanes)
      : b(b), plan(plan), op(plan.op), lanes(lanes) {}

  void emit();

private:
  // Loops.
  void emitAlongParallel();
  void emitAlongReduction();
  SmallVector<Value> emitReductionLoops(ArrayRef<int64_t> loops,
                                        ValueRange carried, Value mask);
  SmallVector<Value> emitHorizontalLoops(ArrayRef<int64_t> loops,
                                         ValueRange carried);
  SmallVector<Value> emitVectors(ValueRange carried);
  SmallVector<Value> joinAccumulators(ValueRange carried);
  void finishReductions(ValueRange carried);

  // Body.
  void hoist();
  SmallVector<Value> emitBody(ValueRange accumulators, Value mask);
  void mapInputs(Value mask);
  void mapOutputs(ValueRange accumulators, Value mask);
  void emitOp(Operation &inner, Value mask);
  Value emitLoad(memref::LoadOp load, Value mask);

  // Values.
  Value asVector(Value value);
  VectorType getVectorType(Type element) const {
    return VectorType::get({lanes}, element);
  }
  SmallVector<Value> indicesOf(OpOperand *operand) {
    return sparseopt::getIndices(b, op.getMatchingIndexingMap(operand), ivs);
  }
  Value loadVector(Value buffer, ValueRange indices, Value mask);
  void storeVector(Value value, Value buffer, ValueRange indices, Value mask);
  Value maskFrom(Value iv);
  SmallVector<int64_t> getAccumulatedOutputs();

  ImplicitLocOpBuilder &b;
  const VectorPlan &plan;
  linalg::LinalgOp op;
  int64_t lanes;
  SmallVector<OpFoldResult> sizes;
  SmallVector<Value> ivs;
  /// Values of the body that are the same for all vectors, and those of one step.
  IRMapping uniform, current;
};

} // namespace

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Value GenericLowering::asVector(Value value) {
  Value mapped = current.lookupOrDefault(value);
  if (isa<VectorType>(mapped.getType()))
    return mapped;
  return vector::BroadcastOp::create(b, getVectorType(mapped.getType()),
                                     mapped);
}

Value GenericLowering::loadVector(Value buffer, ValueRange indices,
                                  Value mask) {
  VectorType type =
      getVectorType(cast<MemRefType>(buffer.getType()).getElementType());
  if (!mask)
    return vector::LoadOp::create(b, type, buffer, indices);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, type, buffer, indices, mask, zero);
}

void GenericLowering::storeVector(Value value, Value buffer, ValueRange indices,
                                  Value mask) {
  if (mask)
    vector::MaskedStoreOp::create(b, buffer, indices, mask, value);
  else
    vector::StoreOp::create(b, value, buffer, indices);
}

/// The lanes from `iv` on that the vector dimension still has.
Value GenericLowering::maskFrom(Value iv) {
  Value size = sparseopt::materialize(b, sizes[plan.loop]);
  Value left = arith::SubIOp::create(b, size, iv);
  return vector::CreateMaskOp::create(b, getVectorType(b.getI1Type()),
                                      ValueRange{left});
}

SmallVector<int64_t> GenericLowering::getAccumulatedOutputs() {
  SmallVector<int64_t> outputs;
  for (int64_t output = 0; output < op.getNumDpsInits(); ++output)
    if (plan.isAccumulated(output))
      outputs.push_back(output);
  return outputs;
}

//===----------------------------------------------------------------------===//
// Body
//===----------------------------------------------------------------------===//

/// Computes what depends on the outer loops only.
void GenericLowering::hoist() {
  uniform.clear();
  auto dependsOnOuterOnly = [&](AffineMap map) {
    return !map.isFunctionOfDim(plan.loop) &&
           llvm::none_of(plan.reductionLoops, [&](int64_t loop) {
             return map.isFunctionOfDim(loop);
           });
  };
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument arg = op.getMatchingBlockArgument(input);
    if (!isa<MemRefType>(input->get().getType()))
      uniform.map(arg, input->get());
    else if (dependsOnOuterOnly(op.getMatchingIndexingMap(input)) &&
             !arg.use_empty())
      uniform.map(arg,
                  memref::LoadOp::create(b, input->get(), indicesOf(input)));
  }
  for (Operation &inner : op.getBlock()->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      if (llvm::is_contained(plan.outerLoops, index.getDim()))
        uniform.map(index.getResult(), ivs[index.getDim()]);
      continue;
    }
    bool isUniform = llvm::all_of(inner.getOperands(), [&](Value operand) {
      return uniform.contains(operand) ||
             operand.getParentBlock() != op.getBlock();
    });
    if (isUniform)
      b.clone(inner, uniform);
  }
}

void GenericLowering::mapInputs(Value mask) {
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument arg = op.getMatchingBlockArgument(input);
    if (current.contains(arg) || arg.use_empty())
      continue;
    SmallVector<Value> indices = indicesOf(input);
    if (op.getMatchingIndexingMap(input).isFunctionOfDim(plan.loop))
      current.map(arg, loadVector(input->get(), indices, mask));
    else
      current.map(arg, memref::LoadOp::create(b, input->get(), indices));
  }
}

void GenericLowering::mapOutputs(ValueRange accumulators, Value mask) {
  unsigned next = 0;
  for (int64_t output = 0; output < op.getNumDpsInits(); ++output) {
    OpOperand *init = op.getDpsInitOperand(output);
    BlockArgument arg = op.getMatchingBlockArgument(init);
    if (plan.isAccumulated(output))
      current.map(arg, accumulators[next++]);
    else if (!arg.use_empty())
      current.map(arg, loadVector(init->get(), indicesOf(init), mask));
  }
}

Value GenericLowering::emitLoad(memref::LoadOp load, Value mask) {
  SmallVector<Value> indices;
  bool alongVectors = false;
  for (Value index : load.getIndices()) {
    auto indexOp = index.getDefiningOp<linalg::IndexOp>();
    bool isVectorLoop =
        indexOp && static_cast<int64_t>(indexOp.getDim()) == plan.loop;
    alongVectors |= isVectorLoop;
    indices.push_back(isVectorLoop ? ivs[plan.loop]
                                   : current.lookupOrDefault(index));
  }
  if (alongVectors)
    return loadVector(load.getMemRef(), indices, mask);
  return memref::LoadOp::create(b, load.getMemRef(), indices);
}

void GenericLowering::emitOp(Operation &inner, Value mask) {
  if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
    Value iv = ivs[index.getDim()];
    if (static_cast<int64_t>(index.getDim()) == plan.loop &&
        !llvm::all_of(index->getUsers(), llvm::IsaPred<memref::LoadOp>)) {
      VectorType type = getVectorType(b.getIndexType());
      Value steps = vector::StepOp::create(b, type);
      Value base = vector::BroadcastOp::create(b, type, iv);
      iv = arith::AddIOp::create(b, base, steps);
    }
    current.map(index.getResult(), iv);
    return;
  }
  if (auto load = dyn_cast<memref::LoadOp>(inner)) {
    current.map(load.getResult(), emitLoad(load, mask));
    return;
  }
  bool isScalar = llvm::none_of(inner.getOperands(), [&](Value operand) {
    return isa<VectorType>(current.lookupOrDefault(operand).getType());
  });
  if (isScalar) {
    b.clone(inner, current);
    return;
  }
  IRMapping operands;
  for (Value operand : inner.getOperands())
    operands.map(operand, asVector(operand));
  Operation *copy = b.clone(inner, operands);
  copy->getResult(0).setType(getVectorType(inner.getResult(0).getType()));
  current.map(inner.getResult(0), copy->getResult(0));
}

/// One vector's worth of the body. Returns the new accumulators.
SmallVector<Value> GenericLowering::emitBody(ValueRange accumulators,
                                             Value mask) {
  current = uniform;
  mapInputs(mask);
  mapOutputs(accumulators, mask);
  for (Operation &inner : op.getBlock()->without_terminator()) {
    bool isCombiner =
        llvm::any_of(plan.reductions, [&](const Reduction &reduction) {
          return reduction.combiner == &inner;
        });
    bool isKnown =
        inner.getNumResults() == 1 && uniform.contains(inner.getResult(0));
    if (!isCombiner && !isKnown)
      emitOp(inner, mask);
  }
  Operation *yield = op.getBlock()->getTerminator();
  SmallVector<Value> results;
  for (int64_t output = 0; output < op.getNumDpsInits(); ++output) {
    OpOperand *init = op.getDpsInitOperand(output);
    if (const Reduction *reduction = plan.getReduction(output)) {
      Value accumulator = accumulators[results.size()];
      Value joined = joinValues(b, reduction->kind, asVector(reduction->addend),
                                accumulator);
      if (mask)
        joined = arith::SelectOp::create(b, mask, joined, accumulator);
      results.push_back(joined);
    } else if (plan.isAccumulated(output)) {
      results.push_back(asVector(yield->getOperand(output)));
    } else {
      storeVector(asVector(yield->getOperand(output)), init->get(),
                  indicesOf(init), mask);
    }
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Vectors along a parallel loop
//===----------------------------------------------------------------------===//

SmallVector<Value> GenericLowering::emitReductionLoops(ArrayRef<int64_t> loops,
                                                       ValueRange carried,
                                                       Value mask) {
  if (loops.empty())
    return emitBody(carried, mask);
  return sparseopt::buildLoop(b, b.getIndexAttr(0), sizes[loops.front()], 1,
                              carried, [&](Value iv, ValueRange args) {
                                ivs[loops.front()] = iv;
                                return emitReductionLoops(loops.drop_front(),
                                                          args, mask);
                              });
}

void GenericLowering::emitAlongParallel() {
  auto emitStrip = [&](Value iv, bool masked) {
    ivs[plan.loop] = iv;
    Value mask = masked ? maskFrom(iv) : Value();
    SmallVector<int64_t> outputs = getAccumulatedOutputs();
    SmallVector<Value> accumulators;
    for (int64_t output : outputs) {
      OpOperand *init = op.getDpsInitOperand(output);
      accumulators.push_back(loadVector(init->get(), indicesOf(init), mask));
    }
    accumulators = emitReductionLoops(plan.reductionLoops, accumulators, mask);
    for (auto [output, value] : llvm::zip_equal(outputs, accumulators)) {
      OpOperand *init = op.getDpsInitOperand(output);
      storeVector(value, init->get(), indicesOf(init), mask);
    }
  };
  OpFoldResult size = sizes[plan.loop];
  OpFoldResult full = sparseopt::roundDown(b, size, lanes);
  for (auto [from, to, masked] :
       {std::tuple(OpFoldResult(b.getIndexAttr(0)), full, false),
        std::tuple(full, size, true)})
    sparseopt::buildLoop(
        b, from, to, lanes, {},
        [&, masked = masked](Value iv, ValueRange) -> SmallVector<Value> {
          emitStrip(iv, masked);
          return {};
        });
}

//===----------------------------------------------------------------------===//
// Vectors along a reduction loop
//===----------------------------------------------------------------------===//

/// Joins the independent accumulators of each reduction into its first.
SmallVector<Value> GenericLowering::joinAccumulators(ValueRange carried) {
  SmallVector<Value> joined;
  for (auto [index, reduction] : llvm::enumerate(plan.reductions)) {
    SmallVector<Value> values;
    for (int64_t part = 0; part < kAccumulators; ++part)
      values.push_back(carried[part * plan.reductions.size() + index]);
    while (values.size() > 1) {
      SmallVector<Value> next;
      for (size_t i = 0; i + 1 < values.size(); i += 2)
        next.push_back(joinValues(b, reduction.kind, values[i], values[i + 1]));
      values = std::move(next);
    }
    joined.push_back(values.front());
  }
  return joined;
}

/// The innermost loop: several vectors per step, single vectors, then the rest.
SmallVector<Value> GenericLowering::emitVectors(ValueRange carried) {
  size_t numReductions = plan.reductions.size();
  int64_t wideStep = kAccumulators * lanes;
  OpFoldResult size = sizes[plan.loop];
  OpFoldResult wide = sparseopt::roundDown(b, size, wideStep);
  OpFoldResult full = sparseopt::roundDown(b, size, lanes);
  SmallVector<Value> parts(carried);
  parts = sparseopt::buildLoop(
      b, b.getIndexAttr(0), wide, wideStep, parts,
      [&](Value iv, ValueRange args) {
        SmallVector<Value> results;
        for (int64_t part = 0; part < kAccumulators; ++part) {
          Value by = arith::ConstantIndexOp::create(b, part * lanes);
          ivs[plan.loop] = arith::AddIOp::create(b, iv, by);
          llvm::append_range(
              results,
              emitBody(args.slice(part * numReductions, numReductions), {}));
        }
        return results;
      });
  SmallVector<Value> first(ArrayRef<Value>(parts).take_front(numReductions));
  first = sparseopt::buildLoop(b, wide, full, lanes, first,
                               [&](Value iv, ValueRange args) {
                                 ivs[plan.loop] = iv;
                                 return emitBody(args, {});
                               });
  first = sparseopt::buildLoop(b, full, size, lanes, first,
                               [&](Value iv, ValueRange args) {
                                 ivs[plan.loop] = iv;
                                 return emitBody(args, maskFrom(iv));
                               });
  llvm::copy(first, parts.begin());
  return parts;
}

SmallVector<Value> GenericLowering::emitHorizontalLoops(ArrayRef<int64_t> loops,
                                                        ValueRange carried) {
  if (loops.empty())
    return emitVectors(carried);
  return sparseopt::buildLoop(b, b.getIndexAttr(0), sizes[loops.front()], 1,
                              carried, [&](Value iv, ValueRange args) {
                                ivs[loops.front()] = iv;
                                return emitHorizontalLoops(loops.drop_front(),
                                                           args);
                              });
}

void GenericLowering::finishReductions(ValueRange carried) {
  SmallVector<Value> joined = joinAccumulators(carried);
  for (auto [reduction, value] : llvm::zip_equal(plan.reductions, joined)) {
    OpOperand *init = op.getDpsInitOperand(reduction.output);
    SmallVector<Value> indices = indicesOf(init);
    Value start = memref::LoadOp::create(b, init->get(), indices);
    Value total = vector::ReductionOp::create(
        b, reduction.kind, value, start, getReductionFlags(reduction.kind));
    memref::StoreOp::create(b, total, init->get(), indices);
  }
}

void GenericLowering::emitAlongReduction() {
  SmallVector<Value> start;
  for (int64_t part = 0; part < kAccumulators; ++part)
    for (const Reduction &reduction : plan.reductions) {
      VectorType type = getVectorType(reduction.addend.getType());
      TypedAttr neutral = *arith::getNeutralElement(reduction.combiner);
      start.push_back(
          arith::ConstantOp::create(b, DenseElementsAttr::get(type, neutral)));
    }
  finishReductions(emitHorizontalLoops(plan.reductionLoops, start));
}

void GenericLowering::emit() {
  sizes = sparseopt::getLoopSizes(b, op);
  ivs.assign(op.getNumLoops(), Value());
  sparseopt::buildNest(b, plan.outerLoops, sizes, ivs, [&] {
    hoist();
    if (plan.isReduction)
      emitAlongReduction();
    else
      emitAlongParallel();
  });
}

LogicalResult sparseopt::lowerGeneric(RewriterBase &rewriter,
                                      linalg::LinalgOp op,
                                      const VectorTarget &target,
                                      std::string &why) {
  FailureOr<VectorPlan> plan = planVectors(op, target.getLanes(), why);
  if (failed(plan))
    return failure();
  ImplicitLocOpBuilder b(op.getLoc(), rewriter);
  b.setInsertionPoint(op);
  GenericLowering(b, *plan, target.getLanes()).emit();
  rewriter.eraseOp(op);
  return success();
}
