//===- AddRequests.cpp - Requests from pass options -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the weights of contractions, normalized or not, and adds a prune
// request to those that match.
//
//===----------------------------------------------------------------------===//

#include "AddRequests.h"

#include "sparse-opt/Dialect/Sparsity/Utils/NameFilter.h"
#include "sparse-opt/Dialect/Sparsity/Utils/Requests.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringMap.h"

#define DEBUG_TYPE "sparsity-prune"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace {

/// A value that holds a weight, and what is known about it.
struct Candidate {
  Value value;
  ElementsAttr elements;
  std::string name;
  WeightUses uses;
};

/// Finds the weights of a module and names those that have no name yet.
class CandidateFinder {
public:
  explicit CandidateFinder(ModuleOp module) : module(module) {}
  std::vector<Candidate> find();

private:
  std::string chooseName(Operation *op, ElementsAttr elements);

  ModuleOp module;
  llvm::StringMap<Attribute> takenNames;
  unsigned numUnnamed = 0;
};

} // namespace

/// Values of an op that loads a constant tensor, or null.
static ElementsAttr getConstantElements(Operation *op) {
  if (auto weight = dyn_cast<WeightOp>(op))
    return weight.getValue();
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return dyn_cast<ElementsAttr>(constant.getValue());
  SymbolRefAttr symbol;
  if (auto load = dyn_cast<ml_program::GlobalLoadConstOp>(op))
    symbol = load.getGlobalAttr();
  else if (auto load = dyn_cast<ml_program::GlobalLoadOp>(op))
    symbol = load.getGlobalAttr();
  if (!symbol)
    return {};
  auto global =
      SymbolTable::lookupNearestSymbolFrom<ml_program::GlobalOp>(op, symbol);
  if (!global || global.getIsMutable())
    return {};
  return dyn_cast_or_null<ElementsAttr>(global.getValueAttr());
}

/// The name that the source of a weight suggests, or "".
static StringRef getSuggestedName(Operation *op, ElementsAttr elements) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements))
    return resource.getRawHandle().getKey();
  if (auto load = dyn_cast<ml_program::GlobalLoadConstOp>(op))
    return load.getGlobal().getLeafReference();
  if (auto load = dyn_cast<ml_program::GlobalLoadOp>(op))
    return load.getGlobal().getLeafReference();
  if (auto location = op->getLoc()->findInstanceOf<NameLoc>())
    return location.getName();
  return "";
}

std::string CandidateFinder::chooseName(Operation *op, ElementsAttr elements) {
  std::string wanted = getSuggestedName(op, elements).str();
  std::string name = wanted;
  // Two loads of the same values may share a name, different weights may not.
  for (unsigned suffix = 1;; ++suffix) {
    if (wanted.empty())
      name = ("weight_" + Twine(numUnnamed++)).str();
    auto [entry, isNew] = takenNames.try_emplace(name, elements);
    if (isNew || (!wanted.empty() && entry->second == elements))
      return name;
    name = (wanted + "_" + Twine(suffix)).str();
  }
}

std::vector<Candidate> CandidateFinder::find() {
  module.walk([&](WeightOp weight) {
    takenNames.try_emplace(weight.getName(), weight.getValue());
  });
  std::vector<Candidate> candidates;
  module.walk([&](Operation *op) {
    ElementsAttr elements = getConstantElements(op);
    auto type = elements
                    ? dyn_cast<RankedTensorType>(op->getResult(0).getType())
                    : RankedTensorType();
    if (!type || !type.hasStaticShape())
      return;
    WeightUses uses = findWeightUses(op->getResult(0));
    auto weight = dyn_cast<WeightOp>(op);
    Type element = type.getElementType();
    bool isFloat = element.isF32() || element.isF16() || element.isBF16() ||
                   element.isF64();
    if (!weight &&
        (uses.numContractions == 0 || (!isFloat && !element.isInteger(8))))
      return;
    std::string name =
        weight ? weight.getName().str() : chooseName(op, elements);
    candidates.push_back({op->getResult(0), elements, name, uses});
  });
  return candidates;
}

/// Makes the candidate's value the result of a `sparsity.weight`.
static WeightOp makeWeight(Candidate &candidate) {
  Operation *op = candidate.value.getDefiningOp();
  if (auto weight = dyn_cast<WeightOp>(op))
    return weight;
  OpBuilder builder(op);
  auto weight = WeightOp::create(builder, op->getLoc(), candidate.name,
                                 candidate.elements);
  candidate.value.replaceAllUsesWith(weight.getResult());
  op->erase();
  candidate.value = weight.getResult();
  return weight;
}

/// Adds the request to one weight, or says in a remark why not.
static void addRequest(Candidate &candidate, const RequestSpec &spec) {
  std::string obstacle;
  FailureOr<RequestAttrs> attrs =
      fitRequest(candidate.value, candidate.uses, spec, obstacle);
  if (succeeded(attrs))
    return insertRequest(makeWeight(candidate), *attrs);
  remark::missed(candidate.value.getLoc(),
                 remark::RemarkOpts::name("prune").category("sparsity"))
      << ("weight '" + candidate.name + "' is not pruned: " + obstacle);
}

static FailureOr<NameFilter> makeFilter(ModuleOp module, StringRef option,
                                        ArrayRef<std::string> texts) {
  NameFilter filter;
  for (const std::string &text : texts)
    if (llvm::Error error = filter.add(text))
      return module.emitError()
             << option << ": " << llvm::toString(std::move(error));
  return std::move(filter);
}

LogicalResult sparseopt::addRequests(ModuleOp module, const RequestSpec &spec,
                                     ArrayRef<std::string> targetTexts,
                                     ArrayRef<std::string> ignoreTexts) {
  auto emitAtOption = [&](StringRef key) {
    return module.emitError() << key << ": ";
  };
  if (failed(spec.build(module.getContext(), 0, emitAtOption)))
    return failure();
  FailureOr<NameFilter> targets = makeFilter(module, "targets", targetTexts);
  FailureOr<NameFilter> ignore = makeFilter(module, "ignore", ignoreTexts);
  if (failed(targets) || failed(ignore))
    return failure();
  std::vector<Candidate> candidates = CandidateFinder(module).find();
  for (Candidate &candidate : candidates) {
    bool isTarget =
        targets->empty() || targets->match(candidate.name).has_value();
    bool isIgnored = ignore->match(candidate.name).has_value();
    if (isTarget && !isIgnored)
      addRequest(candidate, spec);
  }
  if (candidates.empty() && targets->empty())
    module.emitWarning("no weight of a contraction to prune");
  for (size_t index = 0; index < ignore->size(); ++index)
    if (!ignore->wasUsed(index))
      module.emitWarning() << "ignore '" << ignore->getText(index)
                           << "' matches no weight";
  bool allUsed = true;
  for (size_t index = 0; index < targets->size(); ++index)
    if (!targets->wasUsed(index)) {
      module.emitError() << "target '" << targets->getText(index)
                         << "' matches no weight";
      allUsed = false;
    }
  return success(allUsed);
}
