//===- LowerToLLVM.h - The lowering phase as a pipeline ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From public functions on tensors to the LLVM dialect, with the C interface
// that DESIGN describes.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PIPELINES_LOWERTOLLVM_H
#define SPARSEOPT_PIPELINES_LOWERTOLLVM_H

#include "mlir/Pass/PassOptions.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace sparseopt {

/// Options of `--sparsity-lower`.
struct LowerOptions : public mlir::PassPipelineOptions<LowerOptions> {
  Option<bool> openmp{*this, "openmp",
                      llvm::cl::desc("Run parallel loops on OpenMP threads"),
                      llvm::cl::init(true)};
  Option<bool> approximateMath{
      *this, "approximate-math",
      llvm::cl::desc("Use polynomials for exp, erf, tanh ... of f32"),
      llvm::cl::init(true)};
  Option<bool> profile{*this, "profile",
                       llvm::cl::desc("Time the steps of the program"),
                       llvm::cl::init(false)};
  Option<int64_t> weightThreshold{
      *this, "weight-threshold",
      llvm::cl::desc("Smallest constant, in bytes, that leaves the program"),
      llvm::cl::init(256)};
  Option<bool> gpu{*this, "gpu", llvm::cl::desc("The program runs on a GPU"),
                   llvm::cl::init(false)};
  Option<std::string> prefix{
      *this, "prefix", llvm::cl::desc("Put PREFIX_ before names of entries")};
  Option<std::string> libraryName{
      *this, "library-name",
      llvm::cl::desc("Prefix for names that C cannot use as they are"),
      llvm::cl::init("sparseopt")};
};

/// Inlines, checks the entries, bufferizes; then buffers belong to the caller
/// (results, workspace, weights). What works on tensors comes before this,
/// what works on buffers (conversion of packed operations to kernels) after.
void buildBufferizePipeline(mlir::OpPassManager &pm,
                            const LowerOptions &options);

/// Places weights and workspace, and gives entries their C interface. After it
/// the program is private functions on pointers.
void buildPlanBuffersPipeline(mlir::OpPassManager &pm,
                              const LowerOptions &options);

/// Loops, vectors and buffers become the LLVM dialect.
void buildConvertToLLVMPipeline(mlir::OpPassManager &pm,
                                const LowerOptions &options);

/// The three above, in order.
void buildLowerToLLVMPipeline(mlir::OpPassManager &pm,
                              const LowerOptions &options);

/// Registers `--sparsity-lower`, `--sparsity-bufferize`,
/// `--sparsity-plan-buffers` and `--sparsity-convert-to-llvm`.
void registerLowerPipelines();

} // namespace sparseopt

#endif // SPARSEOPT_PIPELINES_LOWERTOLLVM_H
