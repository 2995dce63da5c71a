//===- PatternCheck.cpp - Check of a pattern against data -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts the nonzeros of each group and records the first violation. Pieces are
// counted apart and merged in order.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Pruning/PatternCheck.h"

#include "Panels.h"
#include "Units.h"

using namespace sparseopt::pruning;

namespace {

/// Counts of one piece of panels.
struct PieceCounts {
  std::map<int64_t, int64_t> histogram;
  int64_t numViolations = 0;
  /// Position of the first element of the first violating group, and its panel.
  int64_t firstPosition = -1;
  int64_t firstPanel = -1;
};

} // namespace

/// Counts the nonzeros of the groups of panels [begin, end).
template <typename Element>
static PieceCounts countPanels(const typename Element::Storage *data,
                               const PanelView &view, int64_t n, int64_t begin,
                               int64_t end) {
  PieceCounts counts;
  std::vector<int64_t> histogram(std::min(view.m, view.size) + 1);
  std::vector<int64_t> nonzeros(view.inner);
  for (int64_t panel = begin; panel < end; ++panel) {
    int64_t first = view.getBegin(panel);
    int64_t groupSize = view.getGroupSize(panel);
    std::fill(nonzeros.begin(), nonzeros.end(), 0);
    for (int64_t index = 0; index < groupSize; ++index)
      for (int64_t inner = 0; inner < view.inner; ++inner)
        nonzeros[inner] +=
            Element::getKey(data[first + index * view.inner + inner]) != 0;
    for (int64_t inner = 0; inner < view.inner; ++inner) {
      ++histogram[nonzeros[inner]];
      if (nonzeros[inner] <= n)
        continue;
      if (counts.numViolations++ == 0) {
        counts.firstPosition = first + inner;
        counts.firstPanel = panel;
      }
    }
  }
  for (size_t count = 0; count < histogram.size(); ++count)
    if (histogram[count] != 0)
      counts.histogram[count] = histogram[count];
  return counts;
}

static Violation makeViolation(TensorRef weight, const PanelView &view,
                               int64_t panel, int64_t position) {
  Violation violation;
  violation.index = delinearize(position, weight.shape);
  violation.row = violation.index.front();
  violation.group = panel % view.panelsPerOuter;
  for (int64_t index = 0; index < view.getGroupSize(panel); ++index)
    violation.values.push_back(
        getElement(weight, position + index * view.inner));
  return violation;
}

static PatternReport checkNM(TensorRef weight, const NMPattern &pattern,
                             llvm::ThreadPoolInterface *pool) {
  PatternReport report;
  if (weight.getNumElements() == 0)
    return report;
  PanelView view(weight.shape, pattern);
  int64_t panelSize = std::min(view.m, view.size) * view.inner;
  int64_t panelsPerTask = std::max<int64_t>(1, elementsPerTask / panelSize);
  int64_t numPanels = view.getNumPanels();
  std::vector<PieceCounts> pieces((numPanels + panelsPerTask - 1) /
                                  panelsPerTask);
  dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *data = static_cast<const typename Element::Storage *>(weight.data);
    parallelForRange(
        pool, numPanels, panelsPerTask, [&](int64_t begin, int64_t end) {
          pieces[begin / panelsPerTask] =
              countPanels<Element>(data, view, pattern.n, begin, end);
        });
  });
  for (const PieceCounts &piece : pieces) {
    if (piece.numViolations != 0 && !report.first)
      report.first =
          makeViolation(weight, view, piece.firstPanel, piece.firstPosition);
    report.numViolations += piece.numViolations;
    for (auto [nonzeros, groups] : piece.histogram)
      report.histogram[nonzeros] += groups;
  }
  report.numGroups = numPanels * view.inner;
  return report;
}

/// Nonzeros of each unit.
static std::vector<int64_t> countUnits(TensorRef weight, const UnitGrid &grid,
                                       llvm::ThreadPoolInterface *pool) {
  std::vector<int64_t> nonzeros(grid.getNumUnits());
  dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *data = static_cast<const typename Element::Storage *>(weight.data);
    forEachUnitRun(grid, pool, [&](int64_t unit, int64_t begin, int64_t size) {
      int64_t count = 0;
      for (int64_t index = begin; index < begin + size; ++index)
        count += Element::getKey(data[index]) != 0;
      nonzeros[unit] += count;
    });
  });
  return nonzeros;
}

PatternReport
sparseopt::pruning::checkPattern(TensorRef weight, const Pattern &pattern,
                                 llvm::ThreadPoolInterface *pool) {
  if (auto *nm = std::get_if<NMPattern>(&pattern))
    return checkNM(weight, *nm, pool);
  PatternReport report;
  if (std::holds_alternative<UnstructuredPattern>(pattern)) {
    report.numGroups = weight.getNumElements();
    int64_t nonzeros = countNonzeros(weight, pool);
    if (nonzeros != 0)
      report.histogram[1] = nonzeros;
    report.numZeroGroupElements = report.numGroups - nonzeros;
    if (report.numZeroGroupElements != 0)
      report.histogram[0] = report.numZeroGroupElements;
    return report;
  }
  UnitGrid grid = makeUnitGrid(pattern, weight.shape);
  report.numGroups = grid.getNumUnits();
  std::vector<int64_t> nonzeros = countUnits(weight, grid, pool);
  for (int64_t unit = 0; unit < report.numGroups; ++unit) {
    ++report.histogram[nonzeros[unit]];
    if (nonzeros[unit] == 0)
      report.numZeroGroupElements += grid.getUnitElements(unit);
  }
  return report;
}

int64_t sparseopt::pruning::countNonzeros(TensorRef weight,
                                          llvm::ThreadPoolInterface *pool) {
  int64_t size = weight.getNumElements();
  std::vector<int64_t> partial((size + elementsPerTask - 1) / elementsPerTask);
  dispatchElementType(weight.type, [&](auto element) {
    using Element = decltype(element);
    auto *data = static_cast<const typename Element::Storage *>(weight.data);
    parallelForRange(pool, size, elementsPerTask,
                     [&](int64_t begin, int64_t end) {
                       int64_t count = 0;
                       for (int64_t index = begin; index < end; ++index)
                         count += Element::getKey(data[index]) != 0;
                       partial[begin / elementsPerTask] = count;
                     });
  });
  int64_t total = 0;
  for (int64_t count : partial)
    total += count;
  return total;
}
