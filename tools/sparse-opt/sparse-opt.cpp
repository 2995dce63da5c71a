//===- sparse-opt.cpp - The optimizer driver --------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs passes on MLIR text or bytecode, with all of upstream registered beside
// this project. An output file is replaced only when the run succeeded, so
// that it may also be the input; upstream's driver deletes it.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/InitAll.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

/// Reports an error of the driver itself.
static int fail(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "sparse-opt") << message << "\n";
  return EXIT_FAILURE;
}

/// Runs the passes and replaces `output` on success.
static int run(std::unique_ptr<llvm::MemoryBuffer> input, StringRef output,
               DialectRegistry &registry, const MlirOptMainConfig &config) {
  if (output == "-" || !llvm::sys::fs::is_regular_file(output)) {
    // Nothing to keep: a stream, a device or a new file.
    std::string error;
    std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(output, &error);
    if (!file)
      return fail(error);
    if (failed(MlirOptMain(file->os(), std::move(input), registry, config)))
      return EXIT_FAILURE;
    file->keep();
    return EXIT_SUCCESS;
  }
  llvm::Error error =
      llvm::writeToOutput(output, [&](raw_ostream &os) -> llvm::Error {
        if (succeeded(MlirOptMain(os, std::move(input), registry, config)))
          return llvm::Error::success();
        return llvm::createStringError("the passes failed");
      });
  if (!error)
    return EXIT_SUCCESS;
  return fail("'" + output +
              "' is left as it was: " + llvm::toString(std::move(error)));
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  sparseopt::registerAllDialects(registry);
  sparseopt::registerAllPasses();
  auto [inputName, outputName] = registerAndParseCLIOptions(
      argc, argv, "sparse-opt: prunes, selects, packs and lowers models",
      registry);
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects())
    return asMainReturnCode(
        MlirOptMain(argc, argv, inputName, outputName, registry));
  std::string error;
  // Data in bytecode is used in place and keeps the alignment of the file.
  std::unique_ptr<llvm::MemoryBuffer> input =
      openInputFile(inputName, llvm::Align(64), &error);
  if (!input)
    return fail(error);
  return run(std::move(input), outputName, registry, config);
}
