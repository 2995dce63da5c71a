"""Words that mark unfinished work."""

import re

from lintchecks.tree import Finding

NAME = "unfinished"
SUMMARY = "no words that mark unfinished work"

# Written in pieces, so that this file passes its own check.
_WORDS = (
    "TO" "DO",
    "FIX" "ME",
    "X" "XX",
    "HA" "CK",
    "XF" "AIL",
    "not yet " "implemented",
    "un" "implemented",
    "for " "now",
    "place" "holder",
)
_PATTERN = re.compile(r"\b(" + "|".join(_WORDS) + r")\b")
_SUFFIXES = (".c", ".cpp", ".h", ".td", ".py", ".sh", ".mlir", ".txt", ".cmake", ".md", ".test")


def run(tree):
    for path in tree.files():
        if not (path.endswith(_SUFFIXES) or path.startswith("scripts/")):
            continue
        for number, line in tree.lines(path):
            found = _PATTERN.search(line)
            if found:
                yield Finding(path, number, f"unfinished work: '{found.group(0)}'")
