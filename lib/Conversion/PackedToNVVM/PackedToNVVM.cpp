//===- PackedToNVVM.cpp - Packed layers to device kernels -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-to-nvvm: emits the kernels that are needed into one module of
// device code and launches them.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/PackedToNVVM/PackedToNVVM.h"

#include "sparse-opt/Conversion/PackedToCPU/KernelOperands.h"
#include "sparse-opt/Conversion/PackedToCPU/PackedGlobals.h"
#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"
#include "sparse-opt/Dialect/Packed/IR/Packed.h"
#include "sparse-opt/Kernels/DeviceKernel.h"
#include "sparse-opt/Kernels/Registry.h"
#include "sparse-opt/Transforms/Select/DescribeLinear.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#define DEBUG_TYPE "sparsity-to-nvvm"

using namespace mlir;
using namespace sparseopt;

namespace sparseopt {
#define GEN_PASS_DEF_CONVERTPACKEDTONVVMPASS
#include "sparse-opt/Conversion/Passes.h.inc"
} // namespace sparseopt

static constexpr llvm::StringLiteral kDeviceModule = "sparsity_kernels";
static constexpr llvm::StringLiteral kMakeTensorMap =
    "sparseopt_rt_gpu_tensor_map";
/// Bytes of a tensor map, and the driver's numbers for what it describes.
static constexpr int64_t kTensorMapBytes = 128, kDescriptionWords = 12;
/// What tensor maps ask of the address of the input, in bytes; the epilogue stores
/// words.
static constexpr int64_t kAddressAlignment = 16;
static constexpr int64_t kFloat16 = 6, kBFloat16 = 9;
static constexpr int64_t kSwizzle128Bytes = 3, kPromotion128Bytes = 2;

namespace {

class ConvertPackedToNVVM
    : public sparseopt::impl::ConvertPackedToNVVMPassBase<ConvertPackedToNVVM> {
public:
  using ConvertPackedToNVVMPassBase::ConvertPackedToNVVMPassBase;

protected:
  void runOnOperation() override;

private:
  /// What the launches of one layer share.
  struct Layer {
    packed::LinearOp op;
    Value input, tokens;
    /// Arguments between the tensor map and the number of tokens.
    SmallVector<Value> pointers;
    SmallVector<KernelExtra> extras;
  };

  LogicalResult lower(packed::LinearOp op);
  LogicalResult launchKernels(const Layer &layer,
                              ImplicitLocOpBuilder &builder);
  LogicalResult launch(const Layer &layer, sparsity::KernelAttr kernel,
                       ImplicitLocOpBuilder &builder);
  FailureOr<DeviceKernel> getKernel(const Layer &layer,
                                    sparsity::KernelAttr kernel);
  gpu::KernelDim3 getGrid(const LaunchRecord &record, Value tokenTiles,
                          ImplicitLocOpBuilder &builder);
  /// Stack memory of a function for a tensor map and its description.
  struct MapSlots {
    Value description, map;
  };
  MapSlots getMapSlots(packed::LinearOp op);
  Value makeTensorMap(const Layer &layer, const TensorMapRecord &record,
                      ImplicitLocOpBuilder &builder);
  gpu::GPUModuleOp getDeviceModule();

  MachineDescription machine;
  std::optional<SymbolTable> symbols;
  std::optional<PackedGlobals> globals;
  llvm::DenseMap<Operation *, MapSlots> slots;
};

} // namespace

void ConvertPackedToNVVM::runOnOperation() {
  FailureOr<MachineDescription> loaded =
      loadMachine(getOperation(), target, "");
  if (failed(loaded))
    return signalPassFailure();
  machine = *loaded;
  if (!machine.gpu) {
    getOperation().emitError() << "target '" << target << "' is not a device";
    return signalPassFailure();
  }
  symbols.emplace(getOperation());
  globals.emplace(getOperation(), *symbols);
  slots.clear();
  SmallVector<packed::LinearOp> layers;
  getOperation().walk([&](packed::LinearOp op) { layers.push_back(op); });
  for (packed::LinearOp op : layers)
    if (failed(lower(op)))
      return signalPassFailure();
  getOperation().walk([](packed::ConstantOp op) {
    if (op->use_empty())
      op->erase();
  });
}

gpu::GPUModuleOp ConvertPackedToNVVM::getDeviceModule() {
  if (auto known = symbols->lookup<gpu::GPUModuleOp>(kDeviceModule))
    return known;
  getOperation()->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                          UnitAttr::get(&getContext()));
  OpBuilder builder = OpBuilder::atBlockEnd(getOperation().getBody());
  auto module =
      gpu::GPUModuleOp::create(builder, getOperation().getLoc(), kDeviceModule);
  symbols->insert(module);
  return module;
}

/// The kernel, emitted if it is not there yet.
FailureOr<DeviceKernel>
ConvertPackedToNVVM::getKernel(const Layer &layer,
                               sparsity::KernelAttr kernel) {
  packed::LinearOp op = layer.op;
  const KernelFamily *family =
      KernelRegistry::get(&getContext()).lookupFamily(kernel.getFamily());
  if (!family)
    return op.emitOpError("unknown kernel family '")
           << kernel.getFamily() << "'";
  const DeviceKernelFamily *device = family->asDevice();
  if (!device)
    return op.emitOpError("kernel '")
           << kernel.getFamily() << "' runs on a CPU, but the target is "
           << target;
  auto weightType = cast<packed::WeightType>(op.getWeight().getType());
  if (weightType.getLayout() != family->getLayoutName())
    return op.emitOpError("kernel '")
           << kernel.getFamily() << "' reads layout '"
           << family->getLayoutName() << "', but the weight has '"
           << weightType.getLayout() << "'";
  if (failed(family->verifyParams(kernel.getParams(),
                                  [&] { return op.emitOpError(); })))
    return failure();
  KernelSpec spec;
  spec.params = kernel.getParams();
  spec.layoutParams = weightType.getParams();
  spec.outFeatures = weightType.getShape()[0];
  spec.inFeatures = weightType.getShape()[1];
  spec.inputType = getElementTypeOrSelf(op.getInput().getType());
  spec.weightType = weightType.getElementType();
  spec.resultType = getElementTypeOrSelf(op.getInit().getType());
  spec.extras = layer.extras;
  if (!op.getEpilogue().empty())
    spec.epilogue = &op.getEpilogue();
  spec.machine = &machine;
  std::string symbol = getKernelSymbol(*family, spec);
  gpu::GPUModuleOp module = getDeviceModule();
  if (auto known = module.lookupSymbol<LLVM::LLVMFuncOp>(symbol))
    return DeviceKernel{
        known,
        readLaunchAttr(known->getAttrOfType<DictionaryAttr>(kLaunchAttr))};
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  FailureOr<DeviceKernel> emitted =
      device->emitKernel(spec, symbol, op.getLoc(), builder);
  if (succeeded(emitted))
    emitted->function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                               builder.getUnitAttr());
  return emitted;
}

/// In the entry block, so that launches in loops do not grow the stack; a launch
/// copies the map, so that the next one may use the memory again.
ConvertPackedToNVVM::MapSlots
ConvertPackedToNVVM::getMapSlots(packed::LinearOp op) {
  auto function = op->getParentOfType<FunctionOpInterface>();
  auto [known, isNew] = slots.try_emplace(function);
  if (!isNew)
    return known->second;
  ImplicitLocOpBuilder builder(function.getLoc(), function);
  builder.setInsertionPointToStart(&function.getFunctionBody().front());
  Type pointer = LLVM::LLVMPointerType::get(&getContext());
  auto allocate = [&](Type element, int64_t count) -> Value {
    Value size =
        arith::ConstantIntOp::create(builder, builder.getI64Type(), count);
    return LLVM::AllocaOp::create(builder, pointer, element, size,
                                  /*alignment=*/64);
  };
  Value description = allocate(builder.getI64Type(), kDescriptionWords);
  Value map = allocate(builder.getI8Type(), kTensorMapBytes);
  return known->second = {description, map};
}

/// A tensor map in stack memory, filled by the runtime.
Value ConvertPackedToNVVM::makeTensorMap(const Layer &layer,
                                         const TensorMapRecord &record,
                                         ImplicitLocOpBuilder &builder) {
  Type i64 = builder.getI64Type();
  Type pointer = LLVM::LLVMPointerType::get(&getContext());
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIntOp::create(builder, i64, value);
  };
  packed::LinearOp linear = layer.op;
  auto weight = cast<packed::WeightType>(linear.getWeight().getType());
  int64_t inputs = weight.getShape()[1];
  int64_t bytes = weight.getElementType().getIntOrFloatBitWidth() / 8;
  int64_t type = weight.getElementType().isBF16() ? kBFloat16 : kFloat16;
  Value words[] = {constant(type),
                   constant(3),
                   constant(record.box[0]),
                   layer.tokens,
                   constant(inputs / record.box[0]),
                   constant(inputs * bytes),
                   constant(record.box[0] * bytes),
                   constant(record.box[0]),
                   constant(record.box[1]),
                   constant(record.box[2]),
                   constant(kSwizzle128Bytes),
                   constant(kPromotion128Bytes)};
  static_assert(std::size(words) == kDescriptionWords);
  auto [description, map] = getMapSlots(layer.op);
  for (auto [index, word] : llvm::enumerate(words))
    LLVM::StoreOp::create(
        builder, word,
        LLVM::GEPOp::create(builder, pointer, i64, description,
                            LLVM::GEPArg(static_cast<int32_t>(index))));
  if (!symbols->lookup(kMakeTensorMap)) {
    OpBuilder top = OpBuilder::atBlockEnd(getOperation().getBody());
    auto make = func::FuncOp::create(
        top, getOperation().getLoc(), kMakeTensorMap,
        top.getFunctionType({pointer, pointer, pointer}, {}));
    make.setPrivate();
    symbols->insert(make);
  }
  func::CallOp::create(builder, kMakeTensorMap, TypeRange(),
                       ValueRange{map, layer.input, description});
  return map;
}

/// The grid for a number of tiles of tokens.
gpu::KernelDim3 ConvertPackedToNVVM::getGrid(const LaunchRecord &record,
                                             Value tokenTiles,
                                             ImplicitLocOpBuilder &builder) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, value);
  };
  int64_t multiprocessors = machine.gpu->multiprocessors;
  if (!record.persistent) {
    int64_t waves = llvm::divideCeil(record.rowTiles, multiprocessors);
    return {index(llvm::divideCeil(record.rowTiles, waves)), tokenTiles,
            index(1)};
  }
  Value tiles = arith::MulIOp::create(builder, tokenTiles,
                                      index(record.rowTiles / record.cluster));
  Value clusters = arith::MinUIOp::create(
      builder, tiles, index(multiprocessors / record.cluster));
  Value blocks =
      arith::MulIOp::create(builder, clusters, index(record.cluster));
  return {blocks, index(1), index(1)};
}

LogicalResult ConvertPackedToNVVM::launch(const Layer &layer,
                                          sparsity::KernelAttr kernel,
                                          ImplicitLocOpBuilder &builder) {
  FailureOr<DeviceKernel> found = getKernel(layer, kernel);
  if (failed(found))
    return failure();
  const LaunchRecord &record = found->launch;
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, value);
  };
  Value one = index(1);
  Value tokens =
      arith::IndexCastOp::create(builder, builder.getIndexType(), layer.tokens);
  Value tiles =
      arith::CeilDivUIOp::create(builder, tokens, index(record.tokenTile));
  gpu::KernelDim3 grid = getGrid(record, tiles, builder);
  SmallVector<Value> arguments{
      record.mapsInput ? makeTensorMap(layer, record.x, builder) : layer.input};
  llvm::append_range(arguments, layer.pointers);
  arguments.push_back(
      arith::TruncIOp::create(builder, builder.getI32Type(), layer.tokens));
  Value shared = arith::ConstantIntOp::create(builder, builder.getI32Type(),
                                              record.sharedBytes);
  auto name = SymbolRefAttr::get(
      &getContext(), kDeviceModule,
      {FlatSymbolRefAttr::get(found->function.getSymNameAttr())});
  auto op = gpu::LaunchFuncOp::create(
      builder, name, grid, gpu::KernelDim3{index(record.threads), one, one},
      shared, arguments);
  if (record.overlaps)
    op->setAttr("sparsity.pdl", builder.getUnitAttr());
  packed::LinearOp linear = layer.op;
  auto weight = linear.getWeight().getDefiningOp<packed::ConstantOp>();
  op->setAttr("sparsity.layer",
              builder.getStringAttr(weight.getName().value_or("")));
  return success();
}

/// Launches of the kernels in order of their bounds, the last one without a test.
LogicalResult
ConvertPackedToNVVM::launchKernels(const Layer &layer,
                                   ImplicitLocOpBuilder &builder) {
  packed::LinearOp op = layer.op;
  auto byTokens = dyn_cast<sparsity::ByTokensAttr>(op.getKernel());
  if (!byTokens)
    return launch(layer, cast<sparsity::KernelAttr>(op.getKernel()), builder);
  OpBuilder::InsertionGuard guard(builder);
  for (auto [bound, kernel] :
       llvm::zip(byTokens.getBounds(), byTokens.getKernels())) {
    if (bound == sparsity::ByTokensAttr::unbounded)
      return launch(layer, kernel, builder);
    Value limit =
        arith::ConstantIntOp::create(builder, builder.getI64Type(), bound);
    Value fits = arith::CmpIOp::create(builder, arith::CmpIPredicate::sle,
                                       layer.tokens, limit);
    auto branch = scf::IfOp::create(builder, fits, /*withElseRegion=*/true);
    builder.setInsertionPointToStart(branch.thenBlock());
    if (failed(launch(layer, kernel, builder)))
      return failure();
    builder.setInsertionPointToStart(branch.elseBlock());
  }
  return success();
}

LogicalResult ConvertPackedToNVVM::lower(packed::LinearOp op) {
  if (!isa<sparsity::KernelAttr, sparsity::ByTokensAttr>(op.getKernel()))
    return op.emitOpError("kernel is neither a kernel nor a choice by tokens");
  auto constant = op.getWeight().getDefiningOp<packed::ConstantOp>();
  if (!constant)
    return op.emitOpError("weight is not a packed.constant");
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  KernelOperands operands(builder, op);
  Value destination = operands.getDestination();
  Value written =
      operands.getContiguousDestination(destination, kAddressAlignment);
  Layer layer;
  layer.op = op;
  layer.input = operands.getPointer(
      operands.getContiguous(op.getInput(), kAddressAlignment));
  FailureOr<Value> weight = globals->getPointer(constant, builder);
  if (failed(weight))
    return failure();
  layer.pointers.push_back(*weight);
  for (unsigned index = 0; index < op.getExtras().size(); ++index) {
    auto [extra, map] = operands.getExtra(index);
    layer.extras.push_back({getElementTypeOrSelf(extra.getType()), map});
    layer.pointers.push_back(operands.getPointer(extra));
  }
  layer.pointers.push_back(operands.getPointer(written));
  layer.tokens = operands.getNumTokens();
  if (failed(launchKernels(layer, builder)))
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
