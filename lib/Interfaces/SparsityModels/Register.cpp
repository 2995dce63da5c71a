//===- Register.cpp - Registration of all models ----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function per dialect.
//
//===----------------------------------------------------------------------===//

#include "Model.h"

using namespace sparseopt;

void sparseopt::registerSparsityModels(mlir::DialectRegistry &registry) {
  facts::registerArithModels(registry);
  facts::registerLinalgModels(registry);
  facts::registerMLProgramModels(registry);
  facts::registerTensorModels(registry);
  facts::registerOwnModels(registry);
}
