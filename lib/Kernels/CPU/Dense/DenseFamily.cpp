//===- DenseFamily.cpp - Dense kernels with prepacked weights ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "cpu.dense": a register tile of tokens x two vectors of outputs
// over the whole input dimension, weights read in order from "dense_panel". It
// serves every layer on every instruction set and is what the sparse families
// are compared with.
//
//===----------------------------------------------------------------------===//

#include "../FamilyBase.h"
#include "../PanelDriver.h"
#include "../Params.h"
#include "Dense.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

/// Vectors of outputs per panel.
static constexpr int64_t vectorsPerPanel = 2;

/// The tiles for a register file: 8 tokens x 2 vectors of 32 registers, 6 x 2
/// of 16. One or two tokens take more panels, so that enough independent
/// accumulators hide the latency of the multiply-add.
static PanelPlan getPlan(const KernelSpec &spec) {
  PanelPlan plan;
  plan.width = getParam(spec.layoutParams, "width");
  plan.numPanels = llvm::divideCeil(spec.outFeatures, plan.width);
  bool wide = spec.machine->vectorRegisters >= 32;
  plan.main = {wide ? 8 : 6, 1};
  plan.tails = {4, plan.main.tokens};
  plan.small = {{1, 4}, {2, wide ? 4 : 2}};
  return plan;
}

namespace {
class DenseFamily final : public FamilyBase {
public:
  llvm::StringRef getName() const override { return "cpu.dense"; }
  llvm::StringRef getLayoutName() const override { return "dense_panel"; }

  std::optional<std::string> whyNot(const LinearDesc &desc,
                                    const MachineDescription &) const override {
    return getTypeObstacle(desc);
  }

  llvm::SmallVector<KernelCandidate>
  getCandidates(const LinearDesc &desc,
                const MachineDescription &machine) const override {
    if (whyNot(desc, machine))
      return {};
    MLIRContext *context = desc.weightType.getContext();
    int64_t width =
        vectorsPerPanel * std::max<int64_t>(machine.getF32Lanes(), 4);
    return {{makeParams(context, {}), getLayoutName().str(),
             makeParams(context, {{"width", width}})}};
  }

  double predictSeconds(const LinearDesc &desc, const KernelCandidate &,
                        int64_t tokens, int64_t threads,
                        const MachineDescription &machine) const override {
    double weights = double(desc.outFeatures) * desc.inFeatures;
    double flops = 2 * weights * tokens;
    double bytes = weights * getElementBytes(desc.weightType);
    return getSeconds(flops, interpolate(machine.dense, tokens), bytes, threads,
                      machine);
  }

  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    return cpu::verifyParams(params, {}, emitError);
  }

  ScratchSize getScratchSize(const KernelSpec &) const override { return {}; }

protected:
  LogicalResult emitBody(Emitter &e, const KernelSpec &spec,
                         const KernelArgs &args,
                         const Epilogue &epilogue) const override {
    emitPanelKernel(e, spec, args, epilogue, getPlan(spec),
                    [&](ArrayRef<Value> rows, Value panel, PanelTile tile) {
                      return emitTile(e, spec, args, rows, panel, tile);
                    });
    return success();
  }

private:
  static llvm::SmallVector<Values> emitTile(Emitter &e, const KernelSpec &spec,
                                            const KernelArgs &args,
                                            ArrayRef<Value> rows, Value panel,
                                            PanelTile tile);
};
} // namespace

/// acc[r][v] += x[r][k] * w[k][v], one k after the other.
llvm::SmallVector<Values> DenseFamily::emitTile(Emitter &e,
                                                const KernelSpec &spec,
                                                const KernelArgs &args,
                                                ArrayRef<Value> rows,
                                                Value panel, PanelTile tile) {
  int64_t width = getParam(spec.layoutParams, "width");
  int64_t lanes = width / vectorsPerPanel;
  int64_t panelSize = spec.inFeatures * width;
  int64_t vectors = tile.panels * vectorsPerPanel;
  Value weights = e.gep(args.w, e.mul(panel, panelSize), spec.weightType);
  Values init(tile.tokens * vectors, e.zero(lanes));
  Values acc = e.loop(
      e.constant(0), e.constant(spec.inFeatures), 1, init,
      [&](Value k, ValueRange carried) {
        Value column = e.gep(weights, e.mul(k, width), spec.weightType);
        Values w;
        for (int64_t v = 0; v < vectors; ++v) {
          int64_t offset =
              v / vectorsPerPanel * panelSize + v % vectorsPerPanel * lanes;
          w.push_back(e.widen(e.load(e.gep(column, offset, spec.weightType),
                                     e.vec(lanes, spec.weightType))));
        }
        Values next;
        for (int64_t r = 0; r < tile.tokens; ++r) {
          Value scalar =
              e.load(e.gep(rows[r], k, spec.inputType), spec.inputType);
          Value x = e.broadcast(e.widen(scalar), lanes);
          for (int64_t v = 0; v < vectors; ++v)
            next.push_back(e.fma(x, w[v], carried[r * vectors + v]));
        }
        return next;
      });
  llvm::SmallVector<Values> result(tile.tokens);
  for (int64_t r = 0; r < tile.tokens; ++r)
    result[r].assign(acc.begin() + r * vectors,
                     acc.begin() + (r + 1) * vectors);
  return result;
}

std::unique_ptr<KernelFamily> cpu::createDenseFamily() {
  return std::make_unique<DenseFamily>();
}
