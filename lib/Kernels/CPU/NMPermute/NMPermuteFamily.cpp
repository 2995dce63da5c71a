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

namespace {
class NMPermuteFamily final : public FamilyBase {
public:
  llvm::StringRef getName() const override { return "cpu.nm_permute"; }

  std::optional<std::string>
  whyNot(const LinearDesc &desc,
         const MachineDescription &machine) const override;
  llvm::SmallVector<KernelCandidate>
  getCandidates(const LinearDesc &desc,
                const MachineDescription &machine) const override;
  double predictSeconds(const LinearDesc &desc,
                        const KernelCandidate &candidate, int64_t tokens,
                        int64_t threads,
                        const MachineDescription &machine) const override;

  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    return cpu::verifyParams(params, {}, emitError);
  }

  ScratchSize getScratchSize(const KernelSpec &) const override { return {}; }

protected:
  std::unique_ptr<Layout> createLayout() const override {
    return createNMPermuteLayout();
  }
  ISA getMinimumISA() const override { return ISA::AVX2; }
  LogicalResult emitBody(Emitter &e, const KernelSpec &spec,
                         const KernelArgs &args,
                         const Epilogue &epilogue) const override;
};

/// Emits one register tile.
class TileEmitter {
public:
  TileEmitter(Emitter &e, const KernelSpec &spec, const NMPermuteShape &shape,
              ArrayRef<Value> rows, Value weights, PanelTile tile)
      : e(e), spec(spec), shape(shape), rows(rows), weights(weights),
        tile(tile), chains(tile.tokens == 1 ? 2 : 1) {}

  llvm::SmallVector<Values> emit();

private:
  Values emitBlock(Value block, Value k0, int64_t quads, int64_t lastCount,
                   ValueRange carried);
  Value loadQuad(Value row, Value k, int64_t count);
  Value permute(Value x, Value positions);

  Emitter &e;
  const KernelSpec &spec;
  const NMPermuteShape &shape;
  ArrayRef<Value> rows;
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
NMPermuteFamily::whyNot(const LinearDesc &desc,
                        const MachineDescription &machine) const {
  if (auto reason = getObstacle(desc, machine))
    return reason;
  if (!getHeldN(desc))
    return "the weight is not known to be 2:4 along the inputs";
  return std::nullopt;
}

llvm::SmallVector<KernelCandidate>
NMPermuteFamily::getCandidates(const LinearDesc &desc,
                               const MachineDescription &machine) const {
  if (whyNot(desc, machine))
    return {};
  MLIRContext *context = desc.weightType.getContext();
  return {{makeParams(context, {}), getLayoutName().str(),
           makeParams(context, {{"lanes", machine.getF32Lanes()},
                                {"n", getHeldN(desc)}})}};
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

LogicalResult NMPermuteFamily::emitBody(Emitter &e, const KernelSpec &spec,
                                        const KernelArgs &args,
                                        const Epilogue &epilogue) const {
  NMPermuteShape shape(
      spec.outFeatures, spec.inFeatures, getParam(spec.layoutParams, "n"),
      getParam(spec.layoutParams, "lanes"), getElementBytes(spec.weightType));
  if (shape.lanes > spec.machine->getF32Lanes())
    return emitError(e.b.getLoc())
           << "the weight is packed for vectors of " << shape.lanes
           << " floats, the target has " << spec.machine->getF32Lanes();
  PanelPlan plan;
  plan.width = shape.lanes;
  plan.numPanels = shape.groups;
  plan.main = {4, spec.machine->vectorRegisters >= 32 ? 4 : 2};
  plan.tails = {2, 4};
  plan.small = {{1, 4}, {2, 4}};
  emitPanelKernel(
      e, spec, args, epilogue, plan,
      [&](ArrayRef<Value> rows, Value panel, PanelTile tile) {
        Value weights =
            e.gep(args.w, e.mul(panel, shape.groupBytes), e.b.getI8Type());
        return TileEmitter(e, spec, shape, rows, weights, tile).emit();
      });
  return success();
}

/// Four inputs, repeated over the vector. Inputs past `count` are zero.
Value TileEmitter::loadQuad(Value row, Value k, int64_t count) {
  VectorType type = e.vec(4, spec.inputType);
  Value address = e.gep(row, k, spec.inputType);
  Value quad =
      e.widen(count == 4 ? e.load(address, type)
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

/// Adds `quads` quads of a block, beginning with input `k0`; the last quad has
/// `lastCount` inputs.
Values TileEmitter::emitBlock(Value block, Value k0, int64_t quads,
                              int64_t lastCount, ValueRange carried) {
  Type i8 = e.b.getI8Type();
  VectorType positionType = e.vec(shape.lanes, e.b.getI32Type());
  Value two = arith::ConstantOp::create(
      e.b, DenseElementsAttr::get(positionType, e.b.getI32IntegerAttr(2)));
  Values acc(carried), positions;
  for (int64_t g = 0; g < tile.panels; ++g)
    positions.push_back(
        e.load(e.gep(block, g * shape.groupBytes, i8), positionType));
  for (int64_t q = 0; q < quads; ++q) {
    int64_t count = q + 1 == quads ? lastCount : 4;
    Values x;
    for (Value row : rows)
      x.push_back(loadQuad(row, e.add(k0, 4 * q), count));
    for (int64_t g = 0; g < tile.panels; ++g)
      for (int64_t slot = 0; slot < shape.n; ++slot) {
        int64_t offset = g * shape.groupBytes + shape.getSlotOffset(q, slot);
        Value w = e.widen(e.load(e.gep(block, offset, i8),
                                 e.vec(shape.lanes, spec.weightType)));
        for (int64_t t = 0; t < tile.tokens; ++t) {
          Value &sum = acc[(t * tile.panels + g) * chains +
                           (q * shape.n + slot) % chains];
          sum = e.fma(w, permute(x[t], positions[g]), sum);
        }
        positions[g] = arith::ShRUIOp::create(e.b, positions[g], two);
      }
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
