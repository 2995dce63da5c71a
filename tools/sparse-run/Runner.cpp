//===- Runner.cpp - Calling an entry on arrays ------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The checks that a C caller has to make himself, and the clock.
//
//===----------------------------------------------------------------------===//

#include "Runner.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <chrono>

using namespace llvm;

namespace sparseopt {

static Error makeError(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

Expected<std::unique_ptr<Runner>>
Runner::create(const Library &library, const EntryInfo &entry,
               const std::vector<NpyArray> &inputs) {
  std::unique_ptr<Runner> runner(new Runner(library, entry));
  if (Error error = runner->bind(inputs))
    return std::move(error);
  if (Error error = runner->allocate())
    return std::move(error);
  return std::move(runner);
}

Runner::~Runner() { library.free(workspace); }

Error Runner::checkInput(const PortInfo &port, const NpyArray &array) const {
  bool fits =
      port.dtype == array.dtype && port.shape.size() == array.shape.size();
  if (fits)
    for (auto [wanted, given] : zip_equal(port.shape, array.shape))
      fits &= wanted < 0 || wanted == given;
  if (fits)
    return Error::success();
  return makeError("input '" + port.name + "' of entry '" + entry.name +
                   "' is " + describeArray(port.dtype, port.shape) +
                   ", the given array is " +
                   describeArray(array.dtype, array.shape));
}

Error Runner::bind(const std::vector<NpyArray> &inputs) {
  if (inputs.size() != entry.inputs.size())
    return makeError("entry '" + entry.name + "' takes " +
                     Twine(entry.inputs.size()) + " inputs, " +
                     Twine(inputs.size()) + " are given");
  for (auto [port, array] : zip_equal(entry.inputs, inputs)) {
    if (Error error = checkInput(port, array))
      return error;
    // Inputs are copied once: a file's bytes have no alignment.
    Memory copy = allocateAligned(array.data.size());
    std::copy(array.data.begin(), array.data.end(),
              static_cast<char *>(copy.get()));
    buffers.push_back(copy.get());
    memory.push_back(std::move(copy));
  }
  for (auto [input, axis] : entry.dims)
    dims.push_back(inputs[input].shape[axis]);
  return Error::success();
}

Runner::Memory Runner::allocateAligned(size_t size) {
  constexpr size_t kAlignment = 64;
  size = std::max(alignTo(size, kAlignment), kAlignment);
  void *pointer = std::aligned_alloc(kAlignment, size);
  if (!pointer)
    report_bad_alloc_error("cannot allocate an array");
  return Memory(pointer);
}

Error Runner::allocate() {
  std::vector<int64_t> outDims;
  for (const PortInfo &port : entry.outputs)
    outDims.resize(outDims.size() + port.shape.size());
  size_t workspaceSize = 0;
  if (entry.sizes(dims.data(), outDims.data(), &workspaceSize) != 0)
    return makeError(library.getLastError());
  auto dim = outDims.begin();
  for (const PortInfo &port : entry.outputs) {
    shapes.emplace_back(dim, dim + port.shape.size());
    dim += port.shape.size();
    size_t size = getDTypeSize(port.dtype);
    for (int64_t extent : shapes.back())
      size *= size_t(extent);
    sizes.push_back(size);
    memory.push_back(allocateAligned(size));
    buffers.push_back(memory.back().get());
  }
  workspace = library.allocate(workspaceSize);
  if (!workspace)
    return makeError(library.getLastError());
  return Error::success();
}

void Runner::setInput(unsigned input, StringRef bytes) {
  llvm::copy(bytes, static_cast<char *>(buffers[input]));
}

Error Runner::run() {
  if (library.call(entry, buffers.data(), dims.data(), workspace))
    return makeError(library.getLastError());
  return Error::success();
}

Expected<double> Runner::time() {
  auto start = std::chrono::steady_clock::now();
  if (Error error = run())
    return std::move(error);
  std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - start;
  return elapsed.count();
}

Expected<Timing> Runner::benchmark(unsigned count) {
  if (Error error = run())
    return std::move(error);
  library.resetProfile();
  std::vector<double> times;
  for (unsigned i = 0; i != count; ++i) {
    Expected<double> seconds = time();
    if (!seconds)
      return seconds.takeError();
    times.push_back(*seconds);
  }
  llvm::sort(times);
  return Timing{times[times.size() / 2], times.front(), times.back()};
}

StringRef Runner::getData(unsigned output) const {
  return {static_cast<const char *>(buffers[entry.inputs.size() + output]),
          sizes[output]};
}

} // namespace sparseopt
