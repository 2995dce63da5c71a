//===- FamilyBase.h - What CPU kernel families share ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Base class of the CPU families: says why a layer has no kernel, checks a
// specification, creates the function, and combines compute and memory time in
// the cost model. A family adds what is its own.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_FAMILYBASE_H
#define SPARSE_OPT_LIB_KERNELS_CPU_FAMILYBASE_H

#include "Epilogue.h"
#include <memory>

namespace sparseopt::cpu {

class FamilyBase : public KernelFamily {
public:
  llvm::StringRef getLayoutName() const final {
    return createLayout()->getName();
  }

  std::optional<std::string>
  whyNot(const LinearDesc &desc, const MachineDescription &machine) const final;

  llvm::SmallVector<KernelCandidate>
  getCandidates(const LinearDesc &desc,
                const MachineDescription &machine) const final;

  /// A kernel without parameters.
  mlir::LogicalResult verifyParams(mlir::DictionaryAttr params,
                                   EmitErrorFn emitError) const override;

  /// No scratch.
  ScratchSize getScratchSize(const KernelSpec &spec) const override {
    return {};
  }

  mlir::FailureOr<mlir::func::FuncOp>
  emit(const KernelSpec &spec, llvm::StringRef name, mlir::Location loc,
       mlir::OpBuilder &builder) const final;

protected:
  /// The lowest instruction set whose operations the family emits.
  virtual ISA getMinimumISA() const { return ISA::Scalar; }

  /// Why the family has no kernel for the pattern or the density of a weight.
  virtual std::optional<std::string>
  getPatternObstacle(const LinearDesc &desc) const {
    return std::nullopt;
  }

  /// The kernels for a layer that the family can serve, the first choice first.
  virtual llvm::SmallVector<KernelCandidate>
  listCandidates(const LinearDesc &desc,
                 const MachineDescription &machine) const = 0;

  using Params = llvm::ArrayRef<std::pair<llvm::StringRef, int64_t>>;
  KernelCandidate makeCandidate(const LinearDesc &desc, Params params,
                                Params layoutParams) const;

  /// The layout that the family reads.
  virtual std::unique_ptr<Layout> createLayout() const = 0;

  /// Emits the code of the function. Parameters and types are checked.
  virtual mlir::LogicalResult emitBody(Emitter &e, const KernelSpec &spec,
                                       const KernelArgs &args,
                                       const Epilogue &epilogue) const = 0;

  /// Time of `flops` at a fraction of peak and of streaming `bytes` of weights
  /// once, mostly at the same time; spread over threads.
  static double getSeconds(double flops, double efficiency, double bytes,
                           int64_t threads, const MachineDescription &machine);

private:
  /// Why the types of a layer have no kernel, or the machine cannot run it.
  std::optional<std::string>
  getObstacle(const LinearDesc &desc, const MachineDescription &machine) const;
  std::optional<std::string>
  getISAObstacle(const MachineDescription &machine) const;
};

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_FAMILYBASE_H
