//===- Samples.cpp - Many inputs for one entry ------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An input of rank r takes arrays of rank r, whose first dim counts samples, or
// of rank r + 1, whose first dim counts whole inputs.
//
//===----------------------------------------------------------------------===//

#include "Samples.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace sparseopt {

static Error makeError(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

/// The file, or the .npy files of the folder.
static Expected<std::vector<std::string>> listFiles(StringRef path) {
  std::vector<std::string> files;
  if (!sys::fs::is_directory(path))
    return std::vector<std::string>{path.str()};
  std::error_code error;
  for (sys::fs::directory_iterator it(path, error), end; it != end && !error;
       it.increment(error))
    if (sys::path::extension(it->path()) == ".npy")
      files.push_back(it->path());
  if (error)
    return makeError("'" + path + "': cannot be read: " + error.message());
  if (files.empty())
    return makeError("'" + path + "': has no .npy files");
  llvm::sort(files);
  return files;
}

/// Whether an array of samples fits; sets the shape of a call.
static bool fits(const PortInfo &port, ArrayRef<int64_t> shape, int64_t batch,
                 SmallVectorImpl<int64_t> &callShape) {
  bool hasBatchDim = shape.size() == port.shape.size();
  if (shape.empty() || (!hasBatchDim && shape.size() != port.shape.size() + 1))
    return false;
  callShape.assign(port.shape.begin(), port.shape.end());
  if (hasBatchDim && callShape[0] < 0)
    callShape[0] = batch;
  unsigned shift = hasBatchDim ? 0 : 1;
  for (size_t dim = 1 - shift; dim < callShape.size(); ++dim) {
    if (callShape[dim] >= 0 && callShape[dim] != shape[dim + shift])
      return false;
    callShape[dim] = shape[dim + shift];
  }
  return true;
}

Error Samples::addFile(Input &input, const std::string &path) {
  Expected<NpyArray> array = readNpy(path);
  if (!array)
    return array.takeError();
  SmallVector<int64_t> callShape;
  int64_t wanted = input.callShape.empty() ? batch : input.callShape[0];
  bool matches = array->dtype == input.port.dtype &&
                 fits(input.port, array->shape, wanted, callShape) &&
                 (input.files.empty() || callShape == input.callShape);
  if (!matches)
    return makeError(
        "'" + path + "' is " + describeArray(array->dtype, array->shape) +
        ", which is no list of samples for input '" + input.port.name + "', " +
        describeArray(input.port.dtype, input.port.shape));
  input.callShape = callShape;
  input.numSamples += array->shape[0];
  if (array->shape[0])
    input.bytesPerSample = array->data.size() / array->shape[0];
  input.files.push_back(std::move(*array));
  return Error::success();
}

Error Samples::readInput(const PortInfo &port, StringRef path,
                         int64_t wantedBatch) {
  Expected<std::vector<std::string>> files = listFiles(path);
  if (!files)
    return files.takeError();
  Input &input = inputs.emplace_back();
  input.port = port;
  batch = std::max<int64_t>(wantedBatch, 1);
  for (const std::string &file : *files)
    if (Error error = addFile(input, file))
      return error;
  return Error::success();
}

/// Finds the number of samples and the batch size that all inputs share.
Error Samples::agree(const EntryInfo &entry) {
  batch = 0;
  auto getBatchOf = [](const Input &input) {
    bool hasBatchDim = input.files[0].shape.size() == input.port.shape.size();
    return hasBatchDim ? input.callShape[0] : 1;
  };
  for (Input &input : inputs)
    numSamples = std::max(numSamples, input.numSamples);
  if (numSamples == 0)
    return makeError("there are no samples");
  for (Input &input : inputs) {
    int64_t inputBatch = getBatchOf(input);
    input.isFixed = input.numSamples != numSamples;
    if (input.isFixed && input.numSamples != inputBatch)
      return makeError("input '" + input.port.name + "' has " +
                       Twine(input.numSamples) + " samples, another has " +
                       Twine(numSamples));
    if (input.isFixed)
      continue;
    if (batch != 0 && batch != inputBatch)
      return makeError("the inputs of entry '" + entry.name +
                       "' take different numbers of samples per call");
    batch = inputBatch;
  }
  if (batch == 0)
    return makeError("entry '" + entry.name + "' takes no samples");
  return Error::success();
}

Expected<Samples> Samples::open(const EntryInfo &entry,
                                ArrayRef<std::string> paths, int64_t batch) {
  if (paths.size() != entry.inputs.size())
    return makeError("entry '" + entry.name + "' takes " +
                     Twine(entry.inputs.size()) + " inputs, samples for " +
                     Twine(paths.size()) + " are given");
  Samples samples;
  for (auto [port, path] : zip_equal(entry.inputs, paths))
    if (Error error = samples.readInput(port, path, batch))
      return std::move(error);
  if (Error error = samples.agree(entry))
    return std::move(error);
  return std::move(samples);
}

void Samples::copySample(const Input &input, int64_t sample,
                         std::string &out) const {
  for (const NpyArray &file : input.files) {
    if (sample < file.shape[0]) {
      out +=
          file.data.substr(sample * input.bytesPerSample, input.bytesPerSample);
      return;
    }
    sample -= file.shape[0];
  }
}

std::string Samples::read(unsigned index, int64_t call) const {
  const Input &input = inputs[index];
  std::string bytes;
  int64_t count = input.isFixed ? input.numSamples : batch;
  int64_t first = input.isFixed ? 0 : call * batch;
  int64_t end = input.isFixed ? input.numSamples : numSamples;
  for (int64_t i = 0; i < count; ++i)
    copySample(input, std::min(first + i, end - 1), bytes);
  return bytes;
}

std::vector<NpyArray> Samples::makeFirstCall() const {
  std::vector<NpyArray> arrays;
  for (auto [index, input] : enumerate(inputs)) {
    NpyArray array;
    array.dtype = input.port.dtype;
    array.shape = input.callShape;
    array.file = MemoryBuffer::getMemBufferCopy(read(index, 0));
    array.data = array.file->getBuffer();
    arrays.push_back(std::move(array));
  }
  return arrays;
}

uint64_t Samples::getHash() const {
  std::string digest = std::to_string(batch);
  for (const Input &input : inputs)
    for (const NpyArray &file : input.files)
      digest += " " + std::to_string(xxh3_64bits(file.data));
  return xxh3_64bits(digest);
}

} // namespace sparseopt
