//===- PackedToCPU.cpp - Packed layers to CPU kernels -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-to-cpu: emits the kernel functions that are needed and
// calls them.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/PackedToCPU/PackedToCPU.h"

#include "sparse-opt/Conversion/PackedToCPU/KernelOperands.h"
#include "sparse-opt/Conversion/PackedToCPU/PackedGlobals.h"
#include "sparse-opt/Dialect/Packed/IR/Packed.h"
#include "sparse-opt/Kernels/Registry.h"
#include "sparse-opt/Machine/Machine.h"
#include "sparse-opt/Transforms/Select/DescribeLinear.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#define DEBUG_TYPE "sparsity-to-cpu"

using namespace mlir;
using namespace sparseopt;

namespace sparseopt {
#define GEN_PASS_DEF_CONVERTPACKEDTOCPUPASS
#include "sparse-opt/Conversion/Passes.h.inc"
} // namespace sparseopt

namespace {

class ConvertPackedToCPU
    : public sparseopt::impl::ConvertPackedToCPUPassBase<ConvertPackedToCPU> {
public:
  using ConvertPackedToCPUPassBase::ConvertPackedToCPUPassBase;

protected:
  void runOnOperation() override;

private:
  LogicalResult readOptions();
  LogicalResult lower(packed::LinearOp op);
  LogicalResult lowerLeftovers();
  FailureOr<func::FuncOp> getKernel(packed::LinearOp op,
                                    sparsity::KernelAttr kernel,
                                    ArrayRef<KernelExtra> extras,
                                    ScratchSize &scratch);
  LogicalResult callKernels(packed::LinearOp op, ImplicitLocOpBuilder &builder,
                            KernelOperands &operands, Value destination);

  MachineDescription machine;
  std::optional<SymbolTable> symbols;
  std::optional<PackedGlobals> globals;
};

} // namespace

LogicalResult ConvertPackedToCPU::readOptions() {
  FailureOr<MachineDescription> loaded =
      loadMachine(getOperation(), targetCPU, machineFile);
  if (failed(loaded))
    return failure();
  machine = *loaded;
  if (threading != "omp" && threading != "none")
    return getOperation().emitError()
           << "threading is 'omp' or 'none', not '" << threading << "'";
  return success();
}

void ConvertPackedToCPU::runOnOperation() {
  if (failed(readOptions()))
    return signalPassFailure();
  symbols.emplace(getOperation());
  globals.emplace(getOperation(), *symbols);
  SmallVector<packed::LinearOp> layers;
  getOperation().walk([&](packed::LinearOp op) { layers.push_back(op); });
  for (packed::LinearOp op : layers)
    if (failed(lower(op)))
      return signalPassFailure();
  if (failed(lowerLeftovers()))
    signalPassFailure();
}

LogicalResult ConvertPackedToCPU::lowerLeftovers() {
  WalkResult result = getOperation().walk([&](Operation *op) {
    if (isa<packed::ConstantOp>(op) && op->use_empty()) {
      op->erase();
      return WalkResult::skip();
    }
    if (isa<packed::PackOp, packed::UnpackOp>(op)) {
      op->emitOpError("is left for run time; weights are packed by "
                      "sparsity-pack-weights");
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// The function of one kernel, emitted if it is not there yet.
FailureOr<func::FuncOp>
ConvertPackedToCPU::getKernel(packed::LinearOp op, sparsity::KernelAttr kernel,
                              ArrayRef<KernelExtra> extras,
                              ScratchSize &scratch) {
  const KernelFamily *family =
      KernelRegistry::get(&getContext()).lookupFamily(kernel.getFamily());
  if (!family)
    return op.emitOpError("unknown kernel family '")
           << kernel.getFamily() << "'";
  auto weightType = cast<packed::WeightType>(op.getWeight().getType());
  if (weightType.getLayout() != family->getLayoutName())
    return op.emitOpError("kernel '")
           << kernel.getFamily() << "' reads layout '"
           << family->getLayoutName() << "', but the weight has '"
           << weightType.getLayout() << "'";
  KernelSpec spec;
  spec.params = kernel.getParams();
  spec.layoutParams = weightType.getParams();
  spec.outFeatures = weightType.getShape()[0];
  spec.inFeatures = weightType.getShape()[1];
  spec.tokens = getNumTokens(op);
  spec.inputType = getElementTypeOrSelf(op.getInput().getType());
  spec.weightType = weightType.getElementType();
  spec.resultType = getElementTypeOrSelf(op.getInit().getType());
  llvm::append_range(spec.extras, extras);
  if (!op.getEpilogue().empty())
    spec.epilogue = &op.getEpilogue();
  spec.threaded = threading == "omp";
  spec.machine = &machine;
  auto error = [&] { return op.emitOpError(); };
  const Layout *layout =
      KernelRegistry::get(&getContext()).lookupLayout(weightType.getLayout());
  if (!layout)
    return op.emitOpError("unknown layout '") << weightType.getLayout() << "'";
  if (failed(family->verifyParams(spec.params, error)) ||
      failed(layout->verifyParams(spec.layoutParams, error)))
    return failure();
  scratch = family->getScratchSize(spec);
  std::string symbol = getKernelSymbol(*family, spec);
  if (auto known = symbols->lookup<func::FuncOp>(symbol))
    return known;
  Block *body = getOperation().getBody();
  Operation *last = body->empty() ? nullptr : &body->back();
  OpBuilder builder = OpBuilder::atBlockEnd(body);
  FailureOr<func::FuncOp> function =
      family->emit(spec, symbol, op.getLoc(), builder);
  if (failed(function))
    return failure();
  // One kernel serves many layers, and is optimised on its own; so are the
  // functions that hold its parallel tasks.
  for (Operation *added = last ? last->getNextNode() : &body->front(); added;
       added = added->getNextNode())
    if (isa<func::FuncOp>(added))
      added->setAttr("no_inline", builder.getUnitAttr());
  symbols->insert(*function);
  return function;
}

/// Calls of the kernels in order of their bounds, the last one without a test.
LogicalResult ConvertPackedToCPU::callKernels(packed::LinearOp op,
                                              ImplicitLocOpBuilder &builder,
                                              KernelOperands &operands,
                                              Value destination) {
  auto constant = op.getWeight().getDefiningOp<packed::ConstantOp>();
  if (!constant)
    return op.emitOpError("weight is not a packed.constant");
  FailureOr<Value> weight = globals->getPointer(constant, builder);
  if (failed(weight))
    return failure();
  SmallVector<Value> pointers{
      operands.getPointer(operands.getContiguous(op.getInput())), *weight};
  SmallVector<KernelExtra> extras;
  for (unsigned index = 0; index < op.getExtras().size(); ++index) {
    auto [extra, map] = operands.getExtra(index);
    extras.push_back({getElementTypeOrSelf(extra.getType()), map});
    pointers.push_back(operands.getPointer(extra));
  }
  pointers.push_back(operands.getPointer(destination));
  Value tokens = operands.getNumTokens();
  pointers.push_back(tokens);
  auto call = [&](sparsity::KernelAttr kernel) -> LogicalResult {
    ScratchSize scratch;
    FailureOr<func::FuncOp> function = getKernel(op, kernel, extras, scratch);
    if (failed(function))
      return failure();
    SmallVector<Value> args = pointers;
    args.push_back(operands.getScratch(scratch, tokens));
    auto callOp = func::CallOp::create(builder, *function, args);
    callOp->setAttr("sparsity.layer",
                    builder.getStringAttr(constant.getName().value_or("")));
    operands.releaseScratch();
    return success();
  };
  auto byTokens = dyn_cast<sparsity::ByTokensAttr>(op.getKernel());
  if (!byTokens)
    return call(cast<sparsity::KernelAttr>(op.getKernel()));
  OpBuilder::InsertionGuard guard(builder);
  for (auto [bound, kernel] :
       llvm::zip(byTokens.getBounds(), byTokens.getKernels())) {
    if (bound == sparsity::ByTokensAttr::unbounded)
      return call(kernel);
    Value limit =
        arith::ConstantIntOp::create(builder, builder.getI64Type(), bound);
    Value fits = arith::CmpIOp::create(builder, arith::CmpIPredicate::sle,
                                       tokens, limit);
    auto branch = scf::IfOp::create(builder, fits, /*withElseRegion=*/true);
    builder.setInsertionPointToStart(branch.thenBlock());
    if (failed(call(kernel)))
      return failure();
    builder.setInsertionPointToStart(branch.elseBlock());
  }
  return success();
}

LogicalResult ConvertPackedToCPU::lower(packed::LinearOp op) {
  if (!isa<sparsity::KernelAttr, sparsity::ByTokensAttr>(op.getKernel()))
    return op.emitOpError("kernel is neither a kernel nor a choice by tokens");
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  KernelOperands operands(builder, op);
  Value destination = operands.getDestination();
  Value written = operands.getContiguousDestination(destination);
  if (failed(callKernels(op, builder, operands, written)))
    return failure();
  if (written != destination)
    memref::CopyOp::create(builder, written, destination);
  operands.release();
  if (op->getNumResults()) {
    Value tensor = bufferization::ToTensorOp::create(
        builder, op->getResult(0).getType(), destination, /*restrict=*/true,
        /*writable=*/true);
    op->getResult(0).replaceAllUsesWith(tensor);
  }
  op->erase();
  return success();
}
