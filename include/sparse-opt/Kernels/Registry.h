//===- Registry.h - Kernel families and layouts by name ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels and layouts are data in the IR (a name and parameters) and C++
// objects behind it. The objects hang on a dialect as an interface, so that a
// context knows exactly what its dialect extensions registered.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSE_OPT_KERNELS_REGISTRY_H
#define SPARSE_OPT_KERNELS_REGISTRY_H

#include "sparse-opt/Kernels/KernelFamily.h"

#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectInterface.h"
#include "mlir/IR/DialectRegistry.h"

#include <memory>
#include <vector>

namespace sparseopt {

/// The families and layouts of a context, in order of registration.
class KernelRegistry {
public:
  /// A second object of the same name replaces the first.
  void addFamily(std::unique_ptr<KernelFamily> family);
  void addLayout(std::unique_ptr<Layout> layout);

  /// Null if there is none of that name.
  const KernelFamily *lookupFamily(llvm::StringRef name) const;
  const Layout *lookupLayout(llvm::StringRef name) const;

  llvm::SmallVector<const KernelFamily *> getFamilies() const;
  llvm::SmallVector<const Layout *> getLayouts() const;

  /// The registry of a context; an empty one if no loaded dialect carries
  /// kernels.
  static const KernelRegistry &get(mlir::MLIRContext *context);

private:
  std::vector<std::unique_ptr<KernelFamily>> families;
  std::vector<std::unique_ptr<Layout>> layouts;
};

/// The dialect interface that carries the registry.
class KernelRegistryInterface
    : public mlir::DialectInterface::Base<KernelRegistryInterface> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(KernelRegistryInterface)

  KernelRegistryInterface(mlir::Dialect *dialect) : Base(dialect) {}

  /// Filled by dialect extensions, which run before the dialect is used.
  mutable KernelRegistry registry;
};

/// The registry on `dialect`, added if it has none.
template <typename DialectT>
KernelRegistry &getOrAddKernelRegistry(DialectT &dialect) {
  auto *interface =
      dialect.template getRegisteredInterface<KernelRegistryInterface>();
  if (!interface) {
    dialect.template addInterfaces<KernelRegistryInterface>();
    interface =
        dialect.template getRegisteredInterface<KernelRegistryInterface>();
  }
  return interface->registry;
}

/// Adds the CPU families and their layouts.
void addCPUKernels(KernelRegistry &registry);

/// Adds the families and layouts for NVIDIA devices.
void addNVIDIAKernels(KernelRegistry &registry);

/// Registers the CPU kernels as an extension of the dialect that carries the
/// registry, with the dialects that emitted functions use.
template <typename DialectT>
void registerCPUKernels(mlir::DialectRegistry &registry) {
  registry.addExtension(+[](mlir::MLIRContext *context, DialectT *dialect) {
    addCPUKernels(getOrAddKernelRegistry(*dialect));
  });
}

/// The same for NVIDIA devices.
template <typename DialectT>
void registerNVIDIAKernels(mlir::DialectRegistry &registry) {
  registry.addExtension(+[](mlir::MLIRContext *context, DialectT *dialect) {
    addNVIDIAKernels(getOrAddKernelRegistry(*dialect));
  });
}

/// The dialects of emitted functions (a pass that emits depends on them).
void registerKernelDialects(mlir::DialectRegistry &registry);

} // namespace sparseopt

#endif // SPARSE_OPT_KERNELS_REGISTRY_H
