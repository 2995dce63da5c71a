//===- SafetensorsWriter.cpp - Writing safetensors files --------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The header is padded with spaces, as the format allows, so that what follows
// can be mapped and read where it lies.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Checkpoint/SafetensorsWriter.h"

#include "sparse-opt/Checkpoint/Safetensors.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"

using namespace sparseopt;

namespace fs = llvm::sys::fs;

constexpr uint64_t kDataAlignment = 64;

static llvm::Error fail(llvm::StringRef path, const llvm::Twine &what) {
  return llvm::createStringError("'" + path + "' " + what);
}

uint64_t SafetensorsHeader::getNumBytes() const {
  uint64_t bytes = getSafetensorsElementBytes(dtype);
  for (int64_t size : shape)
    bytes *= size;
  return bytes;
}

/// The header as text; adds up the bytes of the tensors in `end`.
static std::string makeHeader(llvm::ArrayRef<SafetensorsHeader> tensors,
                              const SafetensorsWriter::Metadata &metadata,
                              uint64_t &end) {
  llvm::json::Object header;
  if (!metadata.empty()) {
    llvm::json::Object texts;
    for (const auto &entry : metadata)
      texts[entry.getKey()] = entry.getValue();
    header["__metadata__"] = std::move(texts);
  }
  for (const SafetensorsHeader &tensor : tensors) {
    uint64_t begin = end;
    end += tensor.getNumBytes();
    header[tensor.name] =
        llvm::json::Object{{"dtype", tensor.dtype},
                           {"shape", llvm::json::Array(tensor.shape)},
                           {"data_offsets", llvm::json::Array{begin, end}}};
  }
  return llvm::formatv("{0}", llvm::json::Value(std::move(header))).str();
}

SafetensorsWriter::SafetensorsWriter(llvm::StringRef path, fs::TempFile temp)
    : path(path), file(std::move(temp)), os(file->FD, /*shouldClose=*/false) {}

llvm::Expected<std::unique_ptr<SafetensorsWriter>>
SafetensorsWriter::create(llvm::StringRef path,
                          llvm::ArrayRef<SafetensorsHeader> tensors,
                          const Metadata &metadata) {
  llvm::StringSet<> names;
  for (const SafetensorsHeader &tensor : tensors) {
    if (getSafetensorsElementBytes(tensor.dtype) == 0)
      return fail(path, "cannot hold tensor '" + tensor.name +
                            "' with elements of type '" + tensor.dtype + "'");
    if (!names.insert(tensor.name).second)
      return fail(path, "cannot hold two tensors '" + tensor.name + "'");
  }
  llvm::Expected<fs::TempFile> temp =
      fs::TempFile::create(path + ".%%%%%%.tmp", fs::all_read | fs::all_write);
  if (!temp)
    return fail(path, "cannot be written: " + llvm::toString(temp.takeError()));
  std::unique_ptr<SafetensorsWriter> writer(
      new SafetensorsWriter(path, std::move(*temp)));
  std::string header = makeHeader(tensors, metadata, writer->expected);
  header.append(llvm::offsetToAlignment(header.size() + sizeof(uint64_t),
                                        llvm::Align(kDataAlignment)),
                ' ');
  llvm::support::endian::Writer(writer->os, llvm::endianness::little)
      .write<uint64_t>(header.size());
  writer->os << header;
  return std::move(writer);
}

SafetensorsWriter::~SafetensorsWriter() {
  // The stream must hold nothing when the file below it is closed.
  os.flush();
  os.clear_error();
  if (file)
    llvm::consumeError(file->discard());
}

void SafetensorsWriter::write(llvm::ArrayRef<char> bytes) {
  os.write(bytes.data(), bytes.size());
  written += bytes.size();
}

llvm::Error SafetensorsWriter::finish() {
  if (written != expected)
    return fail(path, llvm::formatv("got {0} bytes of data instead of {1}",
                                    written, expected));
  os.flush();
  if (std::error_code error = os.error()) {
    os.clear_error();
    return fail(path, "cannot be written: " + error.message());
  }
  llvm::Error error = file->keep(path);
  file.reset();
  if (error)
    return fail(path, "cannot be written: " + llvm::toString(std::move(error)));
  return llvm::Error::success();
}
