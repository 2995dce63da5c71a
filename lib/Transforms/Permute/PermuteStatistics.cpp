//===- PermuteStatistics.cpp - Statistics in a new order ------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copies a file of statistics tensor by tensor; no more than one Gram matrix's row is
// in memory beside the mapped file.
//
//===----------------------------------------------------------------------===//

#include "PermuteStatistics.h"

using namespace sparseopt;

llvm::Expected<StatisticsPermuter>
StatisticsPermuter::open(llvm::StringRef path) {
  StatisticsPermuter result;
  auto statistics = StatisticsFile::open(path);
  if (!statistics)
    return statistics.takeError();
  result.file = std::move(*statistics);
  auto tensors = SafetensorsFile::open(path);
  if (!tensors)
    return tensors.takeError();
  result.tensors = std::move(*tensors);
  return std::move(result);
}

void StatisticsPermuter::permute(llvm::StringRef weightName,
                                 llvm::ArrayRef<int64_t> order) {
  orders.try_emplace(file->resolve(weightName), order.vec());
}

/// Writes a tensor of which all dims are reordered.
static void writePermuted(const SafetensorsEntry &entry,
                          llvm::ArrayRef<int64_t> order,
                          SafetensorsWriter &writer) {
  int64_t size = order.size();
  auto *values = reinterpret_cast<const double *>(entry.bytes.data());
  std::vector<double> row(size);
  int64_t numRows = entry.shape.size() == 2 ? size : 1;
  for (int64_t index = 0; index < numRows; ++index) {
    const double *source =
        values + (entry.shape.size() == 2 ? order[index] * size : 0);
    for (int64_t column = 0; column < size; ++column)
      row[column] = source[order[column]];
    writer.writeValues<double>(row);
  }
}

llvm::Error StatisticsPermuter::write(llvm::StringRef path) const {
  std::vector<SafetensorsHeader> headers;
  for (llvm::StringRef name : tensors->getNames()) {
    const SafetensorsEntry &entry = *tensors->lookup(name);
    headers.push_back({name.str(), entry.dtype, entry.shape});
  }
  auto writer =
      SafetensorsWriter::create(path, headers, tensors->getMetadata());
  if (!writer)
    return writer.takeError();
  for (llvm::StringRef name : tensors->getNames()) {
    const SafetensorsEntry &entry = *tensors->lookup(name);
    auto order = orders.find(name.rsplit('.').first);
    if (order == orders.end() || entry.dtype != "F64")
      (*writer)->write(entry.bytes);
    else
      writePermuted(entry, order->second, **writer);
  }
  return (*writer)->finish();
}
