"""Python sources."""

import json
import pathlib
import sys

from lintchecks import commands
from lintchecks.tree import Finding

NAME = "python"
SUMMARY = "ruff finds nothing (pyflakes, pycodestyle, import order)"

# lit defines `config` and `lit_config` before it reads its configuration.
INJECTED = "lit.cfg.py:F821"
# Defaults here are frozen dataclasses, and zip() of unequal lengths is at times meant.
LEFT_OUT = "B008,B905"
RULES = "E4,E7,E9,F,I,B,UP,SIM"


def run(tree):
    files = tree.files(".py") + [p for p in tree.files(under="scripts/") if _is_python(tree, p)]
    if not files:
        return
    ruff = pathlib.Path(sys.prefix) / "bin/ruff"
    if not ruff.exists():
        ruff = commands.program(str(tree.root / ".venv/bin/ruff"), "ruff")
    fix = ["--fix"] if tree.fix else []
    _, text = commands.output(
        [ruff, "check", "--quiet", "--isolated", "--no-cache", "--line-length=100",
         "--target-version=py311", f"--select={RULES}", f"--ignore={LEFT_OUT}",
         f"--per-file-ignores={INJECTED}", "--output-format=json", *fix, *files],
        tree.root,
    )  # fmt: skip
    for row in json.loads(text or "[]"):
        path = pathlib.Path(row["filename"]).relative_to(tree.root.resolve())
        yield Finding(str(path), row["location"]["row"], f"{row['code']} {row['message']}")


def _is_python(tree, path):
    return "." not in path.split("/")[-1] and "python" in tree.text(path)[:40].split("\n")[0]
