//===- PackedDialect.td - The packed dialect ---------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The physical side of a weight: how it is stored.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_PACKED_IR_PACKEDDIALECT_TD
#define SPARSEOPT_DIALECT_PACKED_IR_PACKEDDIALECT_TD

include "mlir/IR/DialectBase.td"

def Packed_Dialect : Dialect {
  let name = "packed";
  let cppNamespace = "::sparseopt::packed";
  let summary = "Weights in the layout that a kernel reads";
  let description = [{
    A `!packed.weight` is a weight of known logical shape whose bytes follow a
    named layout. Layouts are registered beside the kernel families; an unknown
    name parses and prints, packing and lowering refuse it.
  }];
  let useDefaultTypePrinterParser = 1;
  let dependentDialects = ["::sparseopt::sparsity::SparsityDialect"];
  let extraClassDeclaration = [{
    void registerTypes();
  }];
}

#endif // SPARSEOPT_DIALECT_PACKED_IR_PACKEDDIALECT_TD
