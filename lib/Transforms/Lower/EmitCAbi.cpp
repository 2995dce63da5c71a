//===- EmitCAbi.cpp - The C interface of entry functions --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the functions that a caller of a library sees. The program itself
// stays in one private function on pointers; around it are checks, the packed
// forms that tools call without knowing the signature, and the size queries.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/CNames.h"
#include "sparse-opt/Transforms/Lower/EntryAttributes.h"
#include "sparse-opt/Transforms/Lower/Passes.h"

#include "EntryFunctions.h"
#include "GpuCall.h"
#include "Pointers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include "llvm/ADT/StringSet.h"

namespace sparseopt {
#define GEN_PASS_DEF_EMITCABIPASS
#include "sparse-opt/Transforms/Lower/Passes.h.inc"
} // namespace sparseopt

using namespace mlir;

namespace {

constexpr llvm::StringLiteral kFailFunction = "sparseopt_rt_fail";
constexpr int32_t kStatusInvalidArgument = 1;

/// What an argument or result of an entry looks like from outside.
struct Port {
  std::string name;
  MemRefType type;
};

/// Creates the functions for one entry.
class EntryAbi {
public:
  EntryAbi(func::FuncOp entry, std::string symbol, bool gpu)
      : entry(entry), symbol(std::move(symbol)), gpu(gpu),
        builder(entry.getContext()),
        ptr(LLVM::LLVMPointerType::get(entry.getContext())),
        i32(builder.getI32Type()), i64(builder.getI64Type()),
        loc(entry.getLoc()) {}

  /// Returns the row for the module attribute `sparsity.entries`.
  FailureOr<DictionaryAttr> run();

private:
  LogicalResult readSignature();
  SmallVector<Type> getArgumentTypes();
  Value getWorkspace(ValueRange args);
  SmallVector<Value> createPortSizes(ValueRange dims, ValueRange outDims);
  SmallVector<Value> toI64(ValueRange values);
  void makeBody();
  void makeFunction();
  void makeGpuCall(ValueRange args);
  void makeSizes();
  void makePacked();
  void makePackedSizes();

  func::FuncOp createFunction(const llvm::Twine &name, ArrayRef<Type> types);
  Value createConstant(int64_t value);
  Value createString(StringRef text);
  void createCheck(Value failed, StringRef message);
  void createDimChecks(ValueRange dims);
  void createReturn(int32_t status);
  Value loadFrom(Value array, int64_t index, Type type);
  void storeTo(Value array, int64_t index, Value value);
  Value createAlignedPointer(Value pointer);
  SmallVector<Value> toIndex(ValueRange dims);
  std::string describeDim(unsigned index);
  DictionaryAttr describe();

  func::FuncOp entry, sizes, function, sizesFunction;
  std::string symbol;
  /// The program runs on a GPU; its functions take a stream.
  bool gpu;
  OpBuilder builder;
  Type ptr, i32, i64;
  Location loc;

  SmallVector<Port> inputs, outputs;
  SmallVector<sparseopt::InputDim> inputDims;
  std::optional<unsigned> weights, workspace;
  unsigned numMessages = 0;
};

std::string getPortName(func::FuncOp entry, unsigned index, StringRef kind,
                        unsigned number) {
  if (auto name =
          entry.getArgAttrOfType<StringAttr>(index, sparseopt::kNameAttr))
    return sparseopt::makeCIdentifier(name.getValue());
  return (kind + llvm::Twine(number)).str();
}

} // namespace

LogicalResult EntryAbi::readSignature() {
  sizes = sparseopt::getSizesFunction(entry);
  if (!sizes)
    return entry.emitOpError("has no sizes function: run "
                             "sparsity-results-to-out-params before");
  inputDims = sparseopt::getDynamicInputDims(entry);
  weights = sparseopt::findArgument(entry, sparseopt::kWeightsRole);
  workspace = sparseopt::findArgument(entry, sparseopt::kWorkspaceRole);
  // What the function takes beside its ports.
  llvm::StringSet<> names = {"model", "workspace"};
  if (gpu)
    names.insert("stream");
  for (unsigned i = 0, e = entry.getNumArguments(); i != e; ++i) {
    auto role = entry.getArgAttrOfType<StringAttr>(i, sparseopt::kRoleAttr);
    if (!role)
      return entry.emitOpError() << "argument " << i << " has no role";
    if (role != sparseopt::kInputRole && role != sparseopt::kOutputRole)
      continue;
    bool isInput = role == sparseopt::kInputRole;
    SmallVector<Port> &ports = isInput ? inputs : outputs;
    std::string name =
        getPortName(entry, i, isInput ? "in" : "out", ports.size());
    if (!sparseopt::isFreeCName(name) || !names.insert(name).second) {
      name += "_" + std::to_string(i);
      names.insert(name);
    }
    ports.push_back({name, cast<MemRefType>(entry.getArgumentTypes()[i])});
  }
  return success();
}

func::FuncOp EntryAbi::createFunction(const llvm::Twine &name,
                                      ArrayRef<Type> types) {
  builder.setInsertionPointToEnd(entry->getBlock());
  auto func = func::FuncOp::create(builder, loc, name.str(),
                                   builder.getFunctionType(types, i32));
  builder.setInsertionPointToStart(func.addEntryBlock());
  return func;
}

Value EntryAbi::createConstant(int64_t value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getI64IntegerAttr(value));
}

/// Address of a zero-terminated constant string.
Value EntryAbi::createString(StringRef text) {
  auto module = entry->getParentOfType<ModuleOp>();
  std::string name = symbol + ".message" + std::to_string(numMessages++);
  std::string bytes = text.str();
  bytes.push_back('\0');
  OpBuilder moduleBuilder = OpBuilder::atBlockBegin(module.getBody());
  auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), bytes.size());
  LLVM::GlobalOp::create(moduleBuilder, loc, type, /*isConstant=*/true,
                         LLVM::Linkage::Private, name,
                         builder.getStringAttr(bytes));
  return LLVM::AddressOfOp::create(builder, loc, ptr, name);
}

/// Leaves the function with a status and a message if `failed` is true.
void EntryAbi::createCheck(Value failed, StringRef message) {
  Block *block = builder.getInsertionBlock();
  Region *region = block->getParent();
  Block *failBlock = builder.createBlock(region);
  func::CallOp::create(builder, loc, kFailFunction, TypeRange(),
                       createString(message));
  createReturn(kStatusInvalidArgument);
  Block *next = builder.createBlock(region);
  builder.setInsertionPointToEnd(block);
  cf::CondBranchOp::create(builder, loc, failed, failBlock, next);
  builder.setInsertionPointToEnd(next);
}

std::string EntryAbi::describeDim(unsigned index) {
  auto [argument, dim] = inputDims[index];
  return inputs[argument].name + "_d" + std::to_string(dim);
}

void EntryAbi::createDimChecks(ValueRange dims) {
  for (auto [i, dim] : llvm::enumerate(dims)) {
    Value negative = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::slt, dim, createConstant(0));
    createCheck(negative,
                symbol + ": dimension " + describeDim(i) + " is negative");
  }
}

void EntryAbi::createReturn(int32_t status) {
  Value value = arith::ConstantOp::create(builder, loc,
                                          builder.getI32IntegerAttr(status));
  func::ReturnOp::create(builder, loc, value);
}

Value EntryAbi::loadFrom(Value array, int64_t index, Type type) {
  Value address =
      LLVM::GEPOp::create(builder, loc, ptr, type, array,
                          ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
  return LLVM::LoadOp::create(builder, loc, type, address);
}

void EntryAbi::storeTo(Value array, int64_t index, Value value) {
  Value address =
      LLVM::GEPOp::create(builder, loc, ptr, value.getType(), array,
                          ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
  LLVM::StoreOp::create(builder, loc, value, address);
}

/// The next multiple of the alignment; keeps what is known about `pointer`.
Value EntryAbi::createAlignedPointer(Value pointer) {
  Value address = LLVM::PtrToIntOp::create(builder, loc, i64, pointer);
  Value negated =
      arith::SubIOp::create(builder, loc, createConstant(0), address);
  Value distance = arith::AndIOp::create(
      builder, loc, negated, createConstant(sparseopt::kBufferAlignment - 1));
  return LLVM::GEPOp::create(builder, loc, ptr, builder.getI8Type(), pointer,
                             ArrayRef<LLVM::GEPArg>{distance});
}

SmallVector<Value> EntryAbi::toIndex(ValueRange dims) {
  SmallVector<Value> result;
  for (Value dim : dims)
    result.push_back(
        arith::IndexCastOp::create(builder, loc, builder.getIndexType(), dim));
  return result;
}

/// Model, inputs, dims, outputs, workspace and, on a GPU, stream.
SmallVector<Type> EntryAbi::getArgumentTypes() {
  SmallVector<Type> types(1 + inputs.size(), ptr);
  types.append(inputDims.size(), i64);
  types.append(outputs.size() + (gpu ? 2 : 1), ptr);
  return types;
}

Value EntryAbi::getWorkspace(ValueRange args) {
  return gpu ? args[args.size() - 2] : args.back();
}

/// Bytes of all inputs, then of all outputs; `outDims` are the dimensions of all
/// outputs in order.
SmallVector<Value> EntryAbi::createPortSizes(ValueRange dims,
                                             ValueRange outDims) {
  SmallVector<Value> bytes;
  unsigned dim = 0, outDim = 0;
  auto add = [&](const Port &port, bool isInput) {
    unsigned bits = port.type.getElementTypeBitWidth();
    Value size = createConstant(llvm::divideCeil(bits, 8));
    for (int64_t extent : port.type.getShape()) {
      Value factor = isInput ? Value() : outDims[outDim++];
      if (!ShapedType::isDynamic(extent))
        factor = createConstant(extent);
      else if (isInput)
        factor = dims[dim++];
      size = arith::MulIOp::create(builder, loc, size, factor);
    }
    bytes.push_back(size);
  };
  for (const Port &port : inputs)
    add(port, /*isInput=*/true);
  for (const Port &port : outputs)
    add(port, /*isInput=*/false);
  return bytes;
}

SmallVector<Value> EntryAbi::toI64(ValueRange values) {
  SmallVector<Value> result;
  for (Value value : values)
    result.push_back(arith::IndexCastOp::create(builder, loc, i64, value));
  return result;
}

/// The call of a program for a GPU: arrays in host memory are copied through the
/// end of the workspace.
void EntryAbi::makeGpuCall(ValueRange args) {
  ValueRange dims = args.slice(1 + inputs.size(), inputDims.size());
  SmallVector<Value> pointers(args.slice(1, inputs.size()));
  llvm::append_range(
      pointers, args.slice(1 + inputs.size() + dims.size(), outputs.size()));
  auto sizesCall = func::CallOp::create(builder, loc, sizes, toIndex(dims));
  SmallVector<Value> values = toI64(sizesCall.getResults());
  SmallVector<Value> bytes = createPortSizes(dims, values);
  Value staging = createAlignedPointer(getWorkspace(args));
  if (workspace)
    staging =
        LLVM::GEPOp::create(builder, loc, ptr, builder.getI8Type(), staging,
                            ArrayRef<LLVM::GEPArg>{values.back()});
  ImplicitLocOpBuilder locBuilder(loc, builder);
  auto module = entry->getParentOfType<ModuleOp>();
  sparseopt::GpuCall call(locBuilder, module, pointers, bytes, inputs.size());
  Value status = call.begin(args.front(), args.back(), staging);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(0));
  Value failed = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                       status, zero);
  builder.setInsertionPointToEnd(locBuilder.getInsertionBlock());
  Block *block = builder.getInsertionBlock();
  Region *region = block->getParent();
  Block *failBlock = builder.createBlock(region);
  func::ReturnOp::create(builder, loc, status);
  Block *next = builder.createBlock(region);
  builder.setInsertionPointToEnd(block);
  cf::CondBranchOp::create(builder, loc, failed, failBlock, next);
  locBuilder.setInsertionPointToEnd(next);
  SmallVector<Value> operands(args);
  for (unsigned i = 0, e = pointers.size(); i != e; ++i)
    operands[i < inputs.size() ? 1 + i : 1 + i + dims.size()] =
        call.getPointer(i);
  operands.back() = call.getState();
  auto body = func::CallOp::create(locBuilder, entry, operands);
  func::ReturnOp::create(locBuilder, call.end(body.getResult(0)));
}

/// Turns the entry into `symbol.body(model, inputs..., dims..., outputs...,
/// workspace) -> i32`, on pointers that do not alias.
void EntryAbi::makeBody() {
  Block &block = entry.front();
  unsigned numOld = block.getNumArguments();
  // The last argument of a program for a GPU is the state of the call.
  SmallVector<Type> types = getArgumentTypes();
  SmallVector<Value> args;
  for (Type type : types)
    args.push_back(block.addArgument(type, loc));
  ArrayRef<Value> rest(args);
  ArrayRef<Value> inputPtrs = rest.slice(1, inputs.size());
  ArrayRef<Value> dims = rest.slice(1 + inputs.size(), inputDims.size());
  ArrayRef<Value> outputPtrs =
      rest.slice(1 + inputs.size() + inputDims.size(), outputs.size());

  builder.setInsertionPointToStart(&block);
  SmallVector<Value> indexDims = toIndex(dims);
  SmallVector<Value> sizeValues(
      func::CallOp::create(builder, loc, sizes, indexDims).getResults());
  unsigned input = 0, output = 0, dim = 0, size = 0;
  for (unsigned i = 0; i != numOld; ++i) {
    Value replacement;
    if (weights == i) {
      Value pointer = LLVM::LoadOp::create(builder, loc, ptr, rest.front());
      replacement = sparseopt::createBytesAt(builder, loc, pointer);
    } else if (workspace == i) {
      replacement = sparseopt::createBytesAt(
          builder, loc, createAlignedPointer(getWorkspace(rest)));
    } else {
      bool isInput = input < inputs.size();
      Port &port = isInput ? inputs[input] : outputs[output];
      Value pointer = isInput ? inputPtrs[input++] : outputPtrs[output++];
      SmallVector<Value> dynamic;
      for (int64_t axis = 0, e = port.type.getRank(); axis != e; ++axis) {
        Value value = isInput ? Value() : sizeValues[size++];
        if (port.type.isDynamicDim(axis))
          dynamic.push_back(isInput ? indexDims[dim++] : value);
      }
      replacement =
          sparseopt::createMemRefAt(builder, loc, pointer, port.type, dynamic);
    }
    block.getArgument(i).replaceAllUsesWith(replacement);
  }
  block.eraseArguments(0, numOld);

  auto ret = cast<func::ReturnOp>(block.getTerminator());
  builder.setInsertionPoint(ret);
  createReturn(0);
  ret.erase();
  entry.setFunctionType(builder.getFunctionType(types, i32));
  entry.setPrivate();
  entry.setSymName(symbol + ".body");
  entry->removeAttr(sparseopt::kSizesAttr);
  entry->setAttr(sparseopt::kBodyAttr, builder.getUnitAttr());
  entry.removeArgAttrsAttr();
  for (auto [i, type] : llvm::enumerate(types))
    if (type == ptr)
      entry.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                       builder.getUnitAttr());
}

/// The typed function: checks, then the body.
void EntryAbi::makeFunction() {
  function = createFunction(symbol, getArgumentTypes());
  ValueRange args = function.getArguments();
  Value null = LLVM::ZeroOp::create(builder, loc, ptr);
  auto checkPointer = [&](Value pointer, const llvm::Twine &what) {
    Value isNull = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq,
                                        pointer, null);
    createCheck(isNull, (symbol + ": " + what + " is a null pointer").str());
  };
  ValueRange dims = args.slice(1 + inputs.size(), inputDims.size());
  unsigned firstOutput = 1 + inputs.size() + inputDims.size();
  checkPointer(args[0], "model");
  for (auto [i, port] : llvm::enumerate(inputs))
    checkPointer(args[1 + i], "input " + port.name);
  createDimChecks(dims);
  for (auto [i, port] : llvm::enumerate(outputs))
    checkPointer(args[firstOutput + i], "output " + port.name);
  if (workspace || gpu)
    checkPointer(getWorkspace(args), "workspace");
  if (gpu)
    return makeGpuCall(args);
  auto call = func::CallOp::create(builder, loc, entry, args);
  func::ReturnOp::create(builder, loc, call.getResults());
}

/// Sizes of outputs and workspace; null pointers are not written.
void EntryAbi::makeSizes() {
  SmallVector<Type> types(inputDims.size(), i64);
  types.append(2, ptr);
  sizesFunction = createFunction(symbol + "_sizes", types);
  ValueRange args = sizesFunction.getArguments();
  ValueRange dims = args.take_front(inputDims.size());
  createDimChecks(dims);
  auto call = func::CallOp::create(builder, loc, sizes, toIndex(dims));
  unsigned numDims = 0;
  for (Port &port : outputs)
    numDims += port.type.getRank();

  Value null = LLVM::ZeroOp::create(builder, loc, ptr);
  Region *region = builder.getInsertionBlock()->getParent();
  auto storeUnlessNull = [&](Value target, ValueRange values) {
    Block *block = builder.getInsertionBlock();
    Block *store = builder.createBlock(region);
    for (auto [i, value] : llvm::enumerate(values))
      storeTo(target, i, value);
    Block *next = builder.createBlock(region);
    builder.setInsertionPointToEnd(store);
    cf::BranchOp::create(builder, loc, next);
    builder.setInsertionPointToEnd(block);
    Value isNull = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq,
                                        target, null);
    cf::CondBranchOp::create(builder, loc, isNull, next, store);
    builder.setInsertionPointToEnd(next);
  };
  SmallVector<Value> values = toI64(call.getResults());
  Value bytes = createConstant(0);
  if (values.size() > numDims && workspace) {
    // Room to align what the caller gives.
    bytes = arith::AddIOp::create(builder, loc, values[numDims],
                                  createConstant(sparseopt::kBufferAlignment));
  }
  if (gpu) {
    if (!workspace)
      bytes = createConstant(sparseopt::kBufferAlignment);
    ImplicitLocOpBuilder locBuilder(loc, builder);
    Value staging =
        sparseopt::createStagingSize(locBuilder, createPortSizes(dims, values));
    bytes = arith::AddIOp::create(locBuilder, bytes, staging);
  }
  storeUnlessNull(args[inputDims.size()],
                  ArrayRef<Value>(values).take_front(numDims));
  storeUnlessNull(args.back(), bytes);
  createReturn(0);
}

/// The form for callers that know the signature only at run time.
void EntryAbi::makePacked() {
  SmallVector<Type> types(gpu ? 5 : 4, ptr);
  func::FuncOp packed = createFunction(symbol + "_packed", types);
  ValueRange args = packed.getArguments();
  SmallVector<Value> operands = {args[0]};
  for (unsigned i = 0; i != inputs.size(); ++i)
    operands.push_back(loadFrom(args[1], i, ptr));
  for (unsigned i = 0; i != inputDims.size(); ++i)
    operands.push_back(loadFrom(args[2], i, i64));
  for (unsigned i = 0; i != outputs.size(); ++i)
    operands.push_back(loadFrom(args[1], inputs.size() + i, ptr));
  llvm::append_range(operands, args.drop_front(3));
  auto call = func::CallOp::create(builder, loc, function, operands);
  func::ReturnOp::create(builder, loc, call.getResults());
}

void EntryAbi::makePackedSizes() {
  func::FuncOp packed =
      createFunction(symbol + "_packed_sizes", {ptr, ptr, ptr});
  ValueRange args = packed.getArguments();
  SmallVector<Value> operands;
  for (unsigned i = 0; i != inputDims.size(); ++i)
    operands.push_back(loadFrom(args[0], i, i64));
  operands.push_back(args[1]);
  operands.push_back(args[2]);
  auto call = func::CallOp::create(builder, loc, sizesFunction, operands);
  func::ReturnOp::create(builder, loc, call.getResults());
}

DictionaryAttr EntryAbi::describe() {
  auto describePorts = [&](ArrayRef<Port> ports) {
    SmallVector<Attribute> rows;
    for (const Port &port : ports) {
      auto tensor = RankedTensorType::get(port.type.getShape(),
                                          port.type.getElementType());
      rows.push_back(builder.getDictionaryAttr(
          {builder.getNamedAttr("name", builder.getStringAttr(port.name)),
           builder.getNamedAttr("type", TypeAttr::get(tensor))}));
    }
    return builder.getArrayAttr(rows);
  };
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("inputs", describePorts(inputs)),
       builder.getNamedAttr("name", builder.getStringAttr(entry.getSymName())),
       builder.getNamedAttr("outputs", describePorts(outputs)),
       builder.getNamedAttr("symbol", builder.getStringAttr(symbol))});
}

FailureOr<DictionaryAttr> EntryAbi::run() {
  if (failed(readSignature()))
    return failure();
  DictionaryAttr description = describe();
  makeBody();
  makeFunction();
  makeSizes();
  makePacked();
  makePackedSizes();
  return description;
}

namespace {

struct EmitCAbi : public sparseopt::impl::EmitCAbiPassBase<EmitCAbi> {
  using EmitCAbiPassBase::EmitCAbiPassBase;

protected:
  void runOnOperation() override {
    ModuleOp module = getOperation();
    Builder builder(module.getContext());
    SmallVector<Attribute> rows;
    llvm::StringSet<> symbols;
    for (func::FuncOp entry : sparseopt::getEntries(module)) {
      std::string symbol = chooseSymbol(entry.getSymName());
      if (!symbols.insert(symbol).second) {
        entry.emitOpError() << "has the C name '" << symbol
                            << "', which another entry has already";
        return signalPassFailure();
      }
      FailureOr<DictionaryAttr> row = EntryAbi(entry, symbol, gpu).run();
      if (failed(row))
        return signalPassFailure();
      rows.push_back(*row);
    }
    module->setAttr(sparseopt::kEntriesAttr, builder.getArrayAttr(rows));
    declareFail(module);
  }

  std::string chooseSymbol(StringRef name) {
    std::string symbol = sparseopt::makeCIdentifier(name);
    if (!prefix.empty())
      return prefix + "_" + symbol;
    if (!sparseopt::isFreeCName(symbol))
      return libraryName + "_" + symbol;
    return symbol;
  }

  void declareFail(ModuleOp module) {
    if (module.lookupSymbol(kFailFunction))
      return;
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    auto ptr = LLVM::LLVMPointerType::get(module.getContext());
    func::FuncOp::create(builder, module.getLoc(), kFailFunction,
                         builder.getFunctionType({ptr}, {}))
        .setPrivate();
  }
};

} // namespace
