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

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;

/// Shared memory that the ring may use: more stages than this brought nothing.
static constexpr int64_t kRingBytes = 210000;
static constexpr int64_t kMaxStages = 8;
/// The ends of blocks that another block follows on the same multiprocessor.
static constexpr double kRoundSeconds = 2e-6;
/// What reading weights again from the cache costs, as a fraction of reading them.
static constexpr double kSharedReads = 0.06;
/// Shared memory of a block on sm_90.
static constexpr int64_t kSharedBytes = 232448;

StreamPlan::StreamPlan(DictionaryAttr params, int64_t outFeatures,
                       int64_t inFeatures)
    : ring{cpu::getParam(params, "stages"), cpu::getParam(params, "tokens"),
           cpu::getParam(params, "kb"), cpu::getParam(params, "groups")},
      steps(inFeatures / ring.inputs),
      rowTiles(llvm::divideCeil(outFeatures, getRows())) {}

namespace {
class WgmmaStreamFamily final : public DeviceKernelFamily {
public:
  llvm::StringRef getName() const override { return "nvsp.wgmma_stream"; }
  llvm::StringRef getLayoutName() const override { return "wgmma_sp"; }

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
                             EmitErrorFn emitError) const override;
  FailureOr<DeviceKernel> emitKernel(const KernelSpec &spec,
                                     llvm::StringRef name, Location loc,
                                     OpBuilder &builder) const override;
};
} // namespace

std::optional<std::string>
WgmmaStreamFamily::whyNot(const LinearDesc &desc,
                          const MachineDescription &machine) const {
  if (!machine.gpu || machine.gpu->arch != "sm_90a")
    return "the target is not sm_90a";
  std::string reason = getWgmmaObstacle(desc.weightType, desc.inputType,
                                        desc.outFeatures, desc.inFeatures);
  if (!reason.empty())
    return reason;
  if (!desc.holdsNM(2, 4))
    return "the weight is not known to be 2:4 along the inputs";
  return std::nullopt;
}

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
  if (plan.ring.getSharedBytes() > kSharedBytes)
    return emitError() << "needs " << plan.ring.getSharedBytes()
                       << " bytes of shared memory; a block has "
                       << kSharedBytes;
  return success();
}

FailureOr<DeviceKernel>
WgmmaStreamFamily::emitKernel(const KernelSpec &spec, llvm::StringRef name,
                              Location loc, OpBuilder &builder) const {
  auto error = [&] {
    return emitError(loc) << "kernel '" << getName() << "': ";
  };
  std::string reason = getWgmmaObstacle(spec.weightType, spec.inputType,
                                        spec.outFeatures, spec.inFeatures);
  if (reason.empty())
    reason = getEpilogueObstacle(spec);
  if (!reason.empty())
    return error() << reason;
  StreamPlan plan(spec.params, spec.outFeatures, spec.inFeatures);
  if (spec.inFeatures % plan.ring.inputs != 0)
    return error() << "parameter 'kb' = " << plan.ring.inputs
                   << " does not divide the " << spec.inFeatures << " inputs";
  if (kWgmmaSpGranule.getRowBlocks(spec.outFeatures) % plan.ring.groups != 0)
    return error() << "parameter 'groups' = " << plan.ring.groups
                   << " does not divide the blocks of 64 outputs";
  DeviceEmitter emitter(loc, builder);
  DeviceKernel kernel;
  kernel.function = StreamKernel(emitter, spec, plan).emit(name);
  kernel.launch.threads = plan.getThreads();
  kernel.launch.sharedBytes = plan.ring.getSharedBytes();
  kernel.launch.rowTiles = plan.rowTiles;
  kernel.launch.tokenTile = plan.ring.tokens;
  kernel.launch.overlaps = true;
  kernel.launch.x.box[1] = plan.ring.tokens;
  kernel.launch.x.box[2] = plan.ring.getGranules();
  kernel.function->setAttr(kLaunchAttr,
                           makeLaunchAttr(kernel.launch, loc.getContext()));
  return kernel;
}

std::unique_ptr<KernelFamily> nvidia::createWgmmaStreamFamily() {
  return std::make_unique<WgmmaStreamFamily>();
}
