//===- ToolDiagnostics.cpp - Diagnostics of the command line tools -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's handler reads the source file again to show the line; models are
// often bytecode or have lines of megabytes.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Target/ToolDiagnostics.h"

#include "mlir/IR/Location.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace sparseopt {

ToolDiagnostics::ToolDiagnostics(MLIRContext &context, StringRef tool)
    : ScopedDiagnosticHandler(&context), tool(tool) {
  setHandler([this](Diagnostic &diagnostic) { print(diagnostic); });
}

static StringRef getKind(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  llvm_unreachable("unknown severity");
}

void ToolDiagnostics::print(Diagnostic &diagnostic) const {
  llvm::raw_ostream &os = llvm::errs();
  if (auto file = diagnostic.getLocation()->findInstanceOf<FileLineColLoc>())
    os << file.getFilename().getValue() << ":" << file.getLine() << ":"
       << file.getColumn();
  else if (auto name = diagnostic.getLocation()->findInstanceOf<NameLoc>())
    os << tool << ": " << name.getName().getValue();
  else
    os << tool;
  os << ": " << getKind(diagnostic.getSeverity()) << ": " << diagnostic.str()
     << "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    print(note);
}

} // namespace sparseopt
