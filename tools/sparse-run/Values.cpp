//===- Values.cpp - Values of arrays ----------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decoding and printing of results and times.
//
//===----------------------------------------------------------------------===//

#include "Npy.h"
#include "Values.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/Support/Format.h"

using namespace llvm;

namespace sparseopt {

template <typename T>
static std::vector<double> decode(StringRef data) {
  std::vector<double> values(data.size() / sizeof(T));
  for (size_t i = 0; i != values.size(); ++i) {
    T value;
    memcpy(&value, data.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
  return values;
}

static std::vector<double> decode(const fltSemantics &semantics,
                                  StringRef data) {
  std::vector<double> values;
  for (double bits : decode<uint16_t>(data))
    values.push_back(
        APFloat(semantics, APInt(16, uint64_t(bits))).convertToDouble());
  return values;
}

std::vector<double> toDoubles(StringRef dtype, StringRef data) {
  if (dtype == "float32")
    return decode<float>(data);
  if (dtype == "float64")
    return decode<double>(data);
  if (dtype == "float16")
    return decode(APFloat::IEEEhalf(), data);
  if (dtype == "bfloat16")
    return decode(APFloat::BFloat(), data);
  if (dtype == "int64")
    return decode<int64_t>(data);
  if (dtype == "int32")
    return decode<int32_t>(data);
  if (dtype == "int16")
    return decode<int16_t>(data);
  if (dtype == "int8")
    return decode<int8_t>(data);
  if (dtype == "uint64")
    return decode<uint64_t>(data);
  if (dtype == "uint32")
    return decode<uint32_t>(data);
  if (dtype == "uint16")
    return decode<uint16_t>(data);
  return decode<uint8_t>(data);
}

void printArray(const PortInfo &port, ArrayRef<int64_t> shape, StringRef data,
                raw_ostream &os) {
  constexpr size_t kShown = 8;
  unsigned size = getDTypeSize(port.dtype);
  os << port.name << ": " << describeArray(port.dtype, shape) << ":";
  for (double value : toDoubles(port.dtype, data.take_front(kShown * size)))
    os << format(" %.6g", value);
  os << (data.size() > kShown * size ? " ...\n" : "\n");
}

Error printProfile(const Library &library, raw_ostream &os) {
  std::vector<StepTime> steps = library.getProfile();
  if (steps.empty())
    return createStringError(
        inconvertibleErrorCode(),
        "the library has no times: compile it with --profile");
  uint64_t total = 0;
  for (const StepTime &step : steps)
    total += step.nanoseconds;
  os << "    ms/call      %  calls  step\n";
  for (const StepTime &step : steps)
    os << format("%11.4f  %5.1f  %5llu  %s\n",
                 step.calls ? 1e-6 * step.nanoseconds / step.calls : 0.0,
                 total ? 100.0 * step.nanoseconds / total : 0.0,
                 (unsigned long long)step.calls, step.name.c_str());
  os << format("%11.4f  100.0         all steps\n", 1e-6 * total);
  return Error::success();
}

} // namespace sparseopt
