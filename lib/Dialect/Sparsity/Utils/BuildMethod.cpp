//===- BuildMethod.cpp - Methods as users write them ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks which method takes which parameter and makes the attribute.
//
//===----------------------------------------------------------------------===//

#include "BuildMethod.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace sparseopt::sparsity;

using Parameter = RequestSpec::Parameter;

static constexpr StringRef methodNames[] = {
    "magnitude", "threshold", "wanda", "ria",
    "dsnot",     "sparsegpt", "admm",  "alps"};
static constexpr StringRef scopeMethods[] = {"magnitude", "wanda", "ria",
                                             "sparsegpt", "admm",  "alps"};
static constexpr StringRef normMethods[] = {"magnitude", "wanda", "ria"};
static constexpr StringRef thresholdMethods[] = {"threshold"};
static constexpr StringRef powerMethods[] = {"ria"};
static constexpr StringRef dampingMethods[] = {"sparsegpt", "admm", "alps"};
static constexpr StringRef blockSizeMethods[] = {"sparsegpt"};
static constexpr StringRef iterationsMethods[] = {"dsnot", "admm", "alps"};
static constexpr StringRef gradualMethods[] = {"admm"};
static constexpr StringRef refitMethods[] = {"wanda", "ria", "dsnot",
                                             "sparsegpt", "admm"};

ArrayRef<Parameter> RequestSpec::getParameters() {
  static const Parameter parameters[] = {
      {"scope", &RequestSpec::scope, nullptr, nullptr, scopeMethods},
      {"norm", &RequestSpec::norm, nullptr, nullptr, normMethods},
      {"absolute", nullptr, &RequestSpec::absolute, nullptr, thresholdMethods},
      {"quantile", nullptr, &RequestSpec::quantile, nullptr, thresholdMethods},
      {"stddev", nullptr, &RequestSpec::stddev, nullptr, thresholdMethods},
      {"power", nullptr, &RequestSpec::power, nullptr, powerMethods},
      {"damping", nullptr, &RequestSpec::damping, nullptr, dampingMethods},
      {"block-size", nullptr, nullptr, &RequestSpec::blockSize,
       blockSizeMethods},
      {"iterations", nullptr, nullptr, &RequestSpec::iterations,
       iterationsMethods},
      {"gradual", nullptr, nullptr, &RequestSpec::gradual, gradualMethods},
      {"refit", nullptr, nullptr, &RequestSpec::refit, refitMethods}};
  return parameters;
}

const Parameter *RequestSpec::findParameter(StringRef key) {
  const auto *found =
      llvm::find_if(getParameters(), [&](const Parameter &parameter) {
        return parameter.key == key;
      });
  return found == getParameters().end() ? nullptr : found;
}

bool Parameter::isGiven(const RequestSpec &spec) const {
  if (text)
    return !(spec.*text).empty();
  return number ? (spec.*number).has_value() : (spec.*count).has_value();
}

static LogicalResult checkMethod(const RequestSpec &spec,
                                 EmitErrorAt emitError) {
  if (!llvm::is_contained(methodNames, spec.method)) {
    InFlightDiagnostic diag = emitError("method");
    if (spec.method.empty())
      diag << "a request needs a method: ";
    else
      diag << "unknown method '" << spec.method << "'; known methods: ";
    llvm::interleaveComma(methodNames, diag);
    return failure();
  }
  for (const Parameter &parameter : RequestSpec::getParameters()) {
    if (!parameter.isGiven(spec) ||
        llvm::is_contained(parameter.methods, spec.method))
      continue;
    InFlightDiagnostic diag = emitError(parameter.key);
    diag << "'" << parameter.key << "' is no parameter of the method "
         << spec.method << "; it belongs to ";
    llvm::interleaveComma(parameter.methods, diag);
    return failure();
  }
  return success();
}

static FailureOr<Scope> getScope(const RequestSpec &spec, Scope fallback,
                                 EmitErrorAt emitError) {
  if (spec.scope.empty())
    return fallback;
  if (std::optional<Scope> scope = symbolizeScope(spec.scope))
    return *scope;
  emitError("scope") << "unknown scope '" << spec.scope
                     << "'; known scopes: row, layer, global";
  return failure();
}

static FailureOr<Norm> getNorm(const RequestSpec &spec, EmitErrorAt emitError) {
  if (std::optional<Norm> norm =
          symbolizeNorm(spec.norm.empty() ? "l2" : StringRef(spec.norm)))
    return *norm;
  emitError("norm") << "unknown norm '" << spec.norm
                    << "'; known norms: l1, l2";
  return failure();
}

static FailureOr<MethodAttrInterface> buildThreshold(MLIRContext *context,
                                                     const RequestSpec &spec,
                                                     EmitErrorAt emitError) {
  FloatAttr value;
  ThresholdKind kind = ThresholdKind::Absolute;
  StringRef lastKey = "method";
  Builder builder(context);
  for (auto [key, number, numberKind] :
       {std::tuple{"absolute", spec.absolute, ThresholdKind::Absolute},
        {"quantile", spec.quantile, ThresholdKind::Quantile},
        {"stddev", spec.stddev, ThresholdKind::Stddev}}) {
    if (!number)
      continue;
    if (value) {
      emitError(key) << "a threshold is given once, as '" << lastKey
                     << "' or as '" << key << "'";
      return failure();
    }
    value = builder.getF64FloatAttr(*number);
    kind = numberKind;
    lastKey = key;
  }
  if (!value) {
    emitError("method") << "the method threshold needs one of absolute, "
                           "quantile, stddev";
    return failure();
  }
  auto attr = ThresholdAttr::getChecked([&] { return emitError(lastKey); },
                                        context, kind, value);
  if (!attr)
    return failure();
  return MethodAttrInterface(attr);
}

/// The attribute `Attr` with these parameters, or none with a diagnostic.
template <typename Attr, typename... Args>
static FailureOr<MethodAttrInterface>
make(MLIRContext *context, function_ref<InFlightDiagnostic()> emitError,
     Args... args) {
  auto attr = Attr::getChecked(emitError, context, args...);
  if (!attr)
    return failure();
  return MethodAttrInterface(attr);
}

static FailureOr<MethodAttrInterface> buildCalibrated(MLIRContext *context,
                                                      const RequestSpec &spec,
                                                      Scope scope, Norm norm,
                                                      EmitErrorAt emitError) {
  auto emit = [&] { return emitError("method"); };
  auto number = [&](std::optional<double> given, double fallback) {
    return Builder(context).getF64FloatAttr(given.value_or(fallback));
  };
  int64_t refit = spec.refit.value_or(0);
  if (spec.method == "wanda")
    return make<WandaAttr>(context, emit, scope, norm, refit);
  if (spec.method == "ria")
    return make<RIAAttr>(context, emit, number(spec.power, 0.5), scope, norm,
                         refit);
  if (spec.method == "dsnot")
    return make<DSnoTAttr>(context, emit, spec.iterations.value_or(50),
                           number(std::nullopt, 0.1), refit);
  if (spec.method == "sparsegpt")
    return make<SparseGPTAttr>(context, emit, spec.blockSize.value_or(128),
                               number(spec.damping, 0.01), scope, refit);
  if (spec.method == "admm")
    return make<ADMMAttr>(context, emit, spec.iterations.value_or(20),
                          spec.gradual.value_or(8), number(spec.damping, 0.1),
                          scope, refit);
  return make<ALPSAttr>(context, emit, spec.iterations.value_or(100),
                        number(spec.damping, 0.01), scope);
}

FailureOr<MethodAttrInterface>
sparseopt::sparsity::buildMethod(MLIRContext *context, const RequestSpec &spec,
                                 EmitErrorAt emitError) {
  if (failed(checkMethod(spec, emitError)))
    return failure();
  if (spec.method == "threshold")
    return buildThreshold(context, spec, emitError);
  // The methods that compare values of one output do so by default.
  bool isByRow = spec.method == "wanda" || spec.method == "ria";
  bool isSlice = StringRef(spec.pattern).trim() == "slice";
  FailureOr<Scope> scope = getScope(
      spec, isByRow && !isSlice ? Scope::Row : Scope::Layer, emitError);
  FailureOr<Norm> norm = getNorm(spec, emitError);
  if (failed(scope) || failed(norm))
    return failure();
  if (spec.method == "magnitude")
    return MethodAttrInterface(MagnitudeAttr::get(context, *scope, *norm));
  return buildCalibrated(context, spec, *scope, *norm, emitError);
}
