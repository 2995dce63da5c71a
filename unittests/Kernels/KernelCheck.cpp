//===- KernelCheck.cpp - Compare a kernel with the dense meaning -*- C++ -*-==//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Data, reference and comparison of the differential kernel tests.
//
//===----------------------------------------------------------------------===//

#include "KernelCheck.h"

#include "sparse-opt/Kernels/Registry.h"

#include "KernelJIT.h"
#include "gtest/gtest.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include <cmath>
#include <dlfcn.h>
#include <numeric>
#include <random>
#include <sys/mman.h>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::kerneltest;

namespace {

/// Memory whose last byte, up to `alignment`, borders an unreadable page.
class GuardedBuffer {
public:
  GuardedBuffer(size_t bytes, size_t alignment) {
    constexpr size_t page = 4096;
    mapped = (bytes + page - 1) / page * page + page;
    base = static_cast<char *>(mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    char *guard = base + mapped - page;
    mprotect(guard, page, PROT_NONE);
    data = guard - (bytes + alignment - 1) / alignment * alignment;
  }
  ~GuardedBuffer() { munmap(base, mapped); }
  GuardedBuffer(const GuardedBuffer &) = delete;
  char *data = nullptr;

private:
  char *base = nullptr;
  size_t mapped = 0;
};

/// A matrix of floats that are exact in its element type.
struct Matrix {
  Matrix(int64_t rows, int64_t cols, Element element)
      : rows(rows), cols(cols), element(element), values(rows * cols) {}

  void fillNormal(std::mt19937 &rng) {
    std::normal_distribution<float> normal;
    for (float &v : values)
      v = round(normal(rng));
  }
  float round(float v) const { return fromBits(toBits(v)); }

  /// The bits of `v` in the element type, and back.
  uint32_t toBits(float v) const {
    llvm::APFloat f(v);
    bool lost;
    f.convert(getSemantics(), llvm::RoundingMode::NearestTiesToEven, &lost);
    return f.bitcastToAPInt().getZExtValue();
  }
  float fromBits(uint32_t bits) const {
    llvm::APFloat f(getSemantics(), llvm::APInt(getElementBytes() * 8, bits));
    bool lost;
    f.convert(llvm::APFloat::IEEEsingle(),
              llvm::RoundingMode::NearestTiesToEven, &lost);
    return f.convertToFloat();
  }
  const llvm::fltSemantics &getSemantics() const {
    return element == Element::F32    ? llvm::APFloat::IEEEsingle()
           : element == Element::BF16 ? llvm::APFloat::BFloat()
                                      : llvm::APFloat::IEEEhalf();
  }
  float load(const char *from) const {
    uint32_t bits = 0;
    std::memcpy(&bits, from, getElementBytes());
    return fromBits(bits);
  }
  int64_t getElementBytes() const { return element == Element::F32 ? 4 : 2; }
  void copyTo(char *to) const {
    for (float v : values) {
      uint32_t bits = toBits(v);
      std::memcpy(to, &bits, getElementBytes());
      to += getElementBytes();
    }
  }
  std::unique_ptr<GuardedBuffer> toGuarded() const {
    auto buffer = std::make_unique<GuardedBuffer>(
        values.size() * getElementBytes(), getElementBytes());
    copyTo(buffer->data);
    return buffer;
  }

  int64_t rows, cols;
  Element element;
  std::vector<float> values;
};

/// Zeroes what the problem's pattern forbids.
void applyPattern(const Problem &p, Matrix &w, std::mt19937 &rng) {
  if (p.m == 0) {
    std::uniform_real_distribution<double> uniform(0, 1);
    for (float &v : w.values)
      if (uniform(rng) >= p.density)
        v = rng() % 2 ? 0.0f : -0.0f;
    return;
  }
  for (int64_t row = 0; row < w.rows; ++row)
    for (int64_t k = 0; k < w.cols; k += p.m) {
      int64_t size = std::min(p.m, w.cols - k);
      std::vector<int64_t> order(size);
      std::iota(order.begin(), order.end(), 0);
      std::shuffle(order.begin(), order.end(), rng);
      // Some groups have fewer nonzeros than allowed.
      int64_t keep = rng() % 8 ? p.n : rng() % (p.n + 1);
      for (int64_t i = std::min(keep, size); i < size; ++i)
        w.values[row * w.cols + k + order[i]] = 0;
    }
}

Type getType(Element element, MLIRContext *context) {
  switch (element) {
  case Element::F32:
    return Float32Type::get(context);
  case Element::BF16:
    return BFloat16Type::get(context);
  case Element::F16:
    return Float16Type::get(context);
  }
  llvm_unreachable("unknown element");
}

struct Reference {
  double value = 0, magnitude = 0;
};

double gelu(double v) { return 0.5 * v * (1 + std::erf(v / std::sqrt(2.0))); }

/// One compiled problem and the data that does not depend on the token count.
class Check {
public:
  Check(const Problem &p) : p(p), w(p.outFeatures, p.inFeatures, p.weight) {
    loadKernelDialects(context);
    context.disableMultithreading();
    addCPUKernels(registry);
    w.fillNormal(rng);
    applyPattern(p, w, rng);
  }

  void compile();
  void runAll(ArrayRef<int64_t> tokenCounts) {
    for (int64_t tokens : tokenCounts)
      if (!::testing::Test::HasFailure())
        run(tokens);
  }

private:
  void parseEpilogue();
  void packWeight(const KernelCandidate &candidate);
  void run(int64_t tokens);
  std::vector<Matrix> makeExtras(int64_t tokens);
  Reference getReference(const Matrix &x, ArrayRef<Matrix> extras, int64_t t,
                         int64_t o, bool skipZeros) const;
  bool isClose(float value, Reference reference) const;

  const Problem &p;
  MLIRContext context;
  KernelRegistry registry;
  MachineDescription machine;
  std::mt19937 rng{7};
  Matrix w;
  OwningOpRef<ModuleOp> epilogue;
  KernelSpec spec;
  const KernelFamily *family = nullptr;
  std::unique_ptr<KernelJIT> kernel;
  std::unique_ptr<GuardedBuffer> packed;
};

void Check::parseEpilogue() {
  std::string result = p.result == Element::F32    ? "f32"
                       : p.result == Element::BF16 ? "bf16"
                                                   : "f16";
  std::string args, body = "%v = arith.addf %a, %b : f32\n";
  AffineExpr t = getAffineDimExpr(0, &context),
             o = getAffineDimExpr(1, &context);
  auto addExtra = [&](ArrayRef<AffineExpr> results) {
    spec.extras.push_back(
        {Float32Type::get(&context), AffineMap::get(2, 0, results, &context)});
  };
  if (p.fused == Fused::None)
    return;
  addExtra({o});
  if (p.fused == Fused::Gelu)
    body += R"(%h = arith.constant 0.5 : f32
      %r = arith.constant 0.70710678 : f32
      %one = arith.constant 1.0 : f32
      %m = arith.mulf %v, %r : f32
      %e = math.erf %m : f32
      %s = arith.addf %e, %one : f32
      %g = arith.mulf %v, %h : f32
      %z = arith.mulf %g, %s : f32)";
  else if (p.fused == Fused::All) {
    addExtra({t, o});
    addExtra({t});
    addExtra({});
    args = ", %res: f32, %scale: f32, %shift: f32";
    body += R"(%u = arith.addf %v, %res : f32
      %q = arith.mulf %u, %scale : f32
      %zero = arith.constant 0.0 : f32
      %c = arith.cmpf ogt, %q, %zero : f32
      %k = arith.select %c, %q, %u : f32
      %z = arith.addf %k, %shift : f32)";
  } else {
    body += "%zero = arith.constant -0.0 : f32\n"
            "%z = arith.addf %v, %zero : f32";
  }
  body += p.result == Element::F32 ? "\nreturn %z : f32"
                                   : "\n%y = arith.truncf %z : f32 to " +
                                         result + "\nreturn %y : " + result;
  epilogue = parseSourceString<ModuleOp>(
      "func.func @epilogue(%a: f32, %b: f32" + args + ") -> " + result +
          " {\n" + body + "\n}",
      &context);
  spec.epilogue =
      &(*epilogue->getOps<func::FuncOp>().begin()).getFunctionBody();
}

void Check::packWeight(const KernelCandidate &candidate) {
  auto error = [&] { return emitError(UnknownLoc::get(&context)); };
  const Layout *layout = registry.lookupLayout(candidate.layout);
  ASSERT_TRUE(layout);
  std::vector<char> dense(w.values.size() * w.getElementBytes());
  w.copyTo(dense.data());
  Type type = getType(p.weight, &context);
  auto bytes = layout->pack({dense.data(), w.rows, w.cols, type},
                            candidate.layoutParams, error);
  ASSERT_TRUE(succeeded(bytes));
  packed =
      std::make_unique<GuardedBuffer>(bytes->size(), layout->getAlignment());
  std::memcpy(packed->data, bytes->data(), bytes->size());

  std::vector<char> again(dense.size(), 0x55);
  ASSERT_TRUE(
      succeeded(layout->unpack(*bytes, candidate.layoutParams,
                               {again.data(), w.rows, w.cols, type}, error)));
  for (size_t i = 0; i < w.values.size(); ++i) {
    float value = w.load(again.data() + i * w.getElementBytes());
    ASSERT_EQ(value, w.values[i]) << "unpacked element " << i;
  }
}

void Check::compile() {
  family = registry.lookupFamily(p.family);
  ASSERT_TRUE(family) << p.family;
  bool native = p.isa == ISA::AVX512;
  std::string cpu = native               ? "host"
                    : p.isa == ISA::AVX2 ? "x86-64-v3"
                                         : "x86-64";
  machine = llvm::cantFail(getMachineForCPU(cpu));
  LinearDesc desc;
  desc.outFeatures = p.outFeatures;
  desc.inFeatures = p.inFeatures;
  desc.weightType = getType(p.weight, &context);
  desc.inputType = getType(p.input, &context);
  if (p.m)
    desc.nmPatterns.push_back({p.n, p.m});
  desc.density = p.m ? double(p.n) / p.m : p.density;
  desc.maxTokens = p.tokens;
  auto candidates = family->getCandidates(desc, machine);
  ASSERT_GT(candidates.size(), p.candidate)
      << family->whyNot(desc, machine).value_or("too few candidates");
  const KernelCandidate &candidate = candidates[p.candidate];
  ASSERT_GT(family->predictSeconds(desc, candidate, 16, 1, machine), 0);

  spec.params = candidate.params;
  spec.layoutParams = candidate.layoutParams;
  spec.outFeatures = p.outFeatures;
  spec.inFeatures = p.inFeatures;
  spec.tokens = p.tokens;
  spec.inputType = desc.inputType;
  spec.weightType = desc.weightType;
  spec.resultType = getType(p.result, &context);
  spec.threaded = p.threaded;
  spec.machine = &machine;
  parseEpilogue();
  packWeight(candidate);
  if (::testing::Test::HasFatalFailure())
    return;
  auto compiled = KernelJIT::create(*family, spec, &context, cpu);
  ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
  kernel = std::move(*compiled);
}

std::vector<Matrix> Check::makeExtras(int64_t tokens) {
  std::vector<Matrix> extras;
  for (const KernelExtra &extra : spec.extras) {
    bool hasToken = extra.map.isFunctionOfDim(0);
    bool hasOut = extra.map.isFunctionOfDim(1);
    extras.emplace_back(hasToken ? tokens : 1, hasOut ? p.outFeatures : 1,
                        Element::F32);
    extras.back().fillNormal(rng);
  }
  return extras;
}

Reference Check::getReference(const Matrix &x, ArrayRef<Matrix> extras,
                              int64_t t, int64_t o, bool skipZeros) const {
  Reference sum;
  for (int64_t k = 0; k < p.inFeatures; ++k) {
    double wv = w.values[o * p.inFeatures + k];
    if (wv == 0 && skipZeros)
      continue;
    double product = wv * x.values[t * p.inFeatures + k];
    sum.value += product;
    sum.magnitude += std::abs(product);
  }
  if (extras.empty())
    return sum;
  double v = sum.value + extras[0].values[o];
  sum.magnitude += std::abs(extras[0].values[o]);
  if (p.fused == Fused::Gelu)
    v = gelu(v);
  if (p.fused == Fused::All) {
    double residual = extras[1].values[t * p.outFeatures + o];
    double scale = extras[2].values[t], u = v + residual;
    v = (u * scale > 0 ? u * scale : u) + extras[3].values[0];
    sum.magnitude =
        (sum.magnitude + std::abs(residual)) * std::max(1.0, std::abs(scale)) +
        std::abs(extras[3].values[0]);
  }
  sum.value = v;
  return sum;
}

bool Check::isClose(float value, Reference reference) const {
  if (std::isnan(reference.value))
    return std::isnan(value);
  if (std::isinf(reference.value))
    return value == reference.value;
  double tolerance = 3e-6 * reference.magnitude + 1e-6;
  if (p.result != Element::F32)
    tolerance += std::abs(reference.value) / 200;
  return std::abs(value - reference.value) <= tolerance;
}

void Check::run(int64_t tokens) {
  Matrix x(tokens, p.inFeatures, p.input);
  x.fillNormal(rng);
  if (p.adversarial && p.inFeatures > 0)
    for (int64_t t = 0; t < tokens; t += 3) {
      float values[] = {NAN, INFINITY, -INFINITY, -0.0f};
      x.values[t * p.inFeatures + rng() % p.inFeatures] = values[t % 4];
    }
  std::vector<Matrix> extras = makeExtras(tokens);
  auto guardedX = x.toGuarded();
  std::vector<std::unique_ptr<GuardedBuffer>> guardedExtras;
  llvm::SmallVector<const void *> extraPtrs;
  for (const Matrix &extra : extras) {
    guardedExtras.push_back(extra.toGuarded());
    extraPtrs.push_back(guardedExtras.back()->data);
  }
  Matrix y(tokens, p.outFeatures, p.result);
  GuardedBuffer guardedY(y.values.size() * y.getElementBytes(),
                         y.getElementBytes());
  GuardedBuffer scratch(family->getScratchSize(spec).getBytes(tokens), 64);
  kernel->run(guardedX->data, packed->data, extraPtrs, guardedY.data, tokens,
              scratch.data);

  for (int64_t t = 0; t < tokens; ++t)
    for (int64_t o = 0; o < p.outFeatures; ++o) {
      int64_t index = t * p.outFeatures + o;
      float value = y.load(guardedY.data + index * y.getElementBytes());
      Reference reference = getReference(x, extras, t, o, /*skipZeros=*/true);
      bool good = isClose(value, reference);
      if (!good && p.adversarial)
        good = isClose(value, getReference(x, extras, t, o, false));
      ASSERT_TRUE(good) << "y[" << t << ", " << o << "] = " << value
                        << ", expected " << reference.value << " for "
                        << p.family << " " << p.outFeatures << "x"
                        << p.inFeatures << " with " << tokens << " tokens";
    }
}

} // namespace

void kerneltest::checkKernel(const Problem &problem,
                             ArrayRef<int64_t> tokenCounts) {
  if (detectHostMachine().isa < problem.isa)
    GTEST_SKIP() << "this machine has no " << stringifyISA(problem.isa).str();
  if (problem.threaded && !dlopen("libomp.so.5", RTLD_NOW | RTLD_GLOBAL))
    GTEST_SKIP() << "libomp.so.5 is not installed";
  Check check(problem);
  check.compile();
  if (!::testing::Test::HasFailure())
    check.runAll(tokenCounts);
}

ArrayRef<int64_t> kerneltest::getTokenCounts() {
  static const int64_t counts[] = {0,  1,  2,  3,  4,  5,  7,  8,
                                   15, 16, 17, 33, 64, 65, 130};
  return counts;
}

ArrayRef<std::pair<int64_t, int64_t>> kerneltest::getShapes() {
  static const std::pair<int64_t, int64_t> shapes[] = {
      {1, 1},   {1, 384}, {3, 4},   {16, 7},   {17, 130},
      {48, 64}, {48, 1},  {100, 7}, {130, 33}, {384, 130}};
  return shapes;
}
