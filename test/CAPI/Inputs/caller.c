//===- caller.c - A user of a compiled model ----------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calls the entry of dense.mlir on three rows.
//
//===----------------------------------------------------------------------===//

#include "tiny.h"

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  static const float x[3][4] = {{1.0f, 2.0f, 3.0f, 4.0f},
                                {0.0f, 1.0f, 0.0f, 0.0f},
                                {-1.0f, 0.0f, -1.0f, -1.0f}};
  float y[3][2];
  int64_t dims[2];
  size_t bytes;
  sparseopt_model *model = tiny_open(NULL);
  if (!model || forward_sizes(3, dims, &bytes) || dims[0] != 3 || dims[1] != 2)
    return 1;
  void *workspace = aligned_alloc(64, bytes + 64 - bytes % 64);
  if (forward(model, &x[0][0], 3, &y[0][0], workspace))
    return 1;
  for (int row = 0; row < 3; ++row)
    printf("%g %g\n", y[row][0], y[row][1]);
  free(workspace);
  tiny_close(model);
  return 0;
}
