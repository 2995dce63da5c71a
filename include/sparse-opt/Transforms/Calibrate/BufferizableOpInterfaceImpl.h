//===- BufferizableOpInterfaceImpl.h - Observe on buffers -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bufferization of `sparsity.observe`.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_CALIBRATE_BUFFERIZABLEOPINTERFACEIMPL_H
#define SPARSEOPT_TRANSFORMS_CALIBRATE_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace sparseopt {

/// Lets one-shot bufferization handle `sparsity.observe`.
void registerObserveBufferizationModel(mlir::DialectRegistry &registry);

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_CALIBRATE_BUFFERIZABLEOPINTERFACEIMPL_H
