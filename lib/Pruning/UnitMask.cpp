//===- UnitMask.cpp - Choice of unstructured, block and slice masks -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scores elements, blocks or slices, lets them compete within their scope, and
// spreads the choice to the elements.
//
//===----------------------------------------------------------------------===//

#include "MaskImpl.h"
#include "RowSelect.h"
#include "Select.h"
#include "Units.h"

#include "llvm/ADT/SmallVector.h"

#include <cmath>
#include <limits>

using namespace sparseopt::pruning;

namespace {

/// What competes in one weight: its elements, or its blocks or slices.
struct Candidates {
  std::optional<UnitGrid> grid; // Absent for elements.
  KeySource source;
  int64_t count;
  int64_t countPerRow;
  Mask keep;
};

/// Norms of the units and whether they hold a nonzero.
struct UnitScores {
  std::vector<double> norms;
  std::vector<uint8_t> isNonzero;
};

} // namespace

static Scope getScope(const Method &method) {
  return std::visit([](const auto &value) { return value.scope; }, method);
}

static UnitNorm getNorm(const Method &method) {
  return std::visit([](const auto &value) { return value.norm; }, method);
}

/// Power of two by which values are divided before they are squared, so that
/// squares of large or small doubles stay in range; 1 for other types.
static double getScale(TensorRef weight, llvm::ThreadPoolInterface *pool) {
  if (weight.type != ElementType::F64 || weight.getNumElements() == 0)
    return 1.0;
  KeySource source(weight, /*wide=*/false);
  int64_t count = weight.getNumElements();
  Segment all{&source, 0, count, nullptr};
  double maximum = source.keyToDouble(selectKey(all, count - 1, pool));
  return maximum == 0 ? 1.0
                      : std::ldexp(1.0, std::min(1000, std::ilogb(maximum)));
}

static UnitScores scoreUnits(TensorRef weight, const UnitGrid &grid,
                             UnitNorm norm, llvm::ThreadPoolInterface *pool) {
  UnitScores scores;
  scores.norms.resize(grid.getNumUnits());
  scores.isNonzero.resize(grid.getNumUnits());
  double scale = getScale(weight, pool);
  dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *data = static_cast<const typename Element::Storage *>(weight.data);
    forEachUnitRun(grid, pool, [&](int64_t unit, int64_t begin, int64_t size) {
      double sum = 0;
      typename Element::Key anyBits = 0;
      for (int64_t index = begin; index < begin + size; ++index) {
        typename Element::Key key = Element::getKey(data[index]);
        double magnitude = Element::keyToDouble(key) / scale;
        sum += norm == UnitNorm::L1 ? magnitude : magnitude * magnitude;
        anyBits |= key;
      }
      scores.norms[unit] += sum;
      scores.isNonzero[unit] |= anyBits != 0;
    });
  });
  for (double &value : scores.norms)
    value = scale * (norm == UnitNorm::L1 ? value : std::sqrt(value));
  return scores;
}

static Candidates makeCandidates(TensorRef weight, const PruneRequest &request,
                                 bool wide, llvm::ThreadPoolInterface *pool) {
  if (std::holds_alternative<UnstructuredPattern>(request.pattern)) {
    int64_t count = weight.getNumElements();
    int64_t numRows = weight.shape.empty() ? 1 : weight.shape.front();
    return {std::nullopt, KeySource(weight, wide), count,
            numRows == 0 ? 0 : count / numRows, Mask(count)};
  }
  UnitGrid grid = makeUnitGrid(request.pattern, weight.shape);
  UnitScores scores = scoreUnits(weight, grid, getNorm(request.method), pool);
  int64_t count = grid.getNumUnits();
  int64_t numRows = grid.gridSizes.front();
  return {grid, KeySource::fromNorms(scores.norms, scores.isNonzero), count,
          numRows == 0 ? 0 : count / numRows, Mask(count)};
}

/// Sum of `fn(value)` over the segments' elements; pieces are added in order.
template <typename Fn>
static double sumOver(llvm::ArrayRef<TensorRef> tensors, Fn fn,
                      llvm::ThreadPoolInterface *pool) {
  double total = 0;
  for (TensorRef tensor : tensors) {
    int64_t count = tensor.getNumElements();
    std::vector<double> partial((count + elementsPerTask - 1) /
                                elementsPerTask);
    dispatchElementType(tensor.type, [&](auto element) {
      using Element = decltype(element);
      auto *data = static_cast<const typename Element::Storage *>(tensor.data);
      parallelForRange(pool, count, elementsPerTask,
                       [&](int64_t begin, int64_t end) {
                         double sum = 0;
                         for (int64_t index = begin; index < end; ++index)
                           sum += fn(Element::toDouble(data[index]));
                         partial[begin / elementsPerTask] = sum;
                       });
    });
    for (double sum : partial)
      total += sum;
  }
  return total;
}

static double getStandardDeviation(llvm::ArrayRef<TensorRef> tensors,
                                   llvm::ThreadPoolInterface *pool) {
  int64_t count = 0;
  for (TensorRef tensor : tensors)
    count += tensor.getNumElements();
  double mean = sumOver(tensors, [](double x) { return x; }, pool) / count;
  auto squaredDistance = [=](double x) { return (x - mean) * (x - mean); };
  return std::sqrt(sumOver(tensors, squaredDistance, pool) / count);
}

/// Threshold for one scope: `segments` are its candidates and `tensors` the
/// same elements as tensors.
static double getThreshold(const ThresholdMethod &method,
                           llvm::ArrayRef<Segment> segments,
                           llvm::ArrayRef<TensorRef> tensors, int64_t count,
                           llvm::ThreadPoolInterface *pool) {
  switch (method.kind) {
  case ThresholdKind::Absolute:
    return method.value;
  case ThresholdKind::Quantile: {
    // The smallest rank r with r >= value * count, forgiving rounding of the
    // product; with none, only zeros go.
    double slack = 1 - 4 * std::numeric_limits<double>::epsilon();
    auto rank = int64_t(std::ceil(method.value * double(count) * slack));
    if (rank == 0)
      return 0.0;
    return segments.front().source->keyToDouble(
        selectKey(segments, rank - 1, pool));
  }
  case ThresholdKind::StandardDeviations:
    return method.value * getStandardDeviation(tensors, pool);
  }
  llvm_unreachable("unknown threshold kind");
}

/// Decides one scope.
static void chooseInScope(const PruneRequest &request,
                          llvm::ArrayRef<Segment> segments,
                          llvm::ArrayRef<TensorRef> tensors,
                          llvm::ThreadPoolInterface *pool) {
  int64_t count = 0;
  for (const Segment &segment : segments)
    count += segment.size();
  if (count == 0)
    return;
  if (auto *threshold = std::get_if<ThresholdMethod>(&request.method))
    dropAtMost(segments,
               getThreshold(*threshold, segments, tensors, count, pool), pool);
  else
    dropSmallest(segments, getNumPruned(count, *request.sparsity), pool);
}

/// Decides each row of one weight. Rows are independent, so they share the
/// threads among them.
static void chooseInRows(const PruneRequest &request, TensorRef weight,
                         Candidates &candidates,
                         llvm::ThreadPoolInterface *pool) {
  int64_t perRow = candidates.countPerRow;
  if (perRow == 0)
    return;
  if (!candidates.grid &&
      std::holds_alternative<MagnitudeMethod>(request.method)) {
    dropSmallestOfRows(weight, perRow, getNumPruned(perRow, *request.sparsity),
                       candidates.keep.data(), pool);
    return;
  }
  int64_t rowsPerTask = std::max<int64_t>(1, elementsPerTask / perRow);
  int64_t rowBytes = perRow * getElementSize(weight.type);
  auto chooseRow = [&](int64_t row) {
    Segment segment{&candidates.source, row * perRow, (row + 1) * perRow,
                    candidates.keep.data()};
    TensorRef rowTensor = weight;
    rowTensor.data = static_cast<const char *>(weight.data) + row * rowBytes;
    rowTensor.shape = perRow;
    chooseInScope(request, segment, rowTensor, /*pool=*/nullptr);
  };
  parallelForRange(pool, candidates.count / perRow, rowsPerTask,
                   [&](int64_t begin, int64_t end) {
                     for (int64_t row = begin; row < end; ++row)
                       chooseRow(row);
                   });
}

/// Element mask of a unit mask.
static Mask expandMask(Candidates &candidates, int64_t numElements,
                       llvm::ThreadPoolInterface *pool) {
  if (!candidates.grid)
    return std::move(candidates.keep);
  Mask mask(numElements);
  forEachUnitRun(
      *candidates.grid, pool, [&](int64_t unit, int64_t begin, int64_t size) {
        std::fill_n(mask.begin() + begin, size, candidates.keep[unit]);
      });
  return mask;
}

std::vector<Mask>
sparseopt::pruning::chooseUnitMasks(llvm::ArrayRef<TensorRef> weights,
                                    const PruneRequest &request,
                                    llvm::ThreadPoolInterface *pool) {
  Scope scope = getScope(request.method);
  bool wide = scope == Scope::Global &&
              llvm::any_of(weights, [&](const TensorRef &weight) {
                return weight.type != weights.front().type;
              });
  std::vector<std::optional<Candidates>> candidates(weights.size());
  parallelFor(pool, weights.size(), [&](int64_t index) {
    candidates[index] = makeCandidates(weights[index], request, wide, pool);
    Candidates &mine = *candidates[index];
    if (scope == Scope::Row) {
      chooseInRows(request, weights[index], mine, pool);
    } else if (scope == Scope::Layer) {
      Segment segment{&mine.source, 0, mine.count, mine.keep.data()};
      chooseInScope(request, segment, weights[index], pool);
    }
  });
  if (scope == Scope::Global) {
    std::vector<Segment> segments;
    for (std::optional<Candidates> &entry : candidates)
      segments.push_back({&entry->source, 0, entry->count, entry->keep.data()});
    chooseInScope(request, segments, weights, pool);
  }
  std::vector<Mask> masks(weights.size());
  parallelFor(pool, weights.size(), [&](int64_t index) {
    masks[index] =
        expandMask(*candidates[index], weights[index].getNumElements(), pool);
  });
  return masks;
}
