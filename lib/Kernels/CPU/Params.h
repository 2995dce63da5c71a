//===- Params.h - Integer parameters of layouts and kernels -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layouts and kernels are parameterised by dictionaries of integers. These
// helpers build, check and read them.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_LIB_KERNELS_CPU_PARAMS_H
#define SPARSE_OPT_LIB_KERNELS_CPU_PARAMS_H

#include "sparse-opt/Kernels/Layout.h"

namespace sparseopt::cpu {

/// A parameter `name` with minimum <= value <= maximum, a multiple of `step`.
struct ParamRule {
  llvm::StringRef name;
  int64_t minimum, maximum, step = 1;
};

/// Checks that `params` has exactly the parameters of `rules`.
mlir::LogicalResult verifyParams(mlir::DictionaryAttr params,
                                 llvm::ArrayRef<ParamRule> rules,
                                 EmitErrorFn emitError);

mlir::DictionaryAttr
makeParams(mlir::MLIRContext *context,
           llvm::ArrayRef<std::pair<llvm::StringRef, int64_t>> params);

/// The value of a parameter that verifyParams has accepted.
int64_t getParam(mlir::DictionaryAttr params, llvm::StringRef name);

/// Checks the element type of a weight, f32, bf16 or f16, and that its shape
/// is not negative.
mlir::LogicalResult verifyWeight(const WeightView &weight,
                                 EmitErrorFn emitError);

/// Bytes of one element of a weight.
int64_t getElementBytes(mlir::Type type);

/// Whether the element at `data` is zero of either sign.
bool isZeroElement(const char *data, int64_t bytes);

/// Reports that packed data is too short or inconsistent.
mlir::LogicalResult reportCorrupt(llvm::StringRef layout,
                                  EmitErrorFn emitError);

} // namespace sparseopt::cpu

#endif // SPARSE_OPT_LIB_KERNELS_CPU_PARAMS_H
