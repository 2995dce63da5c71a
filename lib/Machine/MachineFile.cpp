//===- MachineFile.cpp - Machine descriptions as YAML -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and writes machine descriptions with LLVM's YAML library. Keys that a
// file leaves out keep the values of the generic machine.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Machine/Machine.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace sparseopt;

LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(sparseopt::EfficiencyPoint)

namespace llvm::yaml {

template <>
struct ScalarEnumerationTraits<ISA> {
  static void enumeration(IO &io, ISA &isa) {
    for (ISA value : {ISA::Scalar, ISA::AVX2, ISA::AVX512})
      io.enumCase(isa, stringifyISA(value).data(), value);
  }
};

template <>
struct MappingTraits<EfficiencyPoint> {
  static const bool flow = true;
  static void mapping(IO &io, EfficiencyPoint &point) {
    io.mapRequired("at", point.tokens);
    io.mapRequired("efficiency", point.efficiency);
  }
};

template <>
struct MappingTraits<MachineDescription> {
  static void mapping(IO &io, MachineDescription &m) {
    io.mapRequired("name", m.name);
    io.mapRequired("isa", m.isa);
    io.mapOptional("features", m.features);
    io.mapOptional("vector-bits", m.vectorBits);
    io.mapOptional("vector-registers", m.vectorRegisters);
    io.mapOptional("cores", m.cores);
    io.mapOptional("clock-ghz", m.clockGHz);
    io.mapOptional("fma-peak-gflops", m.fmaPeakGFlops);
    io.mapOptional("l1-bytes", m.l1Bytes);
    io.mapOptional("l2-bytes", m.l2Bytes);
    io.mapOptional("l3-bytes", m.l3Bytes);
    io.mapOptional("l1-gbs", m.l1GBs);
    io.mapOptional("l2-gbs", m.l2GBs);
    io.mapOptional("l3-gbs", m.l3GBs);
    io.mapOptional("dram-gbs", m.dramGBs);
    io.mapOptional("dense", m.dense);
    io.mapOptional("mask-tile", m.maskTile);
    io.mapOptional("mask-tile-density", m.maskTileDensity);
    io.mapOptional("nm-permute", m.nmPermute);
    io.mapOptional("nm-row", m.nmRow);
    io.mapOptional("bitmap-weights-per-cycle", m.bitmapWeightsPerCycle);
    io.mapOptional("fork-seconds", m.forkSeconds);
  }

  static std::string validate(IO &, MachineDescription &m) {
    int64_t bits = m.isa == ISA::AVX512 ? 512 : m.isa == ISA::AVX2 ? 256 : 128;
    if (m.vectorBits != bits)
      return "vector-bits must be " + std::to_string(bits) + " for isa " +
             stringifyISA(m.isa).str();
    if (m.clockGHz <= 0 || m.fmaPeakGFlops <= 0 || m.l1GBs <= 0 ||
        m.l2GBs <= 0 || m.l3GBs <= 0 || m.dramGBs <= 0 ||
        m.bitmapWeightsPerCycle <= 0)
      return "rates must be positive";
    if (m.cores < 1 || m.l1Bytes < 1 || m.l2Bytes < 1 || m.l3Bytes < 1)
      return "cores and cache sizes must be positive";
    return "";
  }
};

} // namespace llvm::yaml

llvm::Expected<MachineDescription>
sparseopt::readMachine(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return llvm::createStringError(buffer.getError(), "cannot read '%s'",
                                   path.str().c_str());
  std::string message;
  auto handler = [](const llvm::SMDiagnostic &diag, void *context) {
    llvm::raw_string_ostream os(*static_cast<std::string *>(context));
    diag.print(nullptr, os, /*ShowColors=*/false);
  };
  MachineDescription m = getGenericMachine();
  llvm::yaml::Input input(llvm::MemoryBufferRef((*buffer)->getBuffer(), path),
                          nullptr, handler, &message);
  input >> m;
  if (input.error())
    return llvm::createStringError(
        input.error(), "%s", llvm::StringRef(message).rtrim().str().c_str());
  return m;
}

void sparseopt::writeMachine(const MachineDescription &machine,
                             llvm::raw_ostream &os) {
  llvm::yaml::Output output(os);
  MachineDescription copy = machine;
  output << copy;
}
