//===- Epilogue.h - Epilogues of linears ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds epilogues, and takes the elementwise ops that follow a linear into its
// epilogue.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_TRANSFORMS_IMPORT_EPILOGUE_H
#define SPARSEOPT_LIB_TRANSFORMS_IMPORT_EPILOGUE_H

#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"

#include "mlir/IR/PatternMatch.h"

namespace sparseopt {

/// An operand of an epilogue: `value` read at `map`, over the dims of the
/// linear's result.
struct Extra {
  mlir::Value value;
  mlir::AffineMap map;
};

/// Looks through broadcasts: afterwards `extra` reads the value that was
/// broadcast.
void peelBroadcasts(Extra &extra);

/// If `value` holds one constant everywhere, that constant; null otherwise.
mlir::TypedAttr getSplatConstant(mlir::Value value);

/// Takes elementwise ops on the result of `linear` into its epilogue, as long
/// as each is the only user. Returns the last linear and counts the ops.
sparsity::LinearOp fuseEpilogue(mlir::RewriterBase &rewriter,
                                sparsity::LinearOp linear, unsigned &numFused);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_TRANSFORMS_IMPORT_EPILOGUE_H
