//===- Npy.cpp - Arrays in NumPy files --------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The format is a magic string, a Python dictionary as text, and the bytes.
//
//===----------------------------------------------------------------------===//

#include "Npy.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace sparseopt {

namespace {
struct DType {
  StringLiteral name, code;
  unsigned size;
};
constexpr DType kDTypes[] = {
    {"bool", "|b1", 1},    {"int8", "|i1", 1},    {"uint8", "|u1", 1},
    {"int16", "<i2", 2},   {"uint16", "<u2", 2},  {"int32", "<i4", 4},
    {"uint32", "<u4", 4},  {"int64", "<i8", 8},   {"uint64", "<u8", 8},
    {"float16", "<f2", 2}, {"float32", "<f4", 4}, {"float64", "<f8", 8},
    {"bfloat16", "|V2", 2}};
} // namespace

unsigned getDTypeSize(StringRef dtype) {
  for (const DType &known : kDTypes)
    if (known.name == dtype)
      return known.size;
  return 0;
}

std::string describeArray(StringRef dtype, ArrayRef<int64_t> shape) {
  std::string text = dtype.str() + "[";
  for (auto [i, dim] : enumerate(shape))
    text += (i ? ", " : "") + (dim < 0 ? "?" : std::to_string(dim));
  return text + "]";
}

template <typename... Args>
static Error makeError(StringRef path, const char *format, Args &&...args) {
  return createStringError(
      inconvertibleErrorCode(),
      "'" + path + "': " + formatv(format, std::forward<Args>(args)...).str());
}

/// The text after `key: ` in the header's dictionary.
static StringRef findValue(StringRef header, StringRef key) {
  size_t at = header.find(("'" + key + "'").str());
  if (at == StringRef::npos)
    return "";
  StringRef rest = header.drop_front(at + key.size() + 2).ltrim();
  return rest.consume_front(":") ? rest.ltrim() : StringRef();
}

static bool parseShape(StringRef text, SmallVectorImpl<int64_t> &shape) {
  if (!text.consume_front("("))
    return false;
  StringRef list = text.take_until([](char c) { return c == ')'; });
  if (list.size() == text.size())
    return false;
  for (StringRef part : split(list, ',')) {
    part = part.trim();
    int64_t dim;
    if (part.empty())
      continue;
    if (part.getAsInteger(10, dim) || dim < 0)
      return false;
    shape.push_back(dim);
  }
  return true;
}

/// Finds dictionary and data; checks the magic string and lengths.
static Error splitFile(StringRef path, StringRef bytes, StringRef &header,
                       StringRef &data) {
  constexpr StringLiteral kMagic("\x93NUMPY");
  if (!bytes.starts_with(kMagic) || bytes.size() < 12)
    return makeError(path, "is not a .npy file");
  unsigned version = static_cast<unsigned char>(bytes[6]);
  size_t prefix = version == 1 ? 10 : 12;
  size_t length = version == 1 ? support::endian::read16le(bytes.data() + 8)
                               : support::endian::read32le(bytes.data() + 8);
  if (version < 1 || version > 3)
    return makeError(path, "has version {0} of the .npy format", version);
  if (bytes.size() < prefix + length)
    return makeError(path, "ends inside its header");
  header = bytes.substr(prefix, length);
  data = bytes.drop_front(prefix + length);
  return Error::success();
}

Expected<NpyArray> readNpy(StringRef path) {
  auto file = MemoryBuffer::getFile(path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!file)
    return makeError(path, "cannot be read: {0}", file.getError().message());
  NpyArray array;
  StringRef header, data;
  if (Error error = splitFile(path, (*file)->getBuffer(), header, data))
    return std::move(error);

  StringRef code = findValue(header, "descr");
  code.consume_front("'");
  code = code.take_until([](char c) { return c == '\''; });
  const DType *dtype =
      find_if(kDTypes, [&](const DType &known) { return known.code == code; });
  if (dtype == std::end(kDTypes))
    return makeError(path,
                     "has elements of type '{0}'; arrays of bool, "
                     "integers and floats in little-endian order can be "
                     "read",
                     code);
  if (findValue(header, "fortran_order").starts_with("True"))
    return makeError(path, "is in Fortran order; save it with "
                           "numpy.ascontiguousarray");
  if (!parseShape(findValue(header, "shape"), array.shape))
    return makeError(path, "has no readable shape");
  uint64_t size = dtype->size;
  for (int64_t dim : array.shape)
    size *= uint64_t(dim);
  if (data.size() < size)
    return makeError(path, "is {0}, which is {1} bytes, but holds {2}",
                     describeArray(dtype->name, array.shape), size,
                     data.size());
  array.dtype = dtype->name.str();
  array.data = data.take_front(size);
  array.file = std::move(*file);
  return std::move(array);
}

Error writeNpy(StringRef path, StringRef dtype, ArrayRef<int64_t> shape,
               StringRef data) {
  const DType *known =
      find_if(kDTypes, [&](const DType &entry) { return entry.name == dtype; });
  if (known == std::end(kDTypes))
    return makeError(path, "cannot hold elements of type {0}", dtype);
  std::string dims;
  for (int64_t dim : shape)
    dims += std::to_string(dim) + (shape.size() == 1 ? "," : ", ");
  if (shape.size() > 1)
    dims.resize(dims.size() - 2);
  std::string header =
      formatv("{{'descr': '{0}', 'fortran_order': False, 'shape': ({1}), }",
              known->code, dims)
          .str();
  // Data begins at a multiple of 64.
  constexpr size_t kPrefix = 10;
  header.append(63 - (kPrefix + header.size()) % 64, ' ');
  header += '\n';

  return writeToOutput(path, [&](raw_ostream &os) -> Error {
    os << StringRef("\x93NUMPY\x01\x00", 8);
    char length[2];
    support::endian::write16le(length, header.size());
    os << StringRef(length, 2) << header << data;
    return Error::success();
  });
}

} // namespace sparseopt
