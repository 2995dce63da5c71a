"""How the tools are linked."""

import re

from lintchecks import commands
from lintchecks.tree import Finding

NAME = "linkage"
SUMMARY = "the built tools and libraries take MLIR from its shared library and stay below 20 MB"

# Binary in the build folder -> where it is described.
BINARIES = {
    "bin/sparse-opt": "tools/sparse-opt",
    "bin/sparse-compile": "tools/sparse-compile",
    "bin/sparse-run": "tools/sparse-run",
    "lib/sparsity-plugin.so": "tools/sparsity-plugin",
    "lib/libSparseOptC.so": "lib/CAPI",
}
LIMIT = 20 << 20


def run(tree):
    for name, folder in BINARIES.items():
        binary = tree.build_folder / name
        if (tree.root / folder).is_dir() and binary.exists():
            yield from check_binary(tree, f"{folder}/CMakeLists.txt", binary)


def check_binary(tree, source, binary):
    readelf = commands.program("llvm-readelf-22", "readelf")
    _, text = commands.output([readelf, "--dynamic", binary], tree.root)
    if not re.search(r"NEEDED.*\[libMLIR\.so", text):
        yield Finding(source, 1, f"{binary.name} does not load libMLIR.so: MLIR is linked in twice")
    size = binary.stat().st_size
    sections = commands.output([commands.program("llvm-size-22", "size"), binary], tree.root)[1]
    loaded = int(sections.splitlines()[-1].split()[3]) if sections else size
    if loaded > LIMIT:
        yield Finding(source, 1, f"{binary.name} has {loaded >> 20} MB of code and data, the limit is {LIMIT >> 20}")
