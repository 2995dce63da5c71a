//===- version.c - A C program that embeds sparse-opt -------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the C interface through the package.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt-c/SparseOpt.h"

#include <stdio.h>

int main(void) {
  printf("version: %s\n", sparseOptGetVersion().data);
  return 0;
}
