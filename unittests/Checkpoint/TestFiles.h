//===- TestFiles.h - Files that tests write ---------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A folder that lives as long as its test, and files in it.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_UNITTESTS_CHECKPOINT_TESTFILES_H
#define SPARSEOPT_UNITTESTS_CHECKPOINT_TESTFILES_H

#include "gtest/gtest.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace sparseopt {

/// A temporary folder.
class TestFolder {
public:
  TestFolder() {
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("checkpoint", folder));
  }
  ~TestFolder() { EXPECT_FALSE(llvm::sys::fs::remove_directories(folder)); }

  std::string getPath(llvm::StringRef name) const {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    return path.str().str();
  }

  void write(llvm::StringRef name, llvm::StringRef bytes) const {
    std::error_code error;
    llvm::raw_fd_ostream os(getPath(name), error);
    EXPECT_FALSE(error) << error.message();
    os << bytes;
  }

  std::string read(llvm::StringRef name) const {
    auto buffer = llvm::MemoryBuffer::getFile(getPath(name));
    return buffer ? (*buffer)->getBuffer().str() : "";
  }

  /// Number of files in the folder.
  int count() const {
    std::error_code error;
    int files = 0;
    for (llvm::sys::fs::directory_iterator it(folder, error), end; it != end;
         it.increment(error))
      ++files;
    return files;
  }

private:
  llvm::SmallString<128> folder;
};

/// The message of an error, or of what holds one; empty for success.
inline std::string getMessage(llvm::Error error) {
  return llvm::toString(std::move(error));
}
template <typename T>
std::string getMessage(llvm::Expected<T> value) {
  return value ? "" : llvm::toString(value.takeError());
}

} // namespace sparseopt

#endif // SPARSEOPT_UNITTESTS_CHECKPOINT_TESTFILES_H
