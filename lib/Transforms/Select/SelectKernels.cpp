//===- SelectKernels.cpp - Choose a kernel for each layer -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-select-kernels: asks the kernel families, compares their
// predictions and writes down the decision.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Select/Passes.h"

#include "sparse-opt/Dialect/Packed/IR/Packed.h"
#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Kernels/Registry.h"
#include "sparse-opt/Transforms/Select/DescribeLinear.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

#define DEBUG_TYPE "sparsity-select-kernels"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_SELECTKERNELSPASS
#include "sparse-opt/Transforms/Select/Passes.h.inc"
} // namespace sparseopt

/// Token counts at which a layer of dynamic token count is judged.
static constexpr int64_t judgedTokens[] = {1, 8, 16, 32, 64, 128, 256};
/// On a device also these.
static constexpr int64_t deviceTokens[] = {512, 1024, 4096};

namespace {

/// One way to run a layer.
struct Alternative {
  const KernelFamily *family;
  KernelCandidate candidate;
};

/// What was found out about a layer.
struct Comparison {
  LinearDesc desc;
  SmallVector<Alternative> alternatives;
  /// One sentence per family that cannot serve the layer.
  SmallVector<std::string> refusals;
};

/// The choice at one token count.
struct Choice {
  int64_t tokens;
  const Alternative *option;
  double seconds;
  double denseSeconds;
};

class SelectKernels
    : public sparseopt::impl::SelectKernelsPassBase<SelectKernels> {
public:
  using SelectKernelsPassBase::SelectKernelsPassBase;

protected:
  void runOnOperation() override;

private:
  LogicalResult selectFor(LinearOp op);
  LogicalResult keepUserChoice(LinearOp op, const LinearDesc &desc);
  Comparison compare(const LinearDesc &desc);
  SmallVector<Choice> choose(const Comparison &comparison);
  double predict(const Comparison &comparison, const Alternative &option,
                 int64_t tokens);
  void record(LinearOp op, WeightOp weight, const Comparison &comparison,
              ArrayRef<Choice> choices);
  std::string explain(const Comparison &comparison, const Choice &choice);

  MachineDescription machine;
};

} // namespace

void SelectKernels::runOnOperation() {
  FailureOr<MachineDescription> loaded =
      loadMachine(getOperation(), targetCPU, machineFile);
  if (failed(loaded))
    return signalPassFailure();
  machine = *loaded;
  if (!family.empty() &&
      !KernelRegistry::get(&getContext()).lookupFamily(family)) {
    getOperation().emitError() << "unknown kernel family '" << family << "'";
    return signalPassFailure();
  }
  WalkResult result = getOperation().walk([&](LinearOp op) {
    return failed(selectFor(op)) ? WalkResult::interrupt()
                                 : WalkResult::advance();
  });
  if (result.wasInterrupted())
    signalPassFailure();
}

LogicalResult SelectKernels::selectFor(LinearOp op) {
  auto weight = op.getWeight().getDefiningOp<WeightOp>();
  remark::RemarkOpts name =
      remark::RemarkOpts::name("select-kernels").category("sparsity");
  if (!weight) {
    remark::missed(op.getLoc(), name)
        << "no kernel: the weight is not known at compile time";
    return success();
  }
  FailureOr<LinearDesc> desc = describeLinear(op, weight);
  if (failed(desc))
    return failure();
  if (op.getKernelAttr())
    return keepUserChoice(op, *desc);
  Comparison comparison = compare(*desc);
  if (comparison.alternatives.empty()) {
    remark::missed(op.getLoc(), name)
        << llvm::formatv("no kernel for '{0}': {1}", weight.getName(),
                         llvm::join(comparison.refusals, "; "))
               .str();
    return success();
  }
  SmallVector<Choice> choices = choose(comparison);
  bool runsDense = llvm::all_of(choices, [](const Choice &choice) {
    return choice.option->family->getName() == denseFamily;
  });
  if (strict && runsDense && weight.getPatternsAttr())
    return op.emitOpError("'")
           << weight.getName() << "' is pruned but would run dense: "
           << explain(comparison, choices.back());
  record(op, weight, comparison, choices);
  return success();
}

LogicalResult SelectKernels::keepUserChoice(LinearOp op,
                                            const LinearDesc &desc) {
  SmallVector<KernelAttr> kernels;
  if (auto byTokens = dyn_cast<ByTokensAttr>(op.getKernelAttr()))
    llvm::append_range(kernels, byTokens.getKernels());
  else if (auto kernel = dyn_cast<KernelAttr>(op.getKernelAttr()))
    kernels.push_back(kernel);
  else
    return op.emitOpError("kernel is neither a kernel nor a choice by tokens");
  for (KernelAttr kernel : kernels) {
    const KernelFamily *known =
        KernelRegistry::get(&getContext()).lookupFamily(kernel.getFamily());
    if (!known)
      return op.emitOpError("unknown kernel family '")
             << kernel.getFamily() << "'";
    if (std::optional<std::string> reason = known->whyNot(desc, machine))
      return op.emitOpError("cannot run on '")
             << kernel.getFamily() << "': " << *reason;
    if (!kernel.getParams().empty() &&
        failed(known->verifyParams(kernel.getParams(),
                                   [&] { return op.emitOpError(); })))
      return failure();
  }
  return success();
}

Comparison SelectKernels::compare(const LinearDesc &desc) {
  Comparison result;
  result.desc = desc;
  for (const KernelFamily *known :
       KernelRegistry::get(&getContext()).getFamilies()) {
    if ((known->asDevice() != nullptr) != machine.gpu.has_value())
      continue;
    if (std::optional<std::string> reason = known->whyNot(desc, machine)) {
      result.refusals.push_back(
          llvm::formatv("{0}: {1}", known->getName(), *reason));
      continue;
    }
    for (KernelCandidate &candidate : known->getCandidates(desc, machine))
      result.alternatives.push_back({known, candidate});
  }
  if (family.empty())
    return result;
  SmallVector<Alternative> forced = result.alternatives;
  llvm::erase_if(forced, [&](const Alternative &option) {
    return option.family->getName() != family;
  });
  // Without kernels the layer runs as a plain contraction, which is dense.
  bool isDenseOnDevice = machine.gpu && family == denseFamily;
  if (!forced.empty() || isDenseOnDevice)
    result.alternatives = forced;
  if (isDenseOnDevice)
    result.refusals = {llvm::formatv("{0} runs on CPUs", denseFamily)};
  return result;
}

double SelectKernels::predict(const Comparison &comparison,
                              const Alternative &option, int64_t tokens) {
  return option.family->predictSeconds(comparison.desc, option.candidate,
                                       tokens, threads, machine);
}

SmallVector<Choice> SelectKernels::choose(const Comparison &comparison) {
  SmallVector<int64_t> points(std::begin(judgedTokens), std::end(judgedTokens));
  if (machine.gpu)
    points.append(std::begin(deviceTokens), std::end(deviceTokens));
  if (comparison.desc.minTokens == comparison.desc.maxTokens)
    points = {comparison.desc.maxTokens};
  // Kernels that read the same bytes may share a weight.
  using LayoutKey = std::pair<Attribute, Attribute>;
  llvm::MapVector<LayoutKey, SmallVector<const Alternative *>> byLayout;
  for (const Alternative &option : comparison.alternatives)
    byLayout[{StringAttr::get(&getContext(), option.candidate.layout),
              option.candidate.layoutParams}]
        .push_back(&option);
  auto best = [&](ArrayRef<const Alternative *> alternatives, int64_t tokens) {
    const Alternative *fastest = alternatives.front();
    for (const Alternative *alternative : alternatives.drop_front())
      if (predict(comparison, *alternative, tokens) <
          predict(comparison, *fastest, tokens))
        fastest = alternative;
    double seconds = predict(comparison, *fastest, tokens);
    return Choice{tokens, fastest, seconds, seconds};
  };
  SmallVector<const Alternative *> dense;
  for (const Alternative &option : comparison.alternatives)
    if (option.family->getName() == denseFamily)
      dense.push_back(&option);
  SmallVector<Choice> result;
  double bestScore = std::numeric_limits<double>::infinity();
  for (auto &[key, options] : byLayout) {
    SmallVector<Choice> choices;
    double score = 0;
    for (int64_t tokens : points) {
      Choice choice = best(options, tokens);
      if (machine.gpu)
        choice.denseSeconds = predictDenseSeconds(*machine.gpu, tokens,
                                                  comparison.desc.inFeatures,
                                                  comparison.desc.outFeatures);
      else if (!dense.empty())
        choice.denseSeconds = best(dense, tokens).seconds;
      bool isDense = choice.option->family->getName() == denseFamily;
      double required = isDense ? 1.0 : requiredGain;
      score += std::log(required * choice.seconds / choice.denseSeconds);
      choices.push_back(choice);
    }
    if (score < bestScore)
      std::tie(result, bestScore) = std::make_pair(choices, score);
  }
  return result;
}

std::string SelectKernels::explain(const Comparison &comparison,
                                   const Choice &choice) {
  if (choice.option->family->asDevice())
    return llvm::formatv("predicted {0:f2} times as fast as cuBLAS's dense "
                         "product; no dense kernels are generated for the "
                         "target",
                         choice.denseSeconds / choice.seconds);
  if (choice.option->family->getName() != denseFamily)
    return llvm::formatv("predicted {0:f2} times as fast as dense",
                         choice.denseSeconds / choice.seconds);
  std::string reason;
  llvm::raw_string_ostream os(reason);
  os << "no sparse kernel is predicted to gain 5 %";
  for (const Alternative &option : comparison.alternatives)
    if (option.family->getName() != denseFamily)
      os << llvm::formatv(
          "; {0} would take {1:f2} times as long", option.family->getName(),
          predict(comparison, option, choice.tokens) / choice.seconds);
  for (const std::string &refusal : comparison.refusals)
    os << "; " << refusal;
  return reason;
}

/// The patterns of a weight in the spelling of recipes.
static std::string spellPatterns(WeightOp weight) {
  ArrayAttr patterns = weight.getPatternsAttr();
  if (!patterns || patterns.empty())
    return "none";
  return llvm::join(llvm::map_range(patterns.getAsRange<PatternAttrInterface>(),
                                    [](PatternAttrInterface pattern) {
                                      return pattern.getSpelling();
                                    }),
                    " ");
}

void SelectKernels::record(LinearOp op, WeightOp weight,
                           const Comparison &comparison,
                           ArrayRef<Choice> choices) {
  MLIRContext *context = &getContext();
  auto toNanos = [](double seconds) {
    return static_cast<int64_t>(std::llround(seconds * 1e9));
  };
  std::string patterns = spellPatterns(weight);
  FloatAttr density = Builder(context).getF64FloatAttr(comparison.desc.density);
  SmallVector<int64_t> bounds;
  SmallVector<KernelAttr> kernels;
  SmallVector<Attribute> decisions;
  for (const Choice &choice : choices) {
    StringRef familyName = choice.option->family->getName();
    auto kernel =
        KernelAttr::get(context, familyName, choice.option->candidate.params);
    std::string reason = explain(comparison, choice);
    decisions.push_back(DecisionAttr::get(
        context, weight.getName(), patterns, density, choice.tokens, familyName,
        toNanos(choice.seconds), toNanos(choice.denseSeconds), reason));
    if (!kernels.empty() && kernels.back() == kernel)
      bounds.back() = choice.tokens;
    else {
      kernels.push_back(kernel);
      bounds.push_back(choice.tokens);
    }
    auto name = remark::RemarkOpts::name("select-kernels").category("sparsity");
    std::string text =
        llvm::formatv("'{0}' runs on {1} at {2} tokens: {3}", weight.getName(),
                      familyName, choice.tokens, reason);
    if (familyName == denseFamily)
      remark::missed(op.getLoc(), name) << text;
    else
      remark::passed(op.getLoc(), name) << text;
  }
  bounds.back() = ByTokensAttr::unbounded;
  if (kernels.size() == 1)
    op.setKernelAttr(kernels.front());
  else
    op.setKernelAttr(ByTokensAttr::get(context, bounds, kernels));
  op.setDecisionsAttr(ArrayAttr::get(context, decisions));
}
