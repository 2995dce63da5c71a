//===- KernelBench.cpp - Kernels against a vendor library -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Times every kernel family that can serve a weight, and OpenBLAS on the same
// dense weight, in one process: all sides take turns in every round, so that a
// change of clock or a busy neighbour meets all of them. Prints medians, spreads
// and ratios, and writes them as JSON.
//
//===----------------------------------------------------------------------===//

#include "KernelJIT.h"

#include "sparse-opt/Kernels/Registry.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/TargetParser/Host.h"
#include <cmath>
#include <dlfcn.h>
#include <functional>
#include <map>
#include <random>
#include <time.h>

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::kerneltest;

static llvm::cl::list<std::string>
    patternNames("pattern", llvm::cl::CommaSeparated,
                 llvm::cl::desc("2:4, 1:4, ..., or u50 for 50 % zeros"));
static llvm::cl::list<std::string>
    shapeNames("shape", llvm::cl::CommaSeparated,
               llvm::cl::desc("OUTxIN (default 4096x4096)"));
static llvm::cl::list<int64_t> tokenCounts("tokens", llvm::cl::CommaSeparated,
                                           llvm::cl::desc("token counts"));
static llvm::cl::opt<int> rounds("rounds", llvm::cl::init(9),
                                 llvm::cl::desc("rounds over all sides"));
static llvm::cl::opt<int>
    threads("num-threads", llvm::cl::init(1),
            llvm::cl::desc("1: thread CPU time; more: wall time, OpenMP"));
static llvm::cl::opt<std::string> cpu("cpu", llvm::cl::init("host"),
                                      llvm::cl::desc("LLVM CPU name"));
static llvm::cl::opt<std::string>
    only("family", llvm::cl::desc("only this kernel family and cpu.dense"));
static llvm::cl::opt<bool>
    staticTokens("static", llvm::cl::desc("compile for each token count"));
static llvm::cl::opt<std::string>
    assemblyPath("assembly",
                 llvm::cl::desc("write the last kernel's assembly here"));
static llvm::cl::opt<std::string>
    jsonPath("json", llvm::cl::desc("result file, written after each cell"));
static llvm::cl::opt<bool>
    resume("resume", llvm::cl::desc("keep the cells that the result file has "
                                    "and measure the others"));

/// What was called, for the result file; after the calls that it resumes.
static llvm::json::Array commandLines;

namespace {

using Gemm = void (*)(int, int, int, int, int, int, float, const float *, int,
                      const float *, int, float, float *, int);
using Gemv = void (*)(int, int, int, int, float, const float *, int,
                      const float *, int, float, float *, int);

struct OpenBLAS {
  Gemm gemm = nullptr;
  Gemv gemv = nullptr;
  std::string core;

  static OpenBLAS load() {
    OpenBLAS blas;
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
      llvm::errs() << "kernel-bench: no OpenBLAS: " << dlerror() << "\n";
      return blas;
    }
    blas.gemm = reinterpret_cast<Gemm>(dlsym(library, "cblas_sgemm"));
    blas.gemv = reinterpret_cast<Gemv>(dlsym(library, "cblas_sgemv"));
    if (auto set = reinterpret_cast<void (*)(int)>(
            dlsym(library, "openblas_set_num_threads")))
      set(threads);
    if (auto get = reinterpret_cast<char *(*)()>(
            dlsym(library, "openblas_get_corename")))
      blas.core = get();
    return blas;
  }

  /// y[n, m] = x[n, k] * w[m, k]^T.
  void run(int m, int k, int n, const float *w, const float *x,
           float *y) const {
    constexpr int rowMajor = 101, plain = 111, transposed = 112;
    if (n == 1)
      gemv(rowMajor, plain, m, k, 1, w, k, x, 1, 0, y, 1);
    else
      gemm(rowMajor, plain, transposed, n, m, k, 1, x, k, w, k, 0, y, m);
  }
};

template <typename T>
struct Aligned {
  explicit Aligned(size_t count)
      : data(static_cast<T *>(
            std::aligned_alloc(64, (count * sizeof(T) + 127) / 64 * 64))) {
    std::memset(data, 0, count * sizeof(T));
  }
  ~Aligned() { std::free(data); }
  Aligned(const Aligned &) = delete;
  T *data;
};

struct Side {
  std::string name;
  std::function<void()> run;
  std::vector<double> seconds;
  double predicted = 0;

  double quantile(double q) {
    std::sort(seconds.begin(), seconds.end());
    return seconds[size_t(q * (seconds.size() - 1))];
  }
};

struct Weight {
  int64_t out = 0, in = 0, n = 0, m = 0;
  double density = 1;
  std::vector<float> values;
};

} // namespace

/// Whether a side multiplies the zeros, too.
static bool isDense(llvm::StringRef name) {
  return name == "openblas" || name.starts_with("cpu.dense");
}

static double now() {
  timespec t;
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

/// Random-normal weights with the pattern `name`.
static Weight makeWeight(llvm::StringRef name, int64_t out, int64_t in) {
  Weight w;
  w.out = out;
  w.in = in;
  w.values.resize(out * in);
  std::mt19937 rng(7);
  std::normal_distribution<float> normal;
  for (float &v : w.values)
    v = normal(rng);
  int percent = 0;
  if (name.consume_front("u")) {
    name.getAsInteger(10, percent);
    w.density = 1 - percent / 100.0;
    std::uniform_real_distribution<double> uniform(0, 1);
    for (float &v : w.values)
      if (uniform(rng) >= w.density)
        v = 0;
    return w;
  }
  auto [n, m] = name.split(':');
  n.getAsInteger(10, w.n);
  m.getAsInteger(10, w.m);
  w.density = double(w.n) / w.m;
  std::vector<int> order(w.m);
  for (int64_t group = 0; group + w.m <= out * in; group += w.m) {
    for (int i = 0; i < w.m; ++i)
      order[i] = i;
    std::shuffle(order.begin(), order.end(), rng);
    for (int i = w.n; i < w.m; ++i)
      w.values[group + order[i]] = 0;
  }
  return w;
}

/// One family's candidate, compiled and packed.
struct CompiledCandidate {
  std::string name;
  const KernelFamily *family;
  KernelSpec spec;
  KernelCandidate candidate;
  LinearDesc desc;
  std::shared_ptr<KernelJIT> kernel;
  std::shared_ptr<Aligned<char>> packed;
};

/// What token counts of one weight share: kernels and packed weights by name.
using Compiled = std::map<std::string, CompiledCandidate>;

/// Packs the weight and compiles the kernel; false if either fails, which is
/// reported.
static bool compile(CompiledCandidate &c, const KernelRegistry &registry,
                    const MachineDescription &machine, const Weight &w,
                    int64_t tokens, MLIRContext *context) {
  Type f32 = Float32Type::get(context);
  auto error = [&] { return emitError(UnknownLoc::get(context)); };
  auto bytes = registry.lookupLayout(c.candidate.layout)
                   ->pack({reinterpret_cast<const char *>(w.values.data()),
                           w.out, w.in, f32},
                          c.candidate.layoutParams, error);
  if (failed(bytes))
    return false;
  c.packed = std::make_shared<Aligned<char>>(bytes->size());
  std::memcpy(c.packed->data, bytes->data(), bytes->size());
  c.spec.params = c.candidate.params;
  c.spec.layoutParams = c.candidate.layoutParams;
  c.spec.outFeatures = w.out;
  c.spec.inFeatures = w.in;
  c.spec.tokens = staticTokens ? tokens : ShapedType::kDynamic;
  c.spec.inputType = c.spec.weightType = c.spec.resultType = f32;
  c.spec.threaded = threads > 1;
  c.spec.machine = &machine;
  auto kernel =
      KernelJIT::create(*c.family, c.spec, context, cpu, !assemblyPath.empty());
  if (!kernel) {
    llvm::errs() << c.name << ": " << llvm::toString(kernel.takeError())
                 << "\n";
    return false;
  }
  c.kernel = std::move(*kernel);
  return true;
}

static std::string getName(const KernelFamily &family,
                           const KernelCandidate &candidate) {
  std::string name = family.getName().str();
  for (DictionaryAttr params : {candidate.params, candidate.layoutParams})
    for (NamedAttribute attr : params)
      if (auto value = dyn_cast<IntegerAttr>(attr.getValue()))
        name += " " + attr.getName().str() + std::to_string(value.getInt());
  return name;
}

static std::vector<CompiledCandidate>
compileAll(const KernelRegistry &registry, const MachineDescription &machine,
           const Weight &w, int64_t tokens, Compiled &compiled,
           MLIRContext *context) {
  LinearDesc desc;
  desc.outFeatures = w.out;
  desc.inFeatures = w.in;
  desc.weightType = desc.inputType = Float32Type::get(context);
  desc.density = w.density;
  desc.minTokens = desc.maxTokens = tokens;
  if (w.m)
    desc.nmPatterns.push_back({w.n, w.m});
  std::vector<CompiledCandidate> result;
  for (const KernelFamily *family : registry.getFamilies()) {
    if (!only.empty() && family->getName() != only &&
        family->getName() != "cpu.dense")
      continue;
    for (const KernelCandidate &candidate :
         family->getCandidates(desc, machine)) {
      std::string name = getName(*family, candidate);
      std::string key =
          staticTokens ? name + " of " + std::to_string(tokens) : name;
      auto [entry, isNew] = compiled.try_emplace(
          key, CompiledCandidate{
                   name, family, {}, candidate, desc, nullptr, nullptr});
      CompiledCandidate &c = entry->second;
      if (isNew && !compile(c, registry, machine, w, tokens, context))
        c.kernel = nullptr;
      if (!c.kernel)
        continue;
      c.desc = desc;
      result.push_back(c);
    }
  }
  return result;
}

/// Sides that take this many times as long as the fastest one in their first run
/// are left out.
static constexpr double hopeless = 3;

static void measure(std::vector<Side> &sides) {
  std::vector<double> first;
  for (Side &side : sides) {
    side.run();
    double start = now();
    side.run();
    first.push_back(now() - start + 1e-9);
  }
  double limit = hopeless * *llvm::min_element(first);
  std::vector<Side> kept;
  std::vector<int> repeats;
  for (auto [side, seconds] : llvm::zip(sides, first))
    if (seconds <= limit || isDense(side.name)) {
      kept.push_back(std::move(side));
      repeats.push_back(std::max(1, int(0.004 / seconds)));
    }
  sides = std::move(kept);
  for (int round = 0; round < rounds; ++round)
    for (auto [side, count] : llvm::zip(sides, repeats)) {
      side.run();
      double start = now();
      for (int i = 0; i < count; ++i)
        side.run();
      side.seconds.push_back((now() - start) / count);
    }
}

/// One problem: what is timed, and the operands of all sides.
struct Bench {
  llvm::StringRef pattern;
  const Weight &w;
  int64_t tokens;
  Aligned<float> x, y, expected;
  std::vector<std::unique_ptr<Aligned<char>>> scratch;
  std::vector<Side> sides;

  Bench(llvm::StringRef pattern, const Weight &w, int64_t tokens)
      : pattern(pattern), w(w), tokens(tokens), x(tokens * w.in),
        y(tokens * w.out), expected(tokens * w.out) {
    std::mt19937 rng(3);
    std::normal_distribution<float> normal;
    for (int64_t i = 0; i < tokens * w.in; ++i)
      x.data[i] = normal(rng);
  }

  void addBlas(const OpenBLAS &blas) {
    sides.push_back({"openblas",
                     [&] {
                       blas.run(w.out, w.in, tokens, w.values.data(), x.data,
                                expected.data);
                     },
                     {},
                     0});
  }

  void addKernel(CompiledCandidate &c, const MachineDescription &machine) {
    scratch.push_back(std::make_unique<Aligned<char>>(
        c.family->getScratchSize(c.spec).getBytes(tokens)));
    char *memory = scratch.back()->data;
    sides.push_back({c.name,
                     [this, &c, memory] {
                       c.kernel->run(x.data, c.packed->data, {}, y.data, tokens,
                                     memory);
                     },
                     {},
                     c.family->predictSeconds(c.desc, c.candidate, tokens,
                                              threads, machine)});
  }

  /// The largest difference from the vendor's result.
  double getError(Side &side) {
    if (side.name == "openblas")
      return 0;
    side.run();
    double worst = 0;
    for (int64_t i = 0; i < tokens * w.out; ++i)
      worst = std::max<double>(worst, std::fabs(y.data[i] - expected.data[i]));
    return worst;
  }
};

/// Prints and returns one row.
static llvm::json::Object report(Bench &bench, Side &side, double blas,
                                 double dense, const MachineDescription &m) {
  double median = side.quantile(0.5);
  double spread = (side.quantile(0.75) - side.quantile(0.25)) / median;
  const Weight &w = bench.w;
  double peak = 2.0 * w.out * w.in * bench.tokens *
                (isDense(side.name) ? 1 : w.density) / median / 1e9 /
                m.fmaPeakGFlops;
  bool wrong = blas > 0 && bench.getError(side) > 2e-3;
  llvm::outs() << llvm::format(
      "%-5s %5lldx%-5lld N=%-4lld %-34s %9.4f ms  x%5.2f blas  x%5.2f dense  "
      "%4.0f%% peak  spread %4.1f%%  predicted %8.4f ms%s\n",
      bench.pattern.str().c_str(), (long long)w.out, (long long)w.in,
      (long long)bench.tokens, side.name.c_str(), median * 1e3, blas / median,
      dense / median, peak * 100, spread * 100, side.predicted * 1e3,
      wrong ? "  WRONG" : "");
  return llvm::json::Object{{"pattern", bench.pattern.str()},
                            {"out", w.out},
                            {"in", w.in},
                            {"tokens", bench.tokens},
                            {"threads", threads.getValue()},
                            {"side", side.name},
                            {"median_ms", median * 1e3},
                            {"spread", spread},
                            {"predicted_ms", side.predicted * 1e3},
                            {"vs_openblas", blas / median},
                            {"vs_dense", dense / median}};
}

/// Times all sides for one weight and token count; returns JSON rows.
static llvm::json::Array
benchmark(const KernelRegistry &registry, const MachineDescription &machine,
          const OpenBLAS &blas, llvm::StringRef pattern, const Weight &w,
          int64_t tokens, Compiled &compiled, MLIRContext *context) {
  auto candidates = compileAll(registry, machine, w, tokens, compiled, context);
  Bench bench(pattern, w, tokens);
  if (blas.gemm)
    bench.addBlas(blas);
  for (CompiledCandidate &c : candidates)
    bench.addKernel(c, machine);
  measure(bench.sides);

  double vendor = 0, dense = 0;
  for (Side &side : bench.sides)
    if (isDense(side.name))
      (side.name == "openblas" ? vendor : dense) = side.quantile(0.5);
  llvm::json::Array rows;
  for (Side &side : bench.sides)
    rows.push_back(report(bench, side, vendor, dense, machine));
  if (!assemblyPath.empty() && !candidates.empty()) {
    std::error_code code;
    llvm::raw_fd_ostream(assemblyPath, code)
        << candidates.back().kernel->getAssembly();
  }
  return rows;
}

/// Writes the rows so far: a call that is cut off leaves what it finished.
static llvm::Error writeJSON(const MachineDescription &machine,
                             const OpenBLAS &blas,
                             const llvm::json::Array &rows) {
  if (jsonPath.empty())
    return llvm::Error::success();
  std::error_code code;
  llvm::ToolOutputFile file(jsonPath, code, llvm::sys::fs::OF_Text);
  if (code)
    return llvm::createStringError(code, "cannot write '%s'", jsonPath.c_str());
  file.os() << llvm::formatv("{0:2}\n",
                             llvm::json::Value(llvm::json::Object{
                                 {"cpu", llvm::sys::getHostCPUName().str()},
                                 {"isa", stringifyISA(machine.isa).str()},
                                 {"openblas", blas.core},
                                 {"commands", llvm::json::Array(commandLines)},
                                 {"results", llvm::json::Array(rows)}}));
  file.keep();
  return llvm::Error::success();
}

/// The rows of the result file that this call resumes; takes over its commands.
static llvm::Expected<llvm::json::Array> readJSON() {
  if (!resume || !llvm::sys::fs::exists(jsonPath))
    return llvm::json::Array();
  auto buffer = llvm::MemoryBuffer::getFile(jsonPath, /*IsText=*/true);
  if (!buffer)
    return llvm::createStringError(buffer.getError(), "cannot read '%s'",
                                   jsonPath.c_str());
  auto file = llvm::json::parse((*buffer)->getBuffer());
  if (!file)
    return file.takeError();
  llvm::json::Object *object = file->getAsObject();
  llvm::json::Array *rows = object ? object->getArray("results") : nullptr;
  llvm::json::Array *commands = object ? object->getArray("commands") : nullptr;
  if (!rows || !commands)
    return llvm::createStringError("'%s' is not a result file",
                                   jsonPath.c_str());
  for (llvm::json::Value &command : commandLines)
    commands->push_back(std::move(command));
  commandLines = std::move(*commands);
  return std::move(*rows);
}

static bool hasCell(const llvm::json::Array &rows, llvm::StringRef pattern,
                    const Weight &w, int64_t tokens) {
  return llvm::any_of(rows, [&](const llvm::json::Value &value) {
    const llvm::json::Object *row = value.getAsObject();
    return row && row->getString("pattern") == pattern &&
           row->getInteger("out") == w.out && row->getInteger("in") == w.in &&
           row->getInteger("tokens") == tokens &&
           row->getInteger("threads") == threads;
  });
}

static void setDefaults() {
  if (patternNames.empty())
    patternNames.push_back("2:4");
  if (shapeNames.empty())
    shapeNames.push_back("4096x4096");
  if (tokenCounts.empty())
    for (int64_t tokens : {1, 8, 16, 32, 64, 128, 256})
      tokenCounts.push_back(tokens);
  if (threads == 1)
    return;
  setenv("OMP_NUM_THREADS", std::to_string(threads).c_str(), 1);
  if (!dlopen("libomp.so.5", RTLD_NOW | RTLD_GLOBAL))
    llvm::errs() << "kernel-bench: " << dlerror() << "\n";
}

/// All shapes, patterns and token counts that the result file lacks.
static llvm::Error benchmarkAll(const MachineDescription &machine,
                                const OpenBLAS &blas) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  loadKernelDialects(context);
  KernelRegistry registry;
  addCPUKernels(registry);
  auto rows = readJSON();
  if (!rows)
    return rows.takeError();
  for (const std::string &shape : shapeNames)
    for (const std::string &pattern : patternNames) {
      int64_t out = 0, in = 0;
      auto [outText, inText] = llvm::StringRef(shape).split('x');
      if (outText.getAsInteger(10, out) || inText.getAsInteger(10, in))
        return llvm::createStringError("shape '%s' is not OUTxIN",
                                       shape.c_str());
      Weight w = makeWeight(pattern, out, in);
      Compiled compiled;
      for (int64_t tokens : tokenCounts) {
        if (hasCell(*rows, pattern, w, tokens))
          continue;
        for (llvm::json::Value &row :
             benchmark(registry, machine, blas, pattern, w, tokens, compiled,
                       &context))
          rows->push_back(std::move(row));
        if (llvm::Error error = writeJSON(machine, blas, *rows))
          return error;
      }
    }
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::ExitOnError exitOnError("kernel-bench: ");
  commandLines.push_back("kernel-bench " +
                         llvm::join(llvm::ArrayRef(argv + 1, argc - 1), " "));
  llvm::cl::ParseCommandLineOptions(
      argc, argv, "kernel-bench: kernel families against OpenBLAS\n");
  setDefaults();
  MachineDescription machine = exitOnError(getMachineForCPU(cpu));
  OpenBLAS blas = OpenBLAS::load();
  llvm::outs() << "# " << llvm::sys::getHostCPUName() << ", kernels for "
               << machine.name << " (" << stringifyISA(machine.isa)
               << "), OpenBLAS " << blas.core << ", " << threads
               << " thread(s)\n";
  exitOnError(benchmarkAll(machine, blas));
  return 0;
}
