//===- TileDriver.h - Kernels on panels of tokens ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels whose vector lanes are tokens: x is transposed into panels of
// [in][tokens] once per call, blocks of the input dimension stay in the first
// cache, and every nonzero weight is broadcast over the tokens of a panel. The
// finished block of outputs is transposed back when it is stored. A family
// emits the update of one block of rows by one block of inputs.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_TILEDRIVER_H
#define SPARSE_OPT_LIB_KERNELS_CPU_TILEDRIVER_H

#include "Epilogue.h"

namespace sparseopt::cpu {

struct TilePlan {
  int64_t lanes = 16;
  /// Rows and inputs of a block. `rowBlock` is a multiple of `lanes`.
  int64_t rowBlock = 0;
  int64_t kBlock = 0;
  /// Inputs in a panel: those of the layer, and zeros up to this number.
  int64_t inputs = 0;
  /// Widths of a token panel in vectors, ascending. All panels but the last
  /// have the largest width; the last has the smallest that suffices.
  llvm::SmallVector<int64_t> widths;

  int64_t getPanelTokens() const { return widths.back() * lanes; }
};

/// One update: rows [rowBlock * index, ...) by inputs [kBlock * index, ...).
struct TileUpdate {
  /// Indices of the two blocks; rows in this block of rows.
  mlir::Value rowIndex, kIndex, rows;
  /// The panel's rows of these inputs, f32 [kBlock][vectors * lanes].
  mlir::Value panel;
  /// The sums so far, f32 [rowBlock][vectors * lanes].
  mlir::Value sums;
  /// Whether nothing has been summed yet and `sums` is undefined; null if that
  /// is always so.
  mlir::Value isFirst;
  int64_t vectors = 0;
};

using TileUpdateFn = llvm::function_ref<void(const TileUpdate &)>;

void emitTileKernel(Emitter &e, const KernelSpec &spec, const KernelArgs &args,
                    const Epilogue &epilogue, const TilePlan &plan,
                    TileUpdateFn emitUpdate);

/// Scratch of a kernel with this plan.
ScratchSize getTileScratchSize(const KernelSpec &spec, const TilePlan &plan);

/// Accumulators at the start of an update: zero, or loaded from the addresses.
Values loadSums(Emitter &e, const TileUpdate &update,
                llvm::ArrayRef<mlir::Value> addresses, int64_t lanes);

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_TILEDRIVER_H
