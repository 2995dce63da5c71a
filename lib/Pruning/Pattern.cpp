//===- Pattern.cpp - Sparsity patterns without IR ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Text form of patterns and their checks against a shape.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/Pattern.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace sparseopt::pruning;

namespace {

llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

std::string joinSizes(llvm::ArrayRef<int64_t> sizes) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(sizes, os, "x");
  return text;
}

} // namespace

/// Reads the part of `block<AxB>` between the brackets.
static llvm::Expected<Pattern> parseBlock(llvm::StringRef text) {
  llvm::StringRef inner = text;
  BlockPattern block;
  bool ok = inner.consume_front("block<") && inner.consume_back(">");
  llvm::SmallVector<llvm::StringRef> parts;
  inner.split(parts, 'x');
  for (llvm::StringRef part : parts) {
    int64_t size = 0;
    ok = ok && !part.trim().getAsInteger(10, size) && size >= 1;
    block.sizes.push_back(size);
  }
  if (!ok)
    return makeError("'" + text +
                     "' is not a block pattern; write block<4x1> with sizes of "
                     "at least 1");
  return block;
}

llvm::Expected<Pattern> sparseopt::pruning::parsePattern(llvm::StringRef text,
                                                         int64_t dim) {
  text = text.trim();
  if (text == "unstructured")
    return UnstructuredPattern();
  if (text == "slice")
    return SlicePattern{dim};
  if (text.starts_with("block"))
    return parseBlock(text);
  auto [left, right] = text.split(':');
  NMPattern pattern;
  pattern.dim = dim;
  if (left.trim().getAsInteger(10, pattern.n) ||
      right.trim().getAsInteger(10, pattern.m))
    return makeError("'" + text +
                     "' is not a sparsity pattern; write N:M (such as 2:4), "
                     "block<4x1>, slice or unstructured");
  if (pattern.n < 1 || pattern.n > pattern.m)
    return makeError("N:M pattern '" + text +
                     "' needs 1 <= N <= M: N counts the nonzeros in each group "
                     "of M");
  return pattern;
}

std::string sparseopt::pruning::toString(const Pattern &pattern) {
  if (auto *nm = std::get_if<NMPattern>(&pattern))
    return (llvm::Twine(nm->n) + ":" + llvm::Twine(nm->m) + " along dim " +
            llvm::Twine(nm->dim))
        .str();
  if (auto *block = std::get_if<BlockPattern>(&pattern))
    return "block<" + joinSizes(block->sizes) + ">";
  if (auto *slice = std::get_if<SlicePattern>(&pattern))
    return ("slice along dim " + llvm::Twine(slice->dim)).str();
  return "unstructured";
}

static llvm::Error verifyDim(const Pattern &pattern, int64_t dim,
                             int64_t rank) {
  if (dim >= 0 && dim < rank)
    return llvm::Error::success();
  return makeError("pattern " + toString(pattern) +
                   " does not fit a weight of rank " + llvm::Twine(rank));
}

llvm::Error sparseopt::pruning::verifyPattern(const Pattern &pattern,
                                              llvm::ArrayRef<int64_t> shape) {
  int64_t rank = shape.size();
  if (auto *nm = std::get_if<NMPattern>(&pattern)) {
    if (nm->n < 1 || nm->n > nm->m)
      return makeError("pattern " + toString(pattern) + " needs 1 <= N <= M");
    return verifyDim(pattern, nm->dim, rank);
  }
  if (auto *block = std::get_if<BlockPattern>(&pattern)) {
    if (block->sizes.empty() ||
        llvm::any_of(block->sizes, [](int64_t size) { return size < 1; }))
      return makeError("pattern " + toString(pattern) +
                       " needs sizes of at least 1");
    if (int64_t(block->sizes.size()) > rank)
      return makeError("pattern " + toString(pattern) +
                       " has more dimensions than a weight of rank " +
                       llvm::Twine(rank));
    return llvm::Error::success();
  }
  if (auto *slice = std::get_if<SlicePattern>(&pattern))
    return verifyDim(pattern, slice->dim, rank);
  return llvm::Error::success();
}
