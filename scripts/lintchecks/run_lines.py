"""Test files that lit would never run."""

import re

from lintchecks.tree import Finding

NAME = "run-lines"
SUMMARY = "each lit test has a RUN line; programs and data lie under Inputs"

_RUN = re.compile(r"^\s*(//|#|;)?\s*RUN:", re.M)


def run(tree):
    for path in tree.files(".mlir", ".test", ".ll", ".c", under="test/"):
        if "/Inputs/" not in path and not _RUN.search(tree.text(path)):
            yield Finding(path, 1, "a test without a RUN line")
