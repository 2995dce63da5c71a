//===- StreamFamily.cpp - Streamed 2:4 weights on Hopper --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "nvsp.wgmma_stream". One block has whole rows: all inputs of 64 outputs
// per warpgroup, so that no sums of several blocks meet. Time is that of streaming
// the weights, of few blocks that each fill their shared memory, and a fixed part.
//
//===----------------------------------------------------------------------===//

#include "WgmmaStream.h"

#include "../../CPU/Params.h"
#include "../TwoFourFamily.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;

/// The ends of blocks that another block follows on the same multiprocessor.
static constexpr double kRoundSeconds = 2e-6;

StreamPlan::StreamPlan(DictionaryAttr params, int64_t outFeatures,
                       int64_t inFeatures)
    : ring{cpu::getParam(params, "stages"), cpu::getParam(params, "tokens"),
           cpu::getParam(params, "kb"), cpu::getParam(params, "groups")},
      steps(inFeatures / ring.inputs),
      rowTiles(llvm::divideCeil(outFeatures, getRows())) {}

namespace {
class WgmmaStreamFamily final : public TwoFourFamily {
public:
  llvm::StringRef getName() const override { return "nvsp.wgmma_stream"; }
  llvm::StringRef getLayoutName() const override { return "wgmma_sp"; }

  llvm::SmallVector<KernelCandidate>
  getCandidates(const LinearDesc &desc,
                const MachineDescription &machine) const override;
  double predictSeconds(const LinearDesc &desc,
                        const KernelCandidate &candidate, int64_t tokens,
                        int64_t threads,
                        const MachineDescription &machine) const override;
  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override;

protected:
  std::string
  getTargetObstacle(const MachineDescription &machine) const override {
    return getWgmmaTargetObstacle(machine);
  }
  std::string getSizeObstacle(int64_t outFeatures,
                              int64_t inFeatures) const override {
    return getWgmmaSizeObstacle(outFeatures, inFeatures);
  }
  std::string getParamObstacle(const KernelSpec &spec) const override;
  DeviceKernel makeKernel(const KernelSpec &spec, llvm::StringRef name,
                          DeviceEmitter &emitter) const override;
};
} // namespace

llvm::SmallVector<KernelCandidate>
WgmmaStreamFamily::getCandidates(const LinearDesc &desc,
                                 const MachineDescription &machine) const {
  if (whyNot(desc, machine))
    return {};
  MLIRContext *context = desc.weightType.getContext();
  int64_t rowBlocks = kWgmmaSpGranule.getRowBlocks(desc.outFeatures);
  llvm::SmallVector<KernelCandidate> candidates;
  auto add = [&](int64_t tokens, int64_t groups, int64_t kb) {
    if (rowBlocks % groups != 0)
      return;
    while (desc.inFeatures % kb != 0)
      kb /= 2;
    auto make = [&](int64_t stages) {
      return cpu::makeParams(context, {{"groups", groups},
                                       {"kb", kb},
                                       {"stages", stages},
                                       {"tokens", tokens}});
    };
    StreamPlan plan(make(1), desc.outFeatures, desc.inFeatures);
    int64_t stages =
        std::min(kMaxStages, kRingBytes / plan.ring.getStageBytes());
    candidates.push_back(
        {make(stages), getLayoutName().str(), cpu::makeParams(context, {})});
  };
  add(8, 1, 512);
  add(16, 1, 256);
  add(32, 1, 256);
  // Many rows: a block goes on to the next tile, and longer stages are better.
  add(64, 1, rowBlocks > 2 * machine.gpu->multiprocessors ? 256 : 128);
  add(128, 1, 128);
  add(128, 2, 128);
  add(256, 2, 64);
  return candidates;
}

double WgmmaStreamFamily::predictSeconds(
    const LinearDesc &desc, const KernelCandidate &candidate, int64_t tokens,
    int64_t threads, const MachineDescription &machine) const {
  StreamPlan plan(candidate.params, desc.outFeatures, desc.inFeatures);
  const GpuDescription &gpu = *machine.gpu;
  int64_t waves = llvm::divideCeil(plan.rowTiles, gpu.multiprocessors);
  int64_t tokenTiles =
      llvm::divideCeil(std::max<int64_t>(tokens, 1), plan.ring.tokens);
  int64_t rowBlocks = llvm::divideCeil(plan.rowTiles, waves);
  int64_t rounds =
      llvm::divideCeil(rowBlocks * tokenTiles, gpu.multiprocessors);
  double bandwidth =
      1e9 * std::min(gpu.memoryGBs, rowBlocks * gpu.multiprocessorMemoryGBs);
  // Blocks of one round that share weights find them in the cache, at some cost.
  double reads = double(std::min(rounds, tokenTiles)) +
                 kSharedReads * double(tokenTiles - 1);
  double streamed = reads *
                    kWgmmaSpGranule.getSize(desc.outFeatures, desc.inFeatures) /
                    bandwidth;
  double filled = plan.ring.getStageBytes() / (gpu.fillGBs * 1e9);
  double multiplied = getStageCycles(plan.ring) / (gpu.matrixGHz * 1e9);
  double inside =
      double(rounds) * waves * plan.steps * std::max(filled, multiplied);
  return gpu.launchSeconds + (rounds - 1) * kRoundSeconds +
         std::max(streamed, inside);
}

LogicalResult WgmmaStreamFamily::verifyParams(DictionaryAttr params,
                                              EmitErrorFn emitError) const {
  if (failed(cpu::verifyParams(params,
                               {{"groups", 1, 2},
                                {"kb", 64, 512, 64},
                                {"stages", 2, kMaxStages},
                                {"tokens", 8, 256, 8}},
                               emitError)))
    return failure();
  StreamPlan plan(params, 64, 64);
  return verifySharedBytes(plan.ring.getSharedBytes(), emitError);
}

std::string WgmmaStreamFamily::getParamObstacle(const KernelSpec &spec) const {
  StreamPlan plan(spec.params, spec.outFeatures, spec.inFeatures);
  if (spec.inFeatures % plan.ring.inputs != 0)
    return llvm::formatv("parameter 'kb' = {0} does not divide the {1} inputs",
                         plan.ring.inputs, spec.inFeatures);
  if (kWgmmaSpGranule.getRowBlocks(spec.outFeatures) % plan.ring.groups != 0)
    return llvm::formatv("parameter 'groups' = {0} does not divide the blocks "
                         "of 64 outputs",
                         plan.ring.groups);
  return "";
}

DeviceKernel WgmmaStreamFamily::makeKernel(const KernelSpec &spec,
                                           llvm::StringRef name,
                                           DeviceEmitter &emitter) const {
  StreamPlan plan(spec.params, spec.outFeatures, spec.inFeatures);
  DeviceKernel kernel;
  kernel.function = StreamKernel(emitter, spec, plan).emit(name);
  kernel.launch.threads = plan.getThreads();
  kernel.launch.sharedBytes = plan.ring.getSharedBytes();
  kernel.launch.rowTiles = plan.rowTiles;
  kernel.launch.tokenTile = plan.ring.tokens;
  kernel.launch.overlaps = true;
  kernel.launch.x.box[1] = plan.ring.tokens;
  kernel.launch.x.box[2] = plan.ring.getGranules();
  return kernel;
}

std::unique_ptr<KernelFamily> nvidia::createWgmmaStreamFamily() {
  return std::make_unique<WgmmaStreamFamily>();
}
