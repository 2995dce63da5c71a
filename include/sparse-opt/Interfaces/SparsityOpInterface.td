//===- SparsityOpInterface.td - What ops do to sparsity ----*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The knowledge of one op that the analyses of sparsity ask for.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_INTERFACES_SPARSITYOPINTERFACE_TD
#define SPARSEOPT_INTERFACES_SPARSITYOPINTERFACE_TD

include "mlir/IR/OpBase.td"

def SparsityOpInterface : OpInterface<"SparsityOpInterface"> {
  let cppNamespace = "::sparseopt";
  let description = [{
    How facts about values pass through an op. Ops without it are handled by what
    they are: linalg ops and elementwise ops by an abstract evaluation of their
    bodies; of the results of all others nothing is known, and all of their
    operands are read.

    An over-claim is a miscompile: where an implementation is not sure, it claims
    less.
  }];
  let methods = [
    InterfaceMethod<[{
      Sets the facts of results from the facts of operands. More facts about the
      operands never give fewer about the results. Results that are not set are
      unknown. Demand must not be looked at.
    }], "void", "inferSparsity", (ins "::sparseopt::facts::InferContext &":$context)>,
    InterfaceMethod<[{
      Adds the demand on operands that follows from the demand on results and from
      value facts. Operands that are not named are not read.
    }], "void", "demandSparsity", (ins "::sparseopt::facts::DemandContext &":$context)>,
  ];
}

#endif // SPARSEOPT_INTERFACES_SPARSITYOPINTERFACE_TD
