//===- LibraryDescription.cpp - What a library offers -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reading the entries of a module, and their JSON form.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Target/LibraryDescription.h"

#include "sparse-opt/Runtime/LibraryInfo.h"
#include "sparse-opt/Transforms/Lower/EntryAttributes.h"

using namespace mlir;

namespace sparseopt {

SmallVector<std::pair<unsigned, int64_t>>
EntryDescription::getDynamicDims() const {
  SmallVector<std::pair<unsigned, int64_t>> dims;
  for (auto [i, port] : llvm::enumerate(inputs))
    for (int64_t axis = 0, e = port.type.getRank(); axis != e; ++axis)
      if (port.type.isDynamicDim(axis))
        dims.push_back({unsigned(i), axis});
  return dims;
}

static void readPorts(ArrayAttr rows, SmallVectorImpl<PortDescription> &ports) {
  for (auto row : rows.getAsRange<DictionaryAttr>())
    ports.push_back(
        {row.getAs<StringAttr>("name").str(),
         cast<RankedTensorType>(row.getAs<TypeAttr>("type").getValue())});
}

FailureOr<LibraryDescription> LibraryDescription::read(ModuleOp module,
                                                       StringRef name) {
  auto rows = module->getAttrOfType<ArrayAttr>(kEntriesAttr);
  if (!rows)
    return module.emitError("has no '")
           << kEntriesAttr << "': run sparsity-emit-c-abi before";
  LibraryDescription library;
  library.name = name.str();
  for (auto row : rows.getAsRange<DictionaryAttr>()) {
    EntryDescription entry;
    entry.name = row.getAs<StringAttr>("name").str();
    entry.symbol = row.getAs<StringAttr>("symbol").str();
    readPorts(row.getAs<ArrayAttr>("inputs"), entry.inputs);
    readPorts(row.getAs<ArrayAttr>("outputs"), entry.outputs);
    library.entries.push_back(std::move(entry));
  }
  return library;
}

StringRef getDTypeName(Type type) {
  if (type.isBF16())
    return "bfloat16";
  if (type.isF16())
    return "float16";
  if (type.isF32())
    return "float32";
  if (type.isF64())
    return "float64";
  bool isUnsigned = type.isUnsignedInteger();
  switch (type.getIntOrFloatBitWidth()) {
  case 1:
    return "bool";
  case 8:
    return isUnsigned ? "uint8" : "int8";
  case 16:
    return isUnsigned ? "uint16" : "int16";
  case 32:
    return isUnsigned ? "uint32" : "int32";
  default:
    return isUnsigned ? "uint64" : "int64";
  }
}

unsigned getElementSize(Type type) {
  return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

static llvm::json::Array portsToJSON(ArrayRef<PortDescription> ports) {
  llvm::json::Array rows;
  for (const PortDescription &port : ports) {
    llvm::json::Array shape;
    for (int64_t dim : port.type.getShape())
      shape.push_back(ShapedType::isDynamic(dim) ? -1 : dim);
    rows.push_back(
        llvm::json::Object{{"name", port.name},
                           {"dtype", getDTypeName(port.type.getElementType())},
                           {"shape", std::move(shape)}});
  }
  return rows;
}

llvm::json::Value LibraryDescription::toJSON() const {
  llvm::json::Array rows;
  for (const EntryDescription &entry : entries) {
    llvm::json::Array dims;
    for (auto [input, axis] : entry.getDynamicDims())
      dims.push_back(llvm::json::Array{int64_t(input), axis});
    rows.push_back(llvm::json::Object{{"name", entry.name},
                                      {"symbol", entry.symbol},
                                      {"inputs", portsToJSON(entry.inputs)},
                                      {"dims", std::move(dims)},
                                      {"outputs", portsToJSON(entry.outputs)}});
  }
  return llvm::json::Object{{"abi", SPARSEOPT_ABI_VERSION},
                            {"name", name},
                            {"target", target},
                            {"entries", std::move(rows)}};
}

} // namespace sparseopt
