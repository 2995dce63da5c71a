//===- PanelDriver.h - Kernels with a panel of outputs per tile -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weight-stationary kernels: vector lanes are adjacent outputs, a panel of
// outputs is packed together, and a register tile covers some tokens and some
// panels over the whole input dimension. Activations are read as they are. The
// driver covers all panels and tokens with tiles; a family emits one tile.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_PANELDRIVER_H
#define SPARSE_OPT_LIB_KERNELS_CPU_PANELDRIVER_H

#include "Epilogue.h"

namespace sparseopt::cpu {

/// A register tile: `tokens` rows of x, `panels` adjacent panels.
struct PanelTile {
  int64_t tokens = 1;
  int64_t panels = 1;
};

struct PanelPlan {
  /// Outputs per panel, number of panels (the last may be partly unused).
  int64_t width = 0;
  int64_t numPanels = 0;
  /// The tile of full token blocks.
  PanelTile main;
  /// Token counts of the tiles for the remainder, ascending, at least up to
  /// main.tokens - 1. Rows past the last token repeat it and are not stored.
  llvm::SmallVector<int64_t> tails;
  /// Tiles for calls with exactly this many tokens.
  llvm::SmallVector<PanelTile> small;
  /// Emitted before the tiles of all other calls, if set.
  llvm::function_ref<void()> prepare;
};

/// The tokens of a tile: addresses of their rows of x, and the first of them.
struct PanelRows {
  llvm::ArrayRef<mlir::Value> addresses;
  mlir::Value first;
  /// Whether the call has exactly the tokens of a tile of PanelPlan::small.
  bool isSmall = false;
};

/// Emits one tile; `panel` is the index of the first panel. Returns
/// acc[token][vector] over all outputs of the tile.
using PanelTileFn = llvm::function_ref<llvm::SmallVector<Values>(
    const PanelRows &rows, mlir::Value panel, PanelTile tile)>;

void emitPanelKernel(Emitter &e, const KernelSpec &spec, const KernelArgs &args,
                     const Epilogue &epilogue, const PanelPlan &plan,
                     PanelTileFn emitTile);

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_PANELDRIVER_H
