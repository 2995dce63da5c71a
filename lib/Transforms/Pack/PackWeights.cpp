//===- PackWeights.cpp - Pack weights at compile time -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-pack-weights: bytes of each weight in the layout that its
// kernel reads.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Pack/Passes.h"

#include "sparse-opt/Dialect/Packed/IR/Packed.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightData.h"
#include "sparse-opt/Kernels/Registry.h"
#include "sparse-opt/Transforms/Select/DescribeLinear.h"

#include "mlir/IR/Threading.h"
#include "llvm/ADT/MapVector.h"

#define DEBUG_TYPE "sparsity-pack-weights"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_PACKWEIGHTSPASS
#include "sparse-opt/Transforms/Pack/Passes.h.inc"
} // namespace sparseopt

namespace {

/// One weight in one layout, and who reads it.
struct Job {
  WeightOp weight;
  const Layout *layout;
  DictionaryAttr params;
  SmallVector<LinearOp> readers;
  std::vector<char> bytes;
};

class PackWeights : public sparseopt::impl::PackWeightsPassBase<PackWeights> {
public:
  using PackWeightsPassBase::PackWeightsPassBase;

protected:
  void runOnOperation() override;

private:
  using JobKey = std::tuple<Operation *, const Layout *, Attribute>;

  LogicalResult addJob(LinearOp op);
  FailureOr<KernelCandidate> completeKernel(LinearOp op, const LinearDesc &desc,
                                            KernelAttr &kernel);
  LogicalResult packBytes(Job &job);
  void replaceReaders(Job &job);

  MachineDescription machine;
  llvm::MapVector<JobKey, Job> jobs;
};

} // namespace

void PackWeights::runOnOperation() {
  FailureOr<MachineDescription> loaded =
      loadMachine(getOperation(), targetCPU, machineFile);
  if (failed(loaded))
    return signalPassFailure();
  machine = *loaded;
  jobs.clear();
  WalkResult result = getOperation().walk([&](LinearOp op) {
    return failed(addJob(op)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  if (result.wasInterrupted())
    return signalPassFailure();
  if (failed(failableParallelForEach(&getContext(), jobs, [&](auto &entry) {
        return packBytes(entry.second);
      })))
    return signalPassFailure();
  SetVector<Operation *> weights;
  for (auto &[key, job] : jobs) {
    replaceReaders(job);
    weights.insert(job.weight);
  }
  for (Operation *op : weights) {
    if (!op->use_empty())
      continue;
    releaseResource(cast<WeightOp>(op).getValue());
    op->erase();
  }
  jobs.clear();
}

/// The candidate of the kernel's family that has the kernel's parameters, or
/// the first one when the kernel was written without any; completes `kernel`.
FailureOr<KernelCandidate> PackWeights::completeKernel(LinearOp op,
                                                       const LinearDesc &desc,
                                                       KernelAttr &kernel) {
  const KernelFamily *family =
      KernelRegistry::get(&getContext()).lookupFamily(kernel.getFamily());
  if (!family)
    return op.emitOpError("unknown kernel family '")
           << kernel.getFamily() << "'";
  if (std::optional<std::string> reason = family->whyNot(desc, machine))
    return op.emitOpError("cannot run on '")
           << kernel.getFamily() << "': " << *reason;
  for (KernelCandidate &candidate : family->getCandidates(desc, machine)) {
    if (!kernel.getParams().empty() && kernel.getParams() != candidate.params)
      continue;
    kernel =
        KernelAttr::get(&getContext(), kernel.getFamily(), candidate.params);
    return candidate;
  }
  return op.emitOpError("kernel family '")
         << kernel.getFamily() << "' has no layout for parameters "
         << kernel.getParams();
}

LogicalResult PackWeights::addJob(LinearOp op) {
  auto weight = op.getWeight().getDefiningOp<WeightOp>();
  Attribute choice = op.getKernelAttr();
  if (!choice || !weight)
    return success();
  FailureOr<LinearDesc> desc = describeLinear(op, weight);
  if (failed(desc))
    return failure();
  SmallVector<KernelAttr> kernels;
  auto byTokens = dyn_cast<ByTokensAttr>(choice);
  if (byTokens)
    llvm::append_range(kernels, byTokens.getKernels());
  else
    kernels.push_back(cast<KernelAttr>(choice));
  std::optional<KernelCandidate> first;
  for (KernelAttr &kernel : kernels) {
    FailureOr<KernelCandidate> candidate = completeKernel(op, *desc, kernel);
    if (failed(candidate))
      return failure();
    if (first && (first->layout != candidate->layout ||
                  first->layoutParams != candidate->layoutParams))
      return op.emitOpError("kernels by tokens read different layouts, '")
             << first->layout << "' and '" << candidate->layout << "'";
    first = *candidate;
  }
  op.setKernelAttr(byTokens ? Attribute(ByTokensAttr::get(
                                  &getContext(), byTokens.getBounds(), kernels))
                            : Attribute(kernels.front()));
  const Layout *layout =
      KernelRegistry::get(&getContext()).lookupLayout(first->layout);
  if (!layout)
    return op.emitOpError("unknown layout '") << first->layout << "'";
  Job &job = jobs[{weight, layout, first->layoutParams}];
  job.weight = weight;
  job.layout = layout;
  job.params = first->layoutParams;
  job.readers.push_back(op);
  return success();
}

LogicalResult PackWeights::packBytes(Job &job) {
  auto emit = [&] {
    return job.weight.emitOpError("'") << job.weight.getName() << "' ";
  };
  FailureOr<WeightData> data = WeightData::get(job.weight.getValue(), emit);
  if (failed(data))
    return failure();
  RankedTensorType type = job.weight.getType();
  WeightView view{data->getBytes().data(), type.getDimSize(0),
                  type.getDimSize(1), type.getElementType()};
  FailureOr<std::vector<char>> bytes = job.layout->pack(view, job.params, emit);
  if (failed(bytes))
    return failure();
  job.bytes = std::move(*bytes);
  return success();
}

void PackWeights::replaceReaders(Job &job) {
  OpBuilder builder(job.weight);
  auto type = RankedTensorType::get({static_cast<int64_t>(job.bytes.size())},
                                    builder.getI8Type());
  MutableArrayRef<char> bytes;
  std::string key = (job.weight.getName() + "." + job.layout->getName()).str();
  DenseResourceElementsAttr value = allocateResource(type, key, bytes);
  llvm::copy(job.bytes, bytes.begin());
  std::vector<char>().swap(job.bytes);
  RankedTensorType logical = job.weight.getType();
  auto packedType = packed::WeightType::get(&getContext(), logical.getShape(),
                                            logical.getElementType(),
                                            job.layout->getName(), job.params);
  Value constant =
      packed::ConstantOp::create(builder, job.weight.getLoc(), packedType,
                                 job.weight.getNameAttr(), value);
  for (LinearOp op : job.readers) {
    builder.setInsertionPoint(op);
    auto replacement = packed::LinearOp::create(
        builder, op.getLoc(), op->getResultTypes(), op.getInput(), constant,
        op.getExtras(), op.getInit(), op.getExtraMaps(), op.getKernelAttr(),
        op.getDecisionsAttr());
    replacement.getEpilogue().takeBody(op.getEpilogue());
    op->replaceAllUsesWith(replacement);
    op->erase();
  }
}
