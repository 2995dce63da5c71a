//===- Values.h - Values of arrays ------------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arrays as numbers to print and compare.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TOOLS_SPARSE_RUN_VALUES_H
#define SPARSEOPT_TOOLS_SPARSE_RUN_VALUES_H

#include "Library.h"

#include "llvm/Support/raw_ostream.h"

#include <vector>

namespace sparseopt {

/// The elements of an array of any dtype that entries have.
std::vector<double> toDoubles(llvm::StringRef dtype, llvm::StringRef data);

/// "out0: float32[2, 3]: 1 2 3 4 5 6"; at most eight values.
void printArray(const PortInfo &port, llvm::ArrayRef<int64_t> shape,
                llvm::StringRef data, llvm::raw_ostream &os);

/// The steps of a program with their share of the time, in program order.
llvm::Error printProfile(const Library &library, llvm::raw_ostream &os);

} // namespace sparseopt

#endif // SPARSEOPT_TOOLS_SPARSE_RUN_VALUES_H
