//===- errors.c - What goes wrong is said -------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each failing call returns failure and leaves a diagnostic; nothing is
// printed behind the caller's back.
//
//===----------------------------------------------------------------------===//

// RUN: %cc_capi %s -o %t && %t %S/Inputs %t.out > %t.txt 2>&1
// RUN: FileCheck %s < %t.txt
// RUN: not ls %t.out

#include "capi.h"

static SparseOptDiagnostics diagnostics;
static MlirContext context;

static MlirModule load(const char *folder, const char *name) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  return sparseOptModuleLoad(context, text(path));
}

static void expectFailure(MlirLogicalResult result) {
  printf("%s\n", mlirLogicalResultIsFailure(result) ? "failed" : "succeeded");
  printDiagnostics(diagnostics);
}

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  context = sparseOptContextCreate();
  diagnostics = sparseOptDiagnosticsCreate(context);

  // CHECK: null: 1
  // CHECK-NEXT: error: {{.*}}no-such-file.mlir{{.*}}No such file
  printf("null: %d\n", mlirModuleIsNull(load(argv[1], "no-such-file.mlir")));
  printDiagnostics(diagnostics);

  // CHECK: null: 1
  // CHECK-NEXT: {{.*}}broken.mlir:2:10: error: use of undeclared SSA value name
  printf("null: %d\n", mlirModuleIsNull(load(argv[1], "broken.mlir")));
  printDiagnostics(diagnostics);

  MlirModule module = load(argv[1], "model.mlir");
  if (mlirModuleIsNull(module))
    return 1;

  // CHECK: failed
  // CHECK-NEXT: error: cannot parse the pipeline 'sparsity-no-such-pass': 'sparsity-no-such-pass' does not refer to a registered pass or pass pipeline
  expectFailure(
      sparseOptModuleRunPipeline(module, text("sparsity-no-such-pass")));

  // CHECK: failed
  // CHECK-NEXT: error: {{.*}}cpu.nosuch
  expectFailure(sparseOptModuleRunPipeline(
      module, text("sparsity-select-kernels{family=cpu.nosuch}")));

  // CHECK: failed
  // CHECK-NEXT: {{.*}}model.mlir:1:1: error: cannot write 'no-such-folder/out.mlir':
  expectFailure(sparseOptModuleSave(module, text("no-such-folder/out.mlir"),
                                    SparseOptFormatText));

  mlirModuleDestroy(module);
  module = load(argv[1], "dense.mlir");
  // CHECK: failed
  // CHECK-NEXT: {{.*}}error: unknown target CPU 'nosuchcpu'
  SparseOptCompileOptions options = sparseOptCompileOptionsGetDefault();
  options.targetCpu = text("nosuchcpu");
  expectFailure(sparseOptModuleCompile(module, options, text(argv[2])));

  mlirModuleDestroy(module);
  sparseOptDiagnosticsDestroy(diagnostics);
  mlirContextDestroy(context);
  return 0;
}
