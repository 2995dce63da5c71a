//===- NameFilter.h - Weights by name ---------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Regular expressions that select weights by their whole name, and what each of
// them matched.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_UTILS_NAMEFILTER_H
#define SPARSEOPT_DIALECT_SPARSITY_UTILS_NAMEFILTER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/Regex.h"

#include <optional>
#include <string>
#include <vector>

namespace sparseopt::sparsity {

/// A list of POSIX extended regular expressions; each matches whole names.
class NameFilter {
public:
  NameFilter() = default;
  NameFilter(NameFilter &&) = default;
  NameFilter &operator=(NameFilter &&) = default;
  NameFilter(const NameFilter &) = delete;
  NameFilter &operator=(const NameFilter &) = delete;

  /// Adds `text`. The error is a sentence for the user.
  llvm::Error add(llvm::StringRef text);

  bool empty() const { return patterns.empty(); }
  size_t size() const { return patterns.size(); }
  llvm::StringRef getText(size_t index) const { return patterns[index].text; }

  /// Index of the first expression that matches `name`. All that match it are
  /// marked as used.
  std::optional<size_t> match(llvm::StringRef name);

  /// Whether expression `index` has matched a name.
  bool wasUsed(size_t index) const { return patterns[index].used; }

private:
  struct NamePattern {
    std::string text;
    llvm::Regex regex;
    bool used = false;
  };
  std::vector<NamePattern> patterns;
};

} // namespace sparseopt::sparsity

#endif // SPARSEOPT_DIALECT_SPARSITY_UTILS_NAMEFILTER_H
