//===- SparsityAttrs.td - Patterns, methods, kernel records -*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attributes of the sparsity dialect: zero patterns, pruning methods, and the
// kernel decision with its record.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYATTRS_TD
#define SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYATTRS_TD

include "sparse-opt/Dialect/Sparsity/IR/SparsityDialect.td"
include "sparse-opt/Dialect/Sparsity/IR/SparsityInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class Sparsity_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Sparsity_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

class Sparsity_Pattern<string name, string attrMnemonic>
    : Sparsity_Attr<name, attrMnemonic,
                    [DeclareAttrInterfaceMethods<PatternAttrInterface>]>;

class Sparsity_Method<string name, string attrMnemonic>
    : Sparsity_Attr<name, attrMnemonic,
                    [DeclareAttrInterfaceMethods<MethodAttrInterface>]>;

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

def Sparsity_NMAttr : Sparsity_Pattern<"NM", "nm"> {
  let summary = "At most N nonzeros in each aligned group of M";
  let description = [{
    Along `dim`, elements `[g*M, (g+1)*M)` form a group; each group holds at
    most `N` nonzeros. A tail group of `r < M` elements holds at most
    `min(N, r)`. `1 <= N <= M` and `M >= 2`.

    `dim` refers to the stored shape. Left out, it is the contraction dim of
    the weight's use; a `sparsity.weight` always states it.

    `a:b` implies `c:d` when every run of `d` aligned elements meets so few
    groups of `b` that it cannot hold more than `c` nonzeros: 2:8 implies 2:4,
    4:8 does not imply 2:4.

    ```mlir
    %w = sparsity.weight "ffn.up" pattern [#sparsity.nm<2:4, dim = 1>] dense<[[1.0, 0.0, 2.0, 0.0]]> : tensor<1x4xf32>
    ```
  }];
  let parameters = (ins "int64_t":$n, "int64_t":$m,
                        "std::optional<int64_t>":$dim);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Sparsity_BlockAttr : Sparsity_Pattern<"Block", "block"> {
  let summary = "Zeros come in whole aligned blocks";
  let description = [{
    The sizes refer to the trailing dims of the stored shape. Each aligned block
    is either free or all zero; blocks at the border are cut.

    ```mlir
    %w = sparsity.weight "ffn.up" pattern [#sparsity.block<1x2>] dense<[[1.0, 3.0, 0.0, 0.0]]> : tensor<1x4xf32>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$sizes);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Sparsity_SliceAttr : Sparsity_Pattern<"Slice", "slice"> {
  let summary = "Zeros come in whole slices of one dim";
  let description = [{
    All elements that share one index of `dim` are zero together: an output
    neuron for `dim = 0`, an input channel for `dim = 1`.

    ```mlir
    %w = sparsity.weight "ffn.up" pattern [#sparsity.slice<dim = 0>] dense<[[0.0, 0.0], [1.0, 2.0]]> : tensor<2x2xf32>
    ```
  }];
  let parameters = (ins "int64_t":$dim);
  let assemblyFormat = "`<` `dim` `=` $dim `>`";
  let genVerifyDecl = 1;
}

def Sparsity_UnstructuredAttr : Sparsity_Pattern<"Unstructured", "unstructured"> {
  let summary = "Zeros may be anywhere";
  let description = [{
    Every tensor has this pattern. On a prune request it asks for the freest
    choice of zeros; on a weight it says that the zeros there are meant to be
    used.

    ```mlir
    %w = sparsity.weight "ffn.up" pattern [#sparsity.unstructured] dense<[[1.0, 0.0]]> : tensor<1x2xf32>
    ```
  }];
  let assemblyFormat = "";
}

//===----------------------------------------------------------------------===//
// Pruning methods
//===----------------------------------------------------------------------===//

def Sparsity_Scope : I32EnumAttr<"Scope", "what competes for survival", [
    I32EnumAttrCase<"Row", 0, "row">, I32EnumAttrCase<"Layer", 1, "layer">,
    I32EnumAttrCase<"Global", 2, "global">]> {
  let cppNamespace = "::sparseopt::sparsity";
}

def Sparsity_Norm : I32EnumAttr<"Norm", "score of a block or slice", [
    I32EnumAttrCase<"L1", 0, "l1">, I32EnumAttrCase<"L2", 1, "l2">]> {
  let cppNamespace = "::sparseopt::sparsity";
}

def Sparsity_ThresholdKind : I32EnumAttr<"ThresholdKind",
    "how a threshold is given", [
    I32EnumAttrCase<"Absolute", 0, "absolute">,
    I32EnumAttrCase<"Quantile", 1, "quantile">,
    I32EnumAttrCase<"Stddev", 2, "stddev">]> {
  let cppNamespace = "::sparseopt::sparsity";
}

def Sparsity_MagnitudeAttr : Sparsity_Method<"Magnitude", "magnitude"> {
  let summary = "Keep the values of largest magnitude";
  let description = [{
    The score of a value is its magnitude, of a block or slice its `norm`
    (l2 when left out). `scope` says what competes: the values of one row, of one
    layer (the default), or of all weights with the same request. For N:M each
    group competes for itself and `scope` has no effect.

    Han et al., "Learning both Weights and Connections", arXiv:1506.02626.

    ```mlir
    func.func @request(%w: tensor<8x8xf32>) -> tensor<8x8xf32> {
      %p = sparsity.prune %w {pattern = #sparsity.unstructured, sparsity = 5.0e-01 : f64, method = #sparsity.magnitude<scope = row>} : tensor<8x8xf32>
      return %p : tensor<8x8xf32>
    }
    ```
  }];
  let parameters = (ins
    DefaultValuedParameter<"::sparseopt::sparsity::Scope",
                           "::sparseopt::sparsity::Scope::Layer">:$scope,
    DefaultValuedParameter<"::sparseopt::sparsity::Norm",
                           "::sparseopt::sparsity::Norm::L2">:$norm);
  let assemblyFormat = "(`<` struct($scope, $norm)^ `>`)?";
}

def Sparsity_ThresholdAttr : Sparsity_Method<"Threshold", "threshold"> {
  let summary = "Prune values whose magnitude does not exceed a threshold";
  let description = [{
    `absolute`: magnitudes of at most `value` become zero. `quantile`: the
    threshold is the smallest magnitude that at least this fraction of the
    layer's magnitudes do not exceed. `stddev`: the
    threshold is `value` times the standard deviation of the layer's values;
    `value` is an f64.
    The amount of zeros follows from the data, so the request must not give
    `sparsity`. Defined for unstructured patterns.

    ```mlir
    func.func @request(%w: tensor<8x8xf32>) -> tensor<8x8xf32> {
      %p = sparsity.prune %w {pattern = #sparsity.unstructured, method = #sparsity.threshold<absolute = 1.0e-02>} : tensor<8x8xf32>
      return %p : tensor<8x8xf32>
    }
    ```
  }];
  let parameters = (ins "::sparseopt::sparsity::ThresholdKind":$kind,
                        "::mlir::FloatAttr":$value);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

/// A fraction or factor: an f64, written without its type.
class Sparsity_Number<string value, string desc>
    : DefaultValuedParameter<"::mlir::FloatAttr",
        "::mlir::FloatAttr::get(::mlir::Float64Type::get($_ctxt), " # value # ")",
        desc> {
  let parser = [{ ::sparseopt::sparsity::parseNumber($_parser) }];
  let printer = [{ $_printer.printAttributeWithoutType($_self) }];
}

class Sparsity_Count<string value, string desc>
    : DefaultValuedParameter<"int64_t", value, desc>;

class Sparsity_ScopeOf<string value>
    : DefaultValuedParameter<"::sparseopt::sparsity::Scope",
                             "::sparseopt::sparsity::Scope::" # value,
                             "what competes: row or layer">;

def Sparsity_NormParameter
    : DefaultValuedParameter<"::sparseopt::sparsity::Norm",
                             "::sparseopt::sparsity::Norm::L2",
                             "score of a block or slice">;

class Sparsity_CalibratedMethod<string name, string attrMnemonic>
    : Sparsity_Attr<name, attrMnemonic, [
        DeclareAttrInterfaceMethods<MethodAttrInterface,
                                    ["needsStatistics", "needsGram"]>]> {
  let assemblyFormat = "(`<` struct(params)^ `>`)?";
  let genVerifyDecl = 1;
}

def Sparsity_WandaAttr : Sparsity_CalibratedMethod<"Wanda", "wanda"> {
  let summary = "Keep what weighs most with the layer's inputs";
  let description = [{
    The score of a value is its magnitude times the norm of its input over the
    calibration data, of a block or slice the `norm` of its scores. Defined for
    every pattern; slices compete in `scope = layer`. Kept values stay as they
    are, unless `refit` asks for that many steps of conjugate gradients, which fit
    them to the layer's output and need the Gram matrix.

    Sun et al., "A Simple and Effective Pruning Approach", arXiv:2306.11695.

    ```mlir
    func.func @request(%w: tensor<8x8xf32>) -> tensor<8x8xf32> {
      %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.wanda<refit = 10>} : tensor<8x8xf32>
      return %p : tensor<8x8xf32>
    }
    ```
  }];
  let parameters = (ins Sparsity_ScopeOf<"Row">:$scope,
    Sparsity_NormParameter:$norm,
    Sparsity_Count<"0", "steps that fit the kept values">:$refit);
}

def Sparsity_RIAAttr : Sparsity_CalibratedMethod<"RIA", "ria"> {
  let summary = "Keep what weighs most within its row and column";
  let description = [{
    The score of a value is its share of the magnitudes of its row plus its share of
    those of its column, times the norm of its input to the `power`. Otherwise
    as `#sparsity.wanda`.

    Zhang et al., "Plug-and-Play: An Efficient Post-training Pruning Method",
    ICLR 2024.

    ```mlir
    func.func @request(%w: tensor<8x8xf32>) -> tensor<8x8xf32> {
      %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.ria<power = 0.25>} : tensor<8x8xf32>
      return %p : tensor<8x8xf32>
    }
    ```
  }];
  let parameters = (ins
    Sparsity_Number<"0.5", "power of the input's norm">:$power,
    Sparsity_ScopeOf<"Row">:$scope, Sparsity_NormParameter:$norm,
    Sparsity_Count<"0", "steps that fit the kept values">:$refit);
}

def Sparsity_DSnoTAttr : Sparsity_CalibratedMethod<"DSnoT", "dsnot"> {
  let summary = "Repair Wanda's mask without training";
  let description = [{
    Starts from the mask of `#sparsity.wanda`. In each row, up to `iterations`
    times: the pruned value whose mean contribution to the output takes most from
    the row's mean error comes back, and the kept value of least score goes (of
    the same group for N:M), as long as the error shrinks, keeps its sign and
    exceeds `threshold`. Defined for unstructured patterns and for N:M along the
    contracted dim.

    Zhang et al., "Dynamic Sparse No Training", arXiv:2310.08915.

    ```mlir
    func.func @request(%w: tensor<8x8xf32>) -> tensor<8x8xf32> {
      %p = sparsity.prune %w {pattern = #sparsity.unstructured, sparsity = 7.0e-01 : f64, method = #sparsity.dsnot<iterations = 20>} : tensor<8x8xf32>
      return %p : tensor<8x8xf32>
    }
    ```
  }];
  let parameters = (ins
    Sparsity_Count<"50", "largest number of exchanges in a row">:$iterations,
    Sparsity_Number<"0.1", "mean error that is left alone">:$threshold,
    Sparsity_Count<"0", "steps that fit the kept values">:$refit);
}

def Sparsity_SparseGPTAttr
    : Sparsity_CalibratedMethod<"SparseGPT", "sparsegpt"> {
  let summary = "Compensate each pruned value in the columns after it";
  let description = [{
    Goes through the contracted dim; the error of each pruned value is compensated
    by values that come later, by the Gram matrix of the layer's inputs with
    `damping` times the mean of its diagonal added. N:M groups are chosen when they
    are reached; unstructured values and blocks compete within `block_size` columns,
    in all rows (`scope = layer`) or each row. Not defined for slices: they would have to be weighed
    against each other before the sweep. A Gram matrix that cannot be factored is
    damped ten times as much, with a warning, up to 1.

    Frantar and Alistarh, "SparseGPT", arXiv:2301.00774.

    ```mlir
    func.func @request(%w: tensor<8x8xf32>) -> tensor<8x8xf32> {
      %p = sparsity.prune %w {pattern = #sparsity.nm<2:4, dim = 1>, method = #sparsity.sparsegpt<block_size = 128, damping = 0.01>} : tensor<8x8xf32>
      return %p : tensor<8x8xf32>
    }
    ```
  }];
  let parameters = (ins
    Sparsity_Count<"128", "columns that compete">:$block_size,
    Sparsity_Number<"0.01", "share of the mean diagonal to add">:$damping,
    Sparsity_ScopeOf<"Layer">:$scope,
    Sparsity_Count<"0", "steps that fit the kept values">:$refit);
}

def Sparsity_ADMMAttr : Sparsity_CalibratedMethod<"ADMM", "admm"> {
  let summary = "Alternate between the pattern and the layer's output";
  let description = [{
    Alternating directions method of multipliers on inputs scaled to unit norm, with
    `damping` added to the Gram matrix's diagonal of ones. The mask is chosen anew in
    the first three quarters of the `iterations`; over the first `gradual` the
    fraction of zeros grows cubically to what the pattern asks. Defined for every
    pattern.

    Boza, "Fast and Effective Weight Update for Pruned Large Language Models",
    arXiv:2401.02938.

    ```mlir
    func.func @request(%w: tensor<8x8xf32>) -> tensor<8x8xf32> {
      %p = sparsity.prune %w {pattern = #sparsity.slice<dim = 1>, sparsity = 5.0e-01 : f64, method = #sparsity.admm<iterations = 40>} : tensor<8x8xf32>
      return %p : tensor<8x8xf32>
    }
    ```
  }];
  let parameters = (ins Sparsity_Count<"20", "iterations">:$iterations,
    Sparsity_Count<"8", "iterations over which the zeros grow">:$gradual,
    Sparsity_Number<"0.1", "number to add to the scaled diagonal">:$damping,
    Sparsity_ScopeOf<"Layer">:$scope,
    Sparsity_Count<"0", "steps that fit the kept values">:$refit);
}

def Sparsity_ALPSAttr : Sparsity_CalibratedMethod<"ALPS", "alps"> {
  let summary = "Alternate with a growing penalty, then fit the support";
  let description = [{
    As `#sparsity.admm`, with a penalty that starts at 0.1 and grows while the
    mask still changes, until it does not or for `iterations`; then ten steps of
    conjugate gradients fit the kept values to the layer's output. The most exact
    method, and the slowest. Defined for every pattern.

    Meng et al., "ALPS: Improved Optimization for Highly Sparse One-Shot Pruning",
    arXiv:2406.07831.

    ```mlir
    func.func @request(%w: tensor<8x8xf32>) -> tensor<8x8xf32> {
      %p = sparsity.prune %w {pattern = #sparsity.block<4x1>, sparsity = 5.0e-01 : f64, method = #sparsity.alps} : tensor<8x8xf32>
      return %p : tensor<8x8xf32>
    }
    ```
  }];
  let parameters = (ins Sparsity_Count<"100", "most iterations">:$iterations,
    Sparsity_Number<"0.01", "number to add to the scaled diagonal">:$damping,
    Sparsity_ScopeOf<"Layer">:$scope);
}

//===----------------------------------------------------------------------===//
// Kernel decisions
//===----------------------------------------------------------------------===//

def Sparsity_KernelAttr : Sparsity_Attr<"Kernel", "kernel"> {
  let summary = "A kernel family by name, with its parameters";
  let description = [{
    The name is looked up in the registry of kernel families when a kernel is
    selected, packed for or lowered. An unknown name parses and prints.

    ```mlir
    func.func @chosen(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %r = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%y : tensor<?x4xf32>) kernel = #sparsity.kernel<"cpu.dense", {tile = 8 : i64}> -> tensor<?x4xf32>
      return %r : tensor<?x4xf32>
    }
    ```
  }];
  let parameters = (ins StringRefParameter<"name of the family">:$family,
    DefaultValuedParameter<"::mlir::DictionaryAttr",
      "::mlir::DictionaryAttr::get($_ctxt)">:$params);
  let assemblyFormat = "`<` $family (`,` $params^)? `>`";
}

def Sparsity_ByTokensAttr : Sparsity_Attr<"ByTokens", "by_tokens"> {
  let summary = "Kernels by token count";
  let description = [{
    `[16 : A, ? : B]` reads: A serves up to 16 tokens, B any larger number.
    Bounds grow strictly and the last entry has none.

    ```mlir
    func.func @chosen(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %r = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%y : tensor<?x4xf32>) kernel = #sparsity.by_tokens<[16 : #sparsity.kernel<"cpu.nm_permute">, ? : #sparsity.kernel<"cpu.mask_tile">]> -> tensor<?x4xf32>
      return %r : tensor<?x4xf32>
    }
    ```
  }];
  let parameters = (ins
    ArrayRefParameter<"int64_t", "largest token count of each entry">:$bounds,
    ArrayRefParameter<"::sparseopt::sparsity::KernelAttr">:$kernels);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Stands in `bounds` for "any larger number".
    static constexpr int64_t unbounded = std::numeric_limits<int64_t>::max();
  }];
}

def Sparsity_DecisionAttr : Sparsity_Attr<"Decision", "decision"> {
  let summary = "Why a layer runs on the kernel that it runs on";
  let description = [{
    The record of one choice of `sparsity-select-kernels`, from which remarks,
    tables and reports are printed. `pattern` names the patterns that the weight
    carries, `none` without any; `density` is its fraction of nonzeros. Times are predictions of the cost model for
    `tokens` tokens in nanoseconds; `dense_ns` is the best dense kernel's.

    ```mlir
    func.func @chosen(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %r = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<4x8xf32>) outs(%y : tensor<?x4xf32>) kernel = #sparsity.kernel<"cpu.dense"> decisions = [#sparsity.decision<weight = "up", pattern = "none", density = 1.0 : f64, tokens = 128, kernel = "cpu.dense", predicted_ns = 100, dense_ns = 100, reason = "the weight has no zeros">] -> tensor<?x4xf32>
      return %r : tensor<?x4xf32>
    }
    ```
  }];
  let parameters = (ins StringRefParameter<"name of the weight">:$weight,
    StringRefParameter<"patterns of the weight">:$pattern,
    "::mlir::FloatAttr":$density, "int64_t":$tokens,
    StringRefParameter<"name of the family">:$kernel,
    "int64_t":$predicted_ns, "int64_t":$dense_ns,
    StringRefParameter<"a sentence">:$reason);
  let assemblyFormat = "`<` struct(params) `>`";
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

class Sparsity_AttrWith<string cppClass, string summary>
    : Attr<CPred<"::llvm::isa<" # cppClass # ">($_self)">, summary> {
  let storageType = cppClass;
  let returnType = cppClass;
  let convertFromStorage = "$_self";
}

def Sparsity_AnyPattern : Sparsity_AttrWith<
  "::sparseopt::sparsity::PatternAttrInterface", "a zero pattern">;
def Sparsity_AnyMethod : Sparsity_AttrWith<
  "::sparseopt::sparsity::MethodAttrInterface", "a pruning method">;
def Sparsity_AnyDecision : Sparsity_AttrWith<
  "::sparseopt::sparsity::DecisionAttr", "a decision record">;

#endif // SPARSEOPT_DIALECT_SPARSITY_IR_SPARSITYATTRS_TD
