//===- GPUToRuntime.cpp - Launches to run-time calls ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The driver takes an array of pointers to the parameters of a kernel. The slots for
// them are allocated once per function, so that launches in loops do not
// grow the stack.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/GPUToRuntime/GPUToRuntime.h"

#include "sparse-opt/Transforms/Lower/EntryAttributes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include "llvm/ADT/MapVector.h"

namespace sparseopt {
#define GEN_PASS_DEF_CONVERTGPUTORUNTIMEPASS
#include "sparse-opt/Conversion/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

constexpr llvm::StringLiteral kLaunchFunction = "sparseopt_rt_gpu_launch";
constexpr llvm::StringLiteral kTensorMapFunction =
    "sparseopt_rt_gpu_tensor_map";

/// A kernel in the order of first use.
struct Kernel {
  unsigned number = 0;
  int64_t sharedBytes = 0;
};

class ConvertGPUToRuntime
    : public sparseopt::impl::ConvertGPUToRuntimePassBase<ConvertGPUToRuntime> {
protected:
  void runOnOperation() override;

private:
  LogicalResult convertFunction(func::FuncOp func);
  LogicalResult convertLaunch(gpu::LaunchFuncOp launch, Value call);
  FailureOr<Kernel *> findKernel(gpu::LaunchFuncOp launch);
  FailureOr<SmallVector<Value>> collectParameters(gpu::LaunchFuncOp launch);
  Value createSlots(int64_t count);
  Value createConstant(int64_t value);
  LogicalResult passStateToTensorMaps();
  void declareLaunch();
  void describeKernels();

  std::optional<ImplicitLocOpBuilder> builder;
  Type ptr, i64;
  /// Start of the function at hand.
  Block *entry = nullptr;
  llvm::MapVector<SymbolRefAttr, Kernel> kernels;
};

/// Whether the kernel takes parameter `index` by value behind a pointer.
bool isByVal(Operation *kernel, unsigned index) {
  auto function = dyn_cast<FunctionOpInterface>(kernel);
  return function && index < function.getNumArguments() &&
         function.getArgAttr(index, LLVM::LLVMDialect::getByValAttrName());
}

} // namespace

Value ConvertGPUToRuntime::createConstant(int64_t value) {
  return arith::ConstantIntOp::create(*builder, i64, value);
}

/// Room for `count` values of eight bytes, at the start of the function.
Value ConvertGPUToRuntime::createSlots(int64_t count) {
  OpBuilder::InsertionGuard guard(*builder);
  builder->setInsertionPointToStart(entry);
  return LLVM::AllocaOp::create(*builder, ptr, i64, createConstant(count), 8);
}

FailureOr<Kernel *> ConvertGPUToRuntime::findKernel(gpu::LaunchFuncOp launch) {
  auto [it, isNew] = kernels.insert({launch.getKernel(), Kernel()});
  if (isNew)
    it->second.number = unsigned(kernels.size() - 1);
  if (Value bytes = launch.getDynamicSharedMemorySize()) {
    std::optional<int64_t> constant = getConstantIntValue(bytes);
    if (!constant)
      return launch.emitOpError("has a size of shared memory that is not "
                                "constant");
    it->second.sharedBytes = std::max(it->second.sharedBytes, *constant);
  }
  return &it->second;
}

/// Addresses of all parameters, as the kernel expects them.
FailureOr<SmallVector<Value>>
ConvertGPUToRuntime::collectParameters(gpu::LaunchFuncOp launch) {
  Operation *kernel =
      SymbolTable::lookupNearestSymbolFrom(launch, launch.getKernel());
  if (!kernel)
    return launch.emitOpError("launches a kernel that is not in the module");
  // Values to store, or null where the address is there already.
  SmallVector<Value> values, addresses;
  auto add = [&](Value value, Value address = {}) {
    values.push_back(value);
    addresses.push_back(address);
  };
  auto addIndex = [&](Value index) {
    add(arith::IndexCastOp::create(*builder, i64, index));
  };
  for (auto [i, operand] : llvm::enumerate(launch.getKernelOperands())) {
    if (isByVal(kernel, unsigned(i))) {
      add({}, operand);
    } else if (auto type = dyn_cast<MemRefType>(operand.getType())) {
      auto parts = memref::ExtractStridedMetadataOp::create(*builder, operand);
      Value address =
          memref::ExtractAlignedPointerAsIndexOp::create(*builder, operand);
      addIndex(address);
      addIndex(address);
      addIndex(parts.getOffset());
      for (Value size : parts.getSizes())
        addIndex(size);
      for (Value stride : parts.getStrides())
        addIndex(stride);
    } else if (operand.getType().isIndex()) {
      addIndex(operand);
    } else if (operand.getType().isInteger(1)) {
      add(arith::ExtUIOp::create(*builder, builder->getI8Type(), operand));
    } else if (operand.getType().isIntOrFloat() ||
               isa<LLVM::LLVMPointerType>(operand.getType())) {
      add(operand);
    } else {
      return launch.emitOpError("passes a value of type ")
             << operand.getType() << ", which a kernel cannot take";
    }
  }
  Value slots = createSlots(std::max<int64_t>(values.size(), 1));
  for (auto [i, value] : llvm::enumerate(values)) {
    if (!value)
      continue;
    addresses[i] =
        LLVM::GEPOp::create(*builder, ptr, i64, slots,
                            ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
    LLVM::StoreOp::create(*builder, value, addresses[i]);
  }
  return addresses;
}

LogicalResult ConvertGPUToRuntime::convertLaunch(gpu::LaunchFuncOp launch,
                                                 Value call) {
  builder.emplace(launch.getLoc(), launch);
  FailureOr<Kernel *> kernel = findKernel(launch);
  if (failed(kernel))
    return failure();
  FailureOr<SmallVector<Value>> addresses = collectParameters(launch);
  if (failed(addresses))
    return failure();
  auto storeAll = [&](ValueRange values) {
    Value array = createSlots(std::max<int64_t>(values.size(), 1));
    for (auto [i, value] : llvm::enumerate(values))
      LLVM::StoreOp::create(
          *builder, value,
          LLVM::GEPOp::create(*builder, ptr, i64, array,
                              ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)}));
    return array;
  };
  SmallVector<Value> shape;
  gpu::KernelDim3 grid = launch.getGridSizeOperandValues();
  gpu::KernelDim3 block = launch.getBlockSizeOperandValues();
  for (Value size : {grid.x, grid.y, grid.z, block.x, block.y, block.z})
    shape.push_back(
        getValueOrCreateCastToIndexLike(*builder, launch.getLoc(), i64, size));
  Value sharedBytes =
      launch.getDynamicSharedMemorySize()
          ? Value(arith::ExtUIOp::create(*builder, i64,
                                         launch.getDynamicSharedMemorySize()))
          : createConstant(0);
  Value operands[] = {call,
                      createConstant((*kernel)->number),
                      storeAll(shape),
                      sharedBytes,
                      createConstant(launch->hasAttr("sparsity.pdl")),
                      storeAll(*addresses)};
  func::CallOp::create(*builder, kLaunchFunction, TypeRange(), operands);
  launch->erase();
  return success();
}

LogicalResult ConvertGPUToRuntime::convertFunction(func::FuncOp func) {
  SmallVector<gpu::LaunchFuncOp> launches;
  func.walk([&](gpu::LaunchFuncOp launch) { launches.push_back(launch); });
  if (launches.empty())
    return success();
  if (!func->hasAttr(sparseopt::kBodyAttr))
    return launches.front().emitOpError(
        "is not in the body of an entry: run sparsity-emit-c-abi=gpu before");
  entry = &func.front();
  for (gpu::LaunchFuncOp launch : launches)
    if (failed(convertLaunch(launch, entry->getArguments().back())))
      return failure();
  return success();
}

/// Functions that make tensor maps report errors like launches do: they take
/// the state of the call, too.
LogicalResult ConvertGPUToRuntime::passStateToTensorMaps() {
  auto function = getOperation().lookupSymbol<func::FuncOp>(kTensorMapFunction);
  if (!function || function.getNumArguments() == 4)
    return success();
  SmallVector<func::CallOp> calls;
  getOperation().walk([&](func::CallOp call) {
    if (call.getCallee() == kTensorMapFunction)
      calls.push_back(call);
  });
  for (func::CallOp call : calls) {
    auto func = call->getParentOfType<func::FuncOp>();
    if (!func->hasAttr(sparseopt::kBodyAttr))
      return call.emitOpError("is not in the body of an entry");
    call->insertOperands(0, func.front().getArguments().back());
  }
  function.setFunctionType(
      FunctionType::get(&getContext(), SmallVector<Type>(4, ptr), TypeRange()));
  return success();
}

void ConvertGPUToRuntime::declareLaunch() {
  if (getOperation().lookupSymbol(kLaunchFunction))
    return;
  OpBuilder moduleBuilder = OpBuilder::atBlockBegin(getOperation().getBody());
  func::FuncOp::create(
      moduleBuilder, getOperation().getLoc(), kLaunchFunction,
      moduleBuilder.getFunctionType({ptr, i64, ptr, i64, i64, ptr}, {}))
      .setPrivate();
}

void ConvertGPUToRuntime::describeKernels() {
  OpBuilder attributes(&getContext());
  SmallVector<Attribute> rows;
  for (auto &[symbol, kernel] : kernels)
    rows.push_back(attributes.getDictionaryAttr(
        {attributes.getNamedAttr("kernel", symbol),
         attributes.getNamedAttr("shared_bytes", attributes.getI64IntegerAttr(
                                                     kernel.sharedBytes))}));
  if (!rows.empty())
    getOperation()->setAttr(sparseopt::kKernelsAttr,
                            attributes.getArrayAttr(rows));
}

void ConvertGPUToRuntime::runOnOperation() {
  ptr = LLVM::LLVMPointerType::get(&getContext());
  i64 = IntegerType::get(&getContext(), 64);
  kernels.clear();
  for (auto func : getOperation().getOps<func::FuncOp>())
    if (failed(convertFunction(func)))
      return signalPassFailure();
  if (failed(passStateToTensorMaps()))
    return signalPassFailure();
  if (!kernels.empty())
    declareLaunch();
  describeKernels();
}
