//===- MaskImpl.h - Parts of the mask choice --------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private declarations that the files of the mask choice share.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_PRUNING_MASKIMPL_H
#define SPARSEOPT_LIB_PRUNING_MASKIMPL_H

#include "sparse-opt/Pruning/Mask.h"

namespace sparseopt::pruning {

/// Keeps the min(n, r) largest magnitudes of each group of r elements.
Mask chooseNMMask(TensorRef weight, const NMPattern &pattern,
                  llvm::ThreadPoolInterface *pool);

/// Masks for block, slice and unstructured patterns; `request` fits `weights`.
std::vector<Mask> chooseUnitMasks(llvm::ArrayRef<TensorRef> weights,
                                  const PruneRequest &request,
                                  llvm::ThreadPoolInterface *pool);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_LIB_PRUNING_MASKIMPL_H
