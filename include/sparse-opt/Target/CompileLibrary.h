//===- CompileLibrary.h - From a module to a library ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The whole way from a module of public functions on tensors to a shared
// library, an object file or a header. sparse-compile and sparse-run are thin
// around it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TARGET_COMPILELIBRARY_H
#define SPARSEOPT_TARGET_COMPILELIBRARY_H

#include "sparse-opt/Target/LlvmBackend.h"

#include "mlir/IR/BuiltinOps.h"

#include <functional>
#include <string>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace sparseopt {

/// Ptx and Cubin are the code of a GPU alone.
enum class EmitKind { SharedLibrary, Object, Header, Ptx, Cubin };
enum class WeightsPlacement { Automatic, Embed, File };

/// What `compileLibrary` makes, and how.
struct CompileOptions {
  EmitKind emit = EmitKind::SharedLibrary;
  /// The CPU of the host's part, if there is a GPU.
  TargetCpu cpu;
  /// Architecture of the GPU that the program runs on ("sm_90a"); empty for
  /// the CPU.
  std::string gpu;
  WeightsPlacement weights = WeightsPlacement::Automatic;
  bool openmp = true;
  /// Time each step of the program.
  bool profile = false;
  /// Prefix of all exported functions; empty: entries keep their names.
  std::string prefix;
  /// Name of open, close, description functions if there is no prefix; empty:
  /// the module's name, else the output file's.
  std::string name;
  /// Where the table of phase times goes; null for no table.
  llvm::raw_ostream *timing = nullptr;
  /// Called with a phase's name when it starts.
  std::function<void(llvm::StringRef)> progress;
  /// Adds the passes that run on tensors before bufferization.
  std::function<void(mlir::OpPassManager &)> tensorPasses;
  /// Adds the passes that run on buffers after bufferization.
  std::function<void(mlir::OpPassManager &)> bufferPasses;
};

/// Up to this many bytes of weights are embedded unless asked otherwise; more
/// cannot be.
inline constexpr uint64_t kMaxEmbeddedWeights = uint64_t(1) << 30;

/// Compiles `module` (which is consumed: lowered in place) to `output`. Files
/// are written beside the target and renamed at the end: after a failure an
/// existing output is as before. Weights that are not embedded go to `output`
/// with `.weights` appended.
mlir::LogicalResult compileLibrary(mlir::ModuleOp module,
                                   const CompileOptions &options,
                                   llvm::StringRef output);

} // namespace sparseopt

#endif // SPARSEOPT_TARGET_COMPILELIBRARY_H
