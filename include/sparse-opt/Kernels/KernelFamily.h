//===- KernelFamily.h - Generators of linear-layer kernels ------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel family computes y[t, o] = epilogue(sum_k x[t, k] * w[o, k]) from a
// weight packed in one layout. It says whether it can serve a layer, proposes
// parameters, predicts the time on a machine, and emits the code as one private
// function.
//
// Calling convention of an emitted function:
//
//   func.func private @name(%x: !llvm.ptr, %w: !llvm.ptr, %extras:
//   !llvm.ptr...,
//                           %y: !llvm.ptr, %tokens: i64, %scratch: !llvm.ptr)
//
// x is row-major [tokens, in], y is row-major [tokens, out]; both contiguous
// and in their own storage. w is the packed weight at the layout's alignment.
// An extra is contiguous in the dimensions of its map, in map order. scratch
// has ScratchSize::getBytes(tokens) bytes at 64-byte alignment and holds no
// state between calls.
//
// Meaning of special values: a term whose weight is zero may be left out, so
// a NaN or Inf in x reaches y wherever the weight is not zero, and may or may
// not where it is zero.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_KERNELS_KERNELFAMILY_H
#define SPARSE_OPT_KERNELS_KERNELFAMILY_H

#include "sparse-opt/Kernels/Layout.h"
#include "sparse-opt/Machine/Machine.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>

namespace sparseopt {

/// "At most n nonzeros in each aligned group of m along the inputs."
struct NMFact {
  int64_t n = 0;
  int64_t m = 0;
};

/// What is known of a linear layer when a kernel is chosen for it.
struct LinearDesc {
  int64_t outFeatures = 0;
  int64_t inFeatures = 0;
  /// Element types of the weight and of the activations.
  mlir::Type weightType;
  mlir::Type inputType;
  /// N:M patterns that hold for the weight.
  llvm::SmallVector<NMFact> nmPatterns;
  /// Fraction of nonzeros of the weight.
  double density = 1.0;
  /// Range of the token count; equal bounds for a static count.
  int64_t minTokens = 1;
  int64_t maxTokens = mlir::ShapedType::kDynamic;

  /// Whether n:m holds, directly or by implication of a held pattern.
  bool holdsNM(int64_t n, int64_t m) const;
};

/// A family's proposal for a layer.
struct KernelCandidate {
  mlir::DictionaryAttr params;
  std::string layout;
  mlir::DictionaryAttr layoutParams;
};

/// An operand of the epilogue beside the accumulator.
struct KernelExtra {
  mlir::Type elementType;
  /// Results of (t, o) -> ...; each result is one of the two dimensions:
  /// (t, o), (o), (t) or (). Other maps are refused.
  mlir::AffineMap map;
};

/// Everything that an emitted function depends on.
struct KernelSpec {
  mlir::DictionaryAttr params;
  mlir::DictionaryAttr layoutParams;
  int64_t outFeatures = 0;
  int64_t inFeatures = 0;
  /// Static token count or ShapedType::kDynamic. The function has the token
  /// argument in both cases.
  int64_t tokens = mlir::ShapedType::kDynamic;
  mlir::Type inputType;
  mlir::Type weightType;
  mlir::Type resultType;
  llvm::SmallVector<KernelExtra> extras;
  /// One block of pure scalar ops: arguments are the f32 accumulator and one
  /// scalar per extra; its terminator has one operand, of `resultType`. Null:
  /// y is the accumulator, converted to `resultType`.
  mlir::Region *epilogue = nullptr;
  /// Work is spread with scf.parallel over blocks of rows and tokens.
  bool threaded = false;
  const MachineDescription *machine = nullptr;
};

/// Bytes of scratch that a call needs, as a function of the token count.
struct ScratchSize {
  int64_t bytesPerToken = 0;
  /// The token count is rounded up to a multiple of this.
  int64_t tokenMultiple = 1;
  int64_t fixedBytes = 0;

  int64_t getBytes(int64_t tokens) const {
    int64_t rounded =
        (tokens + tokenMultiple - 1) / tokenMultiple * tokenMultiple;
    return bytesPerToken * rounded + fixedBytes;
  }
};

class DeviceKernelFamily;

/// One family of kernels. Objects are immutable and may be used by several
/// threads.
class KernelFamily {
public:
  virtual ~KernelFamily();

  /// For example "cpu.mask_tile".
  virtual llvm::StringRef getName() const = 0;
  /// The family as one whose kernels run on a device; null for a CPU's.
  virtual const DeviceKernelFamily *asDevice() const { return nullptr; }
  /// The layout of the weights that the family reads.
  virtual llvm::StringRef getLayoutName() const = 0;

  /// The reason why the family cannot serve the layer on the machine; nothing
  /// if it can.
  virtual std::optional<std::string>
  whyNot(const LinearDesc &desc, const MachineDescription &machine) const = 0;

  /// Parameter choices worth comparing. Empty exactly if whyNot has a reason.
  virtual llvm::SmallVector<KernelCandidate>
  getCandidates(const LinearDesc &desc,
                const MachineDescription &machine) const = 0;

  /// Expected time of one call, epilogue excluded.
  virtual double predictSeconds(const LinearDesc &desc,
                                const KernelCandidate &candidate,
                                int64_t tokens, int64_t threads,
                                const MachineDescription &machine) const = 0;

  virtual mlir::LogicalResult verifyParams(mlir::DictionaryAttr params,
                                           EmitErrorFn emitError) const = 0;

  /// Parameters have passed the checks of the family and of the layout.
  virtual ScratchSize getScratchSize(const KernelSpec &spec) const = 0;

  /// Emits the function `name` at the builder's insertion point, which is in
  /// a module; the body of a parallel loop becomes a second private function,
  /// `name`_task<i>. Fails with a diagnostic at `loc` that names what the family
  /// cannot do.
  virtual mlir::FailureOr<mlir::func::FuncOp>
  emit(const KernelSpec &spec, llvm::StringRef name, mlir::Location loc,
       mlir::OpBuilder &builder) const = 0;
};

/// A symbol that is equal for equal specs and, but for hash collisions,
/// different for different ones: sparsity_<family>_<out>x<in>_<hash>.
std::string getKernelSymbol(const KernelFamily &family, const KernelSpec &spec);

} // namespace sparseopt

#endif // SPARSE_OPT_KERNELS_KERNELFAMILY_H
