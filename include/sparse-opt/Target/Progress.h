//===- Progress.h - Telling that something takes long -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tools are silent when they are quick.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TARGET_PROGRESS_H
#define SPARSEOPT_TARGET_PROGRESS_H

#include "llvm/ADT/StringRef.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace sparseopt {

/// Prints the name of the running phase to stderr once two seconds have passed,
/// and of each phase that starts after.
class Progress {
public:
  explicit Progress(llvm::StringRef tool);
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  /// Says what the tool does from now on.
  void start(llvm::StringRef phase);

private:
  void print();

  std::string tool, phase;
  std::mutex mutex;
  std::condition_variable done;
  bool isDone = false;
  bool isLong = false;
  std::thread watcher;
};

} // namespace sparseopt

#endif // SPARSEOPT_TARGET_PROGRESS_H
