//===- Linker.cpp - Object files to libraries -------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds ld.lld and the libraries of the C run time, and runs the linker. No
// compiler driver and no development package is needed.
//
//===----------------------------------------------------------------------===//

#include "Linker.h"

#include "mlir/IR/Diagnostics.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace mlir;

namespace sparseopt {

static constexpr llvm::StringLiteral kLibraryFolders[] = {
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib"};

static FailureOr<std::string> findLinker(Location loc) {
  for (StringRef name : {"ld.lld-22", "ld.lld"}) {
    if (auto path =
            llvm::sys::findProgramByName(name, {SPARSEOPT_LLVM_TOOLS_DIR}))
      return *path;
    if (auto path = llvm::sys::findProgramByName(name))
      return *path;
  }
  return emitError(loc) << "no linker found: install lld-22, or put ld.lld on "
                           "PATH";
}

/// Path of a shared library of the system; empty if it is not there.
static std::string findLibrary(StringRef name, ArrayRef<StringRef> folders) {
  for (StringRef folder : folders) {
    SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    if (llvm::sys::fs::exists(path))
      return path.str().str();
  }
  return "";
}

static LogicalResult runLinker(ArrayRef<std::string> arguments, Location loc) {
  FailureOr<std::string> linker = findLinker(loc);
  if (failed(linker))
    return failure();
  SmallVector<StringRef> command = {*linker};
  command.append(arguments.begin(), arguments.end());
  SmallString<128> log;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("sparse-link", "log", log))
    return emitError(loc) << "cannot create a temporary file: "
                          << error.message();
  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(log),
                                          StringRef(log)};
  std::string message;
  int status = llvm::sys::ExecuteAndWait(*linker, command, std::nullopt,
                                         redirects, 0, 0, &message);
  auto output = llvm::MemoryBuffer::getFile(log);
  std::ignore = llvm::sys::fs::remove(log);
  if (status == 0)
    return success();
  InFlightDiagnostic error = emitError(loc) << "linking failed";
  if (!message.empty())
    error << ": " << message;
  if (output && !(*output)->getBuffer().empty())
    error << ":\n" << (*output)->getBuffer().rtrim();
  return failure();
}

LogicalResult linkShared(ArrayRef<std::string> objects, StringRef output,
                         const LinkOptions &options, Location loc) {
  SmallVector<std::string> arguments = {"-shared",
                                        "--hash-style=gnu",
                                        "--eh-frame-hdr",
                                        "-z",
                                        "defs",
                                        "-z",
                                        "noexecstack",
                                        "--gc-sections",
                                        "--as-needed",
                                        "--build-id=none",
                                        "-soname",
                                        options.soname,
                                        "-o",
                                        output.str()};
  arguments.append(objects.begin(), objects.end());
  SmallVector<StringRef> folders(std::begin(kLibraryFolders),
                                 std::end(kLibraryFolders));
  SmallVector<StringRef> names = {"libm.so.6", "libc.so.6"};
  for (StringRef name : names) {
    std::string path = findLibrary(name, folders);
    if (path.empty())
      return emitError(loc) << "cannot find " << name << " to link with";
    arguments.push_back(path);
  }
  if (options.openmp) {
    std::string path = findLibrary("libomp.so.5", folders);
    if (path.empty()) {
      path = findLibrary("libomp.so.5", {SPARSEOPT_LLVM_LIBRARY_DIR});
      if (!path.empty())
        arguments.append({"-rpath", SPARSEOPT_LLVM_LIBRARY_DIR});
    }
    if (path.empty())
      return emitError(loc)
             << "cannot find libomp.so.5: install libomp-22-dev, "
                "or compile with --threading=none";
    arguments.push_back(path);
  }
  return runLinker(arguments, loc);
}

LogicalResult linkRelocatable(ArrayRef<std::string> objects, StringRef output,
                              Location loc) {
  SmallVector<std::string> arguments = {"-r", "-o", output.str()};
  arguments.append(objects.begin(), objects.end());
  return runLinker(arguments, loc);
}

} // namespace sparseopt
