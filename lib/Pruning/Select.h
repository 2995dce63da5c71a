//===- Select.h - Selection of the smallest scores --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private helper: exact selection of the smallest of a set of scores that are
// spread over several weights, without sorting and without copying the scores.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_PRUNING_SELECT_H
#define SPARSEOPT_LIB_PRUNING_SELECT_H

#include "sparse-opt/Pruning/Element.h"

#include <vector>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::pruning {

/// Scores as unsigned integer keys: magnitudes of the elements of a tensor, or
/// precomputed norms of units. Key 0 means zero.
class KeySource {
public:
  /// Element magnitudes. With `wide`, keys of different element types compare.
  KeySource(TensorRef tensor, bool wide) : tensor(tensor), wide(wide) {}
  /// Norms of units; `isZero` units sort before all others even if the norm of
  /// another unit underflows to 0.
  static KeySource fromNorms(llvm::ArrayRef<double> norms,
                             llvm::ArrayRef<uint8_t> isNonzero);

  unsigned getNumKeyBits() const;

  /// Calls `fn(index, key)` with a `uint64_t` key for each index in order.
  template <typename Fn>
  void forEach(int64_t begin, int64_t end, Fn fn) const {
    if (isUnits) {
      for (int64_t index = begin; index < end; ++index)
        fn(index, unitKeys[index]);
      return;
    }
    dispatchElementType(tensor.type, [&](auto element) {
      using Element = decltype(element);
      auto *data = static_cast<const typename Element::Storage *>(tensor.data);
      if (wide) {
        for (int64_t index = begin; index < end; ++index)
          fn(index, llvm::bit_cast<uint64_t>(
                        Element::keyToDouble(Element::getKey(data[index]))));
        return;
      }
      for (int64_t index = begin; index < end; ++index)
        fn(index, uint64_t(Element::getKey(data[index])));
    });
  }

  /// Magnitude or norm that a key of this source stands for.
  double keyToDouble(uint64_t key) const;

private:
  KeySource() = default;

  TensorRef tensor;
  bool wide = false;
  bool isUnits = false;
  std::vector<uint64_t> unitKeys;
};

/// A run of scores of one source and where its mask starts: the mask byte of
/// index i is `keep[i]`, for begin <= i < end.
struct Segment {
  const KeySource *source;
  int64_t begin;
  int64_t end;
  uint8_t *keep;

  int64_t size() const { return end - begin; }
};

/// The key at sorted position `position` (from 0) of all keys of `segments`,
/// whose sources have keys of the same kind.
uint64_t selectKey(llvm::ArrayRef<Segment> segments, int64_t position,
                   llvm::ThreadPoolInterface *pool);

/// Sets the mask bytes of the `count` smallest keys to 0 and the others to 1.
/// Among equal keys the earlier one (segment, then index) goes first.
void dropSmallest(llvm::ArrayRef<Segment> segments, int64_t count,
                  llvm::ThreadPoolInterface *pool);

/// Sets the mask bytes of keys whose magnitude is at most `threshold` to 0 and
/// the others to 1.
void dropAtMost(llvm::ArrayRef<Segment> segments, double threshold,
                llvm::ThreadPoolInterface *pool);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_LIB_PRUNING_SELECT_H
