//===- Passes.h - Passes of the lowering phase ------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declares the passes that make a library with a C interface out of public
// functions on tensors; Passes.td says what each of them does.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_LOWER_PASSES_H
#define SPARSEOPT_TRANSFORMS_LOWER_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class ModuleOp;
namespace affine {
class AffineDialect;
} // namespace affine
namespace arith {
class ArithDialect;
} // namespace arith
namespace bufferization {
class BufferizationDialect;
} // namespace bufferization
namespace cf {
class ControlFlowDialect;
} // namespace cf
namespace func {
class FuncDialect;
class FuncOp;
} // namespace func
namespace linalg {
class LinalgDialect;
} // namespace linalg
namespace LLVM {
class LLVMDialect;
} // namespace LLVM
namespace math {
class MathDialect;
} // namespace math
namespace memref {
class MemRefDialect;
} // namespace memref
namespace tensor {
class TensorDialect;
} // namespace tensor
namespace vector {
class VectorDialect;
} // namespace vector
} // namespace mlir

namespace sparseopt {

#define GEN_PASS_DECL
#include "sparse-opt/Transforms/Lower/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "sparse-opt/Transforms/Lower/Passes.h.inc"

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_LOWER_PASSES_H
