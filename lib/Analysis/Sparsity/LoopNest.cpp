//===- LoopNest.cpp - Facts through a perfect loop nest ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Evaluates the body once per run of indices that the operands' facts tell apart.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Analysis/Sparsity/LoopNest.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

//===----------------------------------------------------------------------===//
// Operands at a point
//===----------------------------------------------------------------------===//

/// Smallest range that holds all values of `expr` at `point`; none if it is not
/// known.
static std::optional<std::pair<int64_t, int64_t>>
getRange(AffineExpr expr, const LoopNest &nest, const LoopPoint &point) {
  using Range = std::optional<std::pair<int64_t, int64_t>>;
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return Range({constant.getValue(), constant.getValue() + 1});
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    int64_t loop = dim.getPosition();
    if (loop == point.loop)
      return Range({point.begin, point.end});
    if (nest.sizes[loop] == dynamicSize)
      return std::nullopt;
    return Range({0, nest.sizes[loop]});
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return std::nullopt;
  Range lhs = getRange(binary.getLHS(), nest, point);
  Range rhs = getRange(binary.getRHS(), nest, point);
  if (!lhs || !rhs || lhs->first >= lhs->second || rhs->first >= rhs->second)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Add)
    return Range({lhs->first + rhs->first, lhs->second + rhs->second - 1});
  auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (expr.getKind() != AffineExprKind::Mul || !factor || factor.getValue() < 0)
    return std::nullopt;
  return Range({lhs->first * factor.getValue(),
                (lhs->second - 1) * factor.getValue() + 1});
}

/// What is known about the elements of `access` at `point`.
static AbstractValue getValue(const LoopAccess &access, const LoopNest &nest,
                              const LoopPoint &point) {
  const ValueFacts &facts = access.facts;
  AbstractValue value;
  value.finite = facts.isFinite();
  value.constant = facts.getUniform();
  for (int64_t dim = 0; dim < facts.getRank() && !value.constant; ++dim) {
    AffineExpr expr = access.map.getResult(dim);
    bool isFixed = isa<AffineConstantExpr>(expr) ||
                   (point.loop >= 0 && expr.isFunctionOfDim(point.loop));
    if (!isFixed)
      continue;
    auto range = getRange(expr, nest, point);
    if (range && range->first >= 0 && range->second <= facts.getShape()[dim])
      value.constant = facts.getSlices(dim, range->first, range->second);
  }
  if (value.constant)
    value.finite = value.constant->isFinite();
  return value;
}

/// All arguments of the body at `point`; each knows its own position.
static SmallVector<AbstractValue> getArguments(const LoopNest &nest,
                                               const LoopPoint &point) {
  SmallVector<AbstractValue> arguments;
  for (const auto *accesses : {&nest.inputs, &nest.outputs})
    for (const LoopAccess &access : *accesses) {
      AbstractValue value = getValue(access, nest, point);
      value.alias = arguments.size();
      arguments.push_back(value);
    }
  return arguments;
}

/// In a reduction the outputs, but for `known`, hold anything after the first
/// iteration.
static void forgetOutputs(const LoopNest &nest,
                          MutableArrayRef<AbstractValue> arguments,
                          std::optional<unsigned> known = std::nullopt) {
  if (!nest.hasReduction())
    return;
  for (unsigned output = 0; output < nest.outputs.size(); ++output) {
    if (output == known)
      continue;
    AbstractValue &value = arguments[nest.inputs.size() + output];
    value.constant = std::nullopt;
    value.finite = false;
  }
}

/// The runs of indices of `loop` that facts tell apart; none if they say nothing
/// about the loop.
static SmallVector<LoopPoint> getPoints(const LoopNest &nest, int64_t loop) {
  int64_t size = nest.sizes[loop];
  if (size == dynamicSize || size == 0)
    return {};
  // Indices of a window have to be looked at one by one, up to a limit.
  constexpr int64_t maxSingleIndices = 1 << 16;
  std::vector<int64_t> cuts;
  auto addRuns = [&](const ValueFacts &facts, int64_t dim) {
    if (facts.getUniform())
      return;
    SliceMap map = facts.getSliceMap(dim);
    for (const SliceMap::Run &run : map.getRuns()) {
      cuts.push_back(run.begin);
      cuts.push_back(run.end);
    }
  };
  for (const auto *accesses : {&nest.inputs, &nest.outputs})
    for (const LoopAccess &access : *accesses)
      for (int64_t dim = 0; dim < access.facts.getRank(); ++dim) {
        AffineExpr expr = access.map.getResult(dim);
        if (expr == getAffineDimExpr(loop, expr.getContext()))
          addRuns(access.facts, dim);
        else if (expr.isFunctionOfDim(loop) && size <= maxSingleIndices &&
                 !access.facts.getUniform() &&
                 !access.facts.getSliceMap(dim).empty())
          for (int64_t index = 0; index < size; ++index)
            cuts.push_back(index);
      }
  for (const LoopNest::TableAccess &table : nest.tables)
    if (table.loop == loop)
      addRuns(table.facts, table.dim);
  if (cuts.empty())
    return {};
  cuts.push_back(0);
  cuts.push_back(size);
  llvm::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  SmallVector<LoopPoint> points;
  for (size_t index = 0; index + 1 < cuts.size() && cuts[index] < size; ++index)
    points.push_back({loop, cuts[index], std::min(cuts[index + 1], size)});
  return points;
}

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

/// The constant that output `output` has at `point`, after all reductions.
static std::optional<Scalar> getOutput(const LoopNest &nest, unsigned output,
                                       const LoopPoint &point) {
  SmallVector<AbstractValue> arguments = getArguments(nest, point);
  AbstractValue before = arguments[nest.inputs.size() + output];
  // Other outputs change from one iteration to the next.
  forgetOutputs(nest, arguments, output);
  if (nest.hasReduction() && !before.constant)
    return std::nullopt;
  AbstractValue after = nest.body(arguments, point)[output];
  if (!nest.hasReduction() || after.constant == before.constant)
    return after.constant;
  return after.alias == before.alias ? before.constant : std::nullopt;
}

/// Whether some reduction leaves output `output`, whose value before is the same
/// everywhere, unchanged at each of its indices.
static bool isUnchanged(const LoopNest &nest, unsigned output) {
  std::optional<Scalar> before = nest.outputs[output].facts.getUniform();
  if (!before)
    return false;
  for (size_t loop = 0; loop < nest.sizes.size(); ++loop) {
    if (!nest.isReduction[loop])
      continue;
    SmallVector<LoopPoint> points = getPoints(nest, loop);
    if (!points.empty() && llvm::all_of(points, [&](const LoopPoint &point) {
          return getOutput(nest, output, point) == before;
        }))
      return true;
  }
  return false;
}

Support facts::mapSupport(const LoopNest &nest, const LoopAccess &from,
                          const LoopAccess &to, Scalar fill) {
  Support result;
  result.fill = fill;
  const Support &support = *from.facts.getSupport();
  if (!from.map.isProjectedPermutation(/*allowZeroInResults=*/true) ||
      !to.map.isProjectedPermutation())
    return result;
  // Dim of `to` that dim `dim` of `from` becomes.
  auto getDim = [&](int64_t dim) -> std::optional<unsigned> {
    return to.map.getResultPosition(from.map.getResult(dim));
  };
  int64_t rank = to.map.getNumResults();
  for (const pruning::NMPattern &pattern : support.patterns)
    if (auto dim = getDim(pattern.dim))
      result.addPattern({pattern.n, pattern.m, *dim}, rank);
  if (support.maxCount) {
    int64_t count = *support.maxCount;
    bool isKnown = true;
    for (AffineExpr expr : to.map.getResults()) {
      if (from.map.getResultPosition(expr))
        continue;
      int64_t size = nest.sizes[cast<AffineDimExpr>(expr).getPosition()];
      isKnown &= size != dynamicSize;
      count *= isKnown ? size : 1;
    }
    if (isKnown)
      result.maxCount = count;
  }
  int64_t last = from.map.getNumResults() - 1;
  if (!support.blocks || last < 1 || rank < 2)
    return result;
  std::optional<unsigned> row = getDim(last - 1);
  std::optional<unsigned> column = getDim(last);
  if (row == rank - 2 && column == rank - 1)
    result.blocks = support.blocks;
  if (row != rank - 1 || column != rank - 2)
    return result;
  const BlockMap &blocks = *support.blocks;
  BlockMap turned{blocks.columnsPerTile, blocks.rowsPerTile, blocks.tileColumns,
                  blocks.tileRows, llvm::BitVector(blocks.filled.size())};
  for (unsigned tile : blocks.filled.set_bits())
    turned.filled.set(tile % blocks.tileColumns * turned.tileColumns +
                      tile / blocks.tileColumns);
  result.blocks = turned;
  return result;
}

/// Adds to `facts` where the output of a nest without reductions may differ from
/// a fill value.
static void inferSupport(const LoopNest &nest, unsigned output,
                         ValueFacts &facts) {
  const LoopAccess &to = nest.outputs[output];
  LoopPoint nowhere;
  SmallVector<AbstractValue> arguments = getArguments(nest, nowhere);
  auto evaluateAtFill = [&](ArrayRef<unsigned> inputs) {
    SmallVector<AbstractValue> atFill = arguments;
    for (unsigned input : inputs)
      atFill[input] = AbstractValue::getConstant(
          nest.inputs[input].facts.getSupport()->fill);
    return nest.body(atFill, nowhere)[output].constant;
  };
  int64_t rank = facts.getRank();
  SmallVector<unsigned> candidates;
  std::optional<Support> result;
  for (auto [input, access] : llvm::enumerate(nest.inputs)) {
    if (!access.facts.getSupport())
      continue;
    candidates.push_back(input);
    std::optional<Scalar> fill = evaluateAtFill(input);
    if (!fill)
      continue;
    Support support = mapSupport(nest, access, to, *fill);
    if (!result)
      result = support;
    else if (result->fill == *fill)
      result = Support::meet(*result, support, rank);
  }
  if (!result && candidates.size() > 1)
    if (std::optional<Scalar> fill = evaluateAtFill(candidates)) {
      result = mapSupport(nest, nest.inputs[candidates[0]], to, *fill);
      for (unsigned input : ArrayRef(candidates).drop_front())
        result = Support::unite(*result,
                                mapSupport(nest, nest.inputs[input], to, *fill),
                                *fill, rank);
    }
  if (result)
    facts.setSupport(*result);
}

static ValueFacts inferOutput(const LoopNest &nest, unsigned output) {
  const LoopAccess &access = nest.outputs[output];
  ValueFacts facts = ValueFacts::unknown(access.facts.getShape());
  // Other maps may leave elements of the output as they were.
  if (!access.map.isProjectedPermutation())
    return facts;
  LoopPoint nowhere;
  if (auto value = getOutput(nest, output, nowhere))
    return ValueFacts::constant(facts.getShape(), *value);
  if (nest.hasReduction() && isUnchanged(nest, output))
    return access.facts;
  for (int64_t dim = 0; dim < facts.getRank(); ++dim) {
    auto loop = dyn_cast<AffineDimExpr>(access.map.getResult(dim));
    if (!loop || nest.isReduction[loop.getPosition()])
      continue;
    SliceMap map;
    for (const LoopPoint &point : getPoints(nest, loop.getPosition()))
      if (auto value = getOutput(nest, output, point))
        map.append(point.begin, point.end, *value);
    facts.setSlices(dim, std::move(map));
  }
  if (nest.hasReduction())
    return facts;
  inferSupport(nest, output, facts);
  if (!facts.getUniform())
    facts.setFinite(
        nest.body(getArguments(nest, nowhere), nowhere)[output].finite);
  return facts;
}

std::vector<ValueFacts> facts::inferLoopNest(const LoopNest &nest) {
  std::vector<ValueFacts> results;
  for (unsigned output = 0; output < nest.outputs.size(); ++output)
    results.push_back(inferOutput(nest, output));
  return results;
}

//===----------------------------------------------------------------------===//
// Demand
//===----------------------------------------------------------------------===//

/// What the body does at `point` if only argument `known` is known.
static SmallVector<AbstractValue>
evaluateWith(const LoopNest &nest, unsigned known, const LoopPoint &point) {
  SmallVector<AbstractValue> arguments = getArguments(nest, point);
  for (auto [index, value] : llvm::enumerate(arguments))
    if (index != known)
      value.constant = std::nullopt;
  forgetOutputs(nest, arguments);
  return nest.body(arguments, point);
}

namespace {

/// Which arguments of the body matter at a point.
struct Relevance {
  /// The input that makes all others irrelevant.
  std::optional<unsigned> witness;
  /// Whether the outputs' values before matter as well.
  bool readsOutputs = true;
};

} // namespace

static Relevance getRelevance(const LoopNest &nest, const LoopPoint &point) {
  unsigned numInputs = nest.inputs.size();
  for (unsigned input = 0; input < numInputs; ++input) {
    if (!getValue(nest.inputs[input], nest, point).constant)
      continue;
    bool allConstant = true;
    bool allDecided = true;
    SmallVector<AbstractValue> results = evaluateWith(nest, input, point);
    for (auto [index, value] : llvm::enumerate(results)) {
      bool isUnchanged = value.alias == numInputs + index;
      allConstant &= value.constant.has_value();
      allDecided &=
          nest.hasReduction() ? isUnchanged : isUnchanged || value.constant;
    }
    if (allDecided)
      return {input, nest.hasReduction() || !allConstant};
  }
  return {};
}

IndexSet facts::getSkippableIndices(const LoopNest &nest, int64_t loop) {
  IndexSet result;
  for (const LoopPoint &point : getPoints(nest, loop)) {
    SmallVector<AbstractValue> arguments = getArguments(nest, point);
    // Whatever the outputs hold, it has to stay.
    for (AbstractValue &value :
         MutableArrayRef(arguments).drop_front(nest.inputs.size()))
      value.constant = std::nullopt;
    forgetOutputs(nest, arguments);
    bool allUnchanged = true;
    for (auto [index, value] : llvm::enumerate(nest.body(arguments, point)))
      allUnchanged &= value.alias == nest.inputs.size() + index;
    if (allUnchanged)
      result.insert(point.begin, point.end);
  }
  return result;
}

/// Indices of each loop at which some result is read.
static SmallVector<IndexSet> getLiveLoops(const LoopNest &nest,
                                          ArrayRef<Demand> results) {
  SmallVector<IndexSet> live(nest.sizes.size());
  for (size_t loop = 0; loop < live.size(); ++loop) {
    if (nest.sizes[loop] == dynamicSize)
      continue;
    for (auto [access, demand] : llvm::zip_equal(nest.outputs, results)) {
      if (demand.isNone())
        continue;
      auto dim = access.map.getResultPosition(
          getAffineDimExpr(loop, access.map.getContext()));
      // A type may not say a size that another operand says.
      bool isPlain = access.map.isProjectedPermutation() && dim &&
                     demand.getShape()[*dim] == nest.sizes[loop];
      live[loop] = IndexSet::unite(
          live[loop], isPlain ? demand.getLive(*dim)
                              : IndexSet::range(0, nest.sizes[loop]));
    }
  }
  return live;
}

/// Demand on an operand of which the loops in `live` are read.
static Demand demandAccess(const LoopNest &nest, const LoopAccess &access,
                           ArrayRef<IndexSet> live) {
  ArrayRef<int64_t> shape = access.facts.getShape();
  SmallVector<IndexSet> sets;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    AffineExpr expr = access.map.getResult(dim);
    if (size == dynamicSize)
      sets.emplace_back();
    else if (auto loop = dyn_cast<AffineDimExpr>(expr);
             loop && nest.sizes[loop.getPosition()] == size)
      sets.push_back(live[loop.getPosition()]);
    else
      sets.push_back(IndexSet::range(0, size));
  }
  return Demand::slices(shape, sets);
}

namespace {

/// Collects which arguments of a nest are read at which indices.
class ReadSets {
public:
  ReadSets(const LoopNest &nest, ArrayRef<IndexSet> live)
      : nest(nest), liveOf(nest.inputs.size() + nest.outputs.size(),
                           SmallVector<IndexSet>(live)) {}

  void exclude(const LoopPoint &point);
  Demand getDemand(unsigned argument) const {
    return demandAccess(nest, getAccess(argument), liveOf[argument]);
  }

private:
  const LoopAccess &getAccess(unsigned argument) const {
    size_t numInputs = nest.inputs.size();
    return argument < numInputs ? nest.inputs[argument]
                                : nest.outputs[argument - numInputs];
  }
  bool uses(unsigned argument, int64_t loop) const {
    return getAccess(argument).map.isFunctionOfDim(loop);
  }

  const LoopNest &nest;
  /// One set per argument and loop.
  SmallVector<SmallVector<IndexSet>> liveOf;
  SmallVector<std::pair<int64_t, unsigned>> witnesses;
};

} // namespace

void ReadSets::exclude(const LoopPoint &point) {
  Relevance relevance = getRelevance(nest, point);
  if (!relevance.witness)
    return;
  unsigned witness = *relevance.witness;
  // A witness must stay read wherever it is needed: two that would excuse each
  // other at some element, each by a loop of the other, prove nothing.
  for (auto [loop, other] : witnesses)
    if (loop != point.loop && other != witness && uses(other, point.loop) &&
        uses(witness, loop))
      return;
  witnesses.emplace_back(point.loop, witness);
  IndexSet rest = IndexSet::range(point.begin, point.end)
                      .complement(nest.sizes[point.loop]);
  for (unsigned argument = 0; argument < liveOf.size(); ++argument) {
    bool isOutput = argument >= nest.inputs.size();
    if (argument == witness || (isOutput && relevance.readsOutputs))
      continue;
    IndexSet &set = liveOf[argument][point.loop];
    set = IndexSet::intersect(set, rest);
  }
}

std::vector<Demand> facts::demandLoopNest(const LoopNest &nest,
                                          ArrayRef<Demand> results) {
  size_t numInputs = nest.inputs.size();
  std::vector<Demand> demands(numInputs + nest.outputs.size());
  if (llvm::all_of(results, [](const Demand &d) { return d.isNone(); }))
    return demands;
  SmallVector<IndexSet> live = getLiveLoops(nest, results);
  Relevance everywhere = getRelevance(nest, LoopPoint());
  ReadSets reads(nest, live);
  if (!everywhere.witness)
    for (size_t loop = 0; loop < live.size(); ++loop)
      for (const LoopPoint &point : getPoints(nest, loop))
        reads.exclude(point);
  for (unsigned argument = 0; argument < demands.size(); ++argument) {
    bool isOutput = argument >= numInputs;
    if (!everywhere.witness || argument == *everywhere.witness ||
        (isOutput && everywhere.readsOutputs))
      demands[argument] = reads.getDemand(argument);
  }
  return demands;
}
