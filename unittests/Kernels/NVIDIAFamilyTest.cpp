//===- NVIDIAFamilyTest.cpp - Tests of families for devices -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the families for devices refuse, and what they propose: parameters that pass
// their own checks, and a choice that follows the number of tokens.
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"
#include "sparse-opt/Kernels/DeviceKernel.h"
#include "sparse-opt/Kernels/Registry.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

using namespace mlir;
using namespace sparseopt;

namespace {

class NVIDIAFamilyTest : public ::testing::Test {
protected:
  NVIDIAFamilyTest()
      : handler(&context, [&](Diagnostic &diag) { message = diag.str(); }),
        machine(llvm::cantFail(getMachineForCPU("sm_90a"))) {
    addNVIDIAKernels(registry);
    family = registry.lookupFamily("nvsp.wgmma_stream");
  }

  LinearDesc makeDesc(int64_t outFeatures, int64_t inFeatures) {
    LinearDesc desc;
    desc.outFeatures = outFeatures;
    desc.inFeatures = inFeatures;
    desc.weightType = desc.inputType = BFloat16Type::get(&context);
    desc.nmPatterns = {{2, 4}};
    return desc;
  }

  std::string getWhyNot(const LinearDesc &desc) {
    return family->whyNot(desc, machine).value_or("");
  }

  InFlightDiagnostic error() { return emitError(UnknownLoc::get(&context)); }

  /// The candidate that is predicted fastest.
  KernelCandidate choose(const LinearDesc &desc, int64_t tokens) {
    auto candidates = family->getCandidates(desc, machine);
    return *std::min_element(
        candidates.begin(), candidates.end(),
        [&](const KernelCandidate &a, const KernelCandidate &b) {
          return family->predictSeconds(desc, a, tokens, 1, machine) <
                 family->predictSeconds(desc, b, tokens, 1, machine);
        });
  }

  int64_t getParam(const KernelCandidate &candidate, llvm::StringRef name) {
    return candidate.params.getAs<IntegerAttr>(name).getInt();
  }

  MLIRContext context;
  std::string message;
  ScopedDiagnosticHandler handler;
  MachineDescription machine;
  KernelRegistry registry;
  const KernelFamily *family = nullptr;
};

TEST_F(NVIDIAFamilyTest, SaysWhyNot) {
  EXPECT_EQ(getWhyNot(makeDesc(4096, 4096)), "");
  EXPECT_EQ(getWhyNot(makeDesc(4095, 4096)),
            "the number of outputs is not a multiple of 8");
  EXPECT_EQ(getWhyNot(makeDesc(0, 4096)),
            "the number of outputs is not a multiple of 8");
  EXPECT_EQ(getWhyNot(makeDesc(4096, 4104)),
            "the number of inputs is not a multiple of 64");
  LinearDesc desc = makeDesc(64, 64);
  desc.nmPatterns.clear();
  EXPECT_EQ(getWhyNot(desc),
            "the weight is not known to be 2:4 along the inputs");
  desc = makeDesc(64, 64);
  desc.inputType = Float16Type::get(&context);
  EXPECT_EQ(getWhyNot(desc), "activations have another type than weights");
  desc.weightType = Float32Type::get(&context);
  EXPECT_EQ(getWhyNot(desc), "weights are bf16 or f16");
  machine.gpu.reset();
  EXPECT_EQ(getWhyNot(makeDesc(64, 64)), "the target is not sm_90a");
  EXPECT_TRUE(family->getCandidates(makeDesc(64, 64), machine).empty());
}

TEST_F(NVIDIAFamilyTest, CPUFamiliesRefuseDevices) {
  KernelRegistry cpu;
  addCPUKernels(cpu);
  LinearDesc desc = makeDesc(64, 64);
  for (const KernelFamily *known : cpu.getFamilies()) {
    EXPECT_EQ(known->whyNot(desc, machine).value_or(""),
              "the target is a device");
    EXPECT_EQ(known->asDevice(), nullptr);
  }
  EXPECT_NE(family->asDevice(), nullptr);
}

TEST_F(NVIDIAFamilyTest, CandidatesPassTheChecks) {
  const Layout *layout = registry.lookupLayout(family->getLayoutName());
  ASSERT_NE(layout, nullptr);
  for (auto [rows, cols] : {std::pair<int64_t, int64_t>{4096, 4096},
                            {28672, 4096},
                            {4096, 14336},
                            {72, 192},
                            {8, 64}}) {
    auto candidates = family->getCandidates(makeDesc(rows, cols), machine);
    EXPECT_FALSE(candidates.empty());
    for (const KernelCandidate &candidate : candidates) {
      EXPECT_TRUE(succeeded(family->verifyParams(candidate.params, [&] {
        return error();
      }))) << message;
      EXPECT_TRUE(succeeded(layout->verifyParams(candidate.layoutParams,
                                                 [&] { return error(); })));
      EXPECT_EQ(cols % getParam(candidate, "kb"), 0);
    }
  }
}

TEST_F(NVIDIAFamilyTest, RefusesTooMuchSharedMemory) {
  Builder b(&context);
  auto params =
      b.getDictionaryAttr({b.getNamedAttr("groups", b.getI64IntegerAttr(2)),
                           b.getNamedAttr("kb", b.getI64IntegerAttr(512)),
                           b.getNamedAttr("stages", b.getI64IntegerAttr(2)),
                           b.getNamedAttr("tokens", b.getI64IntegerAttr(256))});
  EXPECT_TRUE(failed(family->verifyParams(params, [&] { return error(); })));
  EXPECT_EQ(message, "needs 671776 bytes of shared memory; a block has 232448");
}

TEST_F(NVIDIAFamilyTest, TokenTileFollowsTheNumberOfTokens) {
  LinearDesc desc = makeDesc(28672, 4096);
  for (int64_t tokens : {8, 16, 32})
    EXPECT_LE(getParam(choose(desc, tokens), "tokens"), 64);
  EXPECT_GE(getParam(choose(desc, 256), "tokens"), 128);
  // Few rows: tokens are spread over blocks, too.
  EXPECT_LE(getParam(choose(makeDesc(4096, 4096), 256), "tokens"), 128);
}

TEST_F(NVIDIAFamilyTest, PredictsWhatWasMeasured) {
  LinearDesc desc = makeDesc(28672, 4096);
  double seconds =
      family->predictSeconds(desc, choose(desc, 16), 16, 1, machine);
  EXPECT_NEAR(seconds, 47e-6, 5e-6);
}

TEST_F(NVIDIAFamilyTest, ManyTokensGoToTheTensorCores) {
  family = registry.lookupFamily("nvsp.wgmma_gemm");
  EXPECT_EQ(getWhyNot(makeDesc(64, 64)),
            "the blocks of 64 outputs are not a multiple of 2");
  EXPECT_EQ(getWhyNot(makeDesc(4095, 4096)),
            "the number of outputs is not a multiple of 8");
  LinearDesc desc = makeDesc(128, 64);
  EXPECT_EQ(family->getCandidates(desc, machine).size(), 2u);
  desc = makeDesc(4096, 4096);
  EXPECT_EQ(family->getCandidates(desc, machine).size(), 3u);
  for (int64_t tokens : {2048, 4096}) {
    double gemm =
        family->predictSeconds(desc, choose(desc, tokens), tokens, 1, machine);
    const KernelFamily *stream = registry.lookupFamily("nvsp.wgmma_stream");
    for (const KernelCandidate &other : stream->getCandidates(desc, machine))
      EXPECT_LT(gemm, stream->predictSeconds(desc, other, tokens, 1, machine));
  }
  EXPECT_NEAR(
      family->predictSeconds(desc, choose(desc, 4096), 4096, 1, machine),
      122e-6, 15e-6);
}

TEST_F(NVIDIAFamilyTest, ProductsOfWarpsServeOtherDevices) {
  family = registry.lookupFamily("nvsp.mma_gemm");
  EXPECT_EQ(getWhyNot(makeDesc(4096, 4096)),
            "products of warpgroups, which the target has, are faster");
  EXPECT_EQ(getWhyNot(makeDesc(66, 4104)), "");
  for (llvm::StringRef arch : {"sm_80", "sm_86", "sm_89"}) {
    machine = llvm::cantFail(getMachineForCPU(arch));
    EXPECT_EQ(getWhyNot(makeDesc(4095, 4096)),
              "the number of outputs is not a multiple of 2");
    EXPECT_EQ(getWhyNot(makeDesc(4096, 4100)),
              "the number of inputs is not a multiple of 8");
    LinearDesc desc = makeDesc(64, 64);
    desc.nmPatterns = {{4, 8}};
    EXPECT_EQ(getWhyNot(desc),
              "the weight is not known to be 2:4 along the inputs");
    desc.nmPatterns = {{2, 8}};
    EXPECT_EQ(getWhyNot(desc), "");
    for (auto [rows, cols] : {std::pair<int64_t, int64_t>{4096, 4096},
                              {4096, 14336},
                              {34, 200},
                              {2, 8}}) {
      auto candidates = family->getCandidates(makeDesc(rows, cols), machine);
      EXPECT_GE(candidates.size(), 6u);
      for (const KernelCandidate &candidate : candidates) {
        EXPECT_TRUE(succeeded(family->verifyParams(candidate.params, [&] {
          return error();
        }))) << message;
        int64_t granules = (cols + 63) / 64;
        EXPECT_EQ(granules % (getParam(candidate, "kb") / 64), 0);
      }
    }
    desc = makeDesc(4096, 4096);
    EXPECT_LE(getParam(choose(desc, 8), "tokens"), 16);
    EXPECT_GE(getParam(choose(desc, 4096), "tokens"), 64);
  }
}

TEST_F(NVIDIAFamilyTest, ProductsOfWarpsCheckParameters) {
  family = registry.lookupFamily("nvsp.mma_gemm");
  Builder b(&context);
  auto check = [&](int64_t blocks, int64_t kb, int64_t stages, int64_t tokens) {
    auto get = [&](llvm::StringRef name, int64_t value) {
      return b.getNamedAttr(name, b.getI64IntegerAttr(value));
    };
    auto params =
        b.getDictionaryAttr({get("blocks", blocks), get("kb", kb),
                             get("stages", stages), get("tokens", tokens)});
    message.clear();
    return succeeded(family->verifyParams(params, [&] { return error(); }));
  };
  EXPECT_TRUE(check(4, 64, 4, 128));
  EXPECT_FALSE(check(3, 64, 4, 64));
  EXPECT_EQ(message, "parameter 'blocks' = 3 is not a power of 2");
  EXPECT_FALSE(check(1, 64, 4, 24));
  EXPECT_EQ(message, "parameter 'tokens' = 24 is not a power of 2");
  EXPECT_FALSE(check(1, 64, 4, 128));
  EXPECT_EQ(message, "parameter 'blocks' must be 2 or 4 for 128 tokens");
  EXPECT_FALSE(check(4, 256, 8, 64));
  EXPECT_EQ(message, "needs 851968 bytes of shared memory; a block has 232448");
}

TEST_F(NVIDIAFamilyTest, LaunchRecordsSurviveAsAttributes) {
  LaunchRecord record;
  record.threads = 160;
  record.sharedBytes = 1000;
  record.rowTiles = 7;
  record.tokenTile = 16;
  record.persistent = record.overlaps = true;
  record.mapsInput = false;
  record.cluster = 2;
  record.x.box[1] = 16;
  record.x.box[2] = 4;
  LaunchRecord read = readLaunchAttr(makeLaunchAttr(record, &context));
  EXPECT_EQ(read.threads, 160);
  EXPECT_EQ(read.sharedBytes, 1000);
  EXPECT_EQ(read.rowTiles, 7);
  EXPECT_EQ(read.tokenTile, 16);
  EXPECT_TRUE(read.persistent);
  EXPECT_TRUE(read.overlaps);
  EXPECT_FALSE(read.mapsInput);
  EXPECT_EQ(read.cluster, 2);
  EXPECT_EQ(read.x.box[0], 64);
  EXPECT_EQ(read.x.box[1], 16);
  EXPECT_EQ(read.x.box[2], 4);
}

} // namespace
