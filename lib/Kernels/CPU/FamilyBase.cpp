//===- FamilyBase.cpp - What CPU kernel families share ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parts of emission and of the cost model that do not depend on the family.
//
//===----------------------------------------------------------------------===//

#include "FamilyBase.h"
#include "Params.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;

/// Part of the second core's rate that is left when threads share memory.
static constexpr double threadEfficiency = 0.95;

/// Part of the shorter one of compute and memory time that the longer one does
/// not hide.
static constexpr double exposedFraction = 0.4;

/// Time of a call that does nothing.
static constexpr double callSeconds = 5e-8;

static bool isFloat32OrHalf(Type type) {
  return isa<Float32Type, BFloat16Type, Float16Type>(type);
}

std::optional<std::string>
FamilyBase::getObstacle(const LinearDesc &desc,
                        const MachineDescription &machine) const {
  if (machine.gpu)
    return "the target is a device";
  if (desc.outFeatures == 0)
    return "the layer has no outputs";
  for (auto [type, what] :
       {std::pair(desc.weightType, "weights"), {desc.inputType, "inputs"}}) {
    std::string reason;
    llvm::raw_string_ostream os(reason);
    os << what << " of type " << type;
    if (!isFloat32OrHalf(type)) {
      os << " are not supported";
      return reason;
    }
    // Below AVX2 the conversion would be a call into a compiler's library.
    if (isa<Float16Type>(type) && machine.isa < ISA::AVX2) {
      os << " need avx2, the target has " << stringifyISA(machine.isa);
      return reason;
    }
  }
  return getISAObstacle(machine);
}

std::optional<std::string>
FamilyBase::getISAObstacle(const MachineDescription &machine) const {
  if (machine.isa >= getMinimumISA())
    return std::nullopt;
  return (getName() + " needs " + stringifyISA(getMinimumISA()) +
          ", the target has " + stringifyISA(machine.isa))
      .str();
}

std::optional<std::string>
FamilyBase::whyNot(const LinearDesc &desc,
                   const MachineDescription &machine) const {
  if (std::optional<std::string> reason = getObstacle(desc, machine))
    return reason;
  return getPatternObstacle(desc);
}

llvm::SmallVector<KernelCandidate>
FamilyBase::getCandidates(const LinearDesc &desc,
                          const MachineDescription &machine) const {
  if (whyNot(desc, machine))
    return {};
  return listCandidates(desc, machine);
}

KernelCandidate FamilyBase::makeCandidate(const LinearDesc &desc, Params params,
                                          Params layoutParams) const {
  MLIRContext *context = desc.weightType.getContext();
  return {makeParams(context, params), getLayoutName().str(),
          makeParams(context, layoutParams)};
}

LogicalResult FamilyBase::verifyParams(DictionaryAttr params,
                                       EmitErrorFn emitError) const {
  return cpu::verifyParams(params, {}, emitError);
}

double FamilyBase::getSeconds(double flops, double efficiency, double bytes,
                              int64_t threads,
                              const MachineDescription &machine) {
  double compute = flops / (efficiency * machine.fmaPeakGFlops * 1e9);
  double memory = bytes / (machine.getStreamGBs(bytes) * 1e9);
  double seconds = std::max(compute, memory) +
                   exposedFraction * std::min(compute, memory) + callSeconds;
  if (threads <= 1)
    return seconds;
  return seconds / (1 + (threads - 1) * threadEfficiency) + machine.forkSeconds;
}

FailureOr<func::FuncOp> FamilyBase::emit(const KernelSpec &spec,
                                         llvm::StringRef name, Location loc,
                                         OpBuilder &builder) const {
  auto error = [&] { return emitError(loc) << "kernel " << getName() << ": "; };
  LinearDesc desc;
  desc.outFeatures = spec.outFeatures;
  desc.inFeatures = spec.inFeatures;
  desc.weightType = spec.weightType;
  desc.inputType = spec.inputType;
  if (std::optional<std::string> reason = getObstacle(desc, *spec.machine))
    return error() << *reason;
  if (failed(verifyParams(spec.params, error)) ||
      failed(createLayout()->verifyParams(spec.layoutParams, error)))
    return failure();
  FailureOr<Epilogue> epilogue = Epilogue::create(spec, loc);
  if (failed(epilogue))
    return failure();

  Emitter e(builder, loc, spec.threaded);
  LogicalResult result = success();
  func::FuncOp function =
      emitFunction(e, spec, name, [&](const KernelArgs &args) {
        result = emitBody(e, spec, args, *epilogue);
      });
  if (succeeded(result))
    return function;
  function.erase();
  return failure();
}
