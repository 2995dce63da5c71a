"""Prints a module with one layer per form of a kernel: tiles, tails of outputs and stages, types,
epilogues.

usage: layers.py stream | gemm | mma ARCHITECTURE
"""

import sys

FORMS = [
    # outputs, inputs, tokens, groups, kb, stages
    (256, 1024, 8, 1, 512, 4),
    (256, 1024, 16, 1, 256, 7),
    (256, 1024, 32, 1, 256, 6),
    (256, 1024, 64, 1, 128, 8),
    (256, 1024, 128, 1, 128, 5),
    (256, 1024, 128, 2, 128, 4),
    (256, 1024, 256, 2, 64, 5),
    (256, 1280, 16, 1, 256, 7),
    (200, 256, 16, 1, 256, 7),
]
# Tokens, blocks and inputs of a stage; the family fills the shared memory with stages.
MMA_FORMS = [
    (8, 1, 128),
    (16, 1, 128),
    (32, 1, 128),
    (64, 1, 64),
    (64, 2, 64),
    (64, 4, 64),
    (128, 2, 64),
]
SHARED_BYTES = {"sm_80": 166912, "sm_86": 101376, "sm_89": 101376}
SILU = """
  ^bb0(%sum: f32, %e0: {t}, %e1: {t}):
    %bias = arith.extf %e0 : {t} to f32
    %x0 = arith.addf %sum, %bias : f32
    %neg = arith.negf %x0 : f32
    %exp = math.exp %neg : f32
    %one = arith.constant 1.0 : f32
    %den = arith.addf %one, %exp : f32
    %silu = arith.divf %x0, %den : f32
    %up = arith.extf %e1 : {t} to f32
    %prod = arith.mulf %silu, %up : f32
    %out = arith.truncf %prod : f32 to {t}
    sparsity.yield %out : {t}
  }}"""


def layer(index, sizes, kernel, element="bf16", result="bf16", fused=False):
    out, k = sizes
    x, w, y = (
        f"memref<?x{k}x{element}>",
        f"tensor<{out}x{k}x{element}>",
        f"memref<?x{out}x{result}>",
    )
    b, u = f"memref<{out}x{element}>", f"memref<?x{out}x{element}>"
    extra, body = "", ""
    if fused:
        maps = "affine_map<(t, o) -> (o)>", "affine_map<(t, o) -> (t, o)>"
        extra = f" extra(%b : {maps[0]}, {b}, %u : {maps[1]}, {u})"
        body = " {" + SILU.format(t=element)
    print(f"func.func @f{index}(%x: {x}, %b: {b}, %u: {u}, %y: {y}) {{")
    print(
        f'  %w = sparsity.weight "w{index}" pattern [#sparsity.nm<2:4, dim = 1>] dense<0.0> : {w}'
    )
    print(f"  sparsity.linear ins(%x, %w : {x}, {w}){extra} outs(%y : {y}){body}")
    print(f"    kernel = #sparsity.kernel<{kernel}>")
    print("  return\n}")


def stream(form):
    _, _, tokens, groups, kb, stages = form
    params = f"groups = {groups} : i64, kb = {kb} : i64, stages = {stages} : i64, tokens = {tokens} : i64"
    return f'"nvsp.wgmma_stream", {{{params}}}'


def streaming():
    for number, form in enumerate(FORMS):
        layer(f"{number}_bf16", form[:2], stream(form))
        layer(f"{number}_silu", form[:2], stream(form), fused=True)
    layer("f16", FORMS[1][:2], stream(FORMS[1]), "f16", "f16", True)
    layer("f32", FORMS[1][:2], stream(FORMS[1]), result="f32")


def gemm():
    for cluster, tokens in ((2, 256), (1, 256), (1, 128)):
        kernel = (
            f'"nvsp.wgmma_gemm", {{cluster = {cluster} : i64, tokens = {tokens} : i64}}'
        )
        name = f"{cluster}_{tokens}"
        layer(f"{name}_bf16", (512, 1024), kernel)
        layer(f"{name}_odd", (512, 192), kernel, "f16", "f16")
        layer(f"{name}_f32", (512, 1024), kernel, result="f32")
        layer(f"{name}_silu", (512, 1024), kernel, fused=True)


def warp(tokens, blocks, kb, arch):
    stage = kb // 64 * (tokens * 128 + 4 * blocks * 1152)
    stages = min(8, SHARED_BYTES[arch] // stage)
    params = f"blocks = {blocks} : i64, kb = {kb} : i64, stages = {stages} : i64, tokens = {tokens} : i64"
    return f'"nvsp.mma_gemm", {{{params}}}'


def warps():
    arch = sys.argv[2]
    for number, form in enumerate(MMA_FORMS):
        kernel = warp(*form, arch)
        layer(f"{number}_bf16", (512, 1024), kernel)
        layer(f"{number}_silu", (512, 1024), kernel, fused=True)
        layer(f"{number}_f16", (512, 1024), kernel, "f16", "f16")
        layer(f"{number}_f32", (512, 1024), kernel, result="f32")
        # Tails of outputs and inputs.
        layer(f"{number}_tails", (202, 1000), kernel, fused=True)
    if arch == "sm_80":
        layer("largest", (512, 1024), warp(128, 4, 64, arch), fused=True)
    layer("odd", (34, 72), warp(16, 1, 128, arch), result="f32")


{"stream": streaming, "gemm": gemm, "mma": warps}[sys.argv[1]]()
