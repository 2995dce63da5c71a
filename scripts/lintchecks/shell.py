"""Shell scripts."""

import re

from lintchecks import commands
from lintchecks.tree import Finding

NAME = "shell"
SUMMARY = "shellcheck finds nothing"

_SHEBANG = re.compile(r"#!/(usr/bin/env |bin/)(ba|da)?sh\b")
_LINE = re.compile(r"^(.+?):(\d+):\d+: \w+: (.*)$")


def run(tree):
    scripts = [p for p in tree.files() if "." not in p.split("/")[-1] or p.endswith(".sh")]
    scripts = [p for p in scripts if _SHEBANG.match(tree.text(p)[:40])]
    if not scripts:
        return
    _, text = commands.output(
        [commands.program("shellcheck"), "--format=gcc", *scripts], tree.root
    )
    for path, line, message in filter(None, (_groups(row) for row in text.splitlines())):
        yield Finding(path, int(line), message)


def _groups(row):
    found = _LINE.match(row)
    return found.groups() if found else None
