//===- NMPermuteFamily.cpp - 1:4 and 2:4 by permutes ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.nm_permute": lanes are outputs; each quad of inputs is
// broadcast to all 128-bit blocks of a vector, and a permute within the blocks
// picks, for every output, the input that its kept weight belongs to. Nothing is
// packed at run time and no sum crosses lanes, which makes it the best form for
// few tokens.
//
//===----------------------------------------------------------------------===//

#include "../FamilyBase.h"
#include "../PanelDriver.h"
#include "../Params.h"
#include "NMPermute.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

/// Distance of the prefetch of weights that one panel reads in one stream.
static constexpr int64_t prefetchBytes = 4096;

namespace {
class NMPermuteFamily final : public FamilyBase {
public:
  llvm::StringRef getName() const override { return "cpu.nm_permute"; }

  double predictSeconds(const LinearDesc &desc,
                        const KernelCandidate &candidate, int64_t tokens,
                        int64_t threads,
                        const MachineDescription &machine) const override;

  ScratchSize getScratchSize(const KernelSpec &spec) const override {
    if (spec.tokens == 1 || spec.tokens == 2)
      return {};
    ScratchSize size;
    size.bytesPerToken = llvm::alignTo(spec.inFeatures, 4) * 4;
    size.tokenMultiple = getPlan(spec).main.tokens;
    return size;
  }

protected:
  std::optional<std::string>
  getPatternObstacle(const LinearDesc &desc) const override;
  llvm::SmallVector<KernelCandidate>
  listCandidates(const LinearDesc &desc,
                 const MachineDescription &machine) const override;
  std::unique_ptr<Layout> createLayout() const override {
    return createNMPermuteLayout();
  }
  ISA getMinimumISA() const override { return ISA::AVX2; }
  LogicalResult emitBody(Emitter &e, const KernelSpec &spec,
                         const KernelArgs &args,
                         const Epilogue &epilogue) const override;

private:
  static NMPermuteShape getShape(const KernelSpec &spec) {
    return NMPermuteShape(
        spec.outFeatures, spec.inFeatures, getParam(spec.layoutParams, "n"),
        getParam(spec.layoutParams, "lanes"), getElementBytes(spec.weightType));
  }
  static PanelPlan getPlan(const KernelSpec &spec);
};

/// Where the quads of the tokens of a tile are.
struct QuadSource {
  /// Addresses of the first quad of each token.
  Values rows;
  /// Elements from one quad of a token to its next one, and their type.
  int64_t stride = 4;
  Type type;
  /// Whether the last quad is full.
  bool isPadded = false;
};

/// Emits one register tile.
class TileEmitter {
public:
  TileEmitter(Emitter &e, const KernelSpec &spec, const NMPermuteShape &shape,
              QuadSource source, Value weights, PanelTile tile)
      : e(e), spec(spec), shape(shape), source(std::move(source)),
        weights(weights), tile(tile), chains(tile.tokens == 1 ? 2 : 1) {}

  llvm::SmallVector<Values> emit();

private:
  Values emitBlock(Value block, Value k0, int64_t quads, int64_t lastCount,
                   ValueRange carried);
  void emitQuadByPanels(Value block, Values &positions, Value k, int64_t quad,
                        int64_t count, Values &acc);
  void emitQuadByTokens(Value block, Value &positions, Value k, int64_t quad,
                        int64_t count, Values &acc);
  Value loadSlot(Value block, int64_t panel, int64_t quad, int64_t slot);
  Value advance(Value positions);
  Value loadQuad(Value row, Value k, int64_t count);
  Value permute(Value x, Value positions);

  Emitter &e;
  const KernelSpec &spec;
  const NMPermuteShape &shape;
  QuadSource source;
  Value weights;
  PanelTile tile;
  /// Independent sums per token and group: one token alone does not give
  /// enough of them to hide the latency of the multiply-add.
  int64_t chains;
};
} // namespace

/// The smallest n of 1:4 and 2:4 that holds; 0 if none.
static int64_t getHeldN(const LinearDesc &desc) {
  return desc.holdsNM(1, 4) ? 1 : desc.holdsNM(2, 4) ? 2 : 0;
}

std::optional<std::string>
NMPermuteFamily::getPatternObstacle(const LinearDesc &desc) const {
  if (!getHeldN(desc))
    return "the weight is not known to be 2:4 along the inputs";
  return std::nullopt;
}

llvm::SmallVector<KernelCandidate>
NMPermuteFamily::listCandidates(const LinearDesc &desc,
                                const MachineDescription &machine) const {
  return {makeCandidate(
      desc, {}, {{"lanes", machine.getF32Lanes()}, {"n", getHeldN(desc)}})};
}

double NMPermuteFamily::predictSeconds(
    const LinearDesc &desc, const KernelCandidate &candidate, int64_t tokens,
    int64_t threads, const MachineDescription &machine) const {
  double slots = double(desc.outFeatures) * desc.inFeatures *
                 getParam(candidate.layoutParams, "n") / 4;
  int64_t padded = tokens <= 2 ? tokens : llvm::alignTo(tokens, 4);
  double bytes = slots * (getElementBytes(desc.weightType) + 0.25);
  double efficiency = interpolate(machine.nmPermute, padded);
  // One slot per quad shares the broadcast of the input with no other.
  if (getParam(candidate.layoutParams, "n") == 1)
    efficiency *= machine.vectorRegisters >= 32 ? 0.82 : 0.72;
  return getSeconds(2 * slots * padded, efficiency, bytes, threads, machine);
}

PanelPlan NMPermuteFamily::getPlan(const KernelSpec &spec) {
  NMPermuteShape shape = getShape(spec);
  PanelPlan plan;
  plan.width = shape.lanes;
  plan.numPanels = shape.groups;
  // 16 registers hold eight sums and the weights of one quad.
  bool isLarge = spec.machine->vectorRegisters >= 32;
  plan.main = isLarge ? PanelTile{4, 4} : PanelTile{8, 1};
  plan.tails = {2, 4};
  if (!isLarge)
    plan.tails.push_back(8);
  plan.small = {{1, 4}, {2, 4}};
  return plan;
}

/// Packs x in blocks of `block` tokens: for each quad of inputs, the quads of all
/// tokens side by side. Rows of x that are a multiple of 4 KiB apart would share
/// a few lines of the first cache. Tokens past the last one repeat it.
static void packQuads(Emitter &e, const KernelSpec &spec,
                      const KernelArgs &args, int64_t block) {
  int64_t quads = llvm::divideCeil(spec.inFeatures, 4);
  int64_t full = spec.inFeatures / 4;
  Value last = e.add(args.tokens, -1);
  VectorType type = e.vec(4, spec.inputType);
  e.tasks(e.ceilDiv(args.tokens, block), [&](Value task) {
    Value token0 = e.mul(task, block);
    Value to = e.gep(args.scratch, e.mul(token0, quads * 4), e.f32);
    Values rows;
    for (int64_t t = 0; t < block; ++t) {
      Value row = e.min(e.add(token0, t), last);
      rows.push_back(
          e.gep(args.x, e.mul(row, spec.inFeatures), spec.inputType));
    }
    auto packQuad = [&](Value quad, int64_t count) {
      Value target = e.gep(to, e.mul(quad, block * 4), e.f32);
      for (auto [t, row] : llvm::enumerate(rows)) {
        Value from = e.gep(row, e.mul(quad, 4), spec.inputType);
        Value x = count == 4 ? e.load(from, type)
                             : e.maskedLoad(from, type, e.laneMask(count, 4));
        e.store(e.widen(x), e.gep(target, t * 4, e.f32));
      }
    };
    e.loop(e.constant(0), e.constant(full), 1,
           [&](Value quad) { packQuad(quad, 4); });
    if (full < quads)
      packQuad(e.constant(full), spec.inFeatures % 4);
  });
}

LogicalResult NMPermuteFamily::emitBody(Emitter &e, const KernelSpec &spec,
                                        const KernelArgs &args,
                                        const Epilogue &epilogue) const {
  NMPermuteShape shape = getShape(spec);
  if (shape.lanes > spec.machine->getF32Lanes())
    return emitError(e.b.getLoc())
           << "the weight is packed for vectors of " << shape.lanes
           << " floats, the target has " << spec.machine->getF32Lanes();
  PanelPlan plan = getPlan(spec);
  int64_t block = plan.main.tokens;
  auto prepare = [&] { packQuads(e, spec, args, block); };
  plan.prepare = prepare;
  auto getSource = [&](const PanelRows &rows) {
    if (rows.isSmall)
      return QuadSource{Values(rows.addresses), 4, spec.inputType, false};
    Value base =
        e.gep(args.scratch,
              e.mul(rows.first, llvm::alignTo(spec.inFeatures, 4)), e.f32);
    QuadSource source{{}, 4 * block, e.f32, true};
    for (size_t t = 0; t < rows.addresses.size(); ++t)
      source.rows.push_back(e.gep(base, 4 * t, e.f32));
    return source;
  };
  emitPanelKernel(
      e, spec, args, epilogue, plan,
      [&](const PanelRows &rows, Value panel, PanelTile tile) {
        Value weights =
            e.gep(args.w, e.mul(panel, shape.groupBytes), e.b.getI8Type());
        return TileEmitter(e, spec, shape, getSource(rows), weights, tile)
            .emit();
      });
  return success();
}

/// Four inputs from input `k` on, repeated over the vector. Inputs past `count`
/// are zero.
Value TileEmitter::loadQuad(Value row, Value k, int64_t count) {
  VectorType type = e.vec(4, source.type);
  Value address = e.gep(row, e.mul(k, source.stride / 4), source.type);
  Value quad = e.widen(count == 4 || source.isPadded
                           ? e.load(address, type)
                           : e.maskedLoad(address, type, e.laneMask(count, 4)));
  llvm::SmallVector<int64_t> repeat;
  for (int64_t lane = 0; lane < shape.lanes; ++lane)
    repeat.push_back(lane % 4);
  return e.shuffle(quad, quad, repeat);
}

/// Lane i of the result is the input that the low two bits of lane i select.
Value TileEmitter::permute(Value x, Value positions) {
  llvm::StringRef name = shape.lanes == 16 ? "llvm.x86.avx512.vpermilvar.ps.512"
                                           : "llvm.x86.avx.vpermilvar.ps.256";
  return e.intrinsic(name, x.getType(), {x, positions});
}

/// The weights of one slot of a quad.
Value TileEmitter::loadSlot(Value block, int64_t panel, int64_t quad,
                            int64_t slot) {
  int64_t offset = panel * shape.groupBytes + shape.getSlotOffset(quad, slot);
  return e.widen(e.load(e.gep(block, offset, e.b.getI8Type()),
                        e.vec(shape.lanes, spec.weightType)));
}

/// The positions of the next slot.
Value TileEmitter::advance(Value positions) {
  VectorType type = cast<VectorType>(positions.getType());
  Value two = arith::ConstantOp::create(
      e.b, DenseElementsAttr::get(type, e.b.getI32IntegerAttr(2)));
  return arith::ShRUIOp::create(e.b, positions, two);
}

/// One quad of several panels: the inputs of all tokens stay in registers.
void TileEmitter::emitQuadByPanels(Value block, Values &positions, Value k,
                                   int64_t quad, int64_t count, Values &acc) {
  Values x;
  for (Value row : source.rows)
    x.push_back(loadQuad(row, k, count));
  for (int64_t g = 0; g < tile.panels; ++g)
    for (int64_t slot = 0; slot < shape.n; ++slot) {
      Value w = loadSlot(block, g, quad, slot);
      for (int64_t t = 0; t < tile.tokens; ++t) {
        Value &sum = acc[(t * tile.panels + g) * chains +
                         (quad * shape.n + slot) % chains];
        sum = e.fma(w, permute(x[t], positions[g]), sum);
      }
      positions[g] = advance(positions[g]);
    }
}

/// One quad of one panel: its weights and positions stay in registers, the inputs
/// of one token after the other pass through.
void TileEmitter::emitQuadByTokens(Value block, Value &positions, Value k,
                                   int64_t quad, int64_t count, Values &acc) {
  Values weights, places;
  int64_t ahead = shape.getSlotOffset(quad, 0) + prefetchBytes;
  e.prefetch(e.gep(block, ahead, e.b.getI8Type()), /*cache=*/2);
  for (int64_t slot = 0; slot < shape.n; ++slot) {
    weights.push_back(loadSlot(block, 0, quad, slot));
    places.push_back(positions);
    positions = advance(positions);
  }
  for (auto [t, row] : llvm::enumerate(source.rows)) {
    Value x = loadQuad(row, k, count);
    for (int64_t slot = 0; slot < shape.n; ++slot) {
      Value &sum = acc[t * chains + (quad * shape.n + slot) % chains];
      sum = e.fma(weights[slot], permute(x, places[slot]), sum);
    }
  }
}

/// Adds `quads` quads of a block, beginning with input `k0`; the last quad has
/// `lastCount` inputs.
Values TileEmitter::emitBlock(Value block, Value k0, int64_t quads,
                              int64_t lastCount, ValueRange carried) {
  Type i8 = e.b.getI8Type();
  VectorType positionType = e.vec(shape.lanes, e.b.getI32Type());
  Values acc(carried), positions;
  for (int64_t g = 0; g < tile.panels; ++g)
    positions.push_back(
        e.load(e.gep(block, g * shape.groupBytes, i8), positionType));
  for (int64_t q = 0; q < quads; ++q) {
    int64_t count = q + 1 == quads ? lastCount : 4;
    Value k = e.add(k0, 4 * q);
    if (tile.panels == 1)
      emitQuadByTokens(block, positions[0], k, q, count, acc);
    else
      emitQuadByPanels(block, positions, k, q, count, acc);
  }
  return acc;
}

llvm::SmallVector<Values> TileEmitter::emit() {
  Type i8 = e.b.getI8Type();
  Values acc(tile.tokens * tile.panels * chains, e.zero(shape.lanes));
  // The cut quad may be that of a full block.
  bool cut = shape.cols % 4 && !shape.restQuads;
  int64_t loopBlocks = shape.fullBlocks - (cut ? 1 : 0);
  acc = e.loop(e.constant(0), e.constant(loopBlocks), 1, acc,
               [&](Value index, ValueRange carried) {
                 Value block =
                     e.gep(weights, e.mul(index, shape.blockBytes), i8);
                 return emitBlock(block, e.mul(index, 4 * shape.quadsPerBlock),
                                  shape.quadsPerBlock, 4, carried);
               });
  int64_t rest = cut ? shape.quadsPerBlock : shape.restQuads;
  if (rest)
    acc = emitBlock(e.gep(weights, shape.getBlockOffset(loopBlocks), i8),
                    e.constant(loopBlocks * 4 * shape.quadsPerBlock), rest,
                    shape.cols % 4 ? shape.cols % 4 : 4, acc);
  llvm::SmallVector<Values> result(tile.tokens);
  for (int64_t t = 0; t < tile.tokens; ++t)
    for (int64_t g = 0; g < tile.panels; ++g) {
      int64_t first = (t * tile.panels + g) * chains;
      Value sum = acc[first];
      for (int64_t c = 1; c < chains; ++c)
        sum = arith::AddFOp::create(e.b, sum, acc[first + c]);
      result[t].push_back(sum);
    }
  return result;
}

std::unique_ptr<KernelFamily> cpu::createNMPermuteFamily() {
  return std::make_unique<NMPermuteFamily>();
}
