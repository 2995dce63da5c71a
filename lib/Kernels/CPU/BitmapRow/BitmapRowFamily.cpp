//===- BitmapRowFamily.cpp - Rows expanded from bit masks -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.bitmap_row": 16 weights at a time are expanded from the stream
// of nonzeros by a mask and multiplied with 16 inputs. Reads 4.25 bytes per
// nonzero at density 0.5, which decides for one token and weights outside the
// caches. Rows of four blocks are computed together: four streams far from each
// other keep more of the memory busy than one.
//
//===----------------------------------------------------------------------===//

#include "../FamilyBase.h"
#include "../Params.h"
#include "BitmapRow.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

static constexpr int64_t lanes = 16;
/// Vectors per mask word, each with its own sum.
static constexpr int64_t chains = 4;
/// Row blocks that are computed together.
static constexpr int64_t streams = 4;
/// Distance of the prefetch of values, into the second cache.
static constexpr int64_t prefetchBytes = 2048;

namespace {
class BitmapRowFamily final : public FamilyBase {
public:
  llvm::StringRef getName() const override { return "cpu.bitmap_row"; }

  double predictSeconds(const LinearDesc &desc, const KernelCandidate &,
                        int64_t tokens, int64_t threads,
                        const MachineDescription &machine) const override {
    double weights = double(desc.outFeatures) * desc.inFeatures;
    double bytes =
        weights * (desc.density * getElementBytes(desc.weightType) + 0.125);
    double rate = machine.bitmapWeightsPerCycle * machine.clockGHz;
    return getSeconds(weights * tokens, rate / machine.fmaPeakGFlops, bytes,
                      threads, machine);
  }

protected:
  llvm::SmallVector<KernelCandidate>
  listCandidates(const LinearDesc &desc,
                 const MachineDescription &) const override {
    return {makeCandidate(desc, {}, {{"rb", 64}})};
  }
  std::unique_ptr<Layout> createLayout() const override {
    return createBitmapRowLayout();
  }
  ISA getMinimumISA() const override { return ISA::AVX512; }
  LogicalResult emitBody(Emitter &e, const KernelSpec &spec,
                         const KernelArgs &args,
                         const Epilogue &epilogue) const override;
};

/// Emits sums of rows for one token.
class RowEmitter {
public:
  RowEmitter(Emitter &e, const KernelSpec &spec, Value masks, Value values,
             Value x)
      : e(e), spec(spec), masks(masks), values(values), x(x),
        fullWords(spec.inFeatures / 64), restInputs(spec.inFeatures % 64) {}

  /// Computes rows side by side, whose values begin at `positions`. Stores each
  /// sum at its address and returns the positions after the rows.
  Values emitRows(ArrayRef<Value> rows, ValueRange positions,
                  ArrayRef<Value> sums);

private:
  void emitWord(Value word, Value k, int64_t inputs,
                MutableArrayRef<Value> carried);
  Value addUp(ArrayRef<Value> acc);

  Emitter &e;
  const KernelSpec &spec;
  Value masks, values, x;
  int64_t fullWords, restInputs;
};

/// Emits the rows of row blocks for all tokens.
class BlockEmitter {
public:
  BlockEmitter(Emitter &e, const KernelSpec &spec, const KernelArgs &args,
               const Epilogue &epilogue);
  void emit();

private:
  void emitBlocks(Value block, int64_t count);

  Emitter &e;
  const KernelSpec &spec;
  const KernelArgs &args;
  const Epilogue &epilogue;
  int64_t rb;
  Value starts, masks, values;
};
} // namespace

/// 64 inputs, or the last `inputs`: expands four vectors, each from its own
/// position in the stream, so that the positions do not wait for each other.
/// `carried` are the sums and the position of one row.
void RowEmitter::emitWord(Value word, Value k, int64_t inputs,
                          MutableArrayRef<Value> carried) {
  Value &position = carried.back();
  Value mask = e.load(word, e.i64);
  Value stream = e.gep(values, position, spec.weightType);
  int64_t bytes = getElementBytes(spec.weightType);
  for (int64_t line = 0; line < 2; ++line)
    e.prefetch(
        e.gep(stream, (prefetchBytes + 64 * line) / bytes, spec.weightType),
        /*cache=*/2);
  for (int64_t j = 0; j < chains && j * lanes < inputs; ++j) {
    Value start = position;
    if (j > 0) {
      Value before = e.bitAnd(mask, (int64_t(1) << (lanes * j)) - 1);
      start = e.add(start, math::CtPopOp::create(e.b, before).getResult());
    }
    Value bits =
        arith::TruncIOp::create(e.b, e.b.getI16Type(), e.shr(mask, lanes * j));
    Value lanesMask =
        LLVM::BitcastOp::create(e.b, e.vec(lanes, e.b.getI1Type()), bits);
    Value packed = e.load(e.gep(values, start, spec.weightType),
                          e.vec(lanes, spec.weightType));
    // Expanding from a register is up to 1.4 times as fast as expanding from
    // memory, which the code generator would choose for a loaded value.
    packed =
        packed.getType() == e.vec(lanes) ? e.opaque(packed) : e.widen(packed);
    Value weights = e.intrinsic("llvm.x86.avx512.mask.expand", e.vec(lanes),
                                {packed, e.zero(lanes), lanesMask});
    int64_t count = std::min(lanes, inputs - j * lanes);
    VectorType type = e.vec(lanes, spec.inputType);
    Value from = e.gep(x, e.add(k, j * lanes), spec.inputType);
    Value input = e.widen(
        count == lanes ? e.load(from, type)
                       : e.maskedLoad(from, type, e.laneMask(count, lanes)));
    carried[j] = e.fma(weights, input, carried[j]);
  }
  position = e.add(position, math::CtPopOp::create(e.b, mask).getResult());
}

Value RowEmitter::addUp(ArrayRef<Value> acc) {
  Value low = arith::AddFOp::create(e.b, acc[0], acc[1]);
  Value high = arith::AddFOp::create(e.b, acc[2], acc[3]);
  return vector::ReductionOp::create(
      e.b, vector::CombiningKind::ADD,
      arith::AddFOp::create(e.b, low, high).getResult(),
      arith::FastMathFlags::reassoc);
}

Values RowEmitter::emitRows(ArrayRef<Value> rows, ValueRange positions,
                            ArrayRef<Value> sums) {
  constexpr int64_t width = chains + 1;
  int64_t wordsPerRow = fullWords + (restInputs ? 1 : 0);
  Values words, carried;
  for (auto [row, position] : llvm::zip_equal(rows, positions)) {
    words.push_back(e.gep(masks, e.mul(row, wordsPerRow), e.i64));
    carried.append(chains, e.zero(lanes));
    carried.push_back(position);
  }
  auto addWord = [&](auto index, Value k, int64_t inputs, Values &all) {
    for (auto [i, rowWords] : llvm::enumerate(words))
      emitWord(e.gep(rowWords, index, e.i64), k, inputs,
               MutableArrayRef(all).slice(i * width, width));
  };
  carried = e.loop(e.constant(0), e.constant(fullWords), 1, carried,
                   [&](Value index, ValueRange before) {
                     Values next(before);
                     addWord(index, e.mul(index, 64), 64, next);
                     return next;
                   });
  if (restInputs)
    addWord(fullWords, e.constant(fullWords * 64), restInputs, carried);
  Values next;
  for (auto [i, sum] : llvm::enumerate(sums)) {
    ArrayRef<Value> row = ArrayRef(carried).slice(i * width, width);
    e.store(addUp(row.drop_back()), sum);
    next.push_back(row.back());
  }
  return next;
}

BlockEmitter::BlockEmitter(Emitter &e, const KernelSpec &spec,
                           const KernelArgs &args, const Epilogue &epilogue)
    : e(e), spec(spec), args(args), epilogue(epilogue),
      rb(getParam(spec.layoutParams, "rb")) {
  auto section = [&](int64_t index) {
    return e.gep(args.w, e.loadIndex(e.gep(args.w, index, e.i64), 64),
                 e.b.getI8Type());
  };
  starts = section(0);
  masks = section(1);
  values = section(2);
}

/// Row i of `count` blocks at a time, the last one of which is full if there are
/// several.
void BlockEmitter::emitBlocks(Value block, int64_t count) {
  Value sums = e.alloca(streams * rb * 4);
  Value row0 = e.mul(block, rb);
  Value left = e.sub(e.constant(spec.outFeatures), row0);
  Value rowsPerBlock = count > 1 ? e.constant(rb) : e.min(e.constant(rb), left);
  Value rows = count > 1 ? e.constant(count * rb) : rowsPerBlock;
  Values begin;
  for (int64_t i = 0; i < count; ++i)
    begin.push_back(
        e.loadIndex(e.gep(starts, e.add(block, i), e.b.getI32Type()), 32));
  e.loop(e.constant(0), args.tokens, 1, [&](Value token) {
    Value x = e.gep(args.x, e.mul(token, spec.inFeatures), spec.inputType);
    RowEmitter emitter(e, spec, masks, values, x);
    e.loop(e.constant(0), rowsPerBlock, 1, begin,
           [&](Value index, ValueRange positions) {
             Values members, addresses;
             for (int64_t i = 0; i < count; ++i) {
               Value row = e.add(index, i * rb);
               members.push_back(e.add(row0, row));
               addresses.push_back(e.gep(sums, row, e.f32));
             }
             return emitter.emitRows(members, positions, addresses);
           });
    e.loop(e.constant(0), rows, lanes, [&](Value row) {
      Value acc = e.load(e.gep(sums, row, e.f32), e.vec(lanes));
      epilogue.storeRow(e, args, acc, token, e.add(row0, row));
    });
  });
}

/// A task is `streams` blocks; those at the end that are fewer or not full are
/// computed one by one.
void BlockEmitter::emit() {
  int64_t blocks = llvm::divideCeil(spec.outFeatures, rb);
  int64_t together = spec.outFeatures / (streams * rb);
  e.tasks(e.constant(llvm::divideCeil(blocks, streams)), [&](Value task) {
    Value block = e.mul(task, streams);
    auto emitTogether = [&] { emitBlocks(block, streams); };
    auto emitSingly = [&] {
      Value end = e.min(e.constant(blocks), e.add(block, streams));
      e.loop(block, end, 1, [&](Value single) { emitBlocks(single, 1); });
    };
    if (together * streams == blocks)
      return emitTogether();
    if (!together)
      return emitSingly();
    e.ifThen(e.cmp(arith::CmpIPredicate::slt, task, e.constant(together)),
             emitTogether, emitSingly);
  });
}

LogicalResult BitmapRowFamily::emitBody(Emitter &e, const KernelSpec &spec,
                                        const KernelArgs &args,
                                        const Epilogue &epilogue) const {
  BlockEmitter(e, spec, args, epilogue).emit();
  return success();
}

std::unique_ptr<KernelFamily> cpu::createBitmapRowFamily() {
  return std::make_unique<BitmapRowFamily>();
}
