//===- SafetensorsWriter.h - Writing safetensors files ----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes a safetensors file piece by piece, so that tensors of any size pass
// through little memory, to a temporary file that takes its name when complete.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_CHECKPOINT_SAFETENSORSWRITER_H
#define SPARSEOPT_CHECKPOINT_SAFETENSORSWRITER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sparseopt {

/// Name, dtype ("F32", "F64", "I64" ...) and shape of a tensor to be written.
struct SafetensorsHeader {
  std::string name;
  std::string dtype;
  std::vector<int64_t> shape;

  /// Bytes of the data; the dtype has to be known.
  uint64_t getNumBytes() const;
};

/// A file that is being written.
class SafetensorsWriter {
public:
  using Metadata = llvm::StringMap<std::string>;

  /// Begins a file beside `path`. The data follows the header at a multiple of
  /// 64 bytes. The error names the file or the tensor: not writable, an unknown
  /// dtype, a name given twice.
  static llvm::Expected<std::unique_ptr<SafetensorsWriter>>
  create(llvm::StringRef path, llvm::ArrayRef<SafetensorsHeader> tensors,
         const Metadata &metadata);

  /// Removes the temporary file unless `finish` succeeded.
  ~SafetensorsWriter();

  /// Appends data: row-major and little-endian, all tensors in the order in
  /// which they were declared, cut into pieces in any way.
  void write(llvm::ArrayRef<char> bytes);

  template <typename T>
  void writeValues(llvm::ArrayRef<T> values) {
    write({reinterpret_cast<const char *>(values.data()),
           values.size() * sizeof(T)});
  }

  /// Checks that all data came and gives the file its name; an existing file
  /// is replaced.
  llvm::Error finish();

private:
  SafetensorsWriter(llvm::StringRef path, llvm::sys::fs::TempFile temp);

  std::string path;
  std::optional<llvm::sys::fs::TempFile> file;
  llvm::raw_fd_ostream os;
  uint64_t expected = 0;
  uint64_t written = 0;
};

} // namespace sparseopt

#endif // SPARSEOPT_CHECKPOINT_SAFETENSORSWRITER_H
