//===- NameFilter.cpp - Weights by name -------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matching of weight names.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/Utils/NameFilter.h"

#include "llvm/ADT/Twine.h"

using namespace sparseopt::sparsity;

llvm::Error NameFilter::add(llvm::StringRef text) {
  llvm::Regex regex(("^(" + text + ")$").str());
  std::string reason;
  if (!regex.isValid(reason))
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "'" + text + "' is not a regular expression: " + reason);
  patterns.push_back({text.str(), std::move(regex)});
  return llvm::Error::success();
}

std::optional<size_t> NameFilter::match(llvm::StringRef name) {
  std::optional<size_t> first;
  for (size_t index = 0; index < patterns.size(); ++index) {
    if (!patterns[index].regex.match(name))
      continue;
    patterns[index].used = true;
    if (!first)
      first = index;
  }
  return first;
}
