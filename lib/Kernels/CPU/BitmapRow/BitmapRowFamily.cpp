//===- BitmapRowFamily.cpp - Rows expanded from bit masks -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.bitmap_row": one row at a time, 16 weights are expanded from
// the stream of nonzeros by a mask and multiplied with 16 inputs. Reads 4.25
// bytes per nonzero at density 0.5 in one sequential stream, which decides for
// one token and weights outside the caches.
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
/// Time of streaming the nonzeros, relative to several streams at once.
static constexpr double streamPenalty = 1.2;
/// Distance of the prefetch of values.
static constexpr int64_t prefetchBytes = 4096;

namespace {
class BitmapRowFamily final : public FamilyBase {
public:
  llvm::StringRef getName() const override { return "cpu.bitmap_row"; }

  std::optional<std::string>
  whyNot(const LinearDesc &desc,
         const MachineDescription &machine) const override {
    return getObstacle(desc, machine);
  }

  llvm::SmallVector<KernelCandidate>
  getCandidates(const LinearDesc &desc,
                const MachineDescription &machine) const override {
    if (whyNot(desc, machine))
      return {};
    MLIRContext *context = desc.weightType.getContext();
    return {{makeParams(context, {}), getLayoutName().str(),
             makeParams(context, {{"rb", 64}})}};
  }

  double predictSeconds(const LinearDesc &desc, const KernelCandidate &,
                        int64_t tokens, int64_t threads,
                        const MachineDescription &machine) const override {
    double weights = double(desc.outFeatures) * desc.inFeatures;
    double bytes =
        weights * (desc.density * getElementBytes(desc.weightType) + 0.125);
    double rate = machine.bitmapWeightsPerCycle * machine.clockGHz;
    // One stream of values does not keep enough of the memory busy: its time is
    // hardly hidden by the computation.
    double stream = streamPenalty * bytes / (machine.getStreamGBs(bytes) * 1e9);
    return getSeconds(weights * tokens, rate / machine.fmaPeakGFlops, 0,
                      threads, machine) +
           stream / std::max<int64_t>(threads, 1);
  }

  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    return cpu::verifyParams(params, {}, emitError);
  }

  ScratchSize getScratchSize(const KernelSpec &) const override { return {}; }

protected:
  std::unique_ptr<Layout> createLayout() const override {
    return createBitmapRowLayout();
  }
  ISA getMinimumISA() const override { return ISA::AVX512; }
  LogicalResult emitBody(Emitter &e, const KernelSpec &spec,
                         const KernelArgs &args,
                         const Epilogue &epilogue) const override;
};

/// Emits the sums of one block of rows for one token.
class RowBlockEmitter {
public:
  RowBlockEmitter(Emitter &e, const KernelSpec &spec, Value masks, Value values,
                  Value x)
      : e(e), spec(spec), masks(masks), values(values), x(x),
        fullWords(spec.inFeatures / 64), restInputs(spec.inFeatures % 64) {}

  /// Adds the row whose masks begin at word `firstWord`. Returns the sum and
  /// the position of the next row's values.
  std::pair<Value, Value> emitRow(Value firstWord, Value position);
  int64_t getWords() const { return fullWords + (restInputs ? 1 : 0); }

private:
  Values emitWord(Value word, Value k, int64_t inputs, ValueRange carried);

  Emitter &e;
  const KernelSpec &spec;
  Value masks, values, x;
  int64_t fullWords, restInputs;
};
} // namespace

/// 64 inputs, or the last `inputs`: expands four vectors, each from its own
/// position in the stream, so that the positions do not wait for each other.
Values RowBlockEmitter::emitWord(Value word, Value k, int64_t inputs,
                                 ValueRange carried) {
  Values acc(carried.drop_back());
  Value position = carried.back();
  Value mask = e.load(word, e.i64);
  Value stream = e.gep(values, position, spec.weightType);
  int64_t bytes = getElementBytes(spec.weightType);
  for (int64_t line = 0; line < 2; ++line)
    e.prefetch(
        e.gep(stream, (prefetchBytes + 64 * line) / bytes, spec.weightType));
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
    acc[j] = e.fma(weights, input, acc[j]);
  }
  acc.push_back(e.add(position, math::CtPopOp::create(e.b, mask).getResult()));
  return acc;
}

std::pair<Value, Value> RowBlockEmitter::emitRow(Value firstWord,
                                                 Value position) {
  Value words = e.gep(masks, firstWord, e.i64);
  Values carried(chains, e.zero(lanes));
  carried.push_back(position);
  carried = e.loop(e.constant(0), e.constant(fullWords), 1, carried,
                   [&](Value index, ValueRange values) {
                     return emitWord(e.gep(words, index, e.i64),
                                     e.mul(index, 64), 64, values);
                   });
  if (restInputs)
    carried = emitWord(e.gep(words, fullWords, e.i64),
                       e.constant(fullWords * 64), restInputs, carried);
  Value low = arith::AddFOp::create(e.b, carried[0], carried[1]);
  Value high = arith::AddFOp::create(e.b, carried[2], carried[3]);
  Value sum = vector::ReductionOp::create(
      e.b, vector::CombiningKind::ADD,
      arith::AddFOp::create(e.b, low, high).getResult(),
      arith::FastMathFlags::reassoc);
  return {sum, carried.back()};
}

LogicalResult BitmapRowFamily::emitBody(Emitter &e, const KernelSpec &spec,
                                        const KernelArgs &args,
                                        const Epilogue &epilogue) const {
  int64_t rb = getParam(spec.layoutParams, "rb");
  auto section = [&](int64_t index) {
    return e.gep(args.w, e.loadIndex(e.gep(args.w, index, e.i64), 64),
                 e.b.getI8Type());
  };
  Value starts = section(0), masks = section(1), values = section(2);
  int64_t blocks = llvm::divideCeil(spec.outFeatures, rb);
  e.tasks(e.constant(blocks), [&](Value block) {
    Value sums = e.alloca(rb * 4);
    Value row0 = e.mul(block, rb);
    Value rows =
        e.min(e.constant(rb), e.sub(e.constant(spec.outFeatures), row0));
    Value start = e.loadIndex(e.gep(starts, block, e.b.getI32Type()), 32);
    e.loop(e.constant(0), args.tokens, 1, [&](Value token) {
      Value x = e.gep(args.x, e.mul(token, spec.inFeatures), spec.inputType);
      RowBlockEmitter emitter(e, spec, masks, values, x);
      e.loop(e.constant(0), rows, 1, {start},
             [&](Value row, ValueRange carried) -> Values {
               Value word = e.mul(e.add(row0, row), emitter.getWords());
               auto [sum, next] = emitter.emitRow(word, carried[0]);
               e.store(sum, e.gep(sums, row, e.f32));
               return {next};
             });
      e.loop(e.constant(0), rows, lanes, [&](Value row) {
        Value acc = e.load(e.gep(sums, row, e.f32), e.vec(lanes));
        epilogue.storeRow(e, args, acc, token, e.add(row0, row));
      });
    });
  });
  return success();
}

std::unique_ptr<KernelFamily> cpu::createBitmapRowFamily() {
  return std::make_unique<BitmapRowFamily>();
}
