//===- CNames.h - Names that C can use --------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Symbols of a module may be any string; functions of a library are called from
// C.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_LOWER_CNAMES_H
#define SPARSEOPT_TRANSFORMS_LOWER_CNAMES_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace sparseopt {

/// `name` with every character that an identifier cannot have replaced by an
/// underscore, and one in front of a leading digit.
std::string makeCIdentifier(llvm::StringRef name);

/// False for keywords of C and C++, `main`, and functions of the C library.
bool isFreeCName(llvm::StringRef identifier);

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_LOWER_CNAMES_H
