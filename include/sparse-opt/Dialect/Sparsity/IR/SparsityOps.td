//===- SparsityOps.td - Ops of the sparsity dialect --------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Named weights, prune requests and linear layers.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYOPS_TD
#define SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYOPS_TD

include "sparse-opt/Dialect/Sparsity/IR/SparsityAttrs.td"
include "sparse-opt/Interfaces/LinearOpInterface.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Sparsity_Op<string mnemonic, list<Trait> traits = []>
    : Op<Sparsity_Dialect, mnemonic, traits>;

/// Element types that a weight may have.
def Sparsity_WeightTensor : TensorOf<[F32, F16, BF16, F64, I8]>;

def Sparsity_WeightOp : Sparsity_Op<"weight", [Pure]> {
  let summary = "A named trained weight";
  let description = [{
    Yields the values of a weight. The name is what recipes, statistics, reports
    and checkpoints use; it is not empty. Each pattern that the op carries was
    proven on the values when it was attached.

    The op is pure but not constant-like: nothing folds, merges or renames it.

    The pattern list stands after a `dense_resource` and before an inline value.

    ```mlir
    %w = sparsity.weight "ffn.up" pattern [#sparsity.nm<2:4, dim = 1>] dense<[[1.0, 0.0, 2.0, 0.0]]> : tensor<1x4xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, ElementsAttr:$value,
    OptionalAttr<TypedArrayAttrBase<Sparsity_AnyPattern,
                                    "zero patterns">>:$patterns);
  let results = (outs Sparsity_WeightTensor:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name,
    "::mlir::ElementsAttr":$value,
    CArg<"::mlir::ArrayAttr", "{}">:$patterns)>];
  let extraClassDeclaration = [{
    /// The shaped type of the values.
    ::mlir::RankedTensorType getType() {
      return ::llvm::cast<::mlir::RankedTensorType>(getResult().getType());
    }
  }];
}

def Sparsity_PruneOp : Sparsity_Op<"prune", [Pure, SameOperandsAndResultType]> {
  let summary = "A request to prune a weight";
  let description = [{
    Yields the weight with values set to zero, so that the result has `pattern`.
    Executed by `sparsity-prune`; nothing folds it.

    `sparsity` is the fraction of values that become zero, in [0, 1); it is
    forbidden for patterns that fix the amount themselves (N:M) and for
    thresholds, and required otherwise. Values that are zero already count, and
    are chosen first.

    ```mlir
    func.func @request(%w: tensor<8x8xf32>) -> tensor<8x8xf32> {
      %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.magnitude} : tensor<8x8xf32>
      return %p : tensor<8x8xf32>
    }
    ```
  }];
  let arguments = (ins Sparsity_WeightTensor:$weight,
    Sparsity_AnyPattern:$pattern, Sparsity_AnyMethod:$method,
    OptionalAttr<F64Attr>:$sparsity);
  let results = (outs Sparsity_WeightTensor:$result);
  let assemblyFormat = "$weight attr-dict `:` type($weight)";
  let hasVerifier = 1;
}

def Sparsity_AssumeOp : Sparsity_Op<"assume", [Pure, SameOperandsAndResultType]> {
  let summary = "A claim about values that the compiler cannot see";
  let description = [{
    Yields its operand, whose zeros have `pattern` on every run, as the user says:
    facts are built on it, and a claim that is wrong gives wrong results.
    `sparsity-lower-assumptions` removes it, and with `check` tests the claim when
    the program runs.

    The pattern is N:M with its dim; the other patterns say where zeros may be, not
    how many there are.

    ```mlir
    func.func @claim(%v: tensor<4x8xf32>) -> tensor<4x8xf32> {
      %c = sparsity.assume %v {pattern = #sparsity.nm<2:4, dim = 1>} : tensor<4x8xf32>
      return %c : tensor<4x8xf32>
    }
    ```
  }];
  let arguments = (ins AnyRankedTensor:$value, Sparsity_AnyPattern:$pattern);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$value attr-dict `:` type($value)";
  let hasVerifier = 1;
}

def Sparsity_LinearOp : Sparsity_Op<"linear", [
    DestinationStyleOpInterface, LinearOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ConditionallySpeculatable>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                              ["reifyResultShapes"]>]> {
  let summary = "A contraction with a weight, with its epilogue";
  let description = [{
    `y[t.., o] = epilogue(sum_k x[t.., k] * w[o, k], extras)`.

    `x` has shape [tokens.., in], the weight [out, in], the destination
    [tokens.., out]; the destination's values are not read. Products are summed
    in the type of the epilogue's first argument: f32 for f32, f16 and bf16, f64
    for f64, i32 for i8 unless the epilogue says otherwise. The order of the
    summation is free.

    The epilogue is a region of pure scalar ops; its arguments are the
    accumulator and one scalar per extra; `sparsity.yield` gives the value to
    store. Left out, the accumulator is stored, converted to the element type of
    the destination. Each extra has a map from (tokens.., out) to its indices: a
    projected permutation. Bias, residual, scales and non-zero initial values are
    extras.

    `kernel` is the decision of `sparsity-select-kernels` or of the user,
    `decisions` its record.

    ```mlir
    func.func @layer(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %r = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) extra(%b : affine_map<(t, o) -> (o)>, tensor<4xf32>) outs(%y : tensor<?x4xf32>) {
      ^bb0(%acc: f32, %bias: f32):
        %s = arith.addf %acc, %bias : f32
        sparsity.yield %s : f32
      } -> tensor<?x4xf32>
      return %r : tensor<?x4xf32>
    }
    ```
  }];
  let arguments = (ins AnyShaped:$input, AnyShaped:$weight,
    Variadic<AnyShaped>:$extras, AnyShaped:$init,
    AffineMapArrayAttr:$extra_maps,
    OptionalAttr<AnyAttr>:$kernel,
    OptionalAttr<TypedArrayAttrBase<Sparsity_AnyDecision,
                                    "decision records">>:$decisions);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region MaxSizedRegion<1>:$epilogue);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::mlir::Value":$input,
    "::mlir::Value":$weight, "::mlir::ValueRange":$extras,
    "::llvm::ArrayRef<::mlir::AffineMap>":$extraMaps, "::mlir::Value":$init)>];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getInitMutable());
    }
    ::llvm::SmallVector<int64_t> getWeightShape() {
      return ::llvm::to_vector(
          ::llvm::cast<::mlir::ShapedType>(getWeight().getType()).getShape());
    }
    ::mlir::Type getWeightElementType() {
      return ::llvm::cast<::mlir::ShapedType>(getWeight().getType())
          .getElementType();
    }
  }];
}

def Sparsity_ObserveOp : Sparsity_Op<"observe", [MemoryEffects<[MemWrite]>]> {
  let summary = "Hands an activation to whoever calibrates";
  let description = [{
    Shows the values of an activation [tokens.., in], the input of linear layers,
    to the observer of the program that runs, which adds them to the statistics
    of weight `name`. `aliases` are the other weights that read the same
    activation and share its statistics; with `gram` the Gram matrix is wanted.
    Several observations of one name add up. The observer is told `number`, which
    by default counts the observations in the order of the program.

    Changes no value. Inserted by `sparsity-instrument`.

    ```mlir
    func.func @layer(%x: tensor<?x8xf32>) {
      sparsity.observe "query" %x {aliases = ["key", "value"], gram} : tensor<?x8xf32>
      return
    }
    ```
  }];
  let arguments = (ins AnyShaped:$input, StrAttr:$name,
    OptionalAttr<StrArrayAttr>:$aliases, UnitAttr:$gram,
    OptionalAttr<I64Attr>:$number);
  let assemblyFormat = "$name $input attr-dict `:` type($input)";
  let hasVerifier = 1;
}

def Sparsity_YieldOp : Sparsity_Op<"yield", [Pure, Terminator]> {
  let summary = "The value that an epilogue stores";
  let description = [{
    Terminates the epilogue of `sparsity.linear` and `packed.linear`.

    ```mlir
    func.func @layer(%x: tensor<2x8xf32>, %w: tensor<4x8xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
      %r = sparsity.linear ins(%x, %w : tensor<2x8xf32>, tensor<4x8xf32>) outs(%y : tensor<2x4xf32>) {
      ^bb0(%acc: f32):
        %s = math.tanh %acc : f32
        sparsity.yield %s : f32
      } -> tensor<2x4xf32>
      return %r : tensor<2x4xf32>
    }
    ```
  }];
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

#endif // SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYOPS_TD
