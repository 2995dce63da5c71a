//===- TwoFourFamily.cpp - What the 2:4 families have in common -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order in which obstacles are looked for, and the frame of each kernel.
//
//===----------------------------------------------------------------------===//

#include "TwoFourFamily.h"

#include "DeviceEpilogue.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;

static std::string getTypeObstacle(Type weight, Type input) {
  if (!weight.isBF16() && !weight.isF16())
    return "weights are bf16 or f16";
  if (input != weight)
    return "activations have another type than weights";
  return "";
}

LogicalResult nvidia::verifySharedBytes(int64_t bytes, EmitErrorFn emitError) {
  if (bytes <= kMaxSharedBytes)
    return success();
  return emitError() << "needs " << bytes
                     << " bytes of shared memory; a block has "
                     << kMaxSharedBytes;
}

std::optional<std::string>
TwoFourFamily::whyNot(const LinearDesc &desc,
                      const MachineDescription &machine) const {
  std::string reason = getTargetObstacle(machine);
  if (reason.empty())
    reason = getTypeObstacle(desc.weightType, desc.inputType);
  if (reason.empty())
    reason = getSizeObstacle(desc.outFeatures, desc.inFeatures);
  if (reason.empty() && !desc.holdsNM(2, 4))
    reason = "the weight is not known to be 2:4 along the inputs";
  if (reason.empty())
    return std::nullopt;
  return reason;
}

FailureOr<DeviceKernel> TwoFourFamily::emitKernel(const KernelSpec &spec,
                                                  llvm::StringRef name,
                                                  Location loc,
                                                  OpBuilder &builder) const {
  std::string reason = getTypeObstacle(spec.weightType, spec.inputType);
  if (reason.empty())
    reason = getSizeObstacle(spec.outFeatures, spec.inFeatures);
  if (reason.empty())
    reason = getParamObstacle(spec);
  if (reason.empty())
    reason = getEpilogueObstacle(spec);
  if (!reason.empty())
    return emitError(loc) << "kernel '" << getName() << "': " << reason;
  DeviceEmitter emitter(loc, builder);
  DeviceKernel kernel = makeKernel(spec, name, emitter);
  kernel.function->setAttr(kLaunchAttr,
                           makeLaunchAttr(kernel.launch, loc.getContext()));
  return kernel;
}
