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
#include <numeric>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

/// Vector registers that hold sums; the rest holds weights and inputs.
static int64_t getSumRegisters(const MachineDescription &machine) {
  return machine.vectorRegisters * 3 / 4;
}

/// Outputs per vector of a panel.
static int64_t getLanes(const KernelSpec &spec) {
  int64_t width = getParam(spec.layoutParams, "width");
  return std::gcd(width, spec.machine->getF32Lanes());
}

/// The tiles for a register file: 8 tokens x 2 vectors of 32 registers, 4 x 3 of
/// 16. One or two tokens take more panels, so that enough independent sums hide
/// the latency of the multiply-add.
static PanelPlan getPlan(const KernelSpec &spec) {
  PanelPlan plan;
  plan.width = getParam(spec.layoutParams, "width");
  plan.numPanels = llvm::divideCeil(spec.outFeatures, plan.width);
  int64_t vectors = plan.width / getLanes(spec);
  int64_t sums = getSumRegisters(*spec.machine) / vectors;
  plan.main = {std::clamp<int64_t>(sums, 1, 8), 1};
  for (int64_t tokens = 2; tokens < plan.main.tokens; tokens *= 2)
    if (tokens >= plan.main.tokens / 2)
      plan.tails.push_back(tokens);
  plan.tails.push_back(plan.main.tokens);
  for (int64_t tokens : {1, 2})
    if (sums >= tokens)
      plan.small.push_back({tokens, std::min<int64_t>(sums / tokens, 4)});
  return plan;
}

namespace {
class DenseFamily final : public FamilyBase {
public:
  llvm::StringRef getName() const override { return "cpu.dense"; }

  double predictSeconds(const LinearDesc &desc, const KernelCandidate &,
                        int64_t tokens, int64_t threads,
                        const MachineDescription &machine) const override {
    double weights = double(desc.outFeatures) * desc.inFeatures;
    double flops = 2 * weights * tokens;
    double bytes = weights * getElementBytes(desc.weightType);
    return getSeconds(flops, interpolate(machine.dense, tokens), bytes, threads,
                      machine);
  }

protected:
  llvm::SmallVector<KernelCandidate>
  listCandidates(const LinearDesc &desc,
                 const MachineDescription &machine) const override {
    int64_t width =
        machine.getF32Lanes() * (machine.vectorRegisters >= 32 ? 2 : 3);
    return {makeCandidate(desc, {}, {{"width", width}})};
  }
  std::unique_ptr<Layout> createLayout() const override {
    return createDensePanelLayout();
  }
  LogicalResult emitBody(Emitter &e, const KernelSpec &spec,
                         const KernelArgs &args,
                         const Epilogue &epilogue) const override {
    emitPanelKernel(e, spec, args, epilogue, getPlan(spec),
                    [&](const PanelRows &rows, Value panel, PanelTile tile) {
                      return emitTile(e, spec, args, rows.addresses, panel,
                                      tile);
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
  int64_t lanes = getLanes(spec), vectorsPerPanel = width / lanes;
  int64_t panelSize = spec.inFeatures * width;
  int64_t vectors = tile.panels * vectorsPerPanel;
  Value weights = e.gep(args.w, e.mul(panel, panelSize), spec.weightType);
  Values init(tile.tokens * vectors, e.zero(lanes));
  Values acc = e.loop(
      e.constant(0), e.constant(spec.inFeatures), 1, init,
      [&](Value k, ValueRange carried) {
        Value column = e.gep(weights, e.mul(k, width), spec.weightType);
        auto loadWeights = [&](int64_t v) {
          int64_t offset =
              v / vectorsPerPanel * panelSize + v % vectorsPerPanel * lanes;
          return e.widen(e.load(e.gep(column, offset, spec.weightType),
                                e.vec(lanes, spec.weightType)));
        };
        auto loadInput = [&](int64_t r) {
          Value address = e.gep(rows[r], k, spec.inputType);
          return e.broadcast(e.widen(e.load(address, spec.inputType)), lanes);
        };
        // The smaller side stays in registers, the other one is used as it
        // comes.
        bool keepsInputs = tile.tokens < vectors;
        Values kept, next(tile.tokens * vectors);
        for (int64_t i = 0; i < std::min(tile.tokens, vectors); ++i)
          kept.push_back(keepsInputs ? loadInput(i) : loadWeights(i));
        for (int64_t i = 0; i < std::max(tile.tokens, vectors); ++i) {
          Value streamed = keepsInputs ? loadWeights(i) : loadInput(i);
          for (auto [j, value] : llvm::enumerate(kept)) {
            int64_t sum = keepsInputs ? j * vectors + i : i * vectors + j;
            next[sum] = e.fma(value, streamed, carried[sum]);
          }
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
