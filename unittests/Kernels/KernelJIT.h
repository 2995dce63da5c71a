//===- KernelJIT.h - Compile a kernel and run it ----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowers one emitted function to machine code in this process. Used by the
// kernel tests and by the kernel benchmark, which need a kernel without the
// program around it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_UNITTESTS_KERNELS_KERNELJIT_H
#define SPARSEOPT_UNITTESTS_KERNELS_KERNELJIT_H

#include "sparse-opt/Kernels/KernelFamily.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace sparseopt::kerneltest {

class KernelJIT {
public:
  ~KernelJIT();

  /// Emits the kernel and compiles it for `cpu` (an LLVM CPU name). The text
  /// of the assembly is kept if `keepAssembly` is set.
  static llvm::Expected<std::unique_ptr<KernelJIT>>
  create(const KernelFamily &family, const KernelSpec &spec,
         mlir::MLIRContext *context, llvm::StringRef cpu,
         bool keepAssembly = false);

  void run(const void *x, const void *w, llvm::ArrayRef<const void *> extras,
           void *y, int64_t tokens, void *scratch) const;

  llvm::StringRef getAssembly() const { return assembly; }

private:
  KernelJIT();
  std::unique_ptr<llvm::orc::LLJIT> jit;
  void *address = nullptr;
  std::string assembly;
};

/// Loads the dialects of emitted functions and their translations.
void loadKernelDialects(mlir::MLIRContext &context);

} // namespace sparseopt::kerneltest

#endif // SPARSEOPT_UNITTESTS_KERNELS_KERNELJIT_H
