//===- RequestSpec.cpp - Prune requests as users write them -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks the words of a request and makes its attributes.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Dialect/Sparsity/Utils/RequestSpec.h"

#include "sparse-opt/Dialect/Sparsity/Utils/Patterns.h"

#include "BuildMethod.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

static FailureOr<PatternAttrInterface> buildPattern(MLIRContext *context,
                                                    const RequestSpec &spec,
                                                    int64_t contractionDim,
                                                    EmitErrorAt emitError) {
  if (spec.pattern.empty()) {
    emitError("pattern") << "a request needs a pattern: N:M (such as 2:4), "
                            "block<4x1>, slice or unstructured";
    return failure();
  }
  llvm::Expected<pruning::Pattern> pattern =
      pruning::parsePattern(spec.pattern, spec.dim.value_or(contractionDim));
  if (!pattern) {
    emitError("pattern") << llvm::toString(pattern.takeError());
    return failure();
  }
  bool hasDim = std::holds_alternative<pruning::NMPattern>(*pattern) ||
                std::holds_alternative<pruning::SlicePattern>(*pattern);
  if (spec.dim && (!hasDim || *spec.dim < 0)) {
    InFlightDiagnostic diag = emitError("dim");
    if (hasDim)
      diag << "dim must not be negative, got " << *spec.dim;
    else
      diag << "pattern " << spec.pattern << " has no dim";
    return failure();
  }
  auto *nm = std::get_if<pruning::NMPattern>(&*pattern);
  if (nm && nm->m < 2) {
    emitError("pattern") << "N:M needs groups of at least 2 elements, got "
                         << nm->m;
    return failure();
  }
  return toAttr(context, *pattern);
}

FailureOr<RequestAttrs> RequestSpec::build(MLIRContext *context,
                                           int64_t contractionDim,
                                           EmitErrorAt emitError) const {
  FailureOr<PatternAttrInterface> builtPattern =
      buildPattern(context, *this, contractionDim, emitError);
  if (failed(builtPattern))
    return failure();
  FailureOr<MethodAttrInterface> builtMethod =
      buildMethod(context, *this, emitError);
  if (failed(builtMethod))
    return failure();
  RequestAttrs attrs{*builtPattern, *builtMethod, FloatAttr()};
  if (sparsity) {
    if (!(*sparsity >= 0.0 && *sparsity < 1.0)) {
      emitError("sparsity")
          << "sparsity is a fraction in [0, 1), got " << *sparsity;
      return failure();
    }
    attrs.sparsity = Builder(context).getF64FloatAttr(*sparsity);
  }
  auto emitAtSparsity = [&] {
    return emitError(sparsity ? "sparsity" : "pattern");
  };
  if (failed(attrs.method.verifyRequest(attrs.pattern, attrs.sparsity,
                                        emitAtSparsity)))
    return failure();
  return attrs;
}
