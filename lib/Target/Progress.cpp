//===- Progress.cpp - Telling that something takes long ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One thread that sleeps for two seconds.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Target/Progress.h"

#include "llvm/Support/raw_ostream.h"

#include <chrono>

namespace sparseopt {

Progress::Progress(llvm::StringRef tool)
    : tool(tool), phase("load"), watcher([this] {
        std::unique_lock<std::mutex> lock(mutex);
        if (done.wait_for(lock, std::chrono::seconds(2),
                          [this] { return isDone; }))
          return;
        isLong = true;
        print();
      }) {}

Progress::~Progress() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    isDone = true;
  }
  done.notify_all();
  watcher.join();
}

void Progress::start(llvm::StringRef newPhase) {
  std::lock_guard<std::mutex> lock(mutex);
  phase = newPhase.str();
  if (isLong)
    print();
}

void Progress::print() { llvm::errs() << tool << ": " << phase << " ...\n"; }

} // namespace sparseopt
