"""Check lines that check nothing."""

import re

from lintchecks.tree import Finding

NAME = "filecheck"
SUMMARY = "no check line without a colon, unknown check prefix or unverified diagnostic"

TESTS = (".mlir", ".c", ".py", ".test", ".ll")
_PREFIXES = re.compile(r"--?check-prefix(?:es)?[= ]([\w,-]+)")
_MODIFIERS = r"(?:-(?:NEXT|SAME|NOT|DAG|LABEL|EMPTY|COUNT-\d+))?"
_DIRECTIVE = re.compile(r"^\s*(?://+|#+|;+)\s*([A-Z][A-Z0-9_-]*?)" + _MODIFIERS + r"(?:\{LITERAL\})?(:|\s|$)")
_EXPECTED = re.compile(r"^\s*//.*\bexpected-(error|warning|note|remark)(?:-re)?\s*[@{]")


def run(tree):
    for path in tree.files(*TESTS, under="test/"):
        if "/Inputs/" in path or "RUN:" not in (text := tree.text(path)):
            continue
        commands = "\n".join(line for line in text.splitlines() if "RUN:" in line or "DEFINE:" in line)
        yield from _check_prefixes(path, text, commands)
        yield from _check_diagnostics(path, text, commands)


def _check_prefixes(path, text, commands):
    known = {"CHECK"} if re.search(r"FileCheck(?!.*check-prefix)", commands) else set()
    for names in _PREFIXES.findall(commands):
        known.update(names.split(","))
    for number, line in enumerate(text.splitlines(), 1):
        found = _DIRECTIVE.match(line)
        if not found:
            continue
        prefix, end = found.groups()
        if prefix in known and end != ":":
            yield Finding(path, number, f"'{line.strip()[:60]}' has no colon and checks nothing")
        elif prefix.startswith("CHECK") and prefix not in known:
            yield Finding(path, number, f"no RUN line uses the prefix '{prefix}'")


def _check_diagnostics(path, text, commands):
    if "-verify-diagnostics" in commands:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if _EXPECTED.match(line):
            yield Finding(path, number, "no RUN line has --verify-diagnostics for this expectation")
