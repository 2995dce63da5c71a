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

extern "C" const char sparseoptRuntimeObjectBegin[];
extern "C" const char sparseoptRuntimeObjectEnd[];

namespace sparseopt {

llvm::ArrayRef<RuntimeObject> getRuntimeObjects() {
  static const RuntimeObject objects[] = {
      {"runtime.o", llvm::StringRef(sparseoptRuntimeObjectBegin,
                                    sparseoptRuntimeObjectEnd -
                                        sparseoptRuntimeObjectBegin)}};
  return objects;
}

} // namespace sparseopt
