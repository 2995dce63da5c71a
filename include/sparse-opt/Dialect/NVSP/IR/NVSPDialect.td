//===- NVSPDialect.td - The nvsp dialect -------------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NVIDIA's sparse matrix instructions as SSA values.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_NVSP_IR_NVSPDIALECT_TD
#define SPARSEOPT_DIALECT_NVSP_IR_NVSPDIALECT_TD

include "mlir/IR/DialectBase.td"

def NVSP_Dialect : Dialect {
  let name = "nvsp";
  let cppNamespace = "::sparseopt::nvsp";
  let summary = "NVIDIA sparse matrix instructions";
  let description = [{
    Matrix instructions whose first operand holds two of each four elements
    (one of two for tf32), with metadata words that say which. Accumulators,
    fragments and metadata are SSA values: they go into an instruction and, where
    the hardware still reads or writes them after it, come out of its wait.

    Names follow the PTX ISA. A metadata word is the 32-bit operand of one lane: nibble
    j describes group j of the lane's row, the lower index in its low two bits, and
    the two indices are in order. Registers of fragments are 32 bits wide.

    `sparsity-nvsp-to-llvm` lowers the dialect; what PTX allows is checked by the
    verifiers, not left to the assembler. Fences, commits, barriers and copies are
    upstream's `nvvm` ops.
  }];
  let useDefaultTypePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerTypes();
  }];
}

#endif // SPARSEOPT_DIALECT_NVSP_IR_NVSPDIALECT_TD
