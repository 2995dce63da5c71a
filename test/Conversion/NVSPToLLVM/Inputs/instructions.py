"""Prints a module with one kernel per form of an instruction.

usage: instructions.py mma TYPE[/TYPE]...     the product of a warp
       instructions.py wgmma                  all products of a warpgroup
"""

import sys

PAIRS = ["f16", "bf16", "tf32", "si8", "ui8", "si8/ui8", "f8E4M3FN", "f8E5M2", "f8E4M3FN/f8E5M2"]


def sums(a):
    return "i32" if a in ("si8", "ui8") else "f32"


def columns(a):
    if a == "bf16":
        return range(8, 257, 8)
    if a == "si8":
        return [8, 16, 24, *range(32, 257, 16)]
    return [8, 24, 96, 256]


def store(name, acc, registers, element):
    values = f"%v:{registers} = nvsp.acc_unpack %{name} : {acc}\n"
    last = f"llvm.store %v#{registers - 1}, %to : {element}, !llvm.ptr<1>\n"
    return values + last + "llvm.return\n}"


def mma(a, b, selector):
    acc = f"!nvsp.acc<16x8x{sums(a)}>"
    name = f"mma_{a}_{b}_{selector}"
    print(f"llvm.func @{name}(%a: vector<4xi32>, %b: vector<4xi32>, %e: i32, %c: {sums(a)},"
          " %to: !llvm.ptr<1>) attributes {nvvm.kernel} {")
    print(f"%acc = nvsp.acc_pack %c, %c, %c, %c : {sums(a)} -> {acc}")
    print(f"%0 = nvsp.mma_sp %acc, %a : {a}, %b : {b}, %e select {selector} : {acc}")
    print(store("0", acc, 4, sums(a)))


def wgmma(a, b, n, source, sparse):
    acc = f"!nvsp.acc<64x{n}x{sums(a)}>"
    name = f"wgmma_{a}_{b}_{n}_{source[0]}_{sparse}"
    op, metadata = ("wgmma_sp", ", %e select 0") if sparse else ("wgmma", "")
    reads = " reads(%e : i32)" if sparse else ""
    print(f"llvm.func @{name}(%a: {source}, %b: i64, %e: i32, %to: !llvm.ptr<1>)"
          " attributes {nvvm.kernel} {")
    print("nvvm.wgmma.fence.aligned")
    print(f"%0 = nvsp.{op} %a : {a}, %b : {b}{metadata} : {source} -> {acc}")
    print(f"%1 = nvsp.{op} %a : {a}, %b : {b}{metadata} acc(%0 : {acc}) : {source} -> {acc}")
    print("nvvm.wgmma.commit.group.sync.aligned")
    print(f"%d{':2' if sparse else ''} = nvsp.wgmma_wait 0 acc(%1 : {acc}){reads}")
    print(store("d#0" if sparse else "d", acc, n // 2, sums(a)))


def main():
    kind, *pairs = sys.argv[1:]
    for pair in pairs or PAIRS:
        a, _, b = pair.partition("/")
        b = b or a
        if kind == "mma":
            for selector in (0, 1) if a in ("f16", "bf16", "tf32") else (0,):
                mma(a, b, selector)
            continue
        for n in columns(a):
            for source in ("i64", "vector<4xi32>"):
                for sparse in (True, False):
                    wgmma(a, b, n, source, sparse)


main()
