//===- Safetensors.h - Reading safetensors files ----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights in a safetensors file, read where they lie. Format: eight bytes of
// header length, a JSON header with dtype, shape and offsets of each tensor,
// then the data (huggingface/safetensors, "Format").
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CHECKPOINT_SAFETENSORS_H
#define SPARSEOPT_CHECKPOINT_SAFETENSORS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace sparseopt {

/// One tensor of a file; `bytes` are row-major and little-endian and live as
/// long as the file object.
struct SafetensorsEntry {
  /// As in the file: "F32", "F16", "BF16", "F64", "I8", "I64" ...
  std::string dtype;
  std::vector<int64_t> shape;
  llvm::ArrayRef<char> bytes;
};

/// Bytes of an element of a dtype of the format; 0 for an unknown dtype and for
/// those smaller than a byte.
uint64_t getSafetensorsElementBytes(llvm::StringRef dtype);

/// A memory-mapped safetensors file.
class SafetensorsFile {
public:
  /// Maps the file and reads its header. The error is a sentence that names the
  /// file: it cannot be read, is cut off, or is not a safetensors file.
  static llvm::Expected<std::shared_ptr<SafetensorsFile>>
  open(llvm::StringRef path);

  /// Null if the file has no tensor of that name.
  const SafetensorsEntry *lookup(llvm::StringRef name) const;

  /// Null if the file's `__metadata__` has no such key.
  const std::string *lookupMetadata(llvm::StringRef key) const;

  size_t getNumTensors() const { return entries.size(); }

  /// All names, in the order in which the tensors lie in the file.
  std::vector<llvm::StringRef> getNames() const;

  const llvm::StringMap<std::string> &getMetadata() const { return metadata; }
  const std::string &getPath() const { return path; }

private:
  llvm::Error readHeader();
  llvm::Error readMetadata(const llvm::json::Value &value);

  std::string path;
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  llvm::StringMap<SafetensorsEntry> entries;
  llvm::StringMap<std::string> metadata;
};

} // namespace sparseopt

#endif // SPARSEOPT_CHECKPOINT_SAFETENSORS_H
