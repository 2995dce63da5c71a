//===- Recipe.h - Recipes ---------------------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the import phase: a recipe file as rules, with the place in the
// file of all that an error may have to point at.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_IMPORT_RECIPE_H
#define SPARSEOPT_LIB_TRANSFORMS_IMPORT_RECIPE_H

#include "sparse-opt/Dialect/Sparsity/Utils/NameFilter.h"
#include "sparse-opt/Dialect/Sparsity/Utils/RequestSpec.h"

#include "mlir/IR/Location.h"
#include "llvm/ADT/StringMap.h"

#include <vector>

namespace sparseopt {

/// One rule: a request and the weights that it is for.
struct RecipeRule {
  explicit RecipeRule(mlir::Location loc) : loc(loc) {}

  /// Where the rule begins.
  mlir::Location loc;
  sparsity::RequestSpec spec;
  sparsity::NameFilter targets;
  sparsity::NameFilter ignore;
  /// Where each regular expression of `targets` and `ignore` stands.
  std::vector<mlir::Location> targetLocs;
  std::vector<mlir::Location> ignoreLocs;
  /// Where the value of each key stands.
  llvm::StringMap<mlir::Location> keyLocs;

  /// Location of the value of `key`, or of the rule if it is not given.
  mlir::Location getLoc(llvm::StringRef key) const;
};

/// One stage: rules of which the first that selects a weight decides. A later
/// stage prunes what the earlier ones left.
struct RecipeStage {
  explicit RecipeStage(mlir::Location loc) : loc(loc) {}

  /// Where the stage begins.
  mlir::Location loc;
  /// May be empty.
  std::string name;
  std::vector<RecipeRule> rules;
  /// Regular expression whose group names the block of a weight: blocks are
  /// calibrated and pruned one after another. Empty for all at once.
  std::string sequential;
  std::optional<mlir::Location> sequentialLoc;
};

/// Reads the recipe in `file`, whose `rules` are one stage. Reports what is
/// wrong at its line and column.
mlir::FailureOr<std::vector<RecipeStage>> readRecipe(llvm::StringRef file,
                                                     mlir::Location loc);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_IMPORT_RECIPE_H
