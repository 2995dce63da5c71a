//===- PruningRecord.cpp - What pruning did to each weight ------ -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Records of a pruning run as attributes.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Report/PruningRecord.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace sparseopt;

static DictionaryAttr toAttr(Builder &builder, const PruningRecord &record) {
  auto text = [&](StringRef name, StringRef value) {
    return builder.getNamedAttr(name, builder.getStringAttr(value));
  };
  auto number = [&](StringRef name, double value) {
    return builder.getNamedAttr(name, builder.getF64FloatAttr(value));
  };
  SmallVector<NamedAttribute> entries = {
      text("weight", record.weight), text("pattern", record.pattern),
      text("method", record.method), number("density", record.density),
      number("retained_norm", record.retainedNorm)};
  if (record.error)
    entries.push_back(number("error", *record.error));
  return builder.getDictionaryAttr(entries);
}

void sparseopt::addPruningRecords(ModuleOp module,
                                  ArrayRef<PruningRecord> records) {
  Builder builder(module.getContext());
  llvm::MapVector<Attribute, Attribute> byWeight;
  if (auto earlier = module->getAttrOfType<ArrayAttr>(pruningRecordsName))
    for (auto entry : earlier.getAsRange<DictionaryAttr>())
      byWeight[entry.get("weight")] = entry;
  for (const PruningRecord &record : records)
    byWeight[builder.getStringAttr(record.weight)] = toAttr(builder, record);
  SmallVector<Attribute> entries;
  for (auto &[weight, entry] : byWeight)
    entries.push_back(entry);
  module->setAttr(pruningRecordsName, builder.getArrayAttr(entries));
}
