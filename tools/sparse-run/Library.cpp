//===- Library.cpp - A compiled library, loaded -----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// dlopen, the description string, and the packed functions.
//
//===----------------------------------------------------------------------===//

#include "Library.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <dlfcn.h>

using namespace llvm;

namespace sparseopt {

static Error makeError(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

Expected<void *> Library::findSymbol(const std::string &symbol) const {
  void *address = dlsym(handle, symbol.c_str());
  if (!address)
    return makeError("'" + path +
                     "' is not a library of sparse-compile: it has "
                     "no function " +
                     symbol);
  return address;
}

static std::vector<PortInfo> readPorts(const json::Array *rows) {
  std::vector<PortInfo> ports;
  for (const json::Value &value : *rows) {
    const json::Object *row = value.getAsObject();
    PortInfo port;
    port.name = row->getString("name")->str();
    port.dtype = row->getString("dtype")->str();
    for (const json::Value &dim : *row->getArray("shape"))
      port.shape.push_back(*dim.getAsInteger());
    ports.push_back(std::move(port));
  }
  return ports;
}

Error Library::readDescription() {
  Expected<void *> describe = findSymbol("sparseopt_description");
  if (!describe)
    return describe.takeError();
  const char *text = reinterpret_cast<const char *(*)()>(*describe)();
  Expected<json::Value> value = json::parse(text);
  if (!value)
    return value.takeError();
  const json::Object *object = value->getAsObject();
  name = object->getString("name")->str();
  isForGpu = object->getString("target").value_or("cpu") != "cpu";
  for (const json::Value &item : *object->getArray("entries")) {
    const json::Object *row = item.getAsObject();
    EntryInfo entry;
    entry.name = row->getString("name")->str();
    entry.inputs = readPorts(row->getArray("inputs"));
    entry.outputs = readPorts(row->getArray("outputs"));
    for (const json::Value &pair : *row->getArray("dims"))
      entry.dims.push_back({unsigned(*(*pair.getAsArray())[0].getAsInteger()),
                            unsigned(*(*pair.getAsArray())[1].getAsInteger())});
    std::string symbol = row->getString("symbol")->str();
    Expected<void *> call = findSymbol(symbol + "_packed");
    if (!call)
      return call.takeError();
    Expected<void *> sizes = findSymbol(symbol + "_packed_sizes");
    if (!sizes)
      return sizes.takeError();
    entry.call = *call;
    entry.sizes = reinterpret_cast<EntryInfo::SizesFn>(*sizes);
    entries.push_back(std::move(entry));
  }
  return Error::success();
}

Expected<std::unique_ptr<Library>> Library::open(const std::string &path,
                                                 const std::string &weights) {
  std::unique_ptr<Library> library(new Library());
  library->path = path;
  // A path without a folder would be searched for in system folders.
  std::string file = StringRef(path).contains('/') ? path : "./" + path;
  library->handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library->handle)
    return makeError(dlerror());
  Expected<void *> lastError = library->findSymbol("sparseopt_last_error");
  if (!lastError)
    return lastError.takeError();
  library->lastError = reinterpret_cast<const char *(*)()>(*lastError);
  Expected<void *> closeModel = library->findSymbol("sparseopt_close");
  if (!closeModel)
    return closeModel.takeError();
  library->closeModel =
      reinterpret_cast<void (*)(sparseopt_model *)>(*closeModel);
  Expected<void *> allocate = library->findSymbol("sparseopt_alloc");
  if (!allocate)
    return allocate.takeError();
  library->allocateMemory =
      reinterpret_cast<void *(*)(const sparseopt_model *, size_t)>(*allocate);
  Expected<void *> freeMemory = library->findSymbol("sparseopt_free");
  if (!freeMemory)
    return freeMemory.takeError();
  library->freeMemory =
      reinterpret_cast<void (*)(const sparseopt_model *, void *)>(*freeMemory);
  Expected<void *> openModel = library->findSymbol("sparseopt_open");
  if (!openModel)
    return openModel.takeError();
  if (Error error = library->readDescription())
    return std::move(error);
  library->model = reinterpret_cast<sparseopt_model *(*)(const char *)>(
      *openModel)(weights.empty() ? nullptr : weights.c_str());
  if (!library->model)
    return makeError(library->getLastError());
  return std::move(library);
}

Library::~Library() {
  if (model)
    closeModel(model);
  // The library stays loaded: threads of libomp may still run its code.
}

Expected<const EntryInfo *> Library::findEntry(StringRef wanted) const {
  SmallVector<StringRef> names;
  for (const EntryInfo &entry : entries) {
    if (entry.name == wanted || (wanted.empty() && entries.size() == 1))
      return &entry;
    names.push_back(entry.name);
  }
  if (wanted.empty())
    return makeError("the module has several entries: choose one with --entry "
                     "(" +
                     join(names, ", ") + ")");
  return makeError("the module has no entry '" + wanted + "' (it has " +
                   join(names, ", ") + ")");
}

int Library::call(const EntryInfo &entry, void *const *buffers,
                  const int64_t *dims, void *workspace) const {
  if (isForGpu)
    return reinterpret_cast<EntryInfo::StreamCallFn>(entry.call)(
        model, buffers, dims, workspace, /*stream=*/nullptr);
  return reinterpret_cast<EntryInfo::CallFn>(entry.call)(model, buffers, dims,
                                                         workspace);
}

void *Library::allocate(size_t size) const {
  return allocateMemory(model, size);
}

void Library::free(void *memory) const { freeMemory(model, memory); }

std::string Library::getLastError() const { return lastError(); }

std::vector<StepTime> Library::getProfile() const {
  std::vector<StepTime> steps;
  auto read = reinterpret_cast<int (*)(const sparseopt_model *, uint64_t,
                                       const char **, uint64_t *, uint64_t *)>(
      dlsym(handle, "sparseopt_profile_step"));
  const char *stepName = nullptr;
  StepTime step;
  while (read &&
         read(model, steps.size(), &stepName, &step.calls, &step.nanoseconds)) {
    step.name = stepName;
    steps.push_back(step);
  }
  return steps;
}

void Library::resetProfile() const {
  if (void *reset = dlsym(handle, "sparseopt_profile_reset"))
    reinterpret_cast<void (*)(sparseopt_model *)>(reset)(model);
}

Error Library::setObserver(sparseopt_observer observer, void *context) const {
  Expected<void *> set = findSymbol("sparseopt_set_observer");
  if (!set)
    return set.takeError();
  reinterpret_cast<void (*)(sparseopt_observer, void *)>(*set)(observer,
                                                               context);
  return Error::success();
}

void Library::setNumThreads(int numThreads) const {
  if (void *set = dlsym(handle, "omp_set_num_threads"))
    reinterpret_cast<void (*)(int)>(set)(numThreads);
}

} // namespace sparseopt
