//===- Module.cpp - C interface: modules ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loading, transforming, reporting and writing a module.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt-c/SparseOpt.h"

#include "sparse-opt/Report/Report.h"
#include "sparse-opt/Target/LoadModule.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/CAPI/Utils.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;

MlirModule sparseOptModuleLoad(MlirContext context, MlirStringRef path) {
  OwningOpRef<ModuleOp> module =
      sparseopt::loadModule(unwrap(path), *unwrap(context));
  return wrap(module.release());
}

/// Parses `pipeline` for a module; errors are diagnostics at `loc`.
static FailureOr<OpPassManager> parsePipeline(StringRef pipeline,
                                              Location loc) {
  std::string message;
  llvm::raw_string_ostream os(message);
  OpPassManager passes(ModuleOp::getOperationName());
  FailureOr<OpPassManager> enclosed = failure();
  pipeline = pipeline.trim();
  if (pipeline.starts_with("builtin.module("))
    enclosed = parsePassPipeline(pipeline, os);
  else if (succeeded(parsePassPipeline(pipeline, passes, os)))
    enclosed = std::move(passes);
  if (failed(enclosed)) {
    // The parser prints like a tool, place, text and the line with a caret; the
    // name of an option that is wrong goes to stderr only.
    StringRef reason = StringRef(message).trim();
    if (reason.contains("error: "))
      reason = reason.split("error: ").second.split('\n').first;
    emitError(loc) << "cannot parse the pipeline '" << pipeline
                   << "': " << reason;
  }
  return enclosed;
}

MlirLogicalResult sparseOptModuleRunPipeline(MlirModule module,
                                             MlirStringRef pipeline) {
  ModuleOp op = unwrap(module);
  FailureOr<OpPassManager> passes =
      parsePipeline(unwrap(pipeline), UnknownLoc::get(op.getContext()));
  if (failed(passes))
    return wrap(failure());
  PassManager manager(op.getContext(), ModuleOp::getOperationName());
  static_cast<OpPassManager &>(manager) = std::move(*passes);
  return wrap(manager.run(op));
}

void sparseOptModulePrintReport(MlirModule module, MlirStringCallback callback,
                                void *userData) {
  mlir::detail::CallbackOstream os(callback, userData);
  os << llvm::formatv(
      "{0:2}\n", llvm::json::Value(sparseopt::buildReport(unwrap(module))));
}

MlirLogicalResult sparseOptModuleSave(MlirModule module, MlirStringRef path,
                                      SparseOptFormat format) {
  ModuleOp op = unwrap(module);
  bool written = true;
  llvm::Error error =
      llvm::writeToOutput(unwrap(path), [&](llvm::raw_ostream &os) {
        if (format == SparseOptFormatBytecode)
          written = succeeded(writeBytecodeToFile(op, os));
        else
          op.print(os);
        return written ? llvm::Error::success()
                       : llvm::createStringError("the module has no bytecode");
      });
  if (error) {
    op.emitError() << "cannot write '" << unwrap(path)
                   << "': " << llvm::toString(std::move(error));
    return wrap(failure());
  }
  return wrap(success());
}
