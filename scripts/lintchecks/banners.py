"""The LLVM banner at the top of each C++ and TableGen file."""

import pathlib
import re

from lintchecks.tree import BANNER_SUFFIXES, Finding

NAME = "banners"
SUMMARY = "each C, C++ and TableGen file starts with name, licence and purpose"

_TITLE = re.compile(r"^(?://|/\*)===-+ (\S+) -+ ?\S.*=(?://|\*/)$")
_RULE = re.compile(r"^(?://|\|\*|/\*)===-+===(?://|\*\||\*/)$")


def run(tree):
    for path in tree.files(*BANNER_SUFFIXES):
        yield from _check(path, tree.text(path).splitlines()[:20])


def _check(path, head):
    title = _TITLE.match(head[0]) if head else None
    if not title:
        yield Finding(path, 1, "the first line is not '//===- Name - Purpose ---===//'")
        return
    name = title.group(1)
    if pathlib.PurePath(name).name != pathlib.PurePath(path).name:
        yield Finding(path, 1, f"the banner names '{name}'")
    if not any("SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception" in line for line in head):
        yield Finding(path, 1, "the banner lacks the SPDX licence line")
    rule = next((n for n, line in enumerate(head) if _RULE.match(line)), len(head))
    purpose = head[rule + 1 :]
    if not any(re.match(r"\s*(//+|\*|/\*)\s+\w", line) for line in purpose):
        yield Finding(path, 1, "the banner does not say what the file is for")
