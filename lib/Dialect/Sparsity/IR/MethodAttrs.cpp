//===- MethodAttrs.cpp - Pruning methods ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Syntax and checks of the attributes that name a pruning method, as far as they
// do not depend on the weight.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

using namespace mlir;
using namespace sparseopt::sparsity;

using EmitError = function_ref<InFlightDiagnostic()>;

FailureOr<FloatAttr> sparseopt::sparsity::parseNumber(AsmParser &parser) {
  double value = 0.0;
  if (parser.parseFloat(value))
    return failure();
  return parser.getBuilder().getF64FloatAttr(value);
}

static LogicalResult verifySparsity(PatternAttrInterface pattern,
                                    FloatAttr sparsity, EmitError emitError) {
  if (pattern.fixesSparsity() && sparsity)
    return emitError() << "sparsity contradicts pattern " << pattern
                       << ", which fixes the number of zeros itself";
  if (!pattern.fixesSparsity() && !sparsity)
    return emitError() << "pattern " << pattern
                       << " needs a sparsity, the fraction of zeros";
  return success();
}

//===----------------------------------------------------------------------===//
// MagnitudeAttr
//===----------------------------------------------------------------------===//

StringRef MagnitudeAttr::getMethodName() const { return "magnitude"; }

LogicalResult MagnitudeAttr::verifyRequest(
    PatternAttrInterface pattern, FloatAttr sparsity,
    function_ref<InFlightDiagnostic()> emitError) const {
  return verifySparsity(pattern, sparsity, emitError);
}

//===----------------------------------------------------------------------===//
// ThresholdAttr
//===----------------------------------------------------------------------===//

StringRef ThresholdAttr::getMethodName() const { return "threshold"; }

LogicalResult
ThresholdAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      ThresholdKind kind, FloatAttr value) {
  if (!(value.getValueAsDouble() >= 0.0))
    return emitError() << "threshold must not be negative";
  if (kind == ThresholdKind::Quantile && !(value.getValueAsDouble() < 1.0))
    return emitError() << "a quantile lies in [0, 1)";
  return success();
}

Attribute ThresholdAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  FailureOr<ThresholdKind> kind = failure();
  double value = 0.0;
  if (parser.parseLess() ||
      failed(kind = FieldParser<ThresholdKind>::parse(parser)) ||
      parser.parseEqual() || parser.parseFloat(value) || parser.parseGreater())
    return {};
  return parser.getChecked<ThresholdAttr>(
      loc, parser.getContext(), *kind,
      parser.getBuilder().getF64FloatAttr(value));
}

void ThresholdAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifyThresholdKind(getKind()) << " = ";
  printer.printAttributeWithoutType(getValue());
  printer << ">";
}

LogicalResult ThresholdAttr::verifyRequest(
    PatternAttrInterface pattern, FloatAttr sparsity,
    function_ref<InFlightDiagnostic()> emitError) const {
  if (!isa<UnstructuredAttr>(pattern))
    return emitError() << "threshold is defined for unstructured patterns, not "
                       << pattern;
  if (sparsity)
    return emitError() << "threshold finds the number of zeros itself; "
                          "sparsity must not be given";
  return success();
}

//===----------------------------------------------------------------------===//
// Methods that read statistics
//===----------------------------------------------------------------------===//

static LogicalResult verifyScope(Scope scope, EmitError emitError) {
  if (scope != Scope::Global)
    return success();
  return emitError() << "scores of different layers are not comparable, since "
                        "their inputs differ; use scope row or layer";
}

static LogicalResult verifyFraction(StringRef name, FloatAttr value,
                                    EmitError emitError) {
  if (value.getValueAsDouble() >= 0.0 && value.getValueAsDouble() <= 1.0)
    return success();
  return emitError() << name << " lies in [0, 1], got "
                     << value.getValueAsDouble();
}

static LogicalResult verifyAtLeast(StringRef name, int64_t value,
                                   int64_t minimum, EmitError emitError) {
  if (value >= minimum)
    return success();
  return emitError() << name << " has to be at least " << minimum << ", got "
                     << value;
}

/// The checks that the methods share; slices need a scope that holds several.
static LogicalResult verifyCalibrated(PatternAttrInterface pattern, Scope scope,
                                      FloatAttr sparsity, EmitError emitError) {
  if (isa<SliceAttr>(pattern) && scope == Scope::Row)
    return emitError() << "slices do not compete within a row; use scope layer";
  return verifySparsity(pattern, sparsity, emitError);
}

StringRef WandaAttr::getMethodName() const { return "wanda"; }
bool WandaAttr::needsStatistics() const { return true; }
bool WandaAttr::needsGram() const { return getRefit() > 0; }

LogicalResult WandaAttr::verify(EmitError emitError, Scope scope, Norm,
                                int64_t refit) {
  return success(succeeded(verifyScope(scope, emitError)) &&
                 succeeded(verifyAtLeast("refit", refit, 0, emitError)));
}

LogicalResult WandaAttr::verifyRequest(PatternAttrInterface pattern,
                                       FloatAttr sparsity,
                                       EmitError emitError) const {
  return verifyCalibrated(pattern, getScope(), sparsity, emitError);
}

StringRef RIAAttr::getMethodName() const { return "ria"; }
bool RIAAttr::needsStatistics() const { return true; }
bool RIAAttr::needsGram() const { return getRefit() > 0; }

LogicalResult RIAAttr::verify(EmitError emitError, FloatAttr power, Scope scope,
                              Norm, int64_t refit) {
  return success(succeeded(verifyFraction("power", power, emitError)) &&
                 succeeded(verifyScope(scope, emitError)) &&
                 succeeded(verifyAtLeast("refit", refit, 0, emitError)));
}

LogicalResult RIAAttr::verifyRequest(PatternAttrInterface pattern,
                                     FloatAttr sparsity,
                                     EmitError emitError) const {
  return verifyCalibrated(pattern, getScope(), sparsity, emitError);
}

static LogicalResult verifyThreshold(FloatAttr threshold, EmitError emitError) {
  if (threshold.getValueAsDouble() >= 0.0)
    return success();
  return emitError() << "threshold must not be negative";
}

StringRef DSnoTAttr::getMethodName() const { return "dsnot"; }
bool DSnoTAttr::needsStatistics() const { return true; }
bool DSnoTAttr::needsGram() const { return getRefit() > 0; }

LogicalResult DSnoTAttr::verify(EmitError emitError, int64_t iterations,
                                FloatAttr threshold, int64_t refit) {
  return success(
      succeeded(verifyAtLeast("iterations", iterations, 1, emitError)) &&
      succeeded(verifyThreshold(threshold, emitError)) &&
      succeeded(verifyAtLeast("refit", refit, 0, emitError)));
}

LogicalResult DSnoTAttr::verifyRequest(PatternAttrInterface pattern,
                                       FloatAttr sparsity,
                                       EmitError emitError) const {
  if (isa<SliceAttr, BlockAttr>(pattern))
    return emitError() << "dsnot exchanges single values, which breaks pattern "
                       << pattern << "; it is defined for N:M and unstructured";
  return verifySparsity(pattern, sparsity, emitError);
}

StringRef SparseGPTAttr::getMethodName() const { return "sparsegpt"; }
bool SparseGPTAttr::needsStatistics() const { return true; }
bool SparseGPTAttr::needsGram() const { return true; }

// The parameter bears the name of the attribute's key.
// NOLINTBEGIN(readability-identifier-naming)
LogicalResult SparseGPTAttr::verify(EmitError emitError, int64_t block_size,
                                    FloatAttr damping, Scope scope,
                                    int64_t refit) {
  return success(
      succeeded(verifyAtLeast("block_size", block_size, 1, emitError)) &&
      succeeded(verifyFraction("damping", damping, emitError)) &&
      succeeded(verifyScope(scope, emitError)) &&
      succeeded(verifyAtLeast("refit", refit, 0, emitError)));
}
// NOLINTEND(readability-identifier-naming)

LogicalResult SparseGPTAttr::verifyRequest(PatternAttrInterface pattern,
                                           FloatAttr sparsity,
                                           EmitError emitError) const {
  if (isa<SliceAttr>(pattern))
    return emitError() << "sparsegpt decides column by column and cannot weigh "
                          "whole slices against each other; use admm, alps or "
                          "wanda";
  return verifyCalibrated(pattern, getScope(), sparsity, emitError);
}

StringRef ADMMAttr::getMethodName() const { return "admm"; }
bool ADMMAttr::needsStatistics() const { return true; }
bool ADMMAttr::needsGram() const { return true; }

LogicalResult ADMMAttr::verify(EmitError emitError, int64_t iterations,
                               int64_t gradual, FloatAttr damping, Scope scope,
                               int64_t refit) {
  return success(
      succeeded(verifyAtLeast("iterations", iterations, 1, emitError)) &&
      succeeded(verifyAtLeast("gradual", gradual, 1, emitError)) &&
      succeeded(verifyFraction("damping", damping, emitError)) &&
      succeeded(verifyScope(scope, emitError)) &&
      succeeded(verifyAtLeast("refit", refit, 0, emitError)));
}

LogicalResult ADMMAttr::verifyRequest(PatternAttrInterface pattern,
                                      FloatAttr sparsity,
                                      EmitError emitError) const {
  return verifyCalibrated(pattern, getScope(), sparsity, emitError);
}

StringRef ALPSAttr::getMethodName() const { return "alps"; }
bool ALPSAttr::needsStatistics() const { return true; }
bool ALPSAttr::needsGram() const { return true; }

LogicalResult ALPSAttr::verify(EmitError emitError, int64_t iterations,
                               FloatAttr damping, Scope scope) {
  return success(
      succeeded(verifyAtLeast("iterations", iterations, 1, emitError)) &&
      succeeded(verifyFraction("damping", damping, emitError)) &&
      succeeded(verifyScope(scope, emitError)));
}

LogicalResult ALPSAttr::verifyRequest(PatternAttrInterface pattern,
                                      FloatAttr sparsity,
                                      EmitError emitError) const {
  return verifyCalibrated(pattern, getScope(), sparsity, emitError);
}
