//===- Ptxas.cpp - PTX to machine code --------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds ptxas and runs it. What it says of slow code becomes warnings.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Target/GpuBackend.h"

#include "mlir/IR/Diagnostics.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"

using namespace mlir;

namespace sparseopt {
namespace {

/// PATH, the CUDA toolkit of the environment, the one that the compiler was
/// configured with, the usual folder.
FailureOr<std::string> findPtxas(Location loc) {
  if (auto path = llvm::sys::findProgramByName("ptxas"))
    return *path;
  SmallVector<std::string> folders;
  if (auto home = llvm::sys::Process::GetEnv("CUDA_HOME"))
    folders.push_back(*home + "/bin");
  folders.push_back(
      llvm::sys::path::parent_path(SPARSEOPT_CONFIGURED_PTXAS).str());
  folders.push_back("/usr/local/cuda/bin");
  for (StringRef folder : folders)
    if (!folder.empty())
      if (auto path = llvm::sys::findProgramByName("ptxas", {folder}))
        return *path;
  return emitError(loc) << "no ptxas found: install the CUDA toolkit or the "
                           "Python package nvidia-cuda-nvcc, and put ptxas on "
                           "PATH or set CUDA_HOME";
}

/// A file that disappears again.
class TemporaryFile {
public:
  LogicalResult create(StringRef suffix, Location loc) {
    if (std::error_code error =
            llvm::sys::fs::createTemporaryFile("sparse-gpu", suffix, path))
      return emitError(loc)
             << "cannot create a temporary file: " << error.message();
    remover.setFile(path);
    return success();
  }
  StringRef getPath() const { return path; }
  std::string read() const {
    auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    return buffer ? (*buffer)->getBuffer().str() : "";
  }

private:
  SmallString<128> path;
  llvm::FileRemover remover;
};

/// Says which kernels spill and which have serialised matrix instructions.
void warnOfSlowCode(StringRef log, Location loc) {
  llvm::Regex function("Compiling entry function '([^']+)'");
  llvm::Regex spills("([0-9]+) bytes spill stores");
  llvm::Regex note("\\((C75[0-9][0-9])\\) (.*)");
  SmallVector<StringRef> match;
  std::string kernel;
  for (StringRef line : llvm::split(log, '\n')) {
    if (function.match(line, &match))
      kernel = match[1].str();
    else if (spills.match(line, &match) && match[1] != "0")
      emitWarning(loc) << "kernel '" << kernel << "' spills " << match[1]
                       << " bytes of registers";
    else if (note.match(line, &match))
      emitWarning(loc) << "ptxas " << match[1] << ": " << match[2];
  }
}

} // namespace

FailureOr<std::vector<char>> assemblePtx(StringRef ptx, StringRef target,
                                         Location loc) {
  FailureOr<std::string> program = findPtxas(loc);
  TemporaryFile source, object, log;
  if (failed(program) || failed(source.create("ptx", loc)) ||
      failed(object.create("cubin", loc)) || failed(log.create("log", loc)))
    return failure();
  {
    std::error_code error;
    llvm::raw_fd_ostream os(source.getPath(), error);
    os << ptx;
    os.close();
    if (error || os.has_error())
      return emitError(loc) << "cannot write '" << source.getPath() << "'";
  }
  std::string architecture = ("-arch=" + target).str();
  StringRef arguments[] = {*program, architecture,     "-O3",           "-v",
                           "-o",     object.getPath(), source.getPath()};
  std::optional<StringRef> redirects[] = {std::nullopt, log.getPath(),
                                          log.getPath()};
  std::string message;
  int status = llvm::sys::ExecuteAndWait(*program, arguments, std::nullopt,
                                         redirects, 0, 0, &message);
  if (status != 0) {
    InFlightDiagnostic error = emitError(loc) << "ptxas failed for " << target;
    if (!message.empty())
      error << ": " << message;
    std::string text = log.read();
    if (!text.empty())
      error << ":\n" << StringRef(text).rtrim();
    return failure();
  }
  warnOfSlowCode(log.read(), loc);
  std::string bytes = object.read();
  return std::vector<char>(bytes.begin(), bytes.end());
}

} // namespace sparseopt
