//===- SparsityOpInterface.cpp - What ops do to sparsity --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Definitions of the generated interface.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Interfaces/SparsityOpInterface.h"

#include "sparse-opt/Interfaces/SparsityOpInterface.cpp.inc"
