//===- WriteReport.cpp - Write the decision records -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-write-report.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Report/Passes.h"
#include "sparse-opt/Report/Report.h"

#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace sparseopt {
#define GEN_PASS_DEF_WRITEREPORTPASS
#include "sparse-opt/Report/Passes.h.inc"
} // namespace sparseopt

namespace {

class WriteReport : public sparseopt::impl::WriteReportPassBase<WriteReport> {
public:
  using WriteReportPassBase::WriteReportPassBase;

protected:
  void runOnOperation() override {
    markAllAnalysesPreserved();
    if (failed(sparseopt::writeReport(getOperation(), file)))
      signalPassFailure();
  }
};

} // namespace
