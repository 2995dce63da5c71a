//===- RuntimeObjects.cpp - The run-time support, compiled ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives the bytes that RuntimeObjects.S includes a C++ face.
//
//===----------------------------------------------------------------------===//

#include "RuntimeObjects.h"

extern "C" const char sparseopt_runtime_object_begin[];
extern "C" const char sparseopt_runtime_object_end[];

namespace sparseopt {

llvm::ArrayRef<RuntimeObject> getRuntimeObjects() {
  static const RuntimeObject objects[] = {
      {"runtime.o", llvm::StringRef(sparseopt_runtime_object_begin,
                                    sparseopt_runtime_object_end -
                                        sparseopt_runtime_object_begin)}};
  return objects;
}

} // namespace sparseopt
