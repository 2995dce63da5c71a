//===- WorkspacePlan.h - Offsets for buffers with lifetimes -----*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of workspace planning that knows nothing of IR: buffers with a size
// and a lifetime get offsets such that no two that are alive together overlap.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_TRANSFORMS_LOWER_WORKSPACEPLAN_H
#define SPARSEOPT_TRANSFORMS_LOWER_WORKSPACEPLAN_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace sparseopt {

/// A buffer: bytes (any unit) and the closed interval of steps in which it is
/// alive.
struct BufferLifetime {
  int64_t size = 0;
  int64_t first = 0;
  int64_t last = 0;
};

/// Offsets in the order of the buffers, all multiples of `alignment`, and the
/// total size.
struct WorkspacePlan {
  llvm::SmallVector<int64_t> offsets;
  int64_t size = 0;
};

/// Places large buffers first, each at the lowest offset that is free during
/// its whole life. Deterministic: equal sizes keep their order.
WorkspacePlan planWorkspace(llvm::ArrayRef<BufferLifetime> buffers,
                            int64_t alignment);

} // namespace sparseopt

#endif // SPARSEOPT_TRANSFORMS_LOWER_WORKSPACEPLAN_H
