"""Formatting of C and C++ sources."""

import re

from lintchecks import commands
from lintchecks.tree import CPP_SUFFIXES, Finding

NAME = "format"
SUMMARY = "clang-format-22 changes nothing"

_LINE = re.compile(r"^(.+?):(\d+):\d+: error: code should be clang-formatted", re.M)


def run(tree):
    files = tree.files(*CPP_SUFFIXES)
    if not files:
        return
    mode = ["-i"] if tree.fix else ["--dry-run", "-Werror"]
    status, text = commands.output([commands.program("clang-format-22"), *mode, *files], tree.root)
    places = _LINE.findall(text)
    first = {}
    for path, line in places:
        first.setdefault(path, int(line))
    for path, line in first.items():
        yield Finding(path, line, "not formatted; run scripts/lint --fix format")
    if status != 0 and not places:
        yield Finding(".clang-format", 1, text.strip())
