"""Files that are too large for git."""

from lintchecks.tree import Finding

NAME = "large-files"
SUMMARY = "no file over 3 MiB in git"

LIMIT = 3 << 20


def run(tree):
    for path in tree.files():
        size = (tree.root / path).stat().st_size
        if size > LIMIT:
            yield Finding(path, 1, f"{size >> 20} MiB in git, the limit is {LIMIT >> 20} MiB")
