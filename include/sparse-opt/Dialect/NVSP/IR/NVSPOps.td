//===- NVSPOps.td - Ops of the nvsp dialect ----------------*- tablegen -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matrix instructions, their wait, and the pieces of kernels around them that have
// no upstream op.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_DIALECT_NVSP_IR_NVSPOPS_TD
#define SPARSEOPT_DIALECT_NVSP_IR_NVSPOPS_TD

include "sparse-opt/Dialect/NVSP/IR/NVSPTypes.td"
include "mlir/Dialect/LLVMIR/LLVMOpBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class NVSP_Op<string mnemonic, list<Trait> traits = []>
    : Op<NVSP_Dialect, mnemonic, traits>;

/// Four registers of a lane.
def NVSP_Fragment : VectorOfLengthAndType<[4], [I32]>,
    BuildableType<"::mlir::VectorType::get({4}, $_builder.getI32Type())">;

//===----------------------------------------------------------------------===//
// Instructions of a warp
//===----------------------------------------------------------------------===//

def NVSP_MmaSpOp : NVSP_Op<"mma_sp", [AllTypesMatch<["acc", "result"]>]> {
  let summary = "Sparse matrix product of a warp";
  let description = [{
    `result = acc + a * b`, where `a` is a compressed 16xK matrix in four registers
    per lane, `b` a dense Kx8 one in four, and K is 32 for f16 and bf16, 16 for tf32,
    64 for si8, ui8, f8E4M3FN and f8E5M2 (PTX `mma.sp::ordered_metadata.m16n8kK`).
    Both types are equal, or both are 8-bit integers, or both are 8-bit floats.
    Sums are i32 for integers and f32 otherwise.

    `select` says which lanes of each quad hold the metadata: 0 for lanes 0 and 1, 1
    for lanes 2 and 3; 8-bit types use all lanes and only 0. Metadata that is a
    constant is checked for nibbles that PTX does not define.

    ```mlir
    func.func @product(%acc: !nvsp.acc<16x8xf32>, %a: vector<4xi32>, %b: vector<4xi32>, %e: i32) -> !nvsp.acc<16x8xf32> {
      %d = nvsp.mma_sp %acc, %a : bf16, %b : bf16, %e select 1 : !nvsp.acc<16x8xf32>
      return %d : !nvsp.acc<16x8xf32>
    }
    ```
  }];
  let arguments = (ins NVSP_AccType:$acc, NVSP_Fragment:$a, NVSP_Fragment:$b,
    I32:$metadata, TypeAttr:$a_type, TypeAttr:$b_type, I32Attr:$selector);
  let results = (outs NVSP_AccType:$result);
  let assemblyFormat = [{
    $acc `,` $a `:` $a_type `,` $b `:` $b_type `,` $metadata `select` $selector
    attr-dict `:` qualified(type($acc))
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Instructions of a warpgroup
//===----------------------------------------------------------------------===//

def NVSP_WgmmaSpOp : NVSP_Op<"wgmma_sp"> {
  let summary = "Asynchronous sparse matrix product of a warpgroup";
  let description = [{
    `result = acc + a * b` without waiting for it (PTX `wgmma.mma_async.sp.m64nNkK`,
    sm_90a); `result = a * b` without `acc`. `a` is the compressed 64xK matrix: a shared-memory
    descriptor (i64) or four registers per lane. `b` is the descriptor of the dense
    KxN matrix. K is 32 for f16 and bf16, 16 for tf32, 64 for 8-bit types; types combine as in `nvsp.mma_sp`.
    N is that of the result: any multiple of 8 up to 256; for integers 8, 16, 24 or a
    multiple of 16 from 32. `transpose_b`, for f16 and bf16, says that `b` is stored N-major.

    The hardware reads `metadata`, and `a` where it is in registers, and writes the sums
    after the instruction was issued. They pass through the `nvsp.wgmma_wait` that covers
    it; no register of them may be written before it. Where a loop leaves g groups
    in flight, its body is unrolled g + 1 times so that each copy has its own registers.

    ```mlir
    func.func @product(%a: i64, %b: i64, %e: i32) -> !nvsp.acc<64x16xf32> {
      nvvm.wgmma.fence.aligned
      %0 = nvsp.wgmma_sp %a : bf16, %b : bf16, %e select 0 : i64 -> !nvsp.acc<64x16xf32>
      %1 = nvsp.wgmma_sp %a : bf16, %b : bf16, %e select 1 acc(%0 : !nvsp.acc<64x16xf32>) : i64 -> !nvsp.acc<64x16xf32>
      nvvm.wgmma.commit.group.sync.aligned
      %2:2 = nvsp.wgmma_wait 0 acc(%1 : !nvsp.acc<64x16xf32>) reads(%e : i32)
      return %2#0 : !nvsp.acc<64x16xf32>
    }
    ```
  }];
  let arguments = (ins Optional<NVSP_AccType>:$acc,
    AnyTypeOf<[I64, NVSP_Fragment]>:$a, I64:$b, I32:$metadata,
    TypeAttr:$a_type, TypeAttr:$b_type, I32Attr:$selector,
    UnitAttr:$transpose_b);
  let results = (outs NVSP_AccType:$result);
  let assemblyFormat = [{
    $a `:` $a_type `,` $b `:` $b_type (`transposed` $transpose_b^)? `,`
    $metadata `select` $selector (`acc` `(` $acc^ `:` qualified(type($acc)) `)`)?
    attr-dict `:` type($a) `->` qualified(type($result))
  }];
  let hasVerifier = 1;
}

def NVSP_WgmmaOp : NVSP_Op<"wgmma"> {
  let summary = "Asynchronous dense matrix product of a warpgroup";
  let description = [{
    As `nvsp.wgmma_sp` with a dense 64xK matrix `a`: K is 16 for f16 and bf16, 8 for
    tf32, 32 for 8-bit types (PTX `wgmma.mma_async`).

    ```mlir
    func.func @product(%a: vector<4xi32>, %b: i64, %acc: !nvsp.acc<64x256xf32>) -> !nvsp.acc<64x256xf32> {
      %0 = nvsp.wgmma %a : f16, %b : f16 acc(%acc : !nvsp.acc<64x256xf32>) : vector<4xi32> -> !nvsp.acc<64x256xf32>
      return %0 : !nvsp.acc<64x256xf32>
    }
    ```
  }];
  let arguments = (ins Optional<NVSP_AccType>:$acc,
    AnyTypeOf<[I64, NVSP_Fragment]>:$a, I64:$b, TypeAttr:$a_type,
    TypeAttr:$b_type, UnitAttr:$transpose_b);
  let results = (outs NVSP_AccType:$result);
  let assemblyFormat = [{
    $a `:` $a_type `,` $b `:` $b_type (`transposed` $transpose_b^)?
    (`acc` `(` $acc^ `:` qualified(type($acc)) `)`)?
    attr-dict `:` type($a) `->` qualified(type($result))
  }];
  let hasVerifier = 1;
}

def NVSP_WgmmaWaitOp : NVSP_Op<"wgmma_wait", [AttrSizedOperandSegments]> {
  let summary = "Wait until at most some groups of products are in flight";
  let description = [{
    Returns its operands, in order, in the state after all but the last `pending` (0 to 7)
    committed groups have ended: accumulators hold their sums, and registers under
    `reads` (metadata words and fragments of `a`) are no longer read. Only
    values of groups that have ended may be named.

    ```mlir
    func.func @wait(%acc: !nvsp.acc<64x8xf32>, %e: i32) -> !nvsp.acc<64x8xf32> {
      %0:2 = nvsp.wgmma_wait 0 acc(%acc : !nvsp.acc<64x8xf32>) reads(%e : i32)
      return %0#0 : !nvsp.acc<64x8xf32>
    }
    ```
  }];
  let arguments = (ins I32Attr:$pending, Variadic<NVSP_AccType>:$accs,
    Variadic<AnyTypeOf<[I32, NVSP_Fragment]>>:$reads);
  let results = (outs Variadic<AnyType>:$results);
  let builders = [OpBuilder<(ins "int32_t":$pending,
    "::mlir::ValueRange":$accs, "::mlir::ValueRange":$reads)>];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Accumulators and metadata
//===----------------------------------------------------------------------===//

def NVSP_AccPackOp : NVSP_Op<"acc_pack", [Pure]> {
  let summary = "An accumulator from the registers of a lane";
  let description = [{
    Register i of a 64xN tile in lane l of warp w: row 16w + l/4, plus 8 if bit 1 of i is set;
    column 8(i/4) + 2(l mod 4) + (i mod 2). A 16x8 tile is that of warp 0.

    ```mlir
    func.func @pack(%x: f32) -> !nvsp.acc<16x8xf32> {
      %acc = nvsp.acc_pack %x, %x, %x, %x : f32 -> !nvsp.acc<16x8xf32>
      return %acc : !nvsp.acc<16x8xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<AnyTypeOf<[F32, I32]>>:$values);
  let results = (outs NVSP_AccType:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def NVSP_AccUnpackOp : NVSP_Op<"acc_unpack", [Pure]> {
  let summary = "The registers of a lane of an accumulator";
  let description = [{
    The inverse of `nvsp.acc_pack`.

    ```mlir
    func.func @unpack(%acc: !nvsp.acc<16x8xf32>) -> f32 {
      %x:4 = nvsp.acc_unpack %acc : !nvsp.acc<16x8xf32>
      return %x#0 : f32
    }
    ```
  }];
  let arguments = (ins NVSP_AccType:$acc);
  let results = (outs Variadic<AnyTypeOf<[F32, I32]>>:$values);
  let builders = [OpBuilder<(ins "::mlir::Value":$acc)>];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def NVSP_LoadMetadataOp : NVSP_Op<"load_metadata"> {
  let summary = "Load the metadata words of a lane";
  let description = [{
    One, two or four words at an address that is a multiple of their size. In a loop
    the load comes after the wait for the product that read the registers before,
    or before the fence of the next one, never between commit and wait.

    ```mlir
    func.func @load(%p: !llvm.ptr<3>) -> vector<4xi32> {
      %e = nvsp.load_metadata %p : !llvm.ptr<3> -> vector<4xi32>
      return %e : vector<4xi32>
    }
    ```
  }];
  let arguments = (ins LLVM_AnyPointer:$address);
  let results = (outs AnyTypeOf<[I32, VectorOfLengthAndType<[2, 4], [I32]>]>:$words);
  let assemblyFormat = [{
    $address attr-dict `:` qualified(type($address)) `->` type($words)
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Pieces without an upstream op
//===----------------------------------------------------------------------===//

def NVSP_MovmatrixOp : NVSP_Op<"movmatrix", [AllTypesMatch<["source", "result"]>]> {
  let summary = "Transpose an 8x8 matrix of 16-bit elements across a warp";
  let description = [{
    Lane l holds the elements (l/4, 2(l mod 4)) and (l/4, 2(l mod 4) + 1) of the matrix,
    before and after (PTX `movmatrix.trans`).

    ```mlir
    func.func @transpose(%x: i32) -> i32 {
      %0 = nvsp.movmatrix %x : i32
      return %0 : i32
    }
    ```
  }];
  let arguments = (ins I32:$source);
  let results = (outs I32:$result);
  let assemblyFormat = "$source attr-dict `:` type($source)";
}

def NVSP_EvictFirstPolicyOp : NVSP_Op<"evict_first_policy", [Pure]> {
  let summary = "A cache policy for data that is read once";
  let description = [{
    The operand of a copy's cache hint that lets its lines leave the second-level cache first.

    ```mlir
    func.func @policy() -> i64 {
      %p = nvsp.evict_first_policy : i64
      return %p : i64
    }
    ```
  }];
  let results = (outs I64:$policy);
  let assemblyFormat = "attr-dict `:` type($policy)";
}

def NVSP_OpaqueOp : NVSP_Op<"opaque", [AllTypesMatch<["source", "result"]>]> {
  let summary = "A value that the optimiser knows nothing of";
  let description = [{
    Returns its operand. Address computations that depend on it stay where they are
    instead of being kept in registers across a loop.

    ```mlir
    func.func @opaque(%lane: i32) -> i32 {
      %0 = nvsp.opaque %lane : i32
      return %0 : i32
    }
    ```
  }];
  let arguments = (ins I32:$source);
  let results = (outs I32:$result);
  let assemblyFormat = "$source attr-dict `:` type($source)";
}

#endif // SPARSEOPT_DIALECT_NVSP_IR_NVSPOPS_TD
