//===- Demand.cpp - Which elements later code reads -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lattice operations and printing of demand.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/ValueFacts.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace sparseopt::facts;

Demand Demand::all(llvm::ArrayRef<int64_t> shape) {
  Demand demand;
  demand.read = true;
  demand.shape.assign(shape.begin(), shape.end());
  demand.dead.resize(shape.size());
  return demand;
}

Demand Demand::slices(llvm::ArrayRef<int64_t> shape,
                      llvm::ArrayRef<IndexSet> sets) {
  Demand demand = all(shape);
  for (size_t dim = 0; dim < shape.size(); ++dim) {
    if (shape[dim] == dynamicSize)
      continue;
    demand.dead[dim] = sets[dim].complement(shape[dim]);
    // Elements need an index in every dim.
    if (sets[dim].empty())
      return {};
  }
  return demand;
}

bool Demand::isAll() const {
  return read &&
         llvm::all_of(dead, [](const IndexSet &set) { return set.empty(); });
}

bool Demand::isLive(int64_t dim, int64_t index) const {
  return read && !dead[dim].contains(index);
}

IndexSet Demand::getLive(int64_t dim) const {
  return read ? dead[dim].complement(shape[dim]) : IndexSet();
}

IndexSet Demand::getDead(int64_t dim) const { return dead[dim]; }

Demand Demand::join(const Demand &a, const Demand &b) {
  if (!a.read)
    return b;
  if (!b.read)
    return a;
  Demand result = a;
  for (size_t dim = 0; dim < a.shape.size(); ++dim)
    result.dead[dim] = IndexSet::intersect(a.dead[dim], b.dead[dim]);
  return result;
}

void Demand::print(llvm::raw_ostream &os) const {
  if (!read) {
    os << "nothing read";
    return;
  }
  llvm::ListSeparator separator("; ");
  for (size_t dim = 0; dim < shape.size(); ++dim)
    if (!dead[dim].empty()) {
      os << separator << "unread along dim " << dim << " at ";
      dead[dim].print(os);
    }
}
