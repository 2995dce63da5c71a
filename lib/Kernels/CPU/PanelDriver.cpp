//===- PanelDriver.cpp - Kernels with a panel of outputs per tile -*- C++ -*-=//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Covers tokens and panels with register tiles. A task is one block of panels
// and one chunk of tokens; inside, the weights of the panel are reused from the
// cache for all token blocks of the chunk.
//
//===----------------------------------------------------------------------===//

#include "PanelDriver.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;
using arith::CmpIPredicate;

/// Token blocks per task when the kernel is threaded.
static constexpr int64_t blocksPerTask = 16;

namespace {
class PanelDriver {
public:
  PanelDriver(Emitter &e, const KernelSpec &spec, const KernelArgs &args,
              const Epilogue &epilogue, const PanelPlan &plan,
              PanelTileFn emitTile)
      : e(e), spec(spec), args(args), epilogue(epilogue), plan(plan),
        emitTile(emitTile) {}

  void emit() { emitFrom(0); }

private:
  bool isStatic() const { return !ShapedType::isDynamic(spec.tokens); }

  void emitFrom(size_t smallIndex);
  void emitSmall(PanelTile tile);
  void emitGeneral();
  void emitRange(Value panel, int64_t panels, Value begin, Value end);
  void emitTail(size_t index, Value panel, int64_t panels, Value token,
                Value end);
  void emitFullTile(Value panel, PanelTile tile, Value token,
                    bool isSmall = false);
  void forPanels(int64_t panels, Value chunks,
                 llvm::function_ref<void(Value, int64_t, Value)> body);

  Emitter &e;
  const KernelSpec &spec;
  const KernelArgs &args;
  const Epilogue &epilogue;
  const PanelPlan &plan;
  PanelTileFn emitTile;
};
} // namespace

/// One branch per exact token count, then the general code.
void PanelDriver::emitFrom(size_t smallIndex) {
  if (smallIndex == plan.small.size()) {
    emitGeneral();
    return;
  }
  PanelTile tile = plan.small[smallIndex];
  if (isStatic()) {
    if (spec.tokens == tile.tokens)
      emitSmall(tile);
    else
      emitFrom(smallIndex + 1);
    return;
  }
  Value exact = e.cmp(CmpIPredicate::eq, args.tokens, tile.tokens);
  e.ifThen(exact, [&] { emitSmall(tile); }, [&] { emitFrom(smallIndex + 1); });
}

/// Calls body(first panel, number of panels, chunk) for all blocks of `panels`
/// panels and all chunks; the last block may have fewer panels.
void PanelDriver::forPanels(
    int64_t panels, Value chunks,
    llvm::function_ref<void(Value, int64_t, Value)> body) {
  int64_t full = plan.numPanels / panels, rest = plan.numPanels % panels;
  Value count = e.mul(chunks, full + (rest ? 1 : 0));
  e.tasks(count, [&](Value task) {
    Value block = e.div(task, chunks), chunk = e.rem(task, chunks);
    Value panel = e.mul(block, panels);
    if (!rest || !full)
      return body(panel, full ? panels : rest, chunk);
    Value isFull = e.cmp(CmpIPredicate::slt, block, full);
    e.ifThen(
        isFull, [&] { body(panel, panels, chunk); },
        [&] { body(panel, rest, chunk); });
  });
}

void PanelDriver::emitFullTile(Value panel, PanelTile tile, Value token,
                               bool isSmall) {
  Value base = e.gep(args.x, e.mul(token, spec.inFeatures), spec.inputType);
  Values rows;
  for (int64_t r = 0; r < tile.tokens; ++r)
    rows.push_back(e.gep(base, r * spec.inFeatures, spec.inputType));
  epilogue.storeTile(e, args, emitTile({rows, token, isSmall}, panel, tile),
                     token, Value(), e.mul(panel, plan.width));
}

void PanelDriver::emitSmall(PanelTile tile) {
  forPanels(tile.panels, e.constant(1),
            [&](Value panel, int64_t panels, Value) {
              emitFullTile(panel, {tile.tokens, panels}, e.constant(0),
                           /*isSmall=*/true);
            });
}

void PanelDriver::emitGeneral() {
  if (plan.prepare)
    plan.prepare();
  if (!spec.threaded) {
    forPanels(plan.main.panels, e.constant(1),
              [&](Value panel, int64_t panels, Value) {
                emitRange(panel, panels, e.constant(0), args.tokens);
              });
    return;
  }
  int64_t chunkTokens = plan.main.tokens * blocksPerTask;
  forPanels(plan.main.panels, e.ceilDiv(args.tokens, chunkTokens),
            [&](Value panel, int64_t panels, Value chunk) {
              Value begin = e.mul(chunk, chunkTokens);
              Value end = e.min(e.add(begin, chunkTokens), args.tokens);
              emitRange(panel, panels, begin, end);
            });
}

/// All tokens of [begin, end) for one block of panels.
void PanelDriver::emitRange(Value panel, int64_t panels, Value begin,
                            Value end) {
  int64_t step = plan.main.tokens;
  Value rest = e.rem(e.sub(end, begin), e.constant(step));
  Value fullEnd = e.sub(end, rest);
  if (!isStatic() || spec.tokens >= step)
    e.loop(begin, fullEnd, step,
           [&](Value token) { emitFullTile(panel, {step, panels}, token); });
  if (isStatic() && spec.tokens % step == 0)
    return;
  e.ifThen(e.cmp(CmpIPredicate::sgt, rest, e.constant(0)),
           [&] { emitTail(0, panel, panels, fullEnd, end); });
}

/// The remainder [token, end) with the smallest tile that covers it.
void PanelDriver::emitTail(size_t index, Value panel, int64_t panels,
                           Value token, Value end) {
  int64_t tokens = plan.tails[index];
  Value count = e.sub(end, token);
  auto emitThis = [&] {
    Value last = e.add(end, -1);
    Values rows;
    for (int64_t r = 0; r < tokens; ++r) {
      Value row = e.min(e.add(token, r), last);
      rows.push_back(
          e.gep(args.x, e.mul(row, spec.inFeatures), spec.inputType));
    }
    epilogue.storeTile(e, args,
                       emitTile({rows, token}, panel, {tokens, panels}), token,
                       count, e.mul(panel, plan.width));
  };
  if (index + 1 == plan.tails.size())
    return emitThis();
  if (isStatic()) {
    if (spec.tokens % plan.main.tokens <= tokens)
      return emitThis();
    return emitTail(index + 1, panel, panels, token, end);
  }
  e.ifThen(e.cmp(CmpIPredicate::sle, count, tokens), emitThis,
           [&] { emitTail(index + 1, panel, panels, token, end); });
}

void cpu::emitPanelKernel(Emitter &e, const KernelSpec &spec,
                          const KernelArgs &args, const Epilogue &epilogue,
                          const PanelPlan &plan, PanelTileFn emitTile) {
  PanelDriver(e, spec, args, epilogue, plan, emitTile).emit();
}
