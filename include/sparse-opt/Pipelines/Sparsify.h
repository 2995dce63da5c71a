//===- Sparsify.h - From a dense model to packed sparse layers --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The phases import to pack as functions that add their passes, and as the
// registered pipeline sparsity-sparsify.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PIPELINES_SPARSIFY_H
#define SPARSEOPT_PIPELINES_SPARSIFY_H

#include "mlir/Pass/PassOptions.h"

#include <string>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace sparseopt {

/// What to prune and for which machine. Given no recipe, pattern or budget, no
/// value changes: the zeros that are there are found and used.
struct SparsifyOptions : public mlir::PassPipelineOptions<SparsifyOptions> {
  Option<std::string> target{
      *this, "target",
      llvm::cl::desc("cpu, or a GPU: sm_90a; the layers of "
                     "others (sm_80 ...) stay dense"),
      llvm::cl::init("cpu")};
  Option<std::string> targetCPU{
      *this, "target-cpu",
      llvm::cl::desc("CPU: host, an LLVM CPU name or an x86-64 level"),
      llvm::cl::init("host")};
  Option<std::string> machine{
      *this, "machine",
      llvm::cl::desc("Machine description to read instead (YAML)")};
  Option<int64_t> threads{
      *this, "threads",
      llvm::cl::desc("Number of threads that the layers will run on"),
      llvm::cl::init(1)};
  Option<std::string> recipe{*this, "recipe",
                             llvm::cl::desc("What to prune (YAML)")};
  Option<bool> printMatches{
      *this, "print-matches",
      llvm::cl::desc("Print which rule of the recipe decides about which "
                     "weight"),
      llvm::cl::init(false)};
  Option<std::string> pattern{
      *this, "pattern",
      llvm::cl::desc("Pattern for all layers: N:M, block<4x1>, slice or "
                     "unstructured")};
  Option<std::string> method{*this, "method",
                             llvm::cl::desc("magnitude, threshold, wanda, ria, "
                                            "dsnot, sparsegpt, admm or alps"),
                             llvm::cl::init("magnitude")};
  Option<std::string> stats{
      *this, "stats",
      llvm::cl::desc("Statistics of the layers' inputs (safetensors), for a "
                     "budget and for the methods that read them")};
  Option<double> sparsity{*this, "sparsity",
                          llvm::cl::desc("Fraction of zeros in [0, 1)"),
                          llvm::cl::init(-1.0)};
  Option<std::string> scope{
      *this, "scope", llvm::cl::desc("What competes: row, layer or global")};
  ListOption<std::string> targets{
      *this, "targets",
      llvm::cl::desc("Regular expressions on whole weight names")};
  ListOption<std::string> ignore{
      *this, "ignore",
      llvm::cl::desc("Regular expressions on names of weights to leave alone")};
  Option<std::string> budget{
      *this, "budget",
      llvm::cl::desc("Choose a pattern for each layer so that this is kept: "
                     "speed-up:1.5, bytes:12MiB, bytes:60% or error:0.01")};
  ListOption<std::string> candidates{
      *this, "candidates",
      llvm::cl::desc("What a budget chooses from: dense, N:M, unstructured:S, "
                     "block<AxB>:S or slice:S with a sparsity S")};
  Option<int64_t> tokens{
      *this, "tokens",
      llvm::cl::desc("Number of tokens for which a budget judges layers of "
                     "dynamic token count"),
      llvm::cl::init(128)};
  Option<bool> printTable{
      *this, "print-table",
      llvm::cl::desc("Print the Pareto front of a budget and its choices"),
      llvm::cl::init(false)};
  Option<bool> record{
      *this, "record",
      llvm::cl::desc("Keep on the module what was done to each weight, for the "
                     "report"),
      llvm::cl::init(false)};
  Option<bool> assumeFinite{
      *this, "assume-finite",
      llvm::cl::desc("Values that are not known are neither infinite nor NaN, "
                     "so that 0 * x is 0 and dead slices can go"),
      llvm::cl::init(false)};
  Option<bool> checkAssumptions{
      *this, "check-assumptions",
      llvm::cl::desc("Test each sparsity.assume when the program runs"),
      llvm::cl::init(false)};
  Option<std::string> family{
      *this, "family",
      llvm::cl::desc("Use this kernel family wherever it can serve a layer")};
  Option<bool> strict{
      *this, "strict",
      llvm::cl::desc("Fail where a pruned layer would run dense"),
      llvm::cl::init(false)};
};

/// Weights get names, contractions become linears, requests are attached, and
/// patterns that are there already are found.
void addImportPasses(mlir::OpPassManager &pm, const SparsifyOptions &options);

/// With a budget, weights without a request get the pattern that fits it best.
void addChoosePasses(mlir::OpPassManager &pm, const SparsifyOptions &options);

/// Requests are executed and the patterns checked on the values.
void addPrunePasses(mlir::OpPassManager &pm, const SparsifyOptions &options);

/// Dead slices are removed, and what else no result depends on is zeroed.
void addPropagatePasses(mlir::OpPassManager &pm,
                        const SparsifyOptions &options);

/// Dead slices are removed.
void addShrinkPasses(mlir::OpPassManager &pm, const SparsifyOptions &options);

/// Every linear gets a kernel, and its weight the layout of that kernel.
void addSelectPasses(mlir::OpPassManager &pm, const SparsifyOptions &options);
void addPackPasses(mlir::OpPassManager &pm, const SparsifyOptions &options);

/// All of the above.
void buildSparsifyPipeline(mlir::OpPassManager &pm,
                           const SparsifyOptions &options);

/// Registers sparsity-sparsify.
void registerSparsifyPipelines();

} // namespace sparseopt

#endif // SPARSEOPT_PIPELINES_SPARSIFY_H
