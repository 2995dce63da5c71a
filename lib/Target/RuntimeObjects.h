//===- RuntimeObjects.h - The run-time support, compiled --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The objects of lib/Runtime are part of the compiler itself, so that emission
// does not depend on where the project is installed.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TARGET_RUNTIMEOBJECTS_H
#define SPARSEOPT_LIB_TARGET_RUNTIMEOBJECTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace sparseopt {

struct RuntimeObject {
  llvm::StringRef name;
  llvm::StringRef bytes;
};

/// Object files that every emitted library is linked with.
llvm::ArrayRef<RuntimeObject> getRuntimeObjects();

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TARGET_RUNTIMEOBJECTS_H
