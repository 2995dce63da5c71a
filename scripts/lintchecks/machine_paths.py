"""Paths that exist on one machine only."""

import re

from lintchecks.tree import Finding

NAME = "machine-paths"
SUMMARY = "no absolute paths into one machine's folders"

_PATTERN = re.compile(r"(?<![\w./])/(work|root|home|farm|tmp/(?:wt|bash_jobs))(/|\b)")


def run(tree):
    for path in tree.files():
        if path.endswith((".mlirbc", ".npy", ".safetensors", ".onnx", ".png")):
            continue
        for number, line in tree.lines(path):
            found = _PATTERN.search(line)
            if found:
                yield Finding(path, number, f"path of one machine: '{found.group(0)}'")
