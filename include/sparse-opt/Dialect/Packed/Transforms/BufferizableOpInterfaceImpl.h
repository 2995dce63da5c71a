//===- BufferizableOpInterfaceImpl.h - Bufferization of linear layers -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// External models of upstream's BufferizableOpInterface for the linear ops.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_PACKED_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
#define SPARSEOPT_DIALECT_PACKED_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace sparseopt {

/// Lets one-shot bufferization turn `sparsity.linear` and `packed.linear` on
/// tensors into the same ops on memrefs.
void registerLinearBufferizationModels(mlir::DialectRegistry &registry);

} // namespace sparseopt

#endif // SPARSEOPT_DIALECT_PACKED_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
