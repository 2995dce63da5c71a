"""Names of package registries."""

import re

from lintchecks.tree import Finding

NAME = "host-names"
SUMMARY = "no host names of package registries: the installed clients know theirs"

_PATTERN = re.compile(
    r"pypi\.org|pythonhosted\.org|\b(deb|snapshot|security)\.debian\.org|apt\.llvm\.org"
    r"|registry\.npmjs|crates\.io|--(?:extra-)?index-url|--(?:trusted)-host"
)


def run(tree):
    for path in tree.files(".py", ".txt", ".sh", ".cmake", ".md", ".json", ".toml", "setup", "test", "demo", "run"):
        for number, line in tree.lines(path):
            found = _PATTERN.search(line)
            if found:
                yield Finding(path, number, f"package registry: '{found.group(0)}'")
