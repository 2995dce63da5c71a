//===- GemmFamily.cpp - 2:4 weights and many tokens on Hopper ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "nvsp.wgmma_gemm": what it serves, its candidates and its cost: whole
// waves of tiles, each stage of which takes a known number of cycles.
//
//===----------------------------------------------------------------------===//

#include "WgmmaGemm.h"

#include "../../CPU/Params.h"
#include "../TwoFourFamily.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;

static constexpr int64_t kGroups = 2;
/// Fraction of the memory bandwidth at which weights are read: nothing is requested
/// before the kernel waits for the one before it.
static constexpr double kStreamFraction = 0.87;
/// Operands up to this size stay in the second-level cache, and clusters do not pay.
static constexpr double kCachedBytes = 56e6;
/// Cycles of a launch with its first and last tiles.
static constexpr double kLaunchCycles = 9000;

GemmPlan::GemmPlan(DictionaryAttr params, int64_t outFeatures,
                   int64_t inFeatures)
    : ring{1, cpu::getParam(params, "tokens"), kGranuleInputs, kGroups},
      cluster(cpu::getParam(params, "cluster")),
      steps(inFeatures / kGranuleInputs),
      rowTiles(llvm::divideCeil(outFeatures, getRows())) {
  ring.stages = std::min(kMaxStages, kRingBytes / ring.getStageBytes());
}

namespace {
class WgmmaGemmFamily final : public TwoFourFamily {
public:
  llvm::StringRef getName() const override { return "nvsp.wgmma_gemm"; }
  llvm::StringRef getLayoutName() const override { return "wgmma_sp"; }

  llvm::SmallVector<KernelCandidate>
  getCandidates(const LinearDesc &desc,
                const MachineDescription &machine) const override;
  double predictSeconds(const LinearDesc &desc,
                        const KernelCandidate &candidate, int64_t tokens,
                        int64_t threads,
                        const MachineDescription &machine) const override;
  LogicalResult verifyParams(DictionaryAttr params,
                             EmitErrorFn emitError) const override {
    return cpu::verifyParams(
        params, {{"cluster", 1, 2}, {"tokens", 128, 256, 128}}, emitError);
  }

protected:
  std::string
  getTargetObstacle(const MachineDescription &machine) const override {
    return getWgmmaTargetObstacle(machine);
  }
  std::string getSizeObstacle(int64_t outFeatures,
                              int64_t inFeatures) const override;
  std::string getParamObstacle(const KernelSpec &spec) const override;
  DeviceKernel makeKernel(const KernelSpec &spec, llvm::StringRef name,
                          DeviceEmitter &emitter) const override;
};
} // namespace

/// Why no kernel has these sizes with clusters of `cluster` blocks.
static std::string getClusterObstacle(int64_t outFeatures, int64_t cluster) {
  if (kWgmmaSpGranule.getRowBlocks(outFeatures) % (kGroups * cluster) == 0)
    return "";
  return "the blocks of 64 outputs are not a multiple of " +
         std::to_string(kGroups * cluster);
}

std::string WgmmaGemmFamily::getSizeObstacle(int64_t outFeatures,
                                             int64_t inFeatures) const {
  std::string reason = getWgmmaSizeObstacle(outFeatures, inFeatures);
  return reason.empty() ? getClusterObstacle(outFeatures, 1) : reason;
}

llvm::SmallVector<KernelCandidate>
WgmmaGemmFamily::getCandidates(const LinearDesc &desc,
                               const MachineDescription &machine) const {
  llvm::SmallVector<KernelCandidate> candidates;
  if (whyNot(desc, machine))
    return candidates;
  MLIRContext *context = desc.weightType.getContext();
  // Small tiles read too little at a time for clusters to pay.
  for (auto [cluster, tokens] :
       {std::pair<int64_t, int64_t>{2, 256}, {1, 256}, {1, 128}})
    if (getClusterObstacle(desc.outFeatures, cluster).empty())
      candidates.push_back(
          {cpu::makeParams(context, {{"cluster", cluster}, {"tokens", tokens}}),
           getLayoutName().str(), cpu::makeParams(context, {})});
  return candidates;
}

double WgmmaGemmFamily::predictSeconds(
    const LinearDesc &desc, const KernelCandidate &candidate, int64_t tokens,
    int64_t threads, const MachineDescription &machine) const {
  GemmPlan plan(candidate.params, desc.outFeatures, desc.inFeatures);
  const GpuDescription &gpu = *machine.gpu;
  int64_t tiles = plan.rowTiles * llvm::divideCeil(std::max<int64_t>(tokens, 1),
                                                   plan.ring.tokens);
  double stage = getStageCycles(plan.ring);
  // Without a cluster each block copies all activations of its tile.
  double bytes = kWgmmaSpGranule.getSize(desc.outFeatures, desc.inFeatures) +
                 2.0 * tokens * desc.inFeatures;
  if (plan.cluster == 1)
    stage *= bytes < kCachedBytes ? 0.93 : 1.08;
  double waves = llvm::divideCeil(tiles, gpu.multiprocessors);
  double computed =
      (waves * plan.steps * stage + kLaunchCycles) / (gpu.matrixGHz * 1e9);
  double streamed = kWgmmaSpGranule.getSize(desc.outFeatures, desc.inFeatures) /
                    (kStreamFraction * gpu.memoryGBs * 1e9);
  return std::max(computed, gpu.launchSeconds + streamed);
}

std::string WgmmaGemmFamily::getParamObstacle(const KernelSpec &spec) const {
  GemmPlan plan(spec.params, spec.outFeatures, spec.inFeatures);
  return getClusterObstacle(spec.outFeatures, plan.cluster);
}

DeviceKernel WgmmaGemmFamily::makeKernel(const KernelSpec &spec,
                                         llvm::StringRef name,
                                         DeviceEmitter &emitter) const {
  GemmPlan plan(spec.params, spec.outFeatures, spec.inFeatures);
  DeviceKernel kernel;
  kernel.function = GemmKernel(emitter, spec, plan).emit(name);
  kernel.launch.threads = plan.getThreads();
  kernel.launch.sharedBytes = plan.ring.getSharedBytes();
  kernel.launch.rowTiles = plan.rowTiles;
  kernel.launch.tokenTile = plan.ring.tokens;
  kernel.launch.persistent = true;
  kernel.launch.cluster = plan.cluster;
  kernel.launch.x.box[1] = plan.ring.tokens / plan.cluster;
  kernel.launch.x.box[2] = plan.ring.getGranules();
  return kernel;
}

std::unique_ptr<KernelFamily> nvidia::createWgmmaGemmFamily() {
  return std::make_unique<WgmmaGemmFamily>();
}
