//===- Machine.h - Description of a target machine --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernel selection and kernel generation need to know about a CPU: the
// instruction set, the register file, cache sizes, and the measured constants
// of the cost model. A description is detected, taken from the built-in ones,
// or read from a YAML file, and can be written back as YAML.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_MACHINE_MACHINE_H
#define SPARSE_OPT_MACHINE_MACHINE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace sparseopt {

/// The instruction sets for which kernels are generated. Each level implies
/// the ones before it. `Scalar` is the x86-64 baseline (128-bit vectors, no
/// fused multiply-add), which is also what any other target can be given.
enum class ISA { Scalar, AVX2, AVX512 };

/// The name used in files and messages: "scalar", "avx2", "avx512".
llvm::StringRef stringifyISA(ISA isa);

/// One measured point of a kernel's efficiency: the fraction of the FMA peak,
/// on useful operations, that a kernel reaches at `tokens` tokens.
struct EfficiencyPoint {
  int64_t tokens = 0;
  double efficiency = 0;
};

/// An NVIDIA device and the constants of its cost model.
struct GpuDescription {
  /// Its architecture as the assembler calls it, for example "sm_90a".
  std::string arch;
  int64_t multiprocessors = 0;
  /// Streaming from device memory: by all multiprocessors, and at most by one.
  double memoryGBs = 0, multiprocessorMemoryGBs = 0;
  /// Copies of one multiprocessor into its shared memory.
  double fillGBs = 0;
  /// Clock of the tensor cores under load.
  double matrixGHz = 0;
  /// Fixed time of a kernel in a sequence of kernels.
  double launchSeconds = 0;
  /// Operations per cycle of the tensor cores of one multiprocessor on dense products
  /// of 16-bit floats with sums of 32 bits; sparse ones count twice as many.
  double matrixOperations = 0;
  /// Shared memory that a block can have.
  int64_t sharedBytes = 0;
  /// cuBLAS's dense products of 16-bit floats: memory and arithmetic at best.
  double denseGBs = 0, denseGFlops = 0;
};

/// Target description and cost-model constants. All rates are per core.
struct MachineDescription {
  /// Processor name in LLVM's spelling, for example "znver4".
  std::string name = "generic";
  ISA isa = ISA::Scalar;
  /// LLVM target features, each with a leading '+', sorted.
  std::vector<std::string> features;

  int64_t vectorBits = 128;
  int64_t vectorRegisters = 16;
  int64_t cores = 1;
  double clockGHz = 3.0;
  /// Peak rate of f32 fused multiply-add (two operations each), GFLOP/s.
  double fmaPeakGFlops = 24.0;

  int64_t l1Bytes = 32 << 10;
  int64_t l2Bytes = 512 << 10;
  /// Shared by all cores.
  int64_t l3Bytes = 16 << 20;
  double l1GBs = 100, l2GBs = 60, l3GBs = 40, dramGBs = 15;

  /// Dense kernel with prepacked weights.
  std::vector<EfficiencyPoint> dense;
  /// Sparse register tiling at density 0.5; lower densities scale with
  /// `maskTileDensity`, whose `tokens` field holds density in percent.
  std::vector<EfficiencyPoint> maskTile;
  std::vector<EfficiencyPoint> maskTileDensity;
  /// Weight-stationary N:M kernel that selects inputs with a permute.
  std::vector<EfficiencyPoint> nmPermute;
  /// N:M kernel that broadcasts weights over a panel of inputs in L1.
  std::vector<EfficiencyPoint> nmRow;
  /// Nonzero-independent cost of the bitmap kernel: dense weights per cycle.
  double bitmapWeightsPerCycle = 10.0;
  /// Cost of starting and joining one parallel region.
  double forkSeconds = 5e-6;

  /// The device that kernels are generated for; nothing if that is the CPU.
  std::optional<GpuDescription> gpu;

  /// Number of 32-bit lanes in a vector register.
  int64_t getF32Lanes() const { return vectorBits / 32; }
  bool hasFeature(llvm::StringRef feature) const;
  /// Bandwidth of the smallest memory that holds `bytes`, GB/s.
  double getStreamGBs(double bytes) const;
};

/// Seconds that cuBLAS takes for [tokens, inputs] x [outputs, inputs]^T in 16-bit
/// floats, within 12 % on the layers of Llama 3.
double predictDenseSeconds(const GpuDescription &gpu, int64_t tokens,
                           int64_t inputs, int64_t outputs);

/// Efficiency at `tokens`, linear between the points and constant outside.
double interpolate(llvm::ArrayRef<EfficiencyPoint> points, double tokens);

/// The built-in descriptions. Source: measurements on the named cores.
MachineDescription getZen3Machine();
MachineDescription getZen4Machine();
MachineDescription getGenericMachine();

/// The machine that this process runs on: instruction set, features, cache
/// sizes and cores are detected, cost constants come from the built-in
/// description of the same instruction set.
MachineDescription detectHostMachine();

/// A description by name: "host", "znver3", "znver4", "generic", an LLVM CPU
/// name (its features decide the instruction set), an x86-64 level such as
/// "x86-64-v3", or a device, "sm_80", "sm_86", "sm_89" or "sm_90a". Fails on other names.
llvm::Expected<MachineDescription> getMachineForCPU(llvm::StringRef cpu);
/// Whether the architecture is one of these devices.
bool hasDeviceKernels(llvm::StringRef arch);

/// Reads a YAML file; unknown keys and wrong values are errors.
llvm::Expected<MachineDescription> readMachine(llvm::StringRef path);
void writeMachine(const MachineDescription &machine, llvm::raw_ostream &os);

} // namespace sparseopt

#endif // SPARSE_OPT_MACHINE_MACHINE_H
