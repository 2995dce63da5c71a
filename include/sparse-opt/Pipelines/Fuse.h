//===- Fuse.h - The fuse and vectorize phases as pipelines ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a model does outside its linear layers: fused and tiled on tensors, before
// bufferization, and turned into vector loops on buffers, after it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PIPELINES_FUSE_H
#define SPARSEOPT_PIPELINES_FUSE_H

#include "mlir/Pass/PassOptions.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace sparseopt {

/// Options of `--sparsity-fuse` and `--sparsity-vectorize-buffers`.
struct FuseOptions : public mlir::PassPipelineOptions<FuseOptions> {
  Option<int64_t> lanes{
      *this, "lanes", llvm::cl::desc("Elements of 32 bits per vector register"),
      llvm::cl::init(16)};
  Option<int64_t> registers{*this, "registers",
                            llvm::cl::desc("Vector registers of the target"),
                            llvm::cl::init(32)};
  Option<bool> threads{*this, "threads",
                       llvm::cl::desc("Run outermost loops on threads"),
                       llvm::cl::init(false)};
  Option<int64_t> rows{*this, "rows",
                       llvm::cl::desc("Rows of a contraction per tile"),
                       llvm::cl::init(32)};
  Option<int64_t> tileBytes{
      *this, "tile-bytes",
      llvm::cl::desc("Bytes per tile of what has no contraction"),
      llvm::cl::init(16384)};

  /// Sets lanes and registers for a CPU with these LLVM features
  /// (comma-separated names, as in "avx2,fma").
  void setTarget(llvm::StringRef features);
};

/// Before bufferization: elementwise chains are fused, groups of ops tiled.
void buildFusePipeline(mlir::OpPassManager &pm, const FuseOptions &options);

/// After bufferization: linalg becomes loops over vectors. What has no vector form
/// stays linalg.
void buildVectorizePipeline(mlir::OpPassManager &pm,
                            const FuseOptions &options);

/// Registers `--sparsity-fuse` and `--sparsity-vectorize-buffers`.
void registerFusePipelines();

} // namespace sparseopt

#endif // SPARSEOPT_PIPELINES_FUSE_H
