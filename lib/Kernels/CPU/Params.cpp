//===- Params.cpp - Integer parameters of layouts and kernels ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parameter dictionaries and the checks that all layouts share.
//
//===----------------------------------------------------------------------===//

#include "Params.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace sparseopt;

LogicalResult cpu::verifyParams(DictionaryAttr params,
                                ArrayRef<ParamRule> rules,
                                EmitErrorFn emitError) {
  for (const ParamRule &rule : rules) {
    Attribute attr = params ? params.get(rule.name) : Attribute();
    if (!attr)
      return emitError() << "missing parameter '" << rule.name << "'";
    auto value = dyn_cast<IntegerAttr>(attr);
    if (!value || !value.getType().isSignlessInteger(64))
      return emitError() << "parameter '" << rule.name
                         << "' must be a 64-bit integer, got " << attr;
    int64_t v = value.getInt();
    if (v < rule.minimum || v > rule.maximum || v % rule.step != 0)
      return emitError() << "parameter '" << rule.name << "' = " << v
                         << " must be a multiple of " << rule.step
                         << " between " << rule.minimum << " and "
                         << rule.maximum;
  }
  if (params)
    for (NamedAttribute attr : params)
      if (llvm::none_of(rules, [&](const ParamRule &rule) {
            return rule.name == attr.getName().getValue();
          }))
        return emitError() << "unknown parameter '" << attr.getName().getValue()
                           << "'";
  return success();
}

DictionaryAttr
cpu::makeParams(MLIRContext *context,
                ArrayRef<std::pair<llvm::StringRef, int64_t>> params) {
  Builder b(context);
  llvm::SmallVector<NamedAttribute> attrs;
  for (auto [name, value] : params)
    attrs.push_back(b.getNamedAttr(name, b.getI64IntegerAttr(value)));
  return b.getDictionaryAttr(attrs);
}

int64_t cpu::getParam(DictionaryAttr params, llvm::StringRef name) {
  return params.getAs<IntegerAttr>(name).getInt();
}

LogicalResult cpu::verifyWeight(const WeightView &weight,
                                EmitErrorFn emitError) {
  if (!isa<Float32Type, BFloat16Type, Float16Type>(weight.elementType))
    return emitError() << "weights of type " << weight.elementType
                       << " have no packed layout; f32, bf16 and f16 do";
  if (weight.rows < 0 || weight.cols < 0)
    return emitError() << "the shape of a packed weight must be static";
  return success();
}

int64_t cpu::getElementBytes(Type type) {
  return type.getIntOrFloatBitWidth() / 8;
}

bool cpu::isZeroElement(const char *data, int64_t bytes) {
  for (int64_t i = 0; i + 1 < bytes; ++i)
    if (data[i])
      return false;
  return (data[bytes - 1] & 0x7f) == 0;
}

LogicalResult cpu::reportCorrupt(llvm::StringRef layout,
                                 EmitErrorFn emitError) {
  return emitError() << "packed data is not a '" << layout
                     << "' weight of this shape and type";
}
