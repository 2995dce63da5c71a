//===- capi.h - What the C tests share ----------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Strings and diagnostics, printed for FileCheck.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TEST_CAPI_INPUTS_CAPI_H
#define SPARSEOPT_TEST_CAPI_INPUTS_CAPI_H

#include "sparse-opt-c/SparseOpt.h"

#include <stdio.h>

static inline MlirStringRef text(const char *string) {
  return mlirStringRefCreateFromCString(string);
}

static inline void printPart(MlirStringRef part, void *stream) {
  fwrite(part.data, 1, part.length, (FILE *)stream);
}

/** Prints what was collected and forgets it. */
static inline void printDiagnostics(SparseOptDiagnostics diagnostics) {
  static const char *const kinds[] = {"error", "warning", "note", "remark"};
  for (intptr_t i = 0; i < sparseOptDiagnosticsGetCount(diagnostics); ++i) {
    MlirStringRef place = sparseOptDiagnosticsGetLocation(diagnostics, i);
    printf("%s%s%s: %s\n", place.data, place.length ? ": " : "",
           kinds[sparseOptDiagnosticsGetSeverity(diagnostics, i)],
           sparseOptDiagnosticsGetMessage(diagnostics, i).data);
  }
  fflush(stdout);
  sparseOptDiagnosticsClear(diagnostics);
}

#endif /* SPARSEOPT_TEST_CAPI_INPUTS_CAPI_H */
