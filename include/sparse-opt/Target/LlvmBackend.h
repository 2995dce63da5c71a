//===- LlvmBackend.h - LLVM dialect to machine code -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of emission that is LLVM's: translation, optimization with the
// passes that suit generated kernels, code generation for one CPU.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TARGET_LLVMBACKEND_H
#define SPARSEOPT_TARGET_LLVMBACKEND_H

#include "mlir/IR/BuiltinOps.h"

#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace sparseopt {

/// The CPU that code is generated for.
struct TargetCpu {
  /// LLVM's name: "znver4", "x86-64-v3"; "native" is the machine that the
  /// compiler runs on.
  std::string name = "native";
  /// Additional features: "+avx512vnni,-avx512bf16".
  std::string features;
};

/// A target machine for x86-64 Linux, position-independent. An unknown CPU or
/// feature is an error at `loc`.
mlir::FailureOr<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(const TargetCpu &requested, mlir::Location loc);

/// The extensions that code of `machine` may use and that can be checked when a
/// library is opened, separated by commas.
std::string getCheckedFeatures(const llvm::TargetMachine &machine);

/// Translates a module of the LLVM dialect. Functions that are not in
/// `exported` become internal; all get the target's attributes.
std::unique_ptr<llvm::Module>
translateToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context,
                llvm::TargetMachine &machine,
                llvm::ArrayRef<std::string> exported);

/// Optimizes at O3 without SLP vectorization and unrolling, which make
/// generated kernels slower.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

/// Writes an object file to `os`.
mlir::LogicalResult emitObject(llvm::Module &module,
                               llvm::TargetMachine &machine,
                               llvm::raw_pwrite_stream &os, mlir::Location loc);

} // namespace sparseopt

#endif // SPARSEOPT_TARGET_LLVMBACKEND_H
