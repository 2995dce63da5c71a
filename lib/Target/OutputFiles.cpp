//===- OutputFiles.cpp - Files that appear when all is done -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Write beside the target, rename on success.
//
//===----------------------------------------------------------------------===//

#include "OutputFiles.h"

#include "mlir/IR/Diagnostics.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace sparseopt {

static LogicalResult writeFile(StringRef path, Location loc,
                               OutputFiles::WriteFn write) {
  std::error_code error;
  llvm::raw_fd_ostream os(path, error, llvm::sys::fs::OF_None);
  if (!error) {
    write(os);
    os.close();
    error = os.error();
    os.clear_error();
  }
  if (error)
    return emitError(loc) << "cannot write '" << path
                          << "': " << error.message();
  return success();
}

OutputFiles::~OutputFiles() {
  for (const std::string &path : temporaries)
    std::ignore = llvm::sys::fs::remove(path);
  for (const Output &output : outputs)
    std::ignore = llvm::sys::fs::remove(output.temporary);
  if (!folder.empty())
    std::ignore = llvm::sys::fs::remove(folder);
}

LogicalResult OutputFiles::writeTemporary(StringRef name,
                                          SmallVectorImpl<std::string> &paths,
                                          Location loc, WriteFn write) {
  if (folder.empty()) {
    SmallString<128> path;
    if (std::error_code error =
            llvm::sys::fs::createUniqueDirectory("sparse-compile", path))
      return emitError(loc)
             << "cannot create a temporary folder: " << error.message();
    folder = path.str().str();
  }
  SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  temporaries.push_back(path.str().str());
  paths.push_back(path.str().str());
  return writeFile(path, loc, write);
}

FailureOr<std::string> OutputFiles::createOutput(StringRef path, Location loc) {
  SmallString<128> temporary;
  int descriptor;
  std::error_code error = llvm::sys::fs::createUniqueFile(
      path + ".%%%%%%.tmp", descriptor, temporary, llvm::sys::fs::OF_None,
      llvm::sys::fs::all_read | llvm::sys::fs::all_write);
  if (error)
    return emitError(loc) << "cannot write '" << path
                          << "': " << error.message();
  llvm::sys::fs::file_t file = llvm::sys::fs::convertFDToNativeFile(descriptor);
  std::ignore = llvm::sys::fs::closeFile(file);
  outputs.push_back({temporary.str().str(), path.str()});
  return temporary.str().str();
}

LogicalResult OutputFiles::writeOutput(StringRef path, Location loc,
                                       WriteFn write) {
  FailureOr<std::string> temporary = createOutput(path, loc);
  if (failed(temporary))
    return failure();
  return writeFile(*temporary, loc, write);
}

LogicalResult OutputFiles::commit(Location loc) {
  while (!outputs.empty()) {
    const Output &output = outputs.back();
    if (std::error_code error =
            llvm::sys::fs::rename(output.temporary, output.final))
      return emitError(loc)
             << "cannot write '" << output.final << "': " << error.message();
    outputs.pop_back();
  }
  return success();
}

} // namespace sparseopt
