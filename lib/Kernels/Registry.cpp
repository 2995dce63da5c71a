//===- Registry.cpp - Kernel families and layouts by name -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Look-up of kernel families and layouts, and the parts of their base classes
// that do not depend on the target.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Kernels/Registry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace sparseopt;

Layout::~Layout() = default;
KernelFamily::~KernelFamily() = default;

LogicalResult Layout::verifyPacked(ArrayRef<char> packed, DictionaryAttr params,
                                   int64_t rows, int64_t cols, Type elementType,
                                   EmitErrorFn emitError) const {
  int64_t bytes = llvm::divideCeil(elementType.getIntOrFloatBitWidth(), 8);
  std::vector<char> dense(rows * cols * bytes);
  return unpack(packed, params, {dense.data(), rows, cols, elementType},
                emitError);
}

//===----------------------------------------------------------------------===//
// KernelRegistry
//===----------------------------------------------------------------------===//

template <typename T>
static const T *findByName(const std::vector<std::unique_ptr<T>> &list,
                           llvm::StringRef name) {
  for (const std::unique_ptr<T> &item : list)
    if (item->getName() == name)
      return item.get();
  return nullptr;
}

template <typename T>
static void addOrReplace(std::vector<std::unique_ptr<T>> &list,
                         std::unique_ptr<T> item) {
  for (std::unique_ptr<T> &old : list)
    if (old->getName() == item->getName()) {
      old = std::move(item);
      return;
    }
  list.push_back(std::move(item));
}

void KernelRegistry::addFamily(std::unique_ptr<KernelFamily> family) {
  addOrReplace(families, std::move(family));
}

void KernelRegistry::addLayout(std::unique_ptr<Layout> layout) {
  addOrReplace(layouts, std::move(layout));
}

const KernelFamily *KernelRegistry::lookupFamily(llvm::StringRef name) const {
  return findByName(families, name);
}

const Layout *KernelRegistry::lookupLayout(llvm::StringRef name) const {
  return findByName(layouts, name);
}

llvm::SmallVector<const KernelFamily *> KernelRegistry::getFamilies() const {
  return llvm::map_to_vector(
      families, [](const auto &f) -> const KernelFamily * { return f.get(); });
}

llvm::SmallVector<const Layout *> KernelRegistry::getLayouts() const {
  return llvm::map_to_vector(
      layouts, [](const auto &l) -> const Layout * { return l.get(); });
}

const KernelRegistry &KernelRegistry::get(MLIRContext *context) {
  static const KernelRegistry empty;
  for (Dialect *dialect : context->getLoadedDialects())
    if (auto *interface =
            dialect->getRegisteredInterface<KernelRegistryInterface>())
      return interface->registry;
  return empty;
}

void sparseopt::registerKernelDialects(DialectRegistry &registry) {
  registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                  math::MathDialect, scf::SCFDialect, vector::VectorDialect>();
}

//===----------------------------------------------------------------------===//
// Layers and symbols
//===----------------------------------------------------------------------===//

/// Whether "at most n of m" implies "at most p of q" for aligned groups.
static bool impliesNM(int64_t n, int64_t m, int64_t p, int64_t q) {
  if (n < 0 || m <= 0 || q <= 0)
    return false;
  // A group of q covers whole groups of m, or lies inside one.
  if (q % m == 0)
    return p >= n * (q / m);
  if (m % q == 0)
    return p >= std::min(n, q);
  return p >= q;
}

bool LinearDesc::holdsNM(int64_t n, int64_t m) const {
  return n >= m || llvm::any_of(nmPatterns, [&](const NMFact &fact) {
           return impliesNM(fact.n, fact.m, n, m);
         });
}

/// Prints an epilogue so that equal text means equal code: values are numbered
/// in order, and a captured constant is printed by value.
static void printEpilogue(Block &block, llvm::raw_ostream &os) {
  llvm::DenseMap<Value, unsigned> numbers;
  for (BlockArgument arg : block.getArguments()) {
    os << arg.getType() << ',';
    numbers.try_emplace(arg, numbers.size());
  }
  for (Operation &op : block) {
    os << op.getName() << op.getAttrDictionary() << '(';
    for (Value operand : op.getOperands()) {
      Attribute constant;
      if (auto it = numbers.find(operand); it != numbers.end())
        os << it->second << ',';
      else if (matchPattern(operand, m_Constant(&constant)))
        os << constant << ',';
    }
    os << ')';
    for (Value result : op.getResults()) {
      os << result.getType();
      numbers.try_emplace(result, numbers.size());
    }
  }
}

std::string sparseopt::getKernelSymbol(const KernelFamily &family,
                                       const KernelSpec &spec) {
  std::string key;
  llvm::raw_string_ostream os(key);
  os << spec.params << spec.layoutParams << spec.tokens << ' ' << spec.inputType
     << ' ' << spec.weightType << ' ' << spec.resultType << ' ' << spec.threaded
     << ' ';
  if (spec.machine)
    os << stringifyISA(spec.machine->isa);
  if (spec.machine && spec.machine->gpu)
    os << spec.machine->gpu->arch;
  for (const KernelExtra &extra : spec.extras)
    os << extra.elementType << extra.map;
  if (spec.epilogue)
    for (Block &block : *spec.epilogue)
      printEpilogue(block, os);
  std::string name = ("sparsity_" + family.getName()).str();
  std::replace(name.begin(), name.end(), '.', '_');
  return name + "_" + std::to_string(spec.outFeatures) + "x" +
         std::to_string(spec.inFeatures) + "_" +
         llvm::utohexstr(llvm::xxh3_64bits(key), /*LowerCase=*/true);
}
