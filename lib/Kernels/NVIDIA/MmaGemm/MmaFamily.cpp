//===- MmaFamily.cpp - 2:4 weights by products of warps ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The family "nvsp.mma_gemm": what it serves, its candidates and its cost, the larger
// of the time to stream the weights and that of all stages of a multiprocessor.
//
//===----------------------------------------------------------------------===//

#include "MmaGemm.h"

#include "../../CPU/Params.h"
#include "../StageRing.h"
#include "../TwoFourFamily.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;

/// Fewer stages do not cover the latency of the memory.
static constexpr int64_t kMinStages = 3;
/// Bytes per cycle that a multiprocessor reads from its shared memory.
static constexpr double kSharedReadBytes = 128;

MmaPlan::MmaPlan(DictionaryAttr params, int64_t outFeatures, int64_t inFeatures)
    : tokens(cpu::getParam(params, "tokens")),
      blocks(cpu::getParam(params, "blocks")),
      inputs(cpu::getParam(params, "kb")),
      stages(cpu::getParam(params, "stages")),
      rowBlocks(kMmaSpGranule.getRowBlocks(outFeatures)),
      rowGranules(GranuleShape::getInputBlocks(inFeatures)),
      steps(rowGranules / getGranules()),
      rowTiles(llvm::divideCeil(rowBlocks, getTileBlocks())) {}

double MmaPlan::getStageCycles(double operations) const {
  double multiplied = 2.0 * getRows() * tokens * inputs / (2 * operations);
  // Each warp reads its activations and its weights.
  double bytes = getInputBytes() * kRowWarps +
                 getTileBlocks() * getBlockBytes() * getTokenWarps();
  return std::max(multiplied, bytes / kSharedReadBytes) + kSyncCycles;
}

namespace {
class MmaGemmFamily final : public TwoFourFamily {
public:
  llvm::StringRef getName() const override { return "nvsp.mma_gemm"; }
  llvm::StringRef getLayoutName() const override { return "mma_sp"; }

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

protected:
  std::string
  getTargetObstacle(const MachineDescription &machine) const override;
  std::string getSizeObstacle(int64_t outFeatures,
                              int64_t inFeatures) const override;
  std::string getParamObstacle(const KernelSpec &spec) const override;
  DeviceKernel makeKernel(const KernelSpec &spec, llvm::StringRef name,
                          DeviceEmitter &emitter) const override;
};
} // namespace

std::string
MmaGemmFamily::getTargetObstacle(const MachineDescription &machine) const {
  return machine.gpu ? "" : "the target is not a device";
}

/// Copies have 16 bytes, and results of 16 bits are stored in pairs.
std::string MmaGemmFamily::getSizeObstacle(int64_t outFeatures,
                                           int64_t inFeatures) const {
  if (outFeatures == 0 || outFeatures % 2 != 0)
    return "the number of outputs is not a multiple of 2";
  if (inFeatures == 0 || inFeatures % 8 != 0)
    return "the number of inputs is not a multiple of 8";
  return "";
}

std::optional<std::string>
MmaGemmFamily::whyNot(const LinearDesc &desc,
                      const MachineDescription &machine) const {
  if (std::optional<std::string> reason = TwoFourFamily::whyNot(desc, machine))
    return reason;
  if (getWgmmaTargetObstacle(machine).empty() &&
      getWgmmaSizeObstacle(desc.outFeatures, desc.inFeatures).empty())
    return "products of warpgroups, which the target has, are faster";
  return std::nullopt;
}

llvm::SmallVector<KernelCandidate>
MmaGemmFamily::getCandidates(const LinearDesc &desc,
                             const MachineDescription &machine) const {
  llvm::SmallVector<KernelCandidate> candidates;
  if (whyNot(desc, machine))
    return candidates;
  MLIRContext *context = desc.weightType.getContext();
  int64_t granules = GranuleShape::getInputBlocks(desc.inFeatures);
  auto add = [&](int64_t tokens, int64_t blocks, int64_t kb) {
    while (granules % (kb / kGranuleInputs) != 0)
      kb /= 2;
    auto make = [&](int64_t stages) {
      return cpu::makeParams(context, {{"blocks", blocks},
                                       {"kb", kb},
                                       {"stages", stages},
                                       {"tokens", tokens}});
    };
    MmaPlan plan(make(1), desc.outFeatures, desc.inFeatures);
    int64_t stages =
        std::min(kMaxStages, machine.gpu->sharedBytes / plan.getStageBytes());
    if (stages >= kMinStages)
      candidates.push_back(
          {make(stages), getLayoutName().str(), cpu::makeParams(context, {})});
  };
  add(8, 1, 128);
  add(16, 1, 128);
  add(32, 1, 128);
  add(64, 1, 64);
  add(64, 2, 64);
  add(64, 4, 64);
  add(128, 2, 64);
  add(128, 4, 64);
  return candidates;
}

double MmaGemmFamily::predictSeconds(const LinearDesc &desc,
                                     const KernelCandidate &candidate,
                                     int64_t tokens, int64_t threads,
                                     const MachineDescription &machine) const {
  MmaPlan plan(candidate.params, desc.outFeatures, desc.inFeatures);
  const GpuDescription &gpu = *machine.gpu;
  int64_t tokenTiles =
      llvm::divideCeil(std::max<int64_t>(tokens, 1), plan.tokens);
  int64_t waves = llvm::divideCeil(plan.rowTiles, gpu.multiprocessors);
  int64_t rowBlocks = llvm::divideCeil(plan.rowTiles, waves);
  int64_t rounds =
      llvm::divideCeil(rowBlocks * tokenTiles, gpu.multiprocessors);
  double readers = std::min(rowBlocks * tokenTiles, gpu.multiprocessors);
  double bandwidth =
      1e9 * std::min(gpu.memoryGBs, readers * gpu.multiprocessorMemoryGBs);
  double streamed = (1 + kSharedReads * double(tokenTiles - 1)) *
                    kMmaSpGranule.getSize(desc.outFeatures, desc.inFeatures) /
                    bandwidth;
  double multiplied =
      plan.getStageCycles(gpu.matrixOperations) / (gpu.matrixGHz * 1e9);
  double filled = plan.getStageBytes() / (gpu.fillGBs * 1e9);
  double inside =
      double(rounds) * waves * plan.steps * std::max(multiplied, filled);
  return gpu.launchSeconds + std::max(streamed, inside);
}

LogicalResult MmaGemmFamily::verifyParams(DictionaryAttr params,
                                          EmitErrorFn emitError) const {
  if (failed(cpu::verifyParams(params,
                               {{"blocks", 1, 4},
                                {"kb", 64, 256, 64},
                                {"stages", 2, kMaxStages},
                                {"tokens", 8, 128, 8}},
                               emitError)))
    return failure();
  for (StringRef name : {"blocks", "tokens"})
    if (int64_t value = cpu::getParam(params, name);
        !llvm::isPowerOf2_64(value))
      return emitError() << "parameter '" << name << "' = " << value
                         << " is not a power of 2";
  MmaPlan plan(params, 16, 64);
  if (plan.blocks % plan.getTokenWarps() != 0)
    return emitError() << "parameter 'blocks' must be 2 or 4 for "
                       << plan.tokens << " tokens";
  return verifySharedBytes(plan.getSharedBytes(), emitError);
}

std::string MmaGemmFamily::getParamObstacle(const KernelSpec &spec) const {
  MmaPlan plan(spec.params, spec.outFeatures, spec.inFeatures);
  if (plan.rowGranules % plan.getGranules() != 0)
    return llvm::formatv("parameter 'kb' = {0} does not divide {1} inputs",
                         plan.inputs, plan.rowGranules * kGranuleInputs);
  const GpuDescription &gpu = *spec.machine->gpu;
  if (plan.getSharedBytes() > gpu.sharedBytes)
    return llvm::formatv(
        "needs {0} bytes of shared memory; a block of {1} has {2}",
        plan.getSharedBytes(), gpu.arch, gpu.sharedBytes);
  return "";
}

DeviceKernel MmaGemmFamily::makeKernel(const KernelSpec &spec,
                                       llvm::StringRef name,
                                       DeviceEmitter &emitter) const {
  MmaPlan plan(spec.params, spec.outFeatures, spec.inFeatures);
  DeviceKernel kernel;
  kernel.function = MmaKernel(emitter, spec, plan).emit(name);
  kernel.launch.threads = plan.getThreads();
  kernel.launch.sharedBytes = plan.getSharedBytes();
  kernel.launch.rowTiles = plan.rowTiles;
  kernel.launch.tokenTile = plan.tokens;
  kernel.launch.mapsInput = false;
  return kernel;
}

std::unique_ptr<KernelFamily> nvidia::createMmaGemmFamily() {
  return std::make_unique<MmaGemmFamily>();
}
