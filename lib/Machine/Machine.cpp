//===- Machine.cpp - Description of a target machine ------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The built-in machine descriptions and the detection of the host. The cost
// constants are fractions of the FMA peak measured on 4096x4096 weights.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Machine/Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Threading.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"

#include <cmath>

using namespace sparseopt;

llvm::StringRef sparseopt::stringifyISA(ISA isa) {
  switch (isa) {
  case ISA::Scalar:
    return "scalar";
  case ISA::AVX2:
    return "avx2";
  case ISA::AVX512:
    return "avx512";
  }
  llvm_unreachable("unknown ISA");
}

bool MachineDescription::hasFeature(llvm::StringRef feature) const {
  return llvm::any_of(features, [&](llvm::StringRef f) {
    return f.consume_front("+") && f == feature;
  });
}

double MachineDescription::getStreamGBs(double bytes) const {
  if (bytes <= l1Bytes)
    return l1GBs;
  if (bytes <= l2Bytes)
    return l2GBs;
  // Half of the shared cache: the rest serves activations and other cores.
  if (bytes <= l3Bytes / 2)
    return l3GBs;
  return dramGBs;
}

double sparseopt::predictDenseSeconds(const GpuDescription &gpu, int64_t tokens,
                                      int64_t inputs, int64_t outputs) {
  double bytes = 2.0 * (double(outputs) * inputs +
                        double(tokens) * (double(inputs) + outputs));
  double read = bytes / (gpu.denseGBs * 1e9);
  double computed = 2.0 * tokens * inputs * outputs / (gpu.denseGFlops * 1e9);
  // Near their meeting neither is hidden whole behind the other.
  return gpu.launchSeconds +
         std::pow(std::pow(read, 6) + std::pow(computed, 6), 1.0 / 6);
}

double sparseopt::interpolate(llvm::ArrayRef<EfficiencyPoint> points,
                              double tokens) {
  if (points.empty())
    return 0.1;
  if (tokens <= points.front().tokens)
    return points.front().efficiency;
  for (auto [a, b] : llvm::zip(points.drop_back(), points.drop_front()))
    if (tokens <= b.tokens)
      return a.efficiency + (b.efficiency - a.efficiency) *
                                (tokens - a.tokens) / (b.tokens - a.tokens);
  return points.back().efficiency;
}

//===----------------------------------------------------------------------===//
// Built-in descriptions
//===----------------------------------------------------------------------===//

static const char *const avx2Features[] = {"+avx",   "+avx2",   "+bmi",
                                           "+bmi2",  "+f16c",   "+fma",
                                           "+lzcnt", "+popcnt", "+sse4.2"};

static const char *const avx512Features[] = {
    "+avx512bw", "+avx512cd", "+avx512dq", "+avx512f", "+avx512vl"};

MachineDescription sparseopt::getGenericMachine() {
  MachineDescription m;
  m.name = "x86-64";
  m.dense = {{1, .15}, {8, .5}, {32, .7}, {128, .75}};
  m.nmRow = {{1, .03}, {8, .15}, {32, .4}, {128, .5}};
  return m;
}

MachineDescription sparseopt::getZen3Machine() {
  MachineDescription m;
  m.name = "znver3";
  m.isa = ISA::AVX2;
  m.features.assign(std::begin(avx2Features), std::end(avx2Features));
  m.vectorBits = 256;
  m.vectorRegisters = 16;
  m.clockGHz = 3.05;
  m.fmaPeakGFlops = 98;
  m.l1Bytes = 32 << 10;
  m.l2Bytes = 512 << 10;
  m.l3Bytes = 32 << 20;
  m.l1GBs = 140, m.l2GBs = 83, m.l3GBs = 60, m.dramGBs = 18;
  m.dense = {{1, .5}, {2, .7}, {4, .9}, {8, .92}, {128, .93}};
  m.nmPermute = {{1, .42}, {4, .48}, {8, .5}, {128, .5}};
  m.nmRow = {{8, .38}, {16, .52}, {32, .62}, {64, .71}, {128, .71}};
  return m;
}

MachineDescription sparseopt::getZen4Machine() {
  MachineDescription m;
  m.name = "znver4";
  m.isa = ISA::AVX512;
  m.features.assign(std::begin(avx2Features), std::end(avx2Features));
  m.features.insert(m.features.end(), std::begin(avx512Features),
                    std::end(avx512Features));
  llvm::sort(m.features);
  m.vectorBits = 512;
  m.vectorRegisters = 32;
  m.clockGHz = 3.67;
  m.fmaPeakGFlops = 117;
  m.l1Bytes = 32 << 10;
  m.l2Bytes = 1 << 20;
  m.l3Bytes = 32 << 20;
  m.l1GBs = 202, m.l2GBs = 113, m.l3GBs = 90, m.dramGBs = 24;
  m.dense = {{1, .6}, {2, .75}, {4, .92}, {8, .96}, {128, .97}};
  m.maskTile = {{16, .62}, {32, .73}, {48, .79}, {64, .86}, {128, .87}};
  m.maskTileDensity = {
      {10, .56}, {20, .775}, {30, .89}, {50, 1.0}, {100, 1.18}};
  m.nmPermute = {{1, .5}, {2, .55}, {8, .58}, {128, .585}};
  m.nmRow = {{16, .56}, {32, .62}, {64, .73}, {128, .73}};
  m.bitmapWeightsPerCycle = 4.2;
  return m;
}

//===----------------------------------------------------------------------===//
// Machines by name
//===----------------------------------------------------------------------===//

/// The instruction set that a feature list allows.
static ISA getISA(const MachineDescription &m) {
  if (!m.hasFeature("avx2") || !m.hasFeature("fma"))
    return ISA::Scalar;
  // LLVM's lists of the x86-64 levels leave out what others imply, avx512f.
  for (llvm::StringRef f : avx512Features)
    if (f != "+avx512f" && !m.hasFeature(f.drop_front()))
      return ISA::AVX2;
  return ISA::AVX512;
}

/// The built-in description for the instruction set of `features`, with these
/// features and this name.
static MachineDescription makeMachine(llvm::StringRef name,
                                      std::vector<std::string> features) {
  llvm::sort(features);
  MachineDescription m;
  m.features = features;
  switch (getISA(m)) {
  case ISA::Scalar:
    m = getGenericMachine();
    break;
  case ISA::AVX2:
    m = getZen3Machine();
    break;
  case ISA::AVX512:
    m = getZen4Machine();
    break;
  }
  m.name = name.str();
  m.features = std::move(features);
  return m;
}

/// The size of the first core's data or unified cache of a level, from the
/// kernel: the C library reports the third level of a whole socket, also to a
/// guest that has a part of it. `fallback` if unknown.
static int64_t getCacheBytes(unsigned level, int64_t fallback) {
  for (unsigned index = 0; index < 8; ++index) {
    std::string folder =
        "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index);
    auto read = [&](llvm::StringRef name) -> std::string {
      auto file = llvm::MemoryBuffer::getFileAsStream(folder + "/" + name);
      return file ? (*file)->getBuffer().trim().str() : "";
    };
    int64_t kib;
    std::string text = read("size");
    llvm::StringRef size = text;
    if (read("level") == std::to_string(level) &&
        read("type") != "Instruction" && size.consume_back("K") &&
        !size.getAsInteger(10, kib))
      return kib << 10;
  }
  return fallback;
}

MachineDescription sparseopt::detectHostMachine() {
  std::vector<std::string> features;
  for (const auto &entry : llvm::sys::getHostCPUFeatures())
    if (entry.second)
      features.push_back("+" + entry.first().str());
  MachineDescription m =
      makeMachine(llvm::sys::getHostCPUName(), std::move(features));
  m.l1Bytes = getCacheBytes(1, m.l1Bytes);
  m.l2Bytes = getCacheBytes(2, m.l2Bytes);
  m.l3Bytes = getCacheBytes(3, m.l3Bytes);
  m.cores = llvm::hardware_concurrency().compute_thread_count();
  return m;
}

/// The constants of "sm_90a" were measured on an H100 SXM (132 multiprocessors,
/// HBM3). Those of the others were not measured: they come from the data sheets of an
/// A100 SXM with 80 GB, an A10 and an L4, with boost clocks, and what no data sheet has
/// from the H100: the fraction of the bandwidth that is reached (0.91), how much more
/// than its share one multiprocessor reads (1.8), what cuBLAS reaches of both limits (0.89
/// of the bandwidth, 0.94 of the products), and the time of a launch.
static std::optional<GpuDescription> getDevice(llvm::StringRef arch) {
  static const GpuDescription known[] = {
      {"sm_80", 108, 1855, 31, 90, 1.41, 3.3e-6, 2048, 166912, 1640, 293e3},
      {"sm_86", 72, 546, 13.7, 108, 1.695, 3.3e-6, 1024, 101376, 480, 117e3},
      {"sm_89", 58, 273, 8.5, 130, 2.04, 3.3e-6, 1024, 101376, 240, 114e3},
      {"sm_90a", 132, 3050, 42, 115, 1.42, 3.3e-6, 4096, 232448, 2700, 720e3},
  };
  for (const GpuDescription &device : known)
    if (device.arch == arch)
      return device;
  return std::nullopt;
}

bool sparseopt::hasDeviceKernels(llvm::StringRef arch) {
  return getDevice(arch).has_value();
}

static llvm::Expected<MachineDescription>
makeDeviceMachine(llvm::StringRef arch) {
  std::optional<GpuDescription> device = getDevice(arch);
  if (!device)
    return llvm::createStringError("there are no kernels for device '%s'",
                                   arch.str().c_str());
  MachineDescription machine = getGenericMachine();
  machine.name = arch.str();
  machine.gpu = std::move(device);
  return machine;
}

llvm::Expected<MachineDescription>
sparseopt::getMachineForCPU(llvm::StringRef cpu) {
  if (cpu == "host" || cpu == "native")
    return detectHostMachine();
  if (cpu == "generic")
    return getGenericMachine();
  if (cpu.starts_with("sm_"))
    return makeDeviceMachine(cpu);
  if (llvm::X86::parseArchX86(cpu, /*Only64Bit=*/true) == llvm::X86::CK_None)
    return llvm::createStringError("unknown target CPU '%s'",
                                   cpu.str().c_str());
  llvm::SmallVector<llvm::StringRef> names;
  llvm::X86::getFeaturesForCPU(cpu, names);
  std::vector<std::string> features;
  for (llvm::StringRef f : names)
    features.push_back("+" + f.ltrim('+').str());
  return makeMachine(cpu, std::move(features));
}
