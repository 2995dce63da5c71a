//===- compile.c - A module becomes a library ---------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prunes, compiles to a shared library and a header through the C interface;
// then a second program, which knows nothing of MLIR, calls the model.
//
//===----------------------------------------------------------------------===//

// RUN: mkdir -p %t && %cc_capi %s -o %t/compile
// RUN: %t/compile %S/Inputs/dense.mlir %t/libtiny.so %t/tiny.h %t/report.json
// RUN: FileCheck %s --check-prefix=REPORT < %t/report.json
// RUN: %cc -std=c11 -Wall -Werror -I%t %S/Inputs/caller.c %t/libtiny.so -Wl,-rpath,%t -o %t/caller
// RUN: %t/caller | FileCheck %s

// REPORT: "tokens": 1
// REPORT: "density": 0.5
// REPORT: "pattern": "2:4"

// The weight has two zeros in each group of four: pruning changes no value.
// CHECK: 5 -11.5
// CHECK-NEXT: 2 0
// CHECK-NEXT: -1 3.5

#include "capi.h"

int main(int argc, char **argv) {
  if (argc != 5)
    return 2;
  MlirContext context = sparseOptContextCreate();
  MlirModule module = sparseOptModuleLoad(context, text(argv[1]));
  if (mlirModuleIsNull(module) ||
      mlirLogicalResultIsFailure(sparseOptModuleRunPipeline(
          module, text("sparsity-sparsify{pattern=2:4}"))))
    return 1;

  SparseOptCompileOptions options = sparseOptCompileOptionsGetDefault();
  options.openmp = false;
  options.report = text(argv[4]);
  if (mlirLogicalResultIsFailure(
          sparseOptModuleCompile(module, options, text(argv[2]))))
    return 1;
  /* The module is still there for the header. */
  options.emit = SparseOptEmitHeader;
  if (mlirLogicalResultIsFailure(
          sparseOptModuleCompile(module, options, text(argv[3]))))
    return 1;

  mlirModuleDestroy(module);
  mlirContextDestroy(context);
  return 0;
}
