//===- KernelCheck.h - Compare a kernel with the dense meaning --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The differential test of a kernel family: random weights with a pattern are
// packed and unpacked, the kernel is compiled and run, and every result is
// compared with a sum in double precision. Operands end at unreadable pages.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_UNITTESTS_KERNELS_KERNELCHECK_H
#define SPARSEOPT_UNITTESTS_KERNELS_KERNELCHECK_H

#include "sparse-opt/Machine/Machine.h"

#include "mlir/IR/BuiltinTypes.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace sparseopt::kerneltest {

/// Which epilogue is fused: none; a bias; bias and GELU; or bias(o),
/// residual(t, o), scale(t) and shift() together.
enum class Fused { None, Bias, Gelu, All };

enum class Element { F32, BF16, F16 };

struct Problem {
  std::string family;
  ISA isa = ISA::AVX512;
  int64_t outFeatures = 0, inFeatures = 0;
  int64_t tokens = mlir::ShapedType::kDynamic;
  /// N:M pattern of the weight, or density where m is 0.
  int64_t n = 0, m = 0;
  double density = 1;
  Element weight = Element::F32, input = Element::F32, result = Element::F32;
  Fused fused = Fused::None;
  bool threaded = false;
  /// Puts NaN and infinities into the activations.
  bool adversarial = false;
  /// Takes the candidate with this index (0: the family's first choice).
  size_t candidate = 0;
};

/// Compiles the kernel once and runs it for each token count. Failures are
/// reported through GoogleTest; skips if this machine lacks the ISA.
void checkKernel(const Problem &problem, llvm::ArrayRef<int64_t> tokenCounts);

/// The token counts that meet every tile and tail of the kernels.
llvm::ArrayRef<int64_t> getTokenCounts();

/// Pairs of output and input sizes that do and do not divide the tiles.
llvm::ArrayRef<std::pair<int64_t, int64_t>> getShapes();

} // namespace sparseopt::kerneltest

#endif // SPARSEOPT_UNITTESTS_KERNELS_KERNELCHECK_H
