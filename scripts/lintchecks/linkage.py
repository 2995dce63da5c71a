"""How the tools are linked."""

import re

from lintchecks import commands
from lintchecks.tree import Finding

NAME = "linkage"
SUMMARY = "the built tools take MLIR from its shared library and stay below 20 MB"

TOOLS = ("sparse-opt", "sparse-compile", "sparse-run")
LIMIT = 20 << 20


def run(tree):
    for tool in TOOLS:
        binary = tree.build_folder / "bin" / tool
        if not (tree.root / "tools" / tool).is_dir() or not binary.exists():
            continue
        yield from check_binary(tree, tool, binary)


def check_binary(tree, tool, binary):
    source = f"tools/{tool}/CMakeLists.txt"
    readelf = commands.program("llvm-readelf-22", "readelf")
    _, text = commands.output([readelf, "--dynamic", binary], tree.root)
    if not re.search(r"NEEDED.*\[libMLIR\.so", text):
        yield Finding(source, 1, f"{tool} does not load libMLIR.so: MLIR is linked in twice")
    size = binary.stat().st_size
    sections = commands.output([commands.program("llvm-size-22", "size"), binary], tree.root)[1]
    loaded = int(sections.splitlines()[-1].split()[3]) if sections else size
    if loaded > LIMIT:
        yield Finding(source, 1, f"{tool} has {loaded >> 20} MB of code and data, the limit is {LIMIT >> 20}")
