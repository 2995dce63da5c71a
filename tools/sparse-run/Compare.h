//===- Compare.h - Sparse beside dense --------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs two compilations of one model in turn and reports error and speed-up.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TOOLS_SPARSE_RUN_COMPARE_H
#define SPARSEOPT_TOOLS_SPARSE_RUN_COMPARE_H

#include "Runner.h"

#include "llvm/Support/raw_ostream.h"

namespace sparseopt {

/// A library and an entry of it with inputs.
struct Contender {
  const Library &library;
  const EntryInfo &entry;
  Runner &runner;
};

/// Runs both `count` times in turn; prints times per step and in total, and how
/// far the results of `sparse` are from those of `dense`.
llvm::Error compare(const Contender &sparse, const Contender &dense,
                    unsigned count, llvm::raw_ostream &os);

} // namespace sparseopt

#endif // SPARSEOPT_TOOLS_SPARSE_RUN_COMPARE_H
