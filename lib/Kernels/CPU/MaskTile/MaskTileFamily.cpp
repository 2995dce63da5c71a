//===- MaskTileFamily.cpp - Sparse register tiling --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.mask_tile": a register tile of four rows and up to four
// vectors of tokens. Inputs are visited by row mask, with one short loop per
// mask that multiplies exactly the rows of the mask, so that rows with a common
// input share its load. Needs 32 vector registers. Serves any pattern; wins for
// densities from about 0.25 up to nearly dense.
//
// Source: Wilkinson et al., "Register Tiling for Unstructured Sparsity in Neural
// Network Inference", PLDI 2023.
//
//===----------------------------------------------------------------------===//

#include "../FamilyBase.h"
#include "../Params.h"
#include "../TileDriver.h"
#include "MaskTile.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

/// Below this density the loops per mask are too short.
static constexpr double minimumDensity = 0.15;

namespace {
class MaskTileFamily final : public FamilyBase {
public:
  llvm::StringRef getName() const override { return "cpu.mask_tile"; }

  double predictSeconds(const LinearDesc &desc,
                        const KernelCandidate &candidate, int64_t tokens,
                        int64_t threads,
                        const MachineDescription &machine) const override;

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
    return createMaskTileLayout();
  }
  ISA getMinimumISA() const override { return ISA::AVX512; }

  LogicalResult emitBody(Emitter &e, const KernelSpec &spec,
                         const KernelArgs &args,
                         const Epilogue &epilogue) const override {
    emitTileKernel(
        e, spec, args, epilogue, getPlan(spec),
        [&](const TileUpdate &update) { emitUpdate(e, spec, args, update); });
    return success();
  }

private:
  static TilePlan getPlan(const KernelSpec &spec) {
    TilePlan plan;
    plan.lanes = 16;
    plan.rowBlock = getParam(spec.layoutParams, "rb");
    plan.kBlock = getParam(spec.layoutParams, "kb");
    plan.inputs = spec.inFeatures;
    plan.widths = {1, 2, 3, 4};
    return plan;
  }

  static void emitUpdate(Emitter &e, const KernelSpec &spec,
                         const KernelArgs &args, const TileUpdate &update);
};
} // namespace

std::optional<std::string>
MaskTileFamily::getPatternObstacle(const LinearDesc &desc) const {
  if (desc.density < minimumDensity)
    return "density " + llvm::formatv("{0:f2}", desc.density).str() +
           " is below " + llvm::formatv("{0:f2}", minimumDensity).str() +
           ", where the loops per row mask are too short";
  return std::nullopt;
}

llvm::SmallVector<KernelCandidate>
MaskTileFamily::listCandidates(const LinearDesc &desc,
                               const MachineDescription &machine) const {
  int64_t rb =
      desc.outFeatures >= 512
          ? 256
          : std::min<int64_t>(128, llvm::alignTo(desc.outFeatures, 16));
  rb = std::max<int64_t>(rb, 16);
  llvm::SmallVector<KernelCandidate> candidates;
  // The longer block keeps the loops per mask long where few tokens leave room
  // for it in the first cache.
  bool fewTokens =
      !ShapedType::isDynamic(desc.maxTokens) && desc.maxTokens <= 16;
  for (int64_t kb : {fewTokens ? 256 : 128, fewTokens ? 128 : 256})
    candidates.push_back(makeCandidate(desc, {}, {{"kb", kb}, {"rb", rb}}));
  return candidates;
}

double MaskTileFamily::predictSeconds(const LinearDesc &desc,
                                      const KernelCandidate &candidate,
                                      int64_t tokens, int64_t threads,
                                      const MachineDescription &machine) const {
  double weights = double(desc.outFeatures) * desc.inFeatures;
  double nonzeros = weights * desc.density;
  // A vector of tokens costs the same whether it is full or not.
  int64_t padded = llvm::alignTo(std::max<int64_t>(tokens, 1), 16);
  double efficiency = interpolate(machine.maskTile, padded) *
                      interpolate(machine.maskTileDensity, 100 * desc.density);
  int64_t kb = getParam(candidate.layoutParams, "kb");
  // A panel that fills the first cache, and short loops per mask for few
  // vectors of tokens.
  if (kb * std::min<int64_t>(padded, 64) * 4 >= machine.l1Bytes && kb > 128)
    efficiency *= 0.94;
  if (kb < 256 && padded <= 16)
    efficiency *= 0.93;
  double bytes =
      nonzeros * getElementBytes(desc.weightType) +
      weights * (2 * (1 - std::pow(1 - desc.density, 4)) / 4 + 8.0 / kb);
  double transposes = double(desc.outFeatures + desc.inFeatures) * padded * 8 /
                      (machine.l2GBs * 1e9);
  return getSeconds(2 * nonzeros * padded, efficiency, bytes, threads,
                    machine) +
         transposes / threads;
}

/// One loop over the inputs of a mask. `acc` holds the sums of all four rows;
/// `cursors` are the positions in offsets and values.
static void emitMask(Emitter &e, const KernelSpec &spec,
                     const TileUpdate &update, unsigned mask, Value count,
                     Value offsets, Value values, Values &acc,
                     Values &cursors) {
  int64_t vectors = update.vectors, lanes = 16;
  llvm::SmallVector<int64_t> rows;
  for (int64_t row = 0; row < maskTileRows; ++row)
    if (mask >> row & 1)
      rows.push_back(row);
  Values init;
  for (int64_t row : rows)
    init.append(acc.begin() + row * vectors, acc.begin() + (row + 1) * vectors);
  init.append(cursors);
  Values result =
      e.loop(e.constant(0), count, 1, init, [&](Value, ValueRange carried) {
        Value offset = carried[carried.size() - 2], value = carried.back();
        Value input = e.loadIndex(e.gep(offsets, offset, e.b.getI16Type()), 16);
        Value from = e.gep(update.panel, e.mul(input, vectors * lanes), e.f32);
        Values x;
        for (int64_t v = 0; v < vectors; ++v)
          x.push_back(e.load(e.gep(from, v * lanes, e.f32), e.vec(lanes)));
        Values next;
        Value weights = e.gep(values, value, spec.weightType);
        for (size_t j = 0; j < rows.size(); ++j) {
          Value weight =
              e.load(e.gep(weights, j, spec.weightType), spec.weightType);
          Value w = e.broadcast(e.widen(weight), lanes);
          for (int64_t v = 0; v < vectors; ++v)
            next.push_back(e.fma(w, x[v], carried[j * vectors + v]));
        }
        next.push_back(e.add(offset, 1));
        next.push_back(e.add(value, rows.size()));
        return next;
      });
  for (auto [j, row] : llvm::enumerate(rows))
    for (int64_t v = 0; v < vectors; ++v)
      acc[row * vectors + v] = result[j * vectors + v];
  cursors.assign(result.end() - 2, result.end());
}

void MaskTileFamily::emitUpdate(Emitter &e, const KernelSpec &spec,
                                const KernelArgs &args,
                                const TileUpdate &update) {
  int64_t rb = getParam(spec.layoutParams, "rb");
  int64_t kBlocks =
      llvm::divideCeil(spec.inFeatures, getParam(spec.layoutParams, "kb"));
  int64_t vectors = update.vectors, lanes = 16;
  Type i8 = e.b.getI8Type(), i16 = e.b.getI16Type(), i32 = e.b.getI32Type();
  // A section of the packed weight, by its place in the header.
  auto section = [&](int64_t index) {
    return e.gep(args.w, e.loadIndex(e.gep(args.w, index, e.i64), 64), i8);
  };
  Value starts = section(0), offsets = section(2), values = section(3);
  Value block = e.add(e.mul(update.rowIndex, kBlocks), update.kIndex);
  Value start = e.gep(starts, e.mul(block, 2), i32);
  Values cursors = {e.loadIndex(start, 32),
                    e.loadIndex(e.gep(start, 1, i32), 32)};
  Value groups = e.ceilDiv(update.rows, maskTileRows);
  Value firstGroup = e.mul(update.rowIndex, rb / maskTileRows * kBlocks);
  firstGroup =
      e.add(firstGroup, arith::MulIOp::create(e.b, update.kIndex, groups));
  Value counts = e.gep(section(1), e.mul(firstGroup, maskTileMasks), i16);

  e.loop(
      e.constant(0), groups, 1, cursors, [&](Value group, ValueRange carried) {
        Value groupSums = e.gep(
            update.sums, e.mul(group, maskTileRows * vectors * lanes), e.f32);
        Value groupCounts = e.gep(counts, e.mul(group, maskTileMasks), i16);
        Values addresses;
        for (int64_t i = 0; i < maskTileRows * vectors; ++i)
          addresses.push_back(e.gep(groupSums, i * lanes, e.f32));
        Values acc = loadSums(e, update, addresses, lanes);
        Values next(carried);
        for (unsigned mask = 1; mask < maskTileMasks; ++mask) {
          Value count = e.loadIndex(e.gep(groupCounts, mask, i16), 16);
          emitMask(e, spec, update, mask, count, offsets, values, acc, next);
        }
        for (auto [address, sum] : llvm::zip_equal(addresses, acc))
          e.store(sum, address);
        return next;
      });
}

std::unique_ptr<KernelFamily> cpu::createMaskTileFamily() {
  return std::make_unique<MaskTileFamily>();
}
