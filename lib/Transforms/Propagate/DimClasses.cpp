//===- DimClasses.cpp - Dims that must have the same indices ----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Union-find over dims, and the fixpoint of what is needed.
//
//===----------------------------------------------------------------------===//

#include "DimClasses.h"

using namespace sparseopt::facts;

DimClasses::Id DimClasses::get(DimKey key, int64_t size) {
  auto [entry, isNew] = ids.try_emplace(key, nodes.size());
  if (isNew)
    nodes.push_back({entry->second, size, llvm::BitVector(size), ""});
  return entry->second;
}

std::optional<DimClasses::Id> DimClasses::find(DimKey key) const {
  auto entry = ids.find(key);
  if (entry == ids.end())
    return std::nullopt;
  return entry->second;
}

DimClasses::Id DimClasses::getRoot(Id id) const {
  while (nodes[id].parent != id) {
    nodes[id].parent = nodes[nodes[id].parent].parent;
    id = nodes[id].parent;
  }
  return id;
}

void DimClasses::tie(Id a, Id b) {
  a = getRoot(a);
  b = getRoot(b);
  if (a == b)
    return;
  if (nodes[a].size != nodes[b].size) {
    requireAll(a, "two sizes meet");
    requireAll(b, "two sizes meet");
    return;
  }
  nodes[a].needed |= nodes[b].needed;
  if (nodes[a].reason.empty())
    nodes[a].reason = nodes[b].reason;
  nodes[b].parent = a;
}

bool DimClasses::add(Id id, int64_t index, llvm::StringRef reason) {
  Node &node = nodes[getRoot(id)];
  if (node.needed.test(index))
    return false;
  node.needed.set(index);
  if (node.reason.empty())
    node.reason = reason.str();
  return true;
}

void DimClasses::require(Id id, const IndexSet &indices,
                         llvm::StringRef reason) {
  for (const IndexSet::Run &run : indices.getRuns()) {
    Node &node = nodes[getRoot(id)];
    node.needed.set(run.begin, run.end);
    if (node.reason.empty())
      node.reason = reason.str();
  }
}

void DimClasses::requireAll(Id id, llvm::StringRef reason) {
  require(id, IndexSet::range(0, getSize(id)), reason);
}

void DimClasses::addProduct(Id flat, llvm::ArrayRef<Id> parts) {
  products.push_back({flat, llvm::SmallVector<Id>(parts)});
}

void DimClasses::addPart(Id whole, Id part, int64_t offset) {
  partOf.push_back({whole, part, offset});
}

bool DimClasses::follow(const Product &product) {
  bool changed = false;
  int64_t size = getSize(product.flat);
  for (int64_t flat = 0; flat < size; ++flat) {
    bool needsFlat = nodes[getRoot(product.flat)].needed.test(flat);
    bool needsParts = true;
    int64_t rest = flat;
    llvm::SmallVector<int64_t> indices(product.parts.size());
    for (size_t part = product.parts.size(); part-- > 0;) {
      int64_t partSize = getSize(product.parts[part]);
      indices[part] = rest % partSize;
      rest /= partSize;
      needsParts &=
          nodes[getRoot(product.parts[part])].needed.test(indices[part]);
    }
    if (needsParts && !needsFlat)
      changed |=
          add(product.flat, flat, "a reshape needs whole slices of its dims");
    if (needsFlat && !needsParts)
      for (auto [part, index] : llvm::zip_equal(product.parts, indices))
        changed |= add(part, index, getReason(product.flat).str());
  }
  return changed;
}

bool DimClasses::follow(const Part &part) {
  bool changed = false;
  for (int64_t index = 0; index < getSize(part.part); ++index) {
    bool needsPart = nodes[getRoot(part.part)].needed.test(index);
    bool needsWhole =
        nodes[getRoot(part.whole)].needed.test(index + part.offset);
    if (needsPart && !needsWhole)
      changed |=
          add(part.whole, index + part.offset, getReason(part.part).str());
    if (needsWhole && !needsPart)
      changed |= add(part.part, index, getReason(part.whole).str());
  }
  return changed;
}

bool DimClasses::followAll() {
  bool changed = false;
  for (const Product &product : products)
    changed |= follow(product);
  for (const Part &part : partOf)
    changed |= follow(part);
  return changed;
}

void DimClasses::solve() {
  while (followAll()) {
  }
  // A tensor without elements helps nobody and few ops take one.
  for (Id id = 0; id < nodes.size(); ++id)
    if (getSize(id) > 0 && nodes[getRoot(id)].needed.none()) {
      add(id, 0, "one slice is left of each dim");
      while (followAll()) {
      }
    }
}

IndexSet DimClasses::getRemoved(Id id) const {
  const llvm::BitVector &needed = nodes[getRoot(id)].needed;
  IndexSet removed;
  for (int index = needed.find_first_unset(); index >= 0;
       index = needed.find_next_unset(index))
    removed.insert(index);
  return removed;
}

bool DimClasses::removesAnything() const {
  return llvm::any_of(nodes, [&](const Node &node) {
    return !nodes[getRoot(node.parent)].needed.all();
  });
}
