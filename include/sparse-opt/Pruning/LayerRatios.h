//===- LayerRatios.h - Sparsity of each layer -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How much of the zeros each layer takes, by its outliers (OWL).
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_LAYERRATIOS_H
#define SPARSEOPT_PRUNING_LAYERRATIOS_H

#include "sparse-opt/Pruning/CalibrationStatistics.h"
#include "sparse-opt/Pruning/Element.h"

#include <vector>

namespace llvm {
class ThreadPoolInterface;
} // namespace llvm

namespace sparseopt::pruning {

/// Percentage of the weights of a layer whose score |W_ij| ||x_j|| exceeds
/// `multiple` times the mean score. `weight` has rank 2 and sums over `inputDim`.
/// Yin et al., "Outlier Weighed Layerwise Sparsity", arXiv:2310.05175.
llvm::Expected<double>
computeOutlierRatio(TensorRef weight, const CalibrationStatistics &statistics,
                    int64_t inputDim, double multiple,
                    llvm::ThreadPoolInterface *pool);

/// Sparsities with mean `sparsity`, from an interval of width 2 * `spread`, that
/// are smaller where `outlierRatios` is larger; all `sparsity` if the ratios are
/// equal. Where [0, 1] could be left, the spread is made smaller. With `sizes`
/// (numbers of weights) the mean is over weights, else over layers.
std::vector<double> chooseLayerSparsities(llvm::ArrayRef<double> outlierRatios,
                                          double sparsity, double spread,
                                          llvm::ArrayRef<int64_t> sizes = {});

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_LAYERRATIOS_H
