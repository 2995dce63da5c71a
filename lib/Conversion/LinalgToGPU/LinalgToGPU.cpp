//===- LinalgToGPU.cpp - Array programs to GPU kernels ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-linalg-to-gpu: kernels for what works on arrays, one module
// for them, and the check that the host touches no array.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/LinalgToGPU/LinalgToGPU.h"

#include "KernelBuilder.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/Utils/GPUUtils.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/SymbolTable.h"

#include "llvm/ADT/Hashing.h"

namespace sparseopt {
#define GEN_PASS_DEF_CONVERTLINALGTOGPUPASS
#include "sparse-opt/Conversion/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

constexpr llvm::StringLiteral kKernelModule = "kernels";

class ConvertLinalgToGPU
    : public sparseopt::impl::ConvertLinalgToGPUPassBase<ConvertLinalgToGPU> {
protected:
  void runOnOperation() override;

private:
  LogicalResult convert(Operation *op);
  LogicalResult convertLinalg(linalg::LinalgOp op);
  void convertStore(memref::StoreOp op);
  void convertCopy(memref::CopyOp op);
  void outline(gpu::LaunchOp launch, StringRef name);
  gpu::GPUModuleOp getKernelModule();
  gpu::GPUFuncOp getUnique(gpu::GPUFuncOp kernel);

  gpu::GPUModuleOp kernels;
  std::optional<SymbolTable> symbols;
  /// Kernels by the hash of their structure.
  llvm::DenseMap<unsigned, SmallVector<gpu::GPUFuncOp>> known;
};

/// What a person calls the op: "matmul", "fill"; "elementwise" or "reduce" for
/// those without a name.
std::string getKernelName(Operation *op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
  if (!linalgOp || !isa<linalg::GenericOp>(op))
    return op->getName().stripDialect().str();
  return linalgOp.getNumReductionLoops() ? "reduce" : "elementwise";
}

/// Hash of a kernel but for its name.
unsigned hashKernel(gpu::GPUFuncOp kernel) {
  llvm::hash_code hash = mlir::hash_value(Type(kernel.getFunctionType()));
  kernel.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
    hash =
        llvm::hash_combine(hash, OperationEquivalence::computeHash(
                                     op, OperationEquivalence::ignoreHashValue,
                                     OperationEquivalence::ignoreHashValue,
                                     OperationEquivalence::IgnoreLocations));
  });
  return static_cast<unsigned>(static_cast<size_t>(hash));
}

/// Whether an operation of the host's program touches elements of arrays, or
/// hides whether it does.
bool touchesArrays(Operation *op) {
  if (isa<gpu::LaunchFuncOp, func::ReturnOp, memref::AllocOp, memref::DeallocOp,
          memref::GetGlobalOp>(op))
    return false;
  if (auto call = dyn_cast<func::CallOp>(op))
    return !call.getCallee().starts_with("sparseopt_rt_");
  if (isa<scf::ForallOp, scf::ParallelOp>(op))
    return true;
  if (!llvm::any_of(op->getOperands(), [](Value operand) {
        return isa<BaseMemRefType>(operand.getType());
      }))
    return false;
  return !isMemoryEffectFree(op) && op->getNumRegions() == 0;
}

} // namespace

gpu::GPUModuleOp ConvertLinalgToGPU::getKernelModule() {
  if (kernels)
    return kernels;
  ModuleOp module = getOperation();
  module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                  UnitAttr::get(&getContext()));
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  kernels = gpu::GPUModuleOp::create(builder, module.getLoc(), kKernelModule);
  SymbolTable(module).insert(kernels);
  symbols.emplace(kernels);
  return kernels;
}

/// The kernel, or an equal one that is there already.
gpu::GPUFuncOp ConvertLinalgToGPU::getUnique(gpu::GPUFuncOp kernel) {
  SmallVector<gpu::GPUFuncOp> &candidates = known[hashKernel(kernel)];
  for (gpu::GPUFuncOp candidate : candidates)
    if (candidate.getFunctionType() == kernel.getFunctionType() &&
        OperationEquivalence::isRegionEquivalentTo(
            &candidate.getBody(), &kernel.getBody(),
            OperationEquivalence::IgnoreLocations)) {
      kernel->erase();
      return candidate;
    }
  getKernelModule();
  symbols->insert(kernel);
  candidates.push_back(kernel);
  return kernel;
}

/// Makes a function of the launch's body and launches that.
void ConvertLinalgToGPU::outline(gpu::LaunchOp launch, StringRef name) {
  LogicalResult sunk = sinkOperationsIntoLaunchOp(launch, [](Operation *op) {
    return isa<arith::ConstantOp, affine::AffineApplyOp>(op);
  });
  (void)sunk;
  SmallVector<Value> operands;
  gpu::GPUFuncOp kernel = getUnique(outlineKernelFunc(launch, name, operands));
  OpBuilder builder(launch);
  auto symbol =
      SymbolRefAttr::get(&getContext(), getKernelModule().getSymName(),
                         {SymbolRefAttr::get(&getContext(), kernel.getName())});
  gpu::LaunchFuncOp::create(builder, launch.getLoc(), symbol,
                            launch.getGridSizeOperandValues(),
                            launch.getBlockSizeOperandValues(),
                            /*dynamicSharedMemorySize=*/Value(), operands);
  launch->erase();
}

LogicalResult ConvertLinalgToGPU::convertLinalg(linalg::LinalgOp op) {
  if (!op.hasPureBufferSemantics())
    return op.emitOpError("does not work on buffers: run "
                          "sparsity-bufferize before");
  std::string name = getKernelName(op);
  IRRewriter rewriter(op);
  auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
  if (!generic) {
    FailureOr<linalg::GenericOp> made = linalg::generalizeNamedOp(rewriter, op);
    if (failed(made))
      return op.emitOpError("has no kernel for a GPU");
    generic = *made;
  }
  rewriter.setInsertionPoint(generic);
  gpu::LaunchOp launch = sparseopt::buildLaunch(rewriter, generic);
  if (!launch)
    return failure();
  generic->erase();
  outline(launch, name);
  return success();
}

void ConvertLinalgToGPU::convertCopy(memref::CopyOp op) {
  IRRewriter rewriter(op);
  linalg::GenericOp copy = linalg::makeMemRefCopyOp(
      rewriter, op.getLoc(), op.getSource(), op.getTarget());
  gpu::LaunchOp launch = sparseopt::buildLaunch(rewriter, copy);
  copy->erase();
  op->erase();
  outline(launch, "copy");
}

void ConvertLinalgToGPU::convertStore(memref::StoreOp op) {
  OpBuilder builder(op);
  gpu::LaunchOp launch = sparseopt::buildSingleThread(builder, op.getLoc());
  builder.clone(*op);
  op->erase();
  outline(launch, "store");
}

LogicalResult ConvertLinalgToGPU::convert(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return convertLinalg(linalgOp);
  if (auto copy = dyn_cast<memref::CopyOp>(op))
    convertCopy(copy);
  else if (auto store = dyn_cast<memref::StoreOp>(op))
    convertStore(store);
  return success();
}

void ConvertLinalgToGPU::runOnOperation() {
  kernels = {};
  symbols.reset();
  known.clear();
  SmallVector<Operation *> work;
  for (auto func : getOperation().getOps<func::FuncOp>())
    func.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<linalg::LinalgOp, memref::CopyOp, memref::StoreOp>(op)) {
        work.push_back(op);
        return WalkResult::skip();
      }
      return WalkResult::advance();
    });
  for (Operation *op : work)
    if (failed(convert(op)))
      return signalPassFailure();
  for (auto func : getOperation().getOps<func::FuncOp>()) {
    WalkResult result = func.walk([&](Operation *op) {
      if (!touchesArrays(op))
        return WalkResult::advance();
      op->emitOpError("would run on the host, which cannot reach the arrays of "
                      "a program for a GPU");
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
  }
}
