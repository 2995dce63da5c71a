//===- LinearOpInterface.h - Linear layers, logical and packed --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The interface of sparsity.linear and packed.linear, and the syntax and
// checks that both share.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_INTERFACES_LINEAROPINTERFACE_H
#define SPARSEOPT_INTERFACES_LINEAROPINTERFACE_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace sparseopt {
class LinearOpInterface;

/// Type in which products of two values of `elementType` are summed unless an
/// epilogue says otherwise: f32 for floats up to 32 bits, f64, i32 for integers.
mlir::Type getDefaultAccumulatorType(mlir::Type elementType);

namespace detail {
mlir::Type getAccumulatorType(mlir::Operation *op);

/// Checks that both linear ops share: shapes, extras and their maps, epilogue.
mlir::LogicalResult verifyLinear(LinearOpInterface op);

/// `ins(%x, %w : T, T) extra(%b : map, T) outs(%y : T) {region} kernel = K
///  decisions = [..] attr-dict -> T`.
mlir::ParseResult parseLinear(mlir::OpAsmParser &parser,
                              mlir::OperationState &result);
void printLinear(mlir::OpAsmPrinter &printer, LinearOpInterface op);

/// Reads of the inputs and a write of the destination, on memrefs.
void getLinearEffects(
    LinearOpInterface op,
    llvm::SmallVectorImpl<mlir::MemoryEffects::EffectInstance> &effects);

/// On tensors a linear may run at any time; on memrefs it may not.
mlir::Speculation::Speculatability
getLinearSpeculatability(LinearOpInterface op);

/// The result has the shape of the destination.
mlir::LogicalResult
reifyLinearShapes(LinearOpInterface op, mlir::OpBuilder &builder,
                  mlir::ReifiedRankedShapedTypeDims &shapes);
} // namespace detail
} // namespace sparseopt

#include "sparse-opt/Interfaces/LinearOpInterface.h.inc"

#endif // SPARSEOPT_INTERFACES_LINEAROPINTERFACE_H
