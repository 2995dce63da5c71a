//===- NMRowFamily.cpp - Any N:M by broadcast over tokens -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.nm_row": lanes are tokens. For each kept weight the position
// is decoded from a metadata word in scalar registers, under the loads, and the
// weight is broadcast over the row of inputs that it belongs to. Any n:m with
// m <= 16 on any instruction set; the best form for N:M and many tokens where
// there are 16 vector registers, and for 1:4 everywhere.
//
//===----------------------------------------------------------------------===//

#include "../FamilyBase.h"
#include "../Params.h"
#include "../TileDriver.h"
#include "NMRow.h"
#include <limits>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

/// Independent sums that hide the latency of the multiply-add.
static constexpr int64_t minimumChains = 8;

namespace {
class NMRowFamily final : public FamilyBase {
public:
  llvm::StringRef getName() const override { return "cpu.nm_row"; }

  double predictSeconds(const LinearDesc &desc,
                        const KernelCandidate &candidate, int64_t tokens,
                        int64_t threads,
                        const MachineDescription &machine) const override;

  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    return cpu::verifyParams(params, {{"lanes", 4, 16, 4}, {"vectors", 1, 8}},
                             emitError);
  }

  ScratchSize getScratchSize(const KernelSpec &spec) const override {
    return getTileScratchSize(spec, getPlan(spec));
  }

protected:
  std::optional<std::string>
  getPatternObstacle(const LinearDesc &desc) const override;
  llvm::SmallVector<KernelCandidate>
  listCandidates(const LinearDesc &desc,
                 const MachineDescription &machine) const override;
  std::unique_ptr<Layout> createLayout() const override {
    return createNMRowLayout();
  }
  LogicalResult emitBody(Emitter &e, const KernelSpec &spec,
                         const KernelArgs &args,
                         const Epilogue &epilogue) const override;

private:
  static NMRowShape getShape(const KernelSpec &spec) {
    return NMRowShape(spec.outFeatures, spec.inFeatures, spec.layoutParams,
                      getElementBytes(spec.weightType));
  }
  static TilePlan getPlan(const KernelSpec &spec);
};

/// Emits the update of one block of rows by one block of inputs.
class UpdateEmitter {
public:
  UpdateEmitter(Emitter &e, const KernelSpec &spec, const NMRowShape &shape,
                const TileUpdate &update, int64_t lanes)
      : e(e), spec(spec), shape(shape), update(update), lanes(lanes),
        sums(shape.g * update.vectors),
        chains(std::clamp<int64_t>(minimumChains / sums, 1, shape.slots)) {}

  void emit(Value weights);

private:
  Values emitChunk(Value values, Value words, Value panel, ValueRange carried);
  void emitSlot(Value values, Value word, Value panel, int64_t row,
                int64_t slot, Values &acc);

  Emitter &e;
  const KernelSpec &spec;
  const NMRowShape &shape;
  const TileUpdate &update;
  int64_t lanes, sums, chains;
};
} // namespace

/// The held pattern with the fewest slots; m = 0 if there is none.
static NMFact getHeldPattern(const LinearDesc &desc) {
  NMFact best;
  for (NMFact fact : desc.nmPatterns) {
    fact.n = std::max<int64_t>(fact.n, 1);
    if (fact.m < 2 || fact.m > 16 || fact.n > fact.m)
      continue;
    bool better = fact.n * best.m < best.n * fact.m ||
                  (fact.n * best.m == best.n * fact.m && fact.m < best.m);
    if (best.m == 0 || better)
      best = fact;
  }
  return best;
}

std::optional<std::string>
NMRowFamily::getPatternObstacle(const LinearDesc &desc) const {
  if (!getHeldPattern(desc).m)
    return "the weight is not known to be N:M, with M up to 16, along the "
           "inputs";
  return std::nullopt;
}

llvm::SmallVector<KernelCandidate>
NMRowFamily::listCandidates(const LinearDesc &desc,
                            const MachineDescription &machine) const {
  NMFact pattern = getHeldPattern(desc);
  int64_t rb = std::clamp<int64_t>(llvm::alignTo(desc.outFeatures, 16), 16,
                                   desc.outFeatures >= 512 ? 256 : 128);
  int64_t chunk = llvm::divideCeil(4, pattern.n) * pattern.m;
  llvm::SmallVector<KernelCandidate> candidates;
  auto add = [&](int64_t g, int64_t vectors, int64_t kb) {
    kb = std::max(chunk, kb / chunk * chunk);
    candidates.push_back(makeCandidate(
        desc, {{"lanes", machine.getF32Lanes()}, {"vectors", vectors}},
        {{"g", g},
         {"kb", kb},
         {"m", pattern.m},
         {"n", pattern.n},
         {"rb", rb}}));
  };
  // The panel of a block of inputs takes at most half of the first cache.
  int64_t maxTokens = ShapedType::isDynamic(desc.maxTokens)
                          ? std::numeric_limits<int32_t>::max()
                          : std::max<int64_t>(desc.maxTokens, 1);
  auto getBlock = [&](int64_t vectors) {
    int64_t width =
        std::min<int64_t>(vectors * machine.getF32Lanes(),
                          llvm::alignTo(maxTokens, machine.getF32Lanes()));
    return std::min<int64_t>(machine.l1Bytes / 2 / (width * 4), 256);
  };
  if (machine.vectorRegisters < 32) {
    add(1, 8, getBlock(8));
    return candidates;
  }
  add(4, 4, std::max<int64_t>(getBlock(4), 96));
  if (maxTokens > 64)
    add(1, 8, std::max<int64_t>(getBlock(8), 64));
  return candidates;
}

double NMRowFamily::predictSeconds(const LinearDesc &desc,
                                   const KernelCandidate &candidate,
                                   int64_t tokens, int64_t threads,
                                   const MachineDescription &machine) const {
  DictionaryAttr layout = candidate.layoutParams;
  NMRowShape shape(desc.outFeatures, desc.inFeatures, layout,
                   getElementBytes(desc.weightType));
  double slots = shape.getNumSlots();
  int64_t lanes = getParam(candidate.params, "lanes");
  int64_t padded = llvm::alignTo(std::max<int64_t>(tokens, 1), lanes);
  double efficiency = interpolate(machine.nmRow, padded);
  // One row alone has too few independent sums for few vectors of tokens.
  if (machine.vectorRegisters >= 32 && shape.g == 1)
    efficiency *= padded >= 128 ? 1.04 : 0.8;
  double bytes = slots * (shape.elementBytes + shape.positionBits / 8.0);
  double transposes = double(desc.outFeatures + desc.inFeatures) * padded * 8 /
                      (machine.l2GBs * 1e9);
  return getSeconds(2 * slots * padded, efficiency, bytes, threads, machine) +
         transposes / threads;
}

TilePlan NMRowFamily::getPlan(const KernelSpec &spec) {
  NMRowShape shape = getShape(spec);
  TilePlan plan;
  plan.lanes = getParam(spec.params, "lanes");
  plan.rowBlock = shape.rb;
  plan.kBlock = shape.kb;
  plan.inputs = shape.getPaddedInputs();
  for (int64_t vectors = 1; vectors < getParam(spec.params, "vectors");
       vectors *= 2)
    plan.widths.push_back(vectors);
  plan.widths.push_back(getParam(spec.params, "vectors"));
  return plan;
}

LogicalResult NMRowFamily::emitBody(Emitter &e, const KernelSpec &spec,
                                    const KernelArgs &args,
                                    const Epilogue &epilogue) const {
  NMRowShape shape = getShape(spec);
  TilePlan plan = getPlan(spec);
  emitTileKernel(e, spec, args, epilogue, plan, [&](const TileUpdate &update) {
    UpdateEmitter(e, spec, shape, update, plan.lanes).emit(args.w);
  });
  return success();
}

/// Adds one kept weight of one row to the sums.
void UpdateEmitter::emitSlot(Value values, Value word, Value panel, int64_t row,
                             int64_t slot, Values &acc) {
  int64_t width = update.vectors * lanes;
  Value position = e.bitAnd(e.shr(word, slot * shape.positionBits),
                            (int64_t(1) << shape.positionBits) - 1);
  Value inputs = e.gep(e.gep(panel, slot / shape.n * shape.m * width, e.f32),
                       e.mul(position, width), e.f32);
  Value weight =
      e.load(e.gep(values, row * shape.slots + slot, spec.weightType),
             spec.weightType);
  Value w = e.broadcast(e.widen(weight), lanes);
  for (int64_t v = 0; v < update.vectors; ++v) {
    Value &sum = acc[(row * update.vectors + v) * chains + slot % chains];
    sum = e.fma(w, e.load(e.gep(inputs, v * lanes, e.f32), e.vec(lanes)), sum);
  }
}

Values UpdateEmitter::emitChunk(Value values, Value words, Value panel,
                                ValueRange carried) {
  Values acc(carried);
  Type wordType = e.b.getIntegerType(shape.wordBits);
  for (int64_t row = 0; row < shape.g; ++row) {
    Value word = e.loadIndex(e.gep(words, row, wordType), shape.wordBits);
    for (int64_t slot = 0; slot < shape.slots; ++slot)
      emitSlot(values, word, panel, row, slot, acc);
  }
  return acc;
}

void UpdateEmitter::emit(Value weights) {
  int64_t width = update.vectors * lanes;
  Type wordType = e.b.getIntegerType(shape.wordBits);
  Value paddedRows = e.mul(e.ceilDiv(update.rows, shape.g), shape.g);
  Value chunkBefore = e.mul(update.kIndex, shape.chunksPerBlock);
  Value chunks = e.min(e.constant(shape.chunksPerBlock),
                       e.sub(e.constant(shape.chunksPerRow), chunkBefore));
  Value first =
      e.add(e.mul(update.rowIndex, shape.rb * shape.chunksPerRow),
            arith::MulIOp::create(e.b, chunkBefore, paddedRows).getResult());
  Value metadata = e.gep(weights, shape.getMetadataOffset(), e.b.getI8Type());
  Value steps = e.ceilDiv(update.rows, shape.g);
  e.loop(e.constant(0), steps, 1, [&](Value step) {
    Value stepSums = e.gep(update.sums, e.mul(step, shape.g * width), e.f32);
    Values addresses;
    for (int64_t i = 0; i < sums; ++i)
      addresses.push_back(e.gep(stepSums, i * lanes, e.f32));
    Value chunk0 =
        e.add(first, arith::MulIOp::create(e.b, e.mul(step, shape.g), chunks));
    Value values = e.gep(weights, e.mul(chunk0, shape.slots), spec.weightType);
    Value words = e.gep(metadata, chunk0, wordType);
    Values init(sums * chains, e.zero(lanes));
    for (auto [i, sum] : llvm::enumerate(loadSums(e, update, addresses, lanes)))
      init[i * chains] = sum;
    Values acc = e.loop(
        e.constant(0), chunks, 1, init, [&](Value chunk, ValueRange carried) {
          Value panel = e.gep(update.panel,
                              e.mul(chunk, shape.chunkInputs * width), e.f32);
          Value values0 = e.gep(values, e.mul(chunk, shape.g * shape.slots),
                                spec.weightType);
          Value words0 = e.gep(words, e.mul(chunk, shape.g), wordType);
          return emitChunk(values0, words0, panel, carried);
        });
    for (auto [i, address] : llvm::enumerate(addresses)) {
      Value sum = acc[i * chains];
      for (int64_t c = 1; c < chains; ++c)
        sum = arith::AddFOp::create(e.b, sum, acc[i * chains + c]);
      e.store(sum, address);
    }
  });
}

std::unique_ptr<KernelFamily> cpu::createNMRowFamily() {
  return std::make_unique<NMRowFamily>();
}
