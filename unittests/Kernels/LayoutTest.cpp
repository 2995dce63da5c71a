//===- LayoutTest.cpp - Tests of layouts and the registry -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What layouts refuse, what families say no to, and the look-up of both. Round
// trips are part of the kernel tests.
//
//===----------------------------------------------------------------------===//

#include "KernelJIT.h"

#include "gtest/gtest.h"
#include "sparse-opt/Kernels/Registry.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace sparseopt;

namespace {

class LayoutTest : public ::testing::Test {
protected:
  LayoutTest()
      : handler(&context, [&](Diagnostic &diag) { message = diag.str(); }) {
    kerneltest::loadKernelDialects(context);
    addCPUKernels(registry);
  }

  DictionaryAttr
  makeParams(ArrayRef<std::pair<llvm::StringRef, int64_t>> params) {
    Builder b(&context);
    llvm::SmallVector<NamedAttribute> attrs;
    for (auto [name, value] : params)
      attrs.push_back(b.getNamedAttr(name, b.getI64IntegerAttr(value)));
    return b.getDictionaryAttr(attrs);
  }

  FailureOr<std::vector<char>> pack(llvm::StringRef layout,
                                    const std::vector<float> &values,
                                    int64_t rows, DictionaryAttr params) {
    return registry.lookupLayout(layout)->pack(
        {reinterpret_cast<const char *>(values.data()), rows,
         static_cast<int64_t>(values.size()) / rows,
         Float32Type::get(&context)},
        params, [&] { return emitError(UnknownLoc::get(&context)); });
  }

  LogicalResult unpack(llvm::StringRef layout, ArrayRef<char> packed,
                       int64_t rows, int64_t cols, DictionaryAttr params) {
    std::vector<char> out(rows * cols * 4);
    return registry.lookupLayout(layout)->unpack(
        packed, params, {out.data(), rows, cols, Float32Type::get(&context)},
        [&] { return emitError(UnknownLoc::get(&context)); });
  }

  LinearDesc makeDesc() {
    LinearDesc desc;
    desc.outFeatures = desc.inFeatures = 64;
    desc.weightType = desc.inputType = Float32Type::get(&context);
    return desc;
  }

  std::string getWhyNot(llvm::StringRef family, const LinearDesc &desc,
                        const MachineDescription &machine) {
    return registry.lookupFamily(family)->whyNot(desc, machine).value_or("");
  }

  MLIRContext context;
  std::string message;
  ScopedDiagnosticHandler handler;
  KernelRegistry registry;
};

TEST_F(LayoutTest, PatternViolationsNameRowAndGroup) {
  std::vector<float> values(2 * 8, 0.0f);
  for (int k : {4, 5, 7})
    values[8 + k] = 1;
  EXPECT_TRUE(failed(
      pack("nm_permute", values, 2, makeParams({{"lanes", 16}, {"n", 2}}))));
  EXPECT_EQ(message, "row 1, group 1 has more than 2 nonzeros of 4, which "
                     "layout 'nm_permute' cannot hold");
  EXPECT_TRUE(failed(
      pack("nm_row", values, 2,
           makeParams({{"g", 1}, {"kb", 8}, {"m", 4}, {"n", 2}, {"rb", 16}}))));
  EXPECT_EQ(message, "row 1, group 1 has more than 2 nonzeros of 4, which "
                     "layout 'nm_row' cannot hold");
}

TEST_F(LayoutTest, ParametersAreChecked) {
  std::vector<float> values(8, 0.0f);
  EXPECT_TRUE(failed(pack("dense_panel", values, 2, makeParams({}))));
  EXPECT_EQ(message, "missing parameter 'width'");
  EXPECT_TRUE(
      failed(pack("dense_panel", values, 2, makeParams({{"width", 7}}))));
  EXPECT_EQ(message, "parameter 'width' = 7 must be a multiple of 4 between 4 "
                     "and 64");
  EXPECT_TRUE(failed(pack("dense_panel", values, 2,
                          makeParams({{"panel", 1}, {"width", 8}}))));
  EXPECT_EQ(message, "unknown parameter 'panel'");
  EXPECT_TRUE(failed(
      pack("nm_row", values, 2,
           makeParams({{"g", 1}, {"kb", 9}, {"m", 4}, {"n", 2}, {"rb", 16}}))));
  EXPECT_EQ(message, "parameter 'kb' must be a multiple of 8");
  EXPECT_TRUE(failed(
      pack("nm_row", values, 2,
           makeParams({{"g", 1}, {"kb", 8}, {"m", 4}, {"n", 5}, {"rb", 16}}))));
  EXPECT_EQ(message, "n = 5 exceeds m = 4");
}

TEST_F(LayoutTest, ElementTypesAreChecked) {
  double value = 1;
  auto error = [&] { return emitError(UnknownLoc::get(&context)); };
  EXPECT_TRUE(failed(registry.lookupLayout("dense_panel")
                         ->pack({reinterpret_cast<const char *>(&value), 1, 1,
                                 Float64Type::get(&context)},
                                makeParams({{"width", 8}}), error)));
  EXPECT_EQ(message, "weights of type 'f64' have no packed layout; f32, bf16 "
                     "and f16 do");
}

TEST_F(LayoutTest, CorruptDataIsRefused) {
  std::vector<float> values(3 * 20);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = i % 2 ? i : 0;
  const std::pair<llvm::StringRef, DictionaryAttr> layouts[] = {
      {"dense_panel", makeParams({{"width", 8}})},
      {"mask_tile", makeParams({{"kb", 16}, {"rb", 16}})},
      {"bitmap_row", makeParams({{"rb", 16}})},
      {"nm_permute", makeParams({{"lanes", 8}, {"n", 2}})},
      {"nm_row",
       makeParams({{"g", 1}, {"kb", 8}, {"m", 4}, {"n", 2}, {"rb", 16}})}};
  for (auto [name, params] : layouts) {
    auto packed = pack(name, values, 3, params);
    ASSERT_TRUE(succeeded(packed)) << message;
    EXPECT_TRUE(succeeded(unpack(name, *packed, 3, 20, params)));
    std::string expected =
        ("packed data is not a '" + name + "' weight of this shape and type")
            .str();
    EXPECT_TRUE(failed(unpack(name, {}, 3, 20, params)));
    EXPECT_EQ(message, expected);
    packed->resize(packed->size() - 1);
    EXPECT_TRUE(failed(unpack(name, *packed, 3, 20, params)));
    EXPECT_EQ(message, expected);
    // Any bytes give an error or some weight, never an access outside.
    packed->resize(packed->size() + 1);
    for (size_t i = 0; i < packed->size(); i += 3) {
      std::vector<char> damaged = *packed;
      damaged[i] = ~damaged[i];
      (void)unpack(name, damaged, 3, 20, params);
    }
  }
}

TEST_F(LayoutTest, NegativeZerosArePruned) {
  std::vector<float> values = {-0.0f, 1, 0.0f, 2, -0.0f, -0.0f, 3, 4};
  EXPECT_TRUE(succeeded(
      pack("nm_permute", values, 1, makeParams({{"lanes", 16}, {"n", 2}}))));
}

TEST_F(LayoutTest, ReasonsForTheNo) {
  MachineDescription avx512 = getZen4Machine(), avx2 = getZen3Machine();
  LinearDesc desc = makeDesc();
  EXPECT_EQ(getWhyNot("cpu.dense", desc, avx2), "");
  EXPECT_EQ(getWhyNot("cpu.nm_permute", desc, avx2),
            "the weight is not known to be 2:4 along the inputs");
  EXPECT_EQ(getWhyNot("cpu.nm_row", desc, avx2),
            "the weight is not known to be N:M, with M up to 16, along the "
            "inputs");
  EXPECT_EQ(getWhyNot("cpu.mask_tile", desc, avx2),
            "cpu.mask_tile needs avx512, the target has avx2");
  EXPECT_EQ(getWhyNot("cpu.mask_tile", desc, avx512), "");
  desc.density = 0.1;
  EXPECT_EQ(getWhyNot("cpu.mask_tile", desc, avx512),
            "density 0.10 is below 0.15, where the loops per row mask are too "
            "short");
  desc.weightType = Float64Type::get(&context);
  for (const KernelFamily *family : registry.getFamilies()) {
    EXPECT_EQ(getWhyNot(family->getName(), desc, avx512),
              "weights of type f64 are not supported");
    EXPECT_TRUE(family->getCandidates(desc, avx512).empty());
  }
}

TEST_F(LayoutTest, HalfNeedsConversions) {
  LinearDesc desc = makeDesc();
  desc.inputType = Float16Type::get(&context);
  EXPECT_EQ(getWhyNot("cpu.dense", desc, getGenericMachine()),
            "inputs of type f16 need avx2, the target has scalar");
  EXPECT_EQ(getWhyNot("cpu.dense", desc, getZen3Machine()), "");
}

TEST_F(LayoutTest, ImpliedPatterns) {
  LinearDesc desc = makeDesc();
  desc.nmPatterns = {{2, 8}};
  EXPECT_TRUE(desc.holdsNM(2, 8));
  EXPECT_TRUE(desc.holdsNM(2, 4));
  EXPECT_TRUE(desc.holdsNM(4, 16));
  EXPECT_FALSE(desc.holdsNM(1, 4));
  desc.nmPatterns = {{4, 8}};
  EXPECT_FALSE(desc.holdsNM(2, 4));
  EXPECT_TRUE(desc.holdsNM(4, 4));
}

TEST_F(LayoutTest, CandidatesPassTheirOwnChecks) {
  LinearDesc desc = makeDesc();
  desc.nmPatterns = {{2, 4}};
  desc.density = 0.5;
  auto error = [&] { return emitError(UnknownLoc::get(&context)); };
  for (const MachineDescription &machine :
       {getGenericMachine(), getZen3Machine(), getZen4Machine()})
    for (const KernelFamily *family : registry.getFamilies())
      for (const KernelCandidate &c : family->getCandidates(desc, machine)) {
        EXPECT_EQ(c.layout, family->getLayoutName());
        const Layout *layout = registry.lookupLayout(c.layout);
        ASSERT_TRUE(layout);
        EXPECT_TRUE(succeeded(layout->verifyParams(c.layoutParams, error)));
        EXPECT_TRUE(succeeded(family->verifyParams(c.params, error)));
        EXPECT_GT(family->predictSeconds(desc, c, 128, 2, machine), 0);
      }
}

TEST_F(LayoutTest, EmitRefusesWrongParameters) {
  MachineDescription machine = getZen4Machine();
  KernelSpec spec;
  spec.params = makeParams({{"lanes", 16}, {"vectors", 4}});
  spec.layoutParams = makeParams({{"n", 2}});
  spec.outFeatures = spec.inFeatures = 8;
  spec.inputType = spec.weightType = spec.resultType =
      Float32Type::get(&context);
  spec.machine = &machine;
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  OpBuilder builder(module->getBodyRegion());
  const KernelFamily *family = registry.lookupFamily("cpu.nm_row");
  EXPECT_TRUE(failed(family->emit(spec, "k", module->getLoc(), builder)));
  EXPECT_EQ(message, "kernel cpu.nm_row: missing parameter 'g'");
  spec.params = makeParams({});
  EXPECT_TRUE(failed(family->emit(spec, "k", module->getLoc(), builder)));
  EXPECT_EQ(message, "kernel cpu.nm_row: missing parameter 'lanes'");
  EXPECT_TRUE(module->getBody()->empty());
}

TEST_F(LayoutTest, UnknownNames) {
  EXPECT_EQ(registry.lookupFamily("cpu.none"), nullptr);
  EXPECT_EQ(registry.lookupLayout("none"), nullptr);
  // A context without a dialect that carries kernels has an empty registry.
  EXPECT_TRUE(KernelRegistry::get(&context).getFamilies().empty());
}

} // namespace
