//===- Registration.cpp - C interface: dialects and passes ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration, and the context that has everything.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt-c/SparseOpt.h"

#include "sparse-opt/InitAll.h"

#include "mlir/CAPI/IR.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"

using namespace mlir;

MlirStringRef sparseOptGetVersion(void) {
  return mlirStringRefCreateFromCString(SPARSEOPT_VERSION);
}

void sparseOptRegisterAllDialects(MlirDialectRegistry registry) {
  sparseopt::registerAllDialects(*unwrap(registry));
}

void sparseOptRegisterAllPasses(void) {
  static const bool done = (sparseopt::registerAllPasses(), true);
  (void)done;
}

MlirContext sparseOptContextCreate(void) {
  static const bool done = (registerAllPasses(), true);
  (void)done;
  sparseOptRegisterAllPasses();
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  sparseopt::registerAllDialects(registry);
  auto *context = new MLIRContext(registry);
  // A caller wants the sentence, not the whole module as a note to it.
  context->printOpOnDiagnostic(false);
  return wrap(context);
}
