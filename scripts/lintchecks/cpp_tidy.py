"""Static analysis of C++ sources."""

import concurrent.futures
import json
import os
import pathlib
import re

from lintchecks import commands
from lintchecks.tree import Finding

NAME = "tidy"
SUMMARY = "clang-tidy-22 finds nothing in changed files (--all: every file, every check)"

# They visit each declaration of the precompiled header: nine tenths of the time.
SLOW_CHECKS = ("readability-identifier-naming", "llvm-qualified-auto")

_LINE = re.compile(r"^(/.+?):(\d+):\d+: (?:warning|error): (.*)$", re.M)


def run(tree):
    database = tree.build_folder / "compile_commands.json"
    if not database.exists():
        yield Finding("CMakeLists.txt", 1, f"{database} does not exist; configure first")
        return
    compiled = _compiled_sources(tree, database)
    wanted = set(tree.paths if tree.every_file else tree.changed())
    files = sorted(compiled & wanted)
    seen = set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for findings in pool.map(lambda path: list(_tidy(tree, path)), files):
            yield from (f for f in findings if not (f in seen or seen.add(f)))


def _compiled_sources(tree, database):
    root = tree.root.resolve()
    entries = json.loads(database.read_text(encoding="utf-8"))
    paths = {pathlib.Path(entry["directory"], entry["file"]).resolve() for entry in entries}
    return {
        str(path.relative_to(root))
        for path in paths
        if root in path.parents and path.suffix in (".c", ".cpp")
    }


def _tidy(tree, path):
    without = "" if tree.every_file else ",".join(f"-{check}" for check in SLOW_CHECKS)
    status, text = commands.output(
        [commands.program("clang-tidy-22"), "--quiet", f"--checks={without}", "-p",
         tree.build_folder, path],
        tree.root,
    )  # fmt: skip
    places = _LINE.findall(text)
    root = str(tree.root.resolve()) + "/"
    for where, line, message in places:
        yield Finding(where.removeprefix(root), int(line), message)
    if status != 0 and not places:
        yield Finding(path, 1, f"clang-tidy-22 failed: {text.strip()[-400:]}")
