//===- Patterns.cpp - Pattern attributes and their values -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Conversion between attributes and plain values.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"

#include "mlir/IR/Builders.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

pruning::Pattern sparsity::toPattern(PatternAttrInterface attr) {
  return llvm::TypeSwitch<Attribute, pruning::Pattern>(attr)
      .Case([](NMAttr nm) {
        return pruning::NMPattern{nm.getN(), nm.getM(), *nm.getDim()};
      })
      .Case([](BlockAttr block) {
        return pruning::BlockPattern{
            llvm::SmallVector<int64_t, 4>(block.getSizes())};
      })
      .Case(
          [](SliceAttr slice) { return pruning::SlicePattern{slice.getDim()}; })
      .Default([](Attribute) { return pruning::UnstructuredPattern(); });
}

PatternAttrInterface sparsity::toAttr(MLIRContext *context,
                                      const pruning::Pattern &pattern) {
  if (auto *nm = std::get_if<pruning::NMPattern>(&pattern))
    return NMAttr::get(context, nm->n, nm->m, nm->dim);
  if (auto *block = std::get_if<pruning::BlockPattern>(&pattern))
    return BlockAttr::get(context, block->sizes);
  if (auto *slice = std::get_if<pruning::SlicePattern>(&pattern))
    return SliceAttr::get(context, slice->dim);
  return UnstructuredAttr::get(context);
}

static pruning::Scope toScope(Scope scope) {
  switch (scope) {
  case Scope::Row:
    return pruning::Scope::Row;
  case Scope::Layer:
    return pruning::Scope::Layer;
  case Scope::Global:
    return pruning::Scope::Global;
  }
  llvm_unreachable("unknown scope");
}

static pruning::ThresholdKind toKind(ThresholdKind kind) {
  switch (kind) {
  case ThresholdKind::Absolute:
    return pruning::ThresholdKind::Absolute;
  case ThresholdKind::Quantile:
    return pruning::ThresholdKind::Quantile;
  case ThresholdKind::Stddev:
    return pruning::ThresholdKind::StandardDeviations;
  }
  llvm_unreachable("unknown threshold kind");
}

std::optional<pruning::PruneRequest>
sparsity::toRequest(PatternAttrInterface pattern, MethodAttrInterface method,
                    FloatAttr sparsity) {
  pruning::PruneRequest request{toPattern(pattern), {}, {}};
  if (sparsity)
    request.sparsity = sparsity.getValueAsDouble();
  if (auto magnitude = dyn_cast<MagnitudeAttr>(method)) {
    request.method = pruning::MagnitudeMethod{toScope(magnitude.getScope()),
                                              magnitude.getNorm() == Norm::L1
                                                  ? pruning::UnitNorm::L1
                                                  : pruning::UnitNorm::L2};
    return request;
  }
  if (auto threshold = dyn_cast<ThresholdAttr>(method)) {
    pruning::ThresholdMethod value;
    value.kind = toKind(threshold.getKind());
    value.value = threshold.getValue().getValueAsDouble();
    request.method = value;
    return request;
  }
  return std::nullopt;
}

static pruning::UnitNorm toNorm(Norm norm) {
  return norm == Norm::L1 ? pruning::UnitNorm::L1 : pruning::UnitNorm::L2;
}

std::optional<pruning::CalibratedRequest>
sparsity::toCalibratedRequest(PatternAttrInterface pattern,
                              MethodAttrInterface method, FloatAttr sparsity,
                              int64_t inputDim) {
  pruning::CalibratedRequest request{toPattern(pattern), {}, {}, 0, inputDim};
  if (sparsity)
    request.sparsity = sparsity.getValueAsDouble();
  if (auto wanda = dyn_cast<WandaAttr>(method)) {
    request.refit = wanda.getRefit();
    request.method = pruning::WandaMethod{toScope(wanda.getScope()),
                                          toNorm(wanda.getNorm())};
  } else if (auto ria = dyn_cast<RIAAttr>(method)) {
    request.refit = ria.getRefit();
    request.method =
        pruning::RIAMethod{ria.getPower().getValueAsDouble(),
                           toScope(ria.getScope()), toNorm(ria.getNorm())};
  } else if (auto dsnot = dyn_cast<DSnoTAttr>(method)) {
    request.refit = dsnot.getRefit();
    request.method = pruning::DSnoTMethod{
        dsnot.getIterations(), dsnot.getThreshold().getValueAsDouble()};
  } else if (auto sparsegpt = dyn_cast<SparseGPTAttr>(method)) {
    request.refit = sparsegpt.getRefit();
    request.method = pruning::SparseGPTMethod{
        sparsegpt.getBlockSize(), sparsegpt.getDamping().getValueAsDouble(),
        toScope(sparsegpt.getScope())};
  } else if (auto admm = dyn_cast<ADMMAttr>(method)) {
    request.refit = admm.getRefit();
    request.method = pruning::ADMMMethod{
        admm.getIterations(), admm.getGradual(),
        admm.getDamping().getValueAsDouble(), toScope(admm.getScope())};
  } else if (auto alps = dyn_cast<ALPSAttr>(method)) {
    request.method = pruning::ALPSMethod{alps.getIterations(),
                                         alps.getDamping().getValueAsDouble(),
                                         toScope(alps.getScope())};
  } else {
    return std::nullopt;
  }
  return request;
}

ArrayAttr sparsity::addPattern(ArrayAttr patterns, PatternAttrInterface pattern,
                               ArrayRef<int64_t> shape) {
  MLIRContext *context = pattern.getContext();
  pruning::Pattern added = toPattern(pattern);
  SmallVector<Attribute> result;
  if (patterns) {
    for (auto known : patterns.getAsRange<PatternAttrInterface>()) {
      if (pruning::implies(toPattern(known), added, shape))
        return patterns;
      if (!pruning::implies(added, toPattern(known), shape))
        result.push_back(known);
    }
  }
  result.push_back(pattern);
  return ArrayAttr::get(context, result);
}
