//===- PredictLayer.cpp - Predicted time of a layer ------------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Asks the kernel families as selection does.
//
//===----------------------------------------------------------------------===//

#include "PredictLayer.h"

#include "sparse-opt/Kernels/Registry.h"
#include "sparse-opt/Transforms/Select/DescribeLinear.h"

using namespace mlir;
using namespace sparseopt;

std::optional<Prediction>
sparseopt::predictLayer(MLIRContext *context, LinearDesc desc, int64_t tokens,
                        const PredictionTarget &target) {
  desc.minTokens = desc.maxTokens = tokens;
  SmallVector<Prediction> predictions;
  for (const KernelFamily *family :
       KernelRegistry::get(context).getFamilies()) {
    if ((family->asDevice() != nullptr) != target.machine.gpu.has_value())
      continue;
    for (KernelCandidate &candidate :
         family->getCandidates(desc, target.machine))
      predictions.push_back(
          {family, candidate,
           family->predictSeconds(desc, candidate, tokens, target.threads,
                                  target.machine)});
  }
  bool isForced = llvm::any_of(predictions, [&](const Prediction &entry) {
    return entry.family->getName() == target.family;
  });
  if (isForced)
    llvm::erase_if(predictions, [&](const Prediction &entry) {
      return entry.family->getName() != target.family;
    });
  std::optional<Prediction> best;
  double bestScore = 0;
  for (Prediction &entry : predictions) {
    bool isDense = entry.family->getName() == denseFamily;
    double score = entry.seconds * (isDense ? 1.0 : requiredGain);
    if (best && score >= bestScore)
      continue;
    best = entry;
    bestScore = score;
  }
  return best;
}
