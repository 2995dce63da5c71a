//===- NVSPTypes.td - Types of the nvsp dialect ------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The accumulator of a matrix instruction.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_NVSP_IR_NVSPTYPES_TD
#define SPARSEOPT_DIALECT_NVSP_IR_NVSPTYPES_TD

include "sparse-opt/Dialect/NVSP/IR/NVSPDialect.td"
include "mlir/IR/AttrTypeBase.td"

def NVSP_AccType : TypeDef<NVSP_Dialect, "Acc"> {
  let mnemonic = "acc";
  let summary = "The accumulator of a matrix instruction";
  let description = [{
    A tile of f32 or i32 sums spread over the lanes of a warp (16x8) or of a
    warpgroup (64xN, N a multiple of 8 from 8 to 256). Each lane holds the same
    number of registers: 4 of a 16x8 tile, N/2 of a 64xN tile.

    ```mlir
    func.func @types(%warp: !nvsp.acc<16x8xf32>, %group: !nvsp.acc<64x128xf32>) {
      return
    }
    ```
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$cols,
    "::mlir::Type":$elementType);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Registers of one lane.
    int64_t getNumRegisters() const;
  }];
}

#endif // SPARSEOPT_DIALECT_NVSP_IR_NVSPTYPES_TD
