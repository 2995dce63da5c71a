//===- CompileModel.h - From a dense model to a library ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The whole road in one call, and the command-line options that the tools
// share for it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TARGET_COMPILEMODEL_H
#define SPARSEOPT_TARGET_COMPILEMODEL_H

#include "sparse-opt/Pipelines/Sparsify.h"
#include "sparse-opt/Target/CompileLibrary.h"

#include "llvm/Support/CommandLine.h"

#include <string>

namespace sparseopt {

/// What to do with a model beside compiling it.
struct ModelOptions {
  CompileOptions compile;
  SparsifyOptions sparsify;
  /// File for the decision records as JSON; empty for none.
  std::string report;
  /// Where the summary of at most five lines goes; null for none.
  llvm::raw_ostream *summary = nullptr;
};

/// Sparsifies `module` for the CPU of `options.compile`, then compiles it to
/// `output`. Reports errors at their locations.
mlir::LogicalResult compileModel(mlir::ModuleOp module,
                                 const ModelOptions &options,
                                 llvm::StringRef output);

/// Forgets the options that LLVM's libraries bring, so that a tool has only its
/// own; `program` is argv[0]. To be called before the tool creates any option.
/// LLVM would otherwise take `--stats` for itself.
void removeForeignOptions(const char *program);

/// The options of SparsifyOptions that a user of the tools may give.
class SparsifyFlags {
public:
  explicit SparsifyFlags(llvm::cl::OptionCategory &category);

  void applyTo(ModelOptions &options) const;

  /// The safetensors file to look up weights in; empty if none was given.
  std::string getWeightsFile() const { return weightsFile; }

  /// Whether a pattern for all layers was given.
  bool hasPattern() const { return !pattern.empty(); }

private:
  llvm::cl::opt<std::string> recipe, pattern, method, scope, machine, family,
      report, weightsFile, budget, statistics;
  llvm::cl::opt<double> sparsity;
  llvm::cl::opt<int64_t> tokens;
  llvm::cl::list<std::string> targets, ignore, candidates;
  llvm::cl::opt<bool> strict, assumeFinite, printMatches, printTable;
};

} // namespace sparseopt

#endif // SPARSEOPT_TARGET_COMPILEMODEL_H
