//===- Compile.cpp - C interface: compilation -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a module to a library, in plain C.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt-c/SparseOpt.h"

#include "sparse-opt/Target/CompileModel.h"

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"

using namespace mlir;
using namespace sparseopt;

static EmitKind convert(SparseOptEmit emit) {
  switch (emit) {
  case SparseOptEmitSharedLibrary:
    return EmitKind::SharedLibrary;
  case SparseOptEmitObject:
    return EmitKind::Object;
  case SparseOptEmitHeader:
    return EmitKind::Header;
  }
  llvm_unreachable("unknown kind of output");
}

static WeightsPlacement convert(SparseOptWeights weights) {
  switch (weights) {
  case SparseOptWeightsAutomatic:
    return WeightsPlacement::Automatic;
  case SparseOptWeightsEmbed:
    return WeightsPlacement::Embed;
  case SparseOptWeightsFile:
    return WeightsPlacement::File;
  }
  llvm_unreachable("unknown place of weights");
}

SparseOptCompileOptions sparseOptCompileOptionsGetDefault(void) {
  SparseOptCompileOptions options = {};
  options.targetCpu = mlirStringRefCreateFromCString("native");
  options.openmp = true;
  return options;
}

MlirLogicalResult sparseOptModuleCompile(MlirModule module,
                                         SparseOptCompileOptions options,
                                         MlirStringRef output) {
  ModelOptions model;
  model.report = unwrap(options.report).str();
  CompileOptions &compile = model.compile;
  compile.emit = convert(options.emit);
  compile.weights = convert(options.weights);
  compile.cpu = {unwrap(options.targetCpu).str(),
                 unwrap(options.targetFeatures).str()};
  compile.openmp = options.openmp;
  compile.prefix = unwrap(options.prefix).str();
  OwningOpRef<ModuleOp> copy = unwrap(module).clone();
  return wrap(compileModel(*copy, model, unwrap(output)));
}
