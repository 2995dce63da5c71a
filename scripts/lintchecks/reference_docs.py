"""The generated reference."""

import sys

from lintchecks import commands
from lintchecks.tree import Finding

NAME = "reference"
SUMMARY = "docs/reference is what scripts/update-docs writes"


def run(tree):
    script = tree.root / "scripts/update-docs"
    status, text = commands.output([sys.executable, script, "--check"], tree.root)
    if status != 0:
        for line in text.strip().splitlines():
            yield Finding("docs/reference", 1, line)
