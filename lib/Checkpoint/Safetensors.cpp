//===- Safetensors.cpp - Reading safetensors files --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The header of a safetensors file, checked against the size of the file.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Checkpoint/Safetensors.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace sparseopt;

static llvm::Error fail(llvm::StringRef path, const llvm::Twine &what) {
  return llvm::createStringError("'" + path + "' " + what);
}

llvm::Expected<std::shared_ptr<SafetensorsFile>>
SafetensorsFile::open(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return fail(path, "cannot be read: " + buffer.getError().message());
  auto file = std::make_shared<SafetensorsFile>();
  file->path = path.str();
  file->buffer = std::move(*buffer);
  if (llvm::Error error = file->readHeader())
    return std::move(error);
  return file;
}

uint64_t sparseopt::getSafetensorsElementBytes(llvm::StringRef dtype) {
  if (dtype == "BOOL")
    return 1;
  if (dtype == "BF16")
    return 2;
  unsigned bits = 0;
  if (dtype.starts_with("F8_"))
    return 1;
  if (!dtype.drop_front().getAsInteger(10, bits))
    return bits / 8;
  return 0;
}

/// Reads the description of one tensor; `data` is what follows the header.
static llvm::Error readEntry(llvm::StringRef path, llvm::StringRef name,
                             const llvm::json::Value &value,
                             llvm::StringRef data, SafetensorsEntry &entry) {
  const llvm::json::Object *object = value.getAsObject();
  const llvm::json::Array *shape = object ? object->getArray("shape") : nullptr;
  const llvm::json::Array *offsets =
      object ? object->getArray("data_offsets") : nullptr;
  auto dtype = object ? object->getString("dtype") : std::nullopt;
  if (!shape || !offsets || !dtype || dtype->empty() || offsets->size() != 2)
    return fail(path, "describes tensor '" + name +
                          "' without dtype, shape or "
                          "data_offsets");
  entry.dtype = dtype->str();
  uint64_t expected = getSafetensorsElementBytes(*dtype);
  for (const llvm::json::Value &size : *shape) {
    entry.shape.push_back(size.getAsInteger().value_or(-1));
    if (entry.shape.back() < 0)
      return fail(path, "gives tensor '" + name + "' a negative size");
    expected *= entry.shape.back();
  }
  uint64_t begin = (*offsets)[0].getAsUINT64().value_or(1);
  uint64_t end = (*offsets)[1].getAsUINT64().value_or(0);
  if (begin > end)
    return fail(path, "has wrong offsets for tensor '" + name + "'");
  if (end > data.size())
    return fail(path, llvm::formatv("is cut off: tensor '{0}' ends at byte {1} "
                                    "of the data, which has {2}",
                                    name, end, data.size()));
  if (end - begin != expected && getSafetensorsElementBytes(*dtype) != 0)
    return fail(path, llvm::formatv("holds {0} bytes for tensor '{1}', its "
                                    "shape needs {2}",
                                    end - begin, name, expected));
  entry.bytes = llvm::ArrayRef<char>(data.data() + begin, end - begin);
  return llvm::Error::success();
}

llvm::Error SafetensorsFile::readMetadata(const llvm::json::Value &value) {
  const llvm::json::Object *object = value.getAsObject();
  if (!object)
    return fail(path, "has a __metadata__ that is not a JSON object");
  for (const auto &[key, text] : *object) {
    if (!text.getAsString())
      return fail(path, "has metadata '" + key.str() + "' that is not a text");
    metadata[key] = text.getAsString()->str();
  }
  return llvm::Error::success();
}

llvm::Error SafetensorsFile::readHeader() {
  llvm::StringRef text = buffer->getBuffer();
  if (text.size() < sizeof(uint64_t))
    return fail(path, "is too short for a safetensors file");
  uint64_t length = llvm::support::endian::read64le(text.data());
  llvm::StringRef rest = text.drop_front(sizeof(uint64_t));
  if (length > rest.size())
    return fail(path, "is cut off in its header, or no safetensors file");
  llvm::Expected<llvm::json::Value> header =
      llvm::json::parse(rest.take_front(length));
  if (!header)
    return fail(path, "has a header that is not JSON: " +
                          llvm::toString(header.takeError()));
  const llvm::json::Object *tensors = header->getAsObject();
  if (!tensors)
    return fail(path, "has a header that is not a JSON object");
  for (const auto &[key, value] : *tensors) {
    if (key == "__metadata__") {
      if (llvm::Error error = readMetadata(value))
        return error;
      continue;
    }
    if (llvm::Error error =
            readEntry(path, key, value, rest.drop_front(length), entries[key]))
      return error;
  }
  return llvm::Error::success();
}

const SafetensorsEntry *SafetensorsFile::lookup(llvm::StringRef name) const {
  auto entry = entries.find(name);
  return entry == entries.end() ? nullptr : &entry->second;
}

const std::string *SafetensorsFile::lookupMetadata(llvm::StringRef key) const {
  auto entry = metadata.find(key);
  return entry == metadata.end() ? nullptr : &entry->second;
}

std::vector<llvm::StringRef> SafetensorsFile::getNames() const {
  std::vector<const llvm::StringMapEntry<SafetensorsEntry> *> sorted;
  for (const auto &entry : entries)
    sorted.push_back(&entry);
  // Empty tensors share their offset with the one that follows.
  llvm::sort(sorted, [](const auto *lhs, const auto *rhs) {
    auto key = [](const auto *entry) {
      llvm::ArrayRef<char> bytes = entry->getValue().bytes;
      return std::tuple(bytes.data(), bytes.size(), entry->getKey());
    };
    return key(lhs) < key(rhs);
  });
  std::vector<llvm::StringRef> names;
  for (const auto *entry : sorted)
    names.push_back(entry->getKey());
  return names;
}
