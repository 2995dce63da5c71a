//===- pipeline.c - Load, transform, report, save -----------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The road of a module through the C interface.
//
//===----------------------------------------------------------------------===//

// RUN: %cc_capi %s -o %t && %t %S/Inputs/model.mlir %t.mlir %t.mlirbc | FileCheck %s
// RUN: FileCheck %s --check-prefix=TEXT < %t.mlir
// RUN: sparse-opt %t.mlirbc | FileCheck %s --check-prefix=TEXT

#include "capi.h"

int main(int argc, char **argv) {
  if (argc != 4)
    return 2;
  MlirContext context = sparseOptContextCreate();
  SparseOptDiagnostics diagnostics = sparseOptDiagnosticsCreate(context);
  MlirModule module = sparseOptModuleLoad(context, text(argv[1]));
  if (mlirModuleIsNull(module))
    return 1;

  /* Passes are named alone or inside the module's pipeline, upstream's too. */
  if (mlirLogicalResultIsFailure(sparseOptModuleRunPipeline(
          module, text("sparsity-select-kernels{target-cpu=x86-64-v3}"))) ||
      mlirLogicalResultIsFailure(sparseOptModuleRunPipeline(
          module, text("builtin.module(canonicalize,func.func(cse))"))))
    return 1;
  // CHECK: diagnostics: 0
  printf("diagnostics: %d\n", (int)sparseOptDiagnosticsGetCount(diagnostics));
  fflush(stdout);

  // CHECK: "layers": [
  // CHECK: "choices": [
  // CHECK: "kernel": "cpu.
  // CHECK: "weight": "up"
  sparseOptModulePrintReport(module, printPart, stdout);
  fflush(stdout);

  // TEXT: module @tiny
  // TEXT: sparsity.linear {{.*}} decisions = [#sparsity.decision<weight = "up"
  if (mlirLogicalResultIsFailure(
          sparseOptModuleSave(module, text(argv[2]), SparseOptFormatText)) ||
      mlirLogicalResultIsFailure(
          sparseOptModuleSave(module, text(argv[3]), SparseOptFormatBytecode)))
    return 1;

  mlirModuleDestroy(module);
  sparseOptDiagnosticsDestroy(diagnostics);
  mlirContextDestroy(context);
  return 0;
}
