//===- Weights.h - Make the weights of a module -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses one layout for each weight from all of its uses, and replaces its
// constant by a named sparsity.weight.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_IMPORT_WEIGHTS_H
#define SPARSEOPT_LIB_TRANSFORMS_IMPORT_WEIGHTS_H

#include "Contraction.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

namespace sparseopt {

/// How the dims of a weight's root become [out, in].
struct WeightLayout {
  /// Dims of the root: those of the outputs, then those of the inputs. Unit
  /// dims may be missing.
  llvm::SmallVector<int64_t> dims;
  /// The first dims that are outputs.
  unsigned numOuts;
  /// Whether the stored order of the values is kept.
  bool keepsOrder() const { return llvm::is_sorted(dims); }
  bool operator==(const WeightLayout &other) const {
    return dims == other.dims && numOuts == other.numOuts;
  }
};

/// The weights of a module and the contractions that use them.
class WeightTable {
public:
  explicit WeightTable(mlir::ModuleOp module);
  ~WeightTable();

  /// Adds a use. `contraction` must outlive the table.
  void add(Contraction &contraction);

  /// Replaces constants and loads by sparsity.weight ops and sets
  /// `linearWeight` of each contraction, or its reason to stay in linalg.
  /// Fails, with a diagnostic, where values have to be transposed and are
  /// missing or short.
  mlir::LogicalResult materialize();

  /// Frees the values that transposed weights were made from, where nothing in
  /// the module refers to them any more.
  void freeReplacedBlobs();

  /// The name of the weight of `contraction`, for remarks.
  llvm::StringRef getName(const Contraction &contraction) const;

private:
  struct Root;

  void mergeDuplicate(Contraction &contraction);
  std::optional<WeightLayout> chooseLayout(Root &root);
  mlir::LogicalResult materialize(Root &root);
  mlir::LogicalResult replaceConstant(Root &root,
                                      std::optional<WeightLayout> layout);
  void shapeExistingWeight(Root &root, const WeightLayout &layout);
  mlir::FailureOr<mlir::ElementsAttr>
  permute(Root &root, const WeightLayout &layout, mlir::RankedTensorType type);
  std::string chooseName(Root &root, bool permuted);

  mlir::ModuleOp module;
  /// Uses by root, in the order in which they were found.
  llvm::MapVector<mlir::Value, std::unique_ptr<Root>> roots;
  /// The first op for each resource or global in each isolated region.
  llvm::DenseMap<std::pair<mlir::Operation *, mlir::Attribute>,
                 mlir::Operation *>
      firstOps;
  llvm::DenseMap<mlir::Operation *, mlir::StringAttr> names;
  /// Names by resource key or symbol of the source.
  llvm::StringMap<std::string> namesOfSources;
  llvm::StringSet<> takenNames;
  /// Transposed values, by source and new type.
  llvm::DenseMap<std::pair<mlir::Attribute, mlir::Type>, mlir::ElementsAttr>
      permuted;
  llvm::SmallVector<mlir::DenseResourceElementsHandle> replacedBlobs;
};

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_IMPORT_WEIGHTS_H
