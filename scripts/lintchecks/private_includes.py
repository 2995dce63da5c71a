"""Private headers stay in their library."""

import pathlib
import re

from lintchecks.tree import CPP_SUFFIXES, Finding

NAME = "private-includes"
SUMMARY = "a header beside its sources is included inside its library only"

_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
PRIVATE = ("lib/", "tools/")
_PUBLIC = ("sparse-opt/", "sparse-opt-c/", "mlir/", "mlir-c/", "llvm/", "llvm-c/")


def run(tree):
    libraries = {str(pathlib.PurePosixPath(p).parent) for p in tree.files("CMakeLists.txt")}
    headers = {path for path in tree.files(".h", ".inc") if path.startswith(PRIVATE)}
    for path in tree.files(*CPP_SUFFIXES):
        for number, line in tree.lines(path):
            found = _INCLUDE.match(line)
            if found and not found.group(1).startswith(_PUBLIC):
                yield from _check(path, number, found.group(1), headers, libraries)


def _check(path, number, spelled, headers, libraries):
    header = _resolve(pathlib.PurePosixPath(path).parent, spelled, headers)
    if header is None:
        return
    home = _library(header, libraries)
    if home not in map(str, pathlib.PurePosixPath(path).parents):
        yield Finding(path, number, f"'{header}' is private to {home}")


def _library(header, libraries):
    """The folder of the nearest CMakeLists.txt above a header."""
    parents = pathlib.PurePosixPath(header).parents
    return next((str(p) for p in parents if str(p) in libraries), str(parents[0]))


def _resolve(folder, spelled, headers):
    """The tree's path of an include, as the compiler would find it."""
    parts = []
    for part in (folder / spelled).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    beside = "/".join(parts)
    if beside in headers:
        return beside
    tail = "/" + spelled.lstrip("./")
    matches = [header for header in headers if ("/" + header).endswith(tail)]
    return matches[0] if len(matches) == 1 else None
