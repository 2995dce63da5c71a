//===- GpuCall.h - What surrounds a program for a GPU -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the calls of the run-time support that bring the arrays of an entry to
// the GPU and back.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_LOWER_GPUCALL_H
#define SPARSEOPT_LIB_TRANSFORMS_LOWER_GPUCALL_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace sparseopt {

/// One call of an entry: the arrays that it was given, and the state.
class GpuCall {
public:
  /// `pointers` are inputs, then outputs, with their sizes in bytes (i64).
  GpuCall(mlir::ImplicitLocOpBuilder &builder, mlir::ModuleOp module,
          mlir::ValueRange pointers, mlir::ValueRange sizes,
          unsigned numInputs);

  /// Returns the status; the program may run if it is 0.
  mlir::Value begin(mlir::Value model, mlir::Value stream, mlir::Value staging);
  /// Where array `index` is on the device, after `begin`.
  mlir::Value getPointer(unsigned index);
  /// The pointer that launches need.
  mlir::Value getState() const { return state; }
  /// Returns the status of the whole call.
  mlir::Value end(mlir::Value status);

private:
  mlir::func::FuncOp declare(llvm::StringRef name, mlir::TypeRange types);
  mlir::Value createConstant(int64_t value);
  mlir::Value createSlots(int64_t count);
  mlir::Value getMember(unsigned port, unsigned member);

  mlir::ImplicitLocOpBuilder &builder;
  mlir::ModuleOp module;
  mlir::Type ptr, i64, i32;
  mlir::Value ports, state;
  unsigned numInputs, numPorts;
};

/// Bytes that all arrays take in the workspace, each rounded up.
mlir::Value createStagingSize(mlir::ImplicitLocOpBuilder &builder,
                              mlir::ValueRange sizes);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_LOWER_GPUCALL_H
