//===- DimClasses.h - Dims that must have the same indices ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dims of tensors in classes: an index is removed from all dims of a class or from
// none. No op knowledge.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_PROPAGATE_DIMCLASSES_H
#define SPARSEOPT_TRANSFORMS_PROPAGATE_DIMCLASSES_H

#include "sparse-opt/Analysis/Sparsity/SliceMap.h"

#include "mlir/IR/Value.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"

#include <string>

namespace sparseopt::facts {

/// One dim of a tensor: of a value, or of one use of a constant, which may be
/// sliced for each of its uses.
struct DimKey {
  /// A `mlir::Value` or a `mlir::OpOperand *` as an opaque pointer.
  void *tensor;
  int64_t dim;
  operator std::pair<void *, int64_t>() const { return {tensor, dim}; }
};

/// Finds the largest sets of indices that can be removed. At the start nothing
/// is needed; requirements are added and followed until nothing changes.
class DimClasses {
public:
  using Id = unsigned;

  /// The class of a dim with `size` indices.
  Id get(DimKey key, int64_t size);
  /// The class of a dim that was asked for before; none otherwise.
  std::optional<Id> find(DimKey key) const;
  /// From now on both dims have the same indices.
  void tie(Id a, Id b);

  /// These indices are needed; `reason` says by whom, as part of a sentence.
  void require(Id id, const IndexSet &indices, llvm::StringRef reason);
  void requireAll(Id id, llvm::StringRef reason);
  /// `flat` is the row-major product of `parts`.
  void addProduct(Id flat, llvm::ArrayRef<Id> parts);
  /// Index i of `part` is index i + `offset` of `whole`.
  void addPart(Id whole, Id part, int64_t offset);

  /// Follows all requirements. No dim loses its last index.
  void solve();

  int64_t getSize(Id id) const { return nodes[getRoot(id)].size; }
  /// The indices that are not needed, after `solve`.
  IndexSet getRemoved(Id id) const;
  bool removesAnything() const;
  /// Why indices of the class are needed; empty if nothing asked for them.
  llvm::StringRef getReason(Id id) const { return nodes[getRoot(id)].reason; }

private:
  struct Node {
    unsigned parent;
    int64_t size;
    llvm::BitVector needed;
    std::string reason;
  };
  struct Product {
    Id flat;
    llvm::SmallVector<Id> parts;
  };
  struct Part {
    Id whole, part;
    int64_t offset;
  };

  Id getRoot(Id id) const;
  bool add(Id id, int64_t index, llvm::StringRef reason);
  bool follow(const Product &product);
  bool follow(const Part &part);
  bool followAll();

  mutable std::vector<Node> nodes;
  llvm::DenseMap<std::pair<void *, int64_t>, Id> ids;
  std::vector<Product> products;
  std::vector<Part> partOf;
};

} // namespace sparseopt::facts

#endif // SPARSEOPT_TRANSFORMS_PROPAGATE_DIMCLASSES_H
