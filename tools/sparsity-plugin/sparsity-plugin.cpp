//===- sparsity-plugin.cpp - Passes for a stock mlir-opt --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dialects and passes of this project as a dialect plugin and a pass plugin
// in one file. The host must use the same libMLIR.so; sparse-opt itself
// has all of this already and cannot load it.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

/// Either plugin brings the passes, and a host may load both.
static void registerPassesOnce() {
  static const bool done = (sparseopt::registerAllPasses(), true);
  (void)done;
}

static void registerDialects(mlir::DialectRegistry *registry) {
  sparseopt::registerAllDialects(*registry);
  registerPassesOnce();
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "sparsity", SPARSEOPT_VERSION,
          registerDialects};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "sparsity", SPARSEOPT_VERSION,
          registerPassesOnce};
}
