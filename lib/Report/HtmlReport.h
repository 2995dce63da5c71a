//===- HtmlReport.h - The report as a page ---------------------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Private to the report: the page that a browser shows of it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_LIB_REPORT_HTMLREPORT_H
#define SPARSEOPT_LIB_REPORT_HTMLREPORT_H

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace sparseopt {

/// Writes `report`, as `buildReport` gives it, as one HTML file that needs nothing
/// else: tables, plots as inline SVG, and the report itself as JSON. Each number of
/// a table stands unrounded in the attribute `data-value` of its cell.
void printHtmlReport(const llvm::json::Object &report, llvm::raw_ostream &os);

} // namespace sparseopt

#endif // SPARSEOPT_LIB_REPORT_HTMLREPORT_H
