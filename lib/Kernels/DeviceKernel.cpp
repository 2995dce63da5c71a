//===- DeviceKernel.cpp - Kernels that run on a device ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Launch records as attributes.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Kernels/DeviceKernel.h"

using namespace mlir;
using namespace sparseopt;

DictionaryAttr sparseopt::makeLaunchAttr(const LaunchRecord &record,
                                         MLIRContext *context) {
  Builder b(context);
  return b.getDictionaryAttr({
      b.getNamedAttr("threads", b.getI64IntegerAttr(record.threads)),
      b.getNamedAttr("shared_bytes", b.getI64IntegerAttr(record.sharedBytes)),
      b.getNamedAttr("row_tiles", b.getI64IntegerAttr(record.rowTiles)),
      b.getNamedAttr("token_tile", b.getI64IntegerAttr(record.tokenTile)),
      b.getNamedAttr("persistent", b.getBoolAttr(record.persistent)),
      b.getNamedAttr("cluster", b.getI64IntegerAttr(record.cluster)),
      b.getNamedAttr("overlaps", b.getBoolAttr(record.overlaps)),
      b.getNamedAttr("maps_input", b.getBoolAttr(record.mapsInput)),
      b.getNamedAttr("x_box", b.getDenseI64ArrayAttr(record.x.box)),
  });
}

LaunchRecord sparseopt::readLaunchAttr(DictionaryAttr attr) {
  auto get = [&](StringRef name) {
    return attr.getAs<IntegerAttr>(name).getInt();
  };
  LaunchRecord record;
  record.threads = get("threads");
  record.sharedBytes = get("shared_bytes");
  record.rowTiles = get("row_tiles");
  record.tokenTile = get("token_tile");
  record.persistent = attr.getAs<BoolAttr>("persistent").getValue();
  record.cluster = get("cluster");
  record.overlaps = attr.getAs<BoolAttr>("overlaps").getValue();
  record.mapsInput = attr.getAs<BoolAttr>("maps_input").getValue();
  llvm::copy(attr.getAs<DenseI64ArrayAttr>("x_box").asArrayRef(), record.x.box);
  return record;
}

FailureOr<func::FuncOp> DeviceKernelFamily::emit(const KernelSpec &, StringRef,
                                                 Location loc,
                                                 OpBuilder &) const {
  return emitError(loc) << "kernel '" << getName()
                        << "' runs on a device, but the target is a CPU";
}
