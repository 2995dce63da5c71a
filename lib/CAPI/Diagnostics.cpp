//===- Diagnostics.cpp - C interface: diagnostics ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A diagnostic handler that keeps what it receives.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt-c/SparseOpt.h"

#include "mlir/CAPI/Diagnostics.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Wrap.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"

#include <deque>
#include <string>

using namespace mlir;

namespace {
struct Record {
  MlirDiagnosticSeverity severity;
  std::string location, message;
};

class Collection : public ScopedDiagnosticHandler {
public:
  explicit Collection(MLIRContext *context) : ScopedDiagnosticHandler(context) {
    setHandler([this](Diagnostic &diagnostic) { add(diagnostic); });
  }

  /// Strings that were handed out must not move.
  std::deque<Record> records;

private:
  void add(Diagnostic &diagnostic);
};
} // namespace

DEFINE_C_API_PTR_METHODS(SparseOptDiagnostics, Collection)

/// "file:line:column" where there is a file, else the name that a location has.
static std::string printLocation(Location loc) {
  // A module's own location in a file has no line.
  auto file = loc->findInstanceOf<FileLineColLoc>();
  if (file && file.getLine() == 0)
    return file.getFilename() == "-" ? "" : file.getFilename().str();
  if (file)
    return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" +
            Twine(file.getColumn()))
        .str();
  if (auto name = loc->findInstanceOf<NameLoc>())
    return name.getName().str();
  return "";
}

void Collection::add(Diagnostic &diagnostic) {
  records.push_back({mlirDiagnosticGetSeverity(wrap(diagnostic)),
                     printLocation(diagnostic.getLocation()),
                     diagnostic.str()});
  for (Diagnostic &note : diagnostic.getNotes())
    add(note);
}

static MlirStringRef view(const std::string &text) {
  return mlirStringRefCreate(text.data(), text.size());
}

SparseOptDiagnostics sparseOptDiagnosticsCreate(MlirContext context) {
  return wrap(new Collection(unwrap(context)));
}

void sparseOptDiagnosticsDestroy(SparseOptDiagnostics diagnostics) {
  delete unwrap(diagnostics);
}

intptr_t sparseOptDiagnosticsGetCount(SparseOptDiagnostics diagnostics) {
  return unwrap(diagnostics)->records.size();
}

MlirDiagnosticSeverity
sparseOptDiagnosticsGetSeverity(SparseOptDiagnostics diagnostics,
                                intptr_t index) {
  return unwrap(diagnostics)->records[index].severity;
}

MlirStringRef sparseOptDiagnosticsGetLocation(SparseOptDiagnostics diagnostics,
                                              intptr_t index) {
  return view(unwrap(diagnostics)->records[index].location);
}

MlirStringRef sparseOptDiagnosticsGetMessage(SparseOptDiagnostics diagnostics,
                                             intptr_t index) {
  return view(unwrap(diagnostics)->records[index].message);
}

void sparseOptDiagnosticsClear(SparseOptDiagnostics diagnostics) {
  unwrap(diagnostics)->records.clear();
}
