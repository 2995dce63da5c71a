//===- registration.c - Into a context of the caller's ------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dialects and passes are added to what MLIR's own C interface made.
//
//===----------------------------------------------------------------------===//

// RUN: %cc_capi %s -o %t && %t | FileCheck %s

#include "capi.h"

#include "mlir-c/Pass.h"
#include "mlir-c/RegisterEverything.h"

static const char program[] =
    "func.func @f() {\n"
    "  %w = sparsity.weight \"up\" dense<1.0> : tensor<1x4xf32>\n"
    "  return\n"
    "}\n";

int main(void) {
  MlirContext context = mlirContextCreate();
  SparseOptDiagnostics diagnostics = sparseOptDiagnosticsCreate(context);

  // CHECK: before: 1
  MlirModule module = mlirModuleCreateParse(context, text(program));
  printf("before: %d\n", mlirModuleIsNull(module));
  sparseOptDiagnosticsClear(diagnostics);

  MlirDialectRegistry registry = mlirDialectRegistryCreate();
  mlirRegisterAllDialects(registry);
  sparseOptRegisterAllDialects(registry);
  mlirContextAppendDialectRegistry(context, registry);
  mlirDialectRegistryDestroy(registry);
  sparseOptRegisterAllPasses();
  sparseOptRegisterAllPasses();

  // CHECK: after: 0
  module = mlirModuleCreateParse(context, text(program));
  printf("after: %d\n", mlirModuleIsNull(module));
  fflush(stdout);

  /* MLIR's own pass manager runs the passes. */
  MlirPassManager manager = mlirPassManagerCreate(context);
  if (mlirLogicalResultIsFailure(
          mlirParsePassPipeline(mlirPassManagerGetAsOpPassManager(manager),
                                text("builtin.module(sparsity-select-kernels)"),
                                printPart, stdout)) ||
      mlirLogicalResultIsFailure(
          mlirPassManagerRunOnOp(manager, mlirModuleGetOperation(module))))
    return 1;
  // CHECK: sparsity.weight "up"
  mlirOperationPrint(mlirModuleGetOperation(module), printPart, stdout);

  mlirPassManagerDestroy(manager);
  mlirModuleDestroy(module);
  sparseOptDiagnosticsDestroy(diagnostics);
  mlirContextDestroy(context);
  return 0;
}
