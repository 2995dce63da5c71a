//===- Layout.h - Physical weight layouts -----------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A layout is the byte format in which a kernel reads a weight. The logical
// weight is always the row-major [out, in] matrix; packing happens once, at
// compile time.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_KERNELS_LAYOUT_H
#define SPARSE_OPT_KERNELS_LAYOUT_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Types.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <vector>

namespace sparseopt {

/// Starts a located error; the layout or family appends the sentence.
using EmitErrorFn = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// A read-only dense weight, row-major [rows, cols] = [out, in], contiguous.
/// Element types: f32, bf16, f16.
struct WeightView {
  const char *data = nullptr;
  int64_t rows = 0;
  int64_t cols = 0;
  mlir::Type elementType;
};

/// The same, writable. `elementType` is the type that was packed.
struct MutableWeightView {
  char *data = nullptr;
  int64_t rows = 0;
  int64_t cols = 0;
  mlir::Type elementType;
};

/// One byte format. Objects are immutable and may be used by several threads.
class Layout {
public:
  virtual ~Layout();

  /// The name by which `!packed.weight` refers to the layout.
  virtual llvm::StringRef getName() const = 0;

  /// The alignment in bytes that the packed data must have in memory.
  virtual int64_t getAlignment() const { return 64; }

  /// Checks that `params` has exactly the parameters of the layout, in range.
  virtual mlir::LogicalResult verifyParams(mlir::DictionaryAttr params,
                                           EmitErrorFn emitError) const = 0;

  /// Packs a weight. Fails, naming row and group, if the weight does not have
  /// the pattern that the layout holds, and on an unsupported element type.
  virtual mlir::FailureOr<std::vector<char>>
  pack(const WeightView &dense, mlir::DictionaryAttr params,
       EmitErrorFn emitError) const = 0;

  /// Restores the dense weight. The round trip is exact, except that a layout
  /// which drops zeros gives +0.0 for -0.0. Fails if `packed` is not the
  /// result of packing a weight of this shape and element type.
  virtual mlir::LogicalResult unpack(llvm::ArrayRef<char> packed,
                                     mlir::DictionaryAttr params,
                                     const MutableWeightView &out,
                                     EmitErrorFn emitError) const = 0;

  /// Checks that `packed` is the result of packing a weight of this shape and
  /// element type, so that a kernel that reads it stays inside its operands.
  mlir::LogicalResult verifyPacked(llvm::ArrayRef<char> packed,
                                   mlir::DictionaryAttr params, int64_t rows,
                                   int64_t cols, mlir::Type elementType,
                                   EmitErrorFn emitError) const;
};

} // namespace sparseopt

#endif // SPARSE_OPT_KERNELS_LAYOUT_H
