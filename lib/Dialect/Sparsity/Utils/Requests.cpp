//===- Requests.cpp - Prune requests on weights -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks whether a request fits a weight, and inserts it.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/Utils/Requests.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

static std::string getObstacle(Value value, const WeightUses &uses,
                               const RequestSpec &spec) {
  if (uses.numContractions == 0)
    return "no contraction uses it";
  if (llvm::any_of(value.getUsers(), llvm::IsaPred<PruneOp>))
    return "it has a request";
  StringRef pattern = StringRef(spec.pattern).trim();
  bool needsDim = pattern.contains(':') || pattern == "slice";
  if (needsDim && !spec.dim && !uses.contractionDim)
    return "there is no one dim of it that all its uses contract; give dim";
  return "";
}

FailureOr<RequestAttrs> sparsity::fitRequest(Value value,
                                             const WeightUses &uses,
                                             const RequestSpec &spec,
                                             std::string &obstacle) {
  obstacle = getObstacle(value, uses, spec);
  if (!obstacle.empty())
    return failure();
  Location loc = value.getLoc();
  ScopedDiagnosticHandler handler(loc.getContext(), [&](Diagnostic &diag) {
    obstacle = diag.str();
    return success();
  });
  auto emit = [&] { return mlir::emitError(loc); };
  FailureOr<RequestAttrs> attrs =
      spec.build(loc.getContext(), uses.contractionDim.value_or(0),
                 [&](StringRef) { return emit(); });
  auto type = cast<RankedTensorType>(value.getType());
  if (failed(attrs) ||
      failed(attrs->pattern.verifyShape(type.getShape(), emit)))
    return failure();
  return attrs;
}

void sparsity::insertRequest(Value value, const RequestAttrs &attrs) {
  OpBuilder builder(value.getContext());
  builder.setInsertionPointAfterValue(value);
  auto prune = PruneOp::create(builder, value.getLoc(), value, attrs.pattern,
                               attrs.method, attrs.sparsity);
  value.replaceAllUsesExcept(prune.getResult(), prune);
}
