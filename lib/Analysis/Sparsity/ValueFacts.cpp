//===- ValueFacts.cpp - What is known about a tensor's values ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lattice operations and printing of value facts.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/ValueFacts.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

using namespace sparseopt;
using namespace sparseopt::facts;

ValueFacts ValueFacts::unknown(llvm::ArrayRef<int64_t> shape) {
  ValueFacts facts;
  facts.reached = true;
  facts.shape.assign(shape.begin(), shape.end());
  facts.slices.resize(shape.size());
  return facts;
}

ValueFacts ValueFacts::constant(llvm::ArrayRef<int64_t> shape, Scalar value) {
  ValueFacts facts = unknown(shape);
  facts.setUniform(value);
  return facts;
}

bool ValueFacts::isUnknown() const { return *this == unknown(shape); }

std::optional<Scalar> ValueFacts::getSlice(int64_t dim, int64_t index) const {
  return uniform ? uniform : slices[dim].lookup(index);
}

std::optional<Scalar> ValueFacts::getSlices(int64_t dim, int64_t begin,
                                            int64_t end) const {
  return uniform ? uniform : slices[dim].lookupRange(begin, end);
}

SliceMap ValueFacts::getSliceMap(int64_t dim) const {
  if (!uniform)
    return slices[dim];
  if (shape[dim] == dynamicSize)
    return {};
  return SliceMap::constant(0, shape[dim], *uniform);
}

std::optional<int64_t> ValueFacts::getMaxNonzeros() const {
  int64_t count = 1;
  for (int64_t dim = 0; dim < getRank(); ++dim) {
    if (shape[dim] == dynamicSize)
      return std::nullopt;
    count *= shape[dim] - getZeroSlices(dim).size();
  }
  if (uniform && uniform->isZero())
    return 0;
  if (support && support->fill.isZero() && support->maxCount)
    count = std::min(count, *support->maxCount);
  return count;
}

void ValueFacts::setSlices(int64_t dim, SliceMap map) {
  if (uniform || shape[dim] == dynamicSize)
    return;
  slices[dim] = std::move(map);
  normalize();
}

void ValueFacts::setSupport(Support newSupport) {
  if (uniform || newSupport.empty())
    return;
  if (newSupport.maxCount == 0)
    setUniform(newSupport.fill);
  else
    support = std::move(newSupport);
}

void ValueFacts::setUniform(Scalar value) {
  uniform = value;
  finite = value.isFinite();
  support.reset();
  for (SliceMap &map : slices)
    map = {};
}

void ValueFacts::normalize() {
  for (int64_t dim = 0; dim < getRank() && !uniform; ++dim)
    if (shape[dim] > 0)
      if (auto value = slices[dim].lookupRange(0, shape[dim]))
        setUniform(*value);
}

ValueFacts ValueFacts::join(const ValueFacts &a, const ValueFacts &b) {
  if (!a.reached)
    return b;
  if (!b.reached)
    return a;
  if (a.uniform && a.uniform == b.uniform)
    return a;
  ValueFacts result = unknown(a.shape);
  result.finite = a.finite && b.finite;
  for (int64_t dim = 0; dim < a.getRank(); ++dim)
    result.slices[dim] =
        SliceMap::intersect(a.getSliceMap(dim), b.getSliceMap(dim));
  // A uniform tensor has every support with its fill value.
  if (a.support && b.uniform == a.support->fill)
    result.support = a.support;
  else if (b.support && a.uniform == b.support->fill)
    result.support = b.support;
  else if (a.support && b.support && a.support->fill == b.support->fill)
    result.setSupport(Support::join(*a.support, *b.support, a.getRank()));
  result.normalize();
  return result;
}

ValueFacts ValueFacts::meet(const ValueFacts &a, const ValueFacts &b) {
  if (!a.reached || b.isUnknown() || a.uniform)
    return a;
  if (!b.reached || a.isUnknown() || b.uniform)
    return b;
  ValueFacts result = a;
  result.finite |= b.finite;
  for (int64_t dim = 0; dim < a.getRank(); ++dim)
    result.slices[dim] = SliceMap::unite(a.slices[dim], b.slices[dim]);
  if (!a.support)
    result.support = b.support;
  else if (b.support && a.support->fill == b.support->fill)
    result.setSupport(Support::meet(*a.support, *b.support, a.getRank()));
  result.normalize();
  return result;
}

bool ValueFacts::operator==(const ValueFacts &other) const {
  return reached == other.reached && finite == other.finite &&
         shape == other.shape && uniform == other.uniform &&
         slices == other.slices && support == other.support;
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

/// The slices of one dim, by value in the order of their first index.
static void printSlices(const SliceMap &map, int64_t dim,
                        llvm::ListSeparator &separator, llvm::raw_ostream &os) {
  std::vector<std::pair<Scalar, IndexSet>> groups;
  for (const SliceMap::Run &run : map.getRuns()) {
    auto group = llvm::find_if(
        groups, [&](const auto &known) { return known.first == run.value; });
    if (group == groups.end())
      group = groups.insert(groups.end(), {run.value, IndexSet()});
    group->second.insert(run.begin, run.end);
  }
  // Many different constants, as in a bias, are not listed with their values.
  constexpr size_t maxGroups = 8;
  IndexSet others;
  if (groups.size() > maxGroups)
    llvm::erase_if(groups, [&](const auto &group) {
      if (!group.first.isZero())
        others = IndexSet::unite(others, group.second);
      return !group.first.isZero();
    });
  for (const auto &[value, indices] : groups) {
    os << separator;
    if (value.isZero())
      os << "zero";
    else
      value.print(os);
    os << " along dim " << dim << " at ";
    indices.print(os);
  }
  if (!others.empty()) {
    os << separator << "constant along dim " << dim << " at ";
    others.print(os);
  }
}

static void printSupport(const Support &support, llvm::ListSeparator &separator,
                         llvm::raw_ostream &os) {
  std::string suffix;
  if (!support.fill.isZero()) {
    llvm::raw_string_ostream suffixStream(suffix);
    suffixStream << " around ";
    support.fill.print(suffixStream);
  }
  for (const pruning::NMPattern &pattern : support.patterns)
    os << separator << pruning::toString(pattern) << suffix;
  if (const auto &blocks = support.blocks)
    os << separator << blocks->filled.count() << " of " << blocks->filled.size()
       << " blocks " << blocks->rowsPerTile << "x" << blocks->columnsPerTile
       << " empty" << suffix;
  if (support.maxCount)
    os << separator << "at most " << *support.maxCount
       << (support.fill.isZero() ? " nonzeros" : " elements") << suffix;
}

void ValueFacts::print(llvm::raw_ostream &os) const {
  if (!reached) {
    os << "never computed";
    return;
  }
  if (uniform) {
    if (uniform->isZero()) {
      os << "all zero";
    } else {
      os << "all ";
      uniform->print(os);
    }
    return;
  }
  if (isUnknown()) {
    os << "unknown";
    return;
  }
  llvm::ListSeparator separator("; ");
  for (int64_t dim = 0; dim < getRank(); ++dim)
    printSlices(slices[dim], dim, separator, os);
  if (support)
    printSupport(*support, separator, os);
  if (finite)
    os << separator << "finite";
}
