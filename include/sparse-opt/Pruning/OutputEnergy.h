//===- OutputEnergy.h - What pruning does to a layer's output ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Squared norms of a linear layer's output on calibration data, from the Gram
// matrix of its inputs. Written for many candidates on one layer, most of whose
// differences to the weight are sparse; needs no BLAS.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_OUTPUTENERGY_H
#define SPARSEOPT_PRUNING_OUTPUTENERGY_H

#include "sparse-opt/Pruning/Element.h"

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::pruning {

/// ||W X||^2 = trace(W G W^T) of a weight [out, in] and the Gram matrix G =
/// X X^T [in, in], which is symmetric: only its lower triangle is read. In f64,
/// summed over fixed blocks of rows in order: the result does not depend on the
/// number of threads. Rounding may leave a tiny negative number.
double computeOutputEnergy(TensorRef weight, llvm::ArrayRef<double> gram,
                           llvm::ThreadPoolInterface *pool);

/// ||(W - W') X||^2 for two weights of one shape and type; the time is
/// proportional to the number of elements that differ.
double computeLostEnergy(TensorRef weight, TensorRef pruned,
                         llvm::ArrayRef<double> gram,
                         llvm::ThreadPoolInterface *pool);

/// `lost / all`, not negative. When the output is zero on all data: 0 if it still is,
/// else 1. Energies that are no numbers, or negative `all`, give 1, never 0.
double getRelativeError(double lost, double all);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_OUTPUTENERGY_H
