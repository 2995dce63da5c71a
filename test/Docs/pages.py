"""Reads the code blocks of Markdown pages.

The info string of a block says what it is:

    ```mlir            IR that stands alone
    ```mlir layer.mlir the same, and the content of that file for what follows
    ```mlir output     what the command of the last console block prints
    ```console         commands, each after '$ '
"""

import dataclasses
import os
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SPARSEOPT_BUILD_DIR", ROOT / "build"))
SPARSE_OPT = BUILD / "bin/sparse-opt"

_BLOCK = re.compile(r"^(?P<indent>[ ]*)```(?P<info>[^`\n]*)\n(?P<body>.*?)^\s*```\s*$", re.M | re.S)


@dataclasses.dataclass(frozen=True)
class Block:
    page: pathlib.Path
    line: int
    language: str
    argument: str
    text: str

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages():
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page):
    """The code blocks of a page, in order, without their indentation."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        language, _, argument = found["info"].strip().partition(" ")
        body = re.sub(rf"^{found['indent']}", "", found["body"], flags=re.M)
        yield Block(page, text.count("\n", 0, found.start()) + 1, language, argument, body)
