//===- TileDriver.cpp - Kernels on panels of tokens -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Packs x, runs over blocks of rows, panels of tokens and blocks of inputs, and
// stores finished blocks through the epilogue.
//
//===----------------------------------------------------------------------===//

#include "TileDriver.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;
using arith::CmpIPredicate;

/// Fewest panels of tokens that are tasks of their own when threaded.
static constexpr int64_t minimumPanelTasks = 8;

/// Whether the weight stays in the shared cache from one panel to the next.
static bool isWeightShared(const KernelSpec &spec) {
  int64_t bytes = spec.outFeatures * spec.inFeatures *
                  spec.weightType.getIntOrFloatBitWidth() / 8;
  return bytes <= spec.machine->l3Bytes / 2;
}

/// Whether each panel of tokens is packed, multiplied with all rows and stored
/// before the next one: many panels leave the caches otherwise before they are
/// read.
static bool isByPanel(const KernelSpec &spec, const TilePlan &plan) {
  if (!isWeightShared(spec))
    return false;
  return !spec.threaded ||
         (!ShapedType::isDynamic(spec.tokens) &&
          spec.tokens >= minimumPanelTasks * plan.getPanelTokens());
}

namespace {
class TileDriver {
public:
  TileDriver(Emitter &e, const KernelSpec &spec, const KernelArgs &args,
             const Epilogue &epilogue, const TilePlan &plan,
             TileUpdateFn emitUpdate)
      : e(e), spec(spec), args(args), epilogue(epilogue), plan(plan),
        emitUpdate(emitUpdate), panelTokens(plan.getPanelTokens()) {}

  void emit() {
    if (isByPanel(spec, plan))
      return emitPanels();
    emitPacking();
    emitTasks();
  }

private:
  bool isStatic() const { return !ShapedType::isDynamic(spec.tokens); }

  Value getPanelWidth(Value tokensLeft);
  Value getPanelAddress(Value token0);
  void emitPacking();
  void packPanelGroup(Value token0, Value token);
  void packGroup(Value token0, Value to, Value stride);
  void emitPanels();
  void emitTasks();
  void emitWidths(size_t index, Value rowIndex, Value token0, Value left,
                  Value sums);
  void emitPanel(int64_t vectors, Value rowIndex, Value token0, Value left,
                 Value sums);
  void emitStores(int64_t vectors, Value rowIndex, Value rows, Value token0,
                  Value left, Value sums);

  Emitter &e;
  const KernelSpec &spec;
  const KernelArgs &args;
  const Epilogue &epilogue;
  const TilePlan &plan;
  TileUpdateFn emitUpdate;
  int64_t panelTokens;
};
} // namespace

/// Tokens, padded, of the panel that starts where `tokensLeft` are left.
Value TileDriver::getPanelWidth(Value tokensLeft) {
  Value width = e.constant(panelTokens);
  for (int64_t vectors : llvm::reverse(ArrayRef(plan.widths).drop_back())) {
    int64_t tokens = vectors * plan.lanes;
    Value fits = e.cmp(CmpIPredicate::sle, tokensLeft, tokens);
    width = e.b.createOrFold<arith::SelectOp>(fits, e.constant(tokens), width);
  }
  return width;
}

//===----------------------------------------------------------------------===//
// Packing of x
//===----------------------------------------------------------------------===//

/// One task per `lanes` tokens. The panel of token t starts at scratch + t * in
/// because all panels before it are full.
void TileDriver::emitPacking() {
  Value fullTokens =
      e.mul(e.div(args.tokens, e.constant(panelTokens)), panelTokens);
  Value left = e.sub(args.tokens, fullTokens);
  Value none = e.cmp(CmpIPredicate::eq, left, e.constant(0));
  Value tail = e.b.createOrFold<arith::SelectOp>(none, e.constant(0),
                                                 getPanelWidth(left));
  Value groups = e.ceilDiv(e.add(fullTokens, tail), plan.lanes);
  e.tasks(groups, [&](Value group) {
    Value token = e.mul(group, plan.lanes);
    Value panel = e.mul(e.div(token, e.constant(panelTokens)), panelTokens);
    packPanelGroup(panel, token);
  });
}

/// The packed panel that begins with `token0`. One after the other they share
/// their place.
Value TileDriver::getPanelAddress(Value token0) {
  if (!spec.threaded && isByPanel(spec, plan))
    return args.scratch;
  return e.gep(args.scratch, e.mul(token0, plan.inputs), e.f32);
}

/// Packs `lanes` tokens of the panel that begins with `token0`.
void TileDriver::packPanelGroup(Value token0, Value token) {
  Value stride = getPanelWidth(e.sub(args.tokens, token0));
  Value to = e.gep(getPanelAddress(token0), e.sub(token, token0), e.f32);
  packGroup(token, to, stride);
}

/// Transposes `lanes` rows of x, beginning with `token0`, into columns of a
/// panel with `stride` tokens. Rows past the last token repeat it.
void TileDriver::packGroup(Value token0, Value to, Value stride) {
  int64_t lanes = plan.lanes;
  Value last = e.add(args.tokens, -1);
  Values rows;
  for (int64_t i = 0; i < lanes; ++i) {
    Value token = e.min(e.add(token0, i), last);
    rows.push_back(
        e.gep(args.x, e.mul(token, spec.inFeatures), spec.inputType));
  }
  VectorType type = e.vec(lanes, spec.inputType);
  auto packBlock = [&](Value k, int64_t count) {
    Values loaded;
    for (Value row : rows) {
      Value address = e.gep(row, k, spec.inputType);
      loaded.push_back(
          e.widen(count == lanes
                      ? e.load(address, type)
                      : e.maskedLoad(address, type, e.laneMask(count, lanes))));
    }
    Values columns = e.transpose(loaded);
    Value address =
        e.gep(to, arith::MulIOp::create(e.b, k, stride).getResult(), e.f32);
    for (int64_t j = 0; j < count; ++j) {
      e.store(columns[j], address);
      address = e.gep(address, stride, e.f32);
    }
  };
  int64_t full = spec.inFeatures / lanes * lanes;
  e.loop(e.constant(0), e.constant(full), lanes,
         [&](Value k) { packBlock(k, lanes); });
  if (full < spec.inFeatures)
    packBlock(e.constant(full), spec.inFeatures - full);
  e.loop(e.constant(spec.inFeatures), e.constant(plan.inputs), 1, [&](Value k) {
    Value offset = arith::MulIOp::create(e.b, k, stride);
    e.store(e.zero(lanes), e.gep(to, offset, e.f32));
  });
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// One task per block of rows and panel of tokens. Neighbouring tasks share the
/// block of rows, or the panel if the weight stays in the shared cache between
/// panels: then a thread reads what it has packed itself and leaves its results
/// where the next layer's packing finds them.
void TileDriver::emitTasks() {
  Value panels = e.ceilDiv(args.tokens, panelTokens);
  int64_t rowBlocks = llvm::divideCeil(spec.outFeatures, plan.rowBlock);
  bool sharesPanel = spec.threaded && isWeightShared(spec);
  e.tasks(e.mul(panels, rowBlocks), [&](Value task) {
    Value rowIndex, panel;
    if (sharesPanel) {
      panel = e.div(task, e.constant(rowBlocks));
      rowIndex = e.rem(task, e.constant(rowBlocks));
    } else {
      rowIndex = e.div(task, panels);
      panel = e.rem(task, panels);
    }
    Value token0 = e.mul(panel, panelTokens);
    Value left = e.sub(args.tokens, token0);
    Value sums = e.alloca(plan.rowBlock * panelTokens * 4);
    emitWidths(0, rowIndex, token0, left, sums);
  });
}

/// One task per panel: packs it and computes all rows.
void TileDriver::emitPanels() {
  int64_t rowBlocks = llvm::divideCeil(spec.outFeatures, plan.rowBlock);
  e.tasks(e.ceilDiv(args.tokens, panelTokens), [&](Value panel) {
    Value token0 = e.mul(panel, panelTokens);
    Value left = e.sub(args.tokens, token0);
    Value end = e.add(token0, getPanelWidth(left));
    Value sums = e.alloca(plan.rowBlock * panelTokens * 4);
    e.loop(token0, end, plan.lanes,
           [&](Value token) { packPanelGroup(token0, token); });
    e.loop(e.constant(0), e.constant(rowBlocks), 1, [&](Value rowIndex) {
      emitWidths(0, rowIndex, token0, left, sums);
    });
  });
}

/// Chooses the code for the width of the panel, the widest last.
void TileDriver::emitWidths(size_t index, Value rowIndex, Value token0,
                            Value left, Value sums) {
  int64_t vectors = plan.widths[index];
  auto emitThis = [&] { emitPanel(vectors, rowIndex, token0, left, sums); };
  if (index + 1 == plan.widths.size())
    return emitThis();
  auto emitRest = [&] { emitWidths(index + 1, rowIndex, token0, left, sums); };
  int64_t tokens = vectors * plan.lanes;
  int64_t smaller = index == 0 ? 0 : plan.widths[index - 1] * plan.lanes;
  // With a static count only the full width and the one of the tail occur.
  int64_t tail = isStatic() ? spec.tokens % panelTokens : 0;
  if (isStatic() && (tail <= smaller || tail > tokens))
    return emitRest();
  if (isStatic() && spec.tokens < panelTokens)
    return emitThis();
  e.ifThen(e.cmp(CmpIPredicate::sle, left, tokens), emitThis, emitRest);
}

void TileDriver::emitPanel(int64_t vectors, Value rowIndex, Value token0,
                           Value left, Value sums) {
  int64_t kBlocks = llvm::divideCeil(plan.inputs, plan.kBlock);
  int64_t panelWidth = vectors * plan.lanes;
  Value panel = getPanelAddress(token0);
  TileUpdate update;
  update.vectors = vectors;
  update.rowIndex = rowIndex;
  update.sums = sums;
  update.rows =
      e.min(e.constant(plan.rowBlock), e.sub(e.constant(spec.outFeatures),
                                             e.mul(rowIndex, plan.rowBlock)));
  if (kBlocks <= 1) {
    update.kIndex = e.constant(0);
    update.panel = panel;
    emitUpdate(update);
  } else {
    e.loop(e.constant(0), e.constant(kBlocks), 1, [&](Value kIndex) {
      update.kIndex = kIndex;
      update.panel =
          e.gep(panel, e.mul(kIndex, plan.kBlock * panelWidth), e.f32);
      update.isFirst = e.cmp(CmpIPredicate::eq, kIndex, e.constant(0));
      emitUpdate(update);
    });
  }
  emitStores(vectors, rowIndex, update.rows, token0, left, sums);
}

/// Transposes the sums, `lanes` rows by `lanes` tokens at a time.
void TileDriver::emitStores(int64_t vectors, Value rowIndex, Value rows,
                            Value token0, Value left, Value sums) {
  int64_t lanes = plan.lanes, panelWidth = vectors * lanes;
  Value out0 = e.mul(rowIndex, plan.rowBlock);
  Value columns =
      e.min(e.constant(panelWidth), e.mul(e.ceilDiv(left, lanes), lanes));
  e.loop(e.constant(0), rows, lanes, [&](Value row) {
    Value rowSums = e.gep(sums, e.mul(row, panelWidth), e.f32);
    Value out = e.add(out0, row);
    e.loop(e.constant(0), columns, lanes, [&](Value column) {
      Value from = e.gep(rowSums, column, e.f32);
      Values loaded;
      for (int64_t i = 0; i < lanes; ++i)
        loaded.push_back(
            e.load(e.gep(from, i * panelWidth, e.f32), e.vec(lanes)));
      llvm::SmallVector<Values> tile;
      for (Value vector : e.transpose(loaded))
        tile.push_back({vector});
      Value token = e.add(token0, column);
      Value valid = e.sub(left, column);
      auto store = [&](Value count) {
        epilogue.storeTile(e, args, tile, token, count, out);
      };
      if (isStatic() && spec.tokens % lanes == 0)
        return store(Value());
      if (!epilogue.isCheap())
        return store(e.min(valid, e.constant(lanes)));
      e.ifThen(
          e.cmp(CmpIPredicate::sge, valid, lanes), [&] { store(Value()); },
          [&] { store(valid); });
    });
  });
}

void cpu::emitTileKernel(Emitter &e, const KernelSpec &spec,
                         const KernelArgs &args, const Epilogue &epilogue,
                         const TilePlan &plan, TileUpdateFn emitUpdate) {
  TileDriver(e, spec, args, epilogue, plan, emitUpdate).emit();
}

ScratchSize cpu::getTileScratchSize(const KernelSpec &spec,
                                    const TilePlan &plan) {
  ScratchSize size;
  bool isOnePanel = !spec.threaded && isByPanel(spec, plan) &&
                    (ShapedType::isDynamic(spec.tokens) ||
                     spec.tokens > plan.getPanelTokens());
  if (isOnePanel) {
    size.fixedBytes = plan.getPanelTokens() * plan.inputs * 4;
    return size;
  }
  size.bytesPerToken = plan.inputs * 4;
  size.tokenMultiple = plan.getPanelTokens();
  return size;
}

Values cpu::loadSums(Emitter &e, const TileUpdate &update,
                     ArrayRef<Value> addresses, int64_t lanes) {
  auto zeros = [&] { return Values(addresses.size(), e.zero(lanes)); };
  auto loads = [&] {
    return Values(llvm::map_range(addresses, [&](Value address) {
      return e.load(address, e.vec(lanes));
    }));
  };
  if (!update.isFirst)
    return zeros();
  llvm::SmallVector<Type> types(addresses.size(), e.vec(lanes));
  return e.select(update.isFirst, types, zeros, loads);
}
