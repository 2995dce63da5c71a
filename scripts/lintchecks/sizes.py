"""File and function size."""

import ast
import re

from lintchecks.tree import Finding

NAME = "sizes"
SUMMARY = "files over 600 lines warn, over 1000 fail; functions over 60 warn, over 120 fail"

FILE_LIMITS = (600, 1000)
FUNCTION_LIMITS = (60, 120)
CPP = (".c", ".cpp", ".h")
SOURCES = CPP + (".td", ".py", ".cmake", "CMakeLists.txt")

# What may stand between the parameter list and the body.
_BODY = re.compile(
    r"\)(\s*(const|override|final|noexcept|->\s*[\w:<>,\s*&]+|:\s.*))*\s*\{$", re.S
)
_ENDS_STATEMENT = re.compile(r"^$|[{};]$|^(public|private|protected):$")
_LAMBDA = re.compile(r"\[[^\]]*\]\s*\(")
_NOT_A_FUNCTION = re.compile(
    r"\s*(}\s*)?(if|else|for|while|switch|do|catch|return|namespace|struct|class|enum|union|extern)\b"
)


def run(tree):
    for path in tree.files(*SOURCES):
        text = tree.text(path)
        yield from _judge(path, 1, "file", text.count("\n"), FILE_LIMITS)
        for line, name, length in _functions(path, text):
            yield from _judge(path, line, f"function {name}", length, FUNCTION_LIMITS)


def _judge(path, line, what, length, limits):
    for limit, severity in ((limits[1], "error"), (limits[0], "warning")):
        if length > limit:
            yield Finding(path, line, f"{what} has {length} lines, the limit is {limit}", severity)
            return


def _functions(path, text):
    if path.endswith(".py"):
        return python_functions(text)
    return cpp_functions(text) if path.endswith(CPP) else ()


def python_functions(text):
    """Line, name and length of each function in Python source."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.name, node.end_lineno - node.lineno + 1


def cpp_functions(text):
    """Line, name and length of each function in formatted C or C++ source.

    Formatted means that a body ends at a closing brace in the column in which
    its declaration started.
    """
    lines = text.splitlines()
    start = number = 0
    while number < len(lines):
        stripped = lines[number].strip()
        declaration = "\n".join(lines[start : number + 1])
        if stripped.endswith("{") and _is_function(declaration):
            end = _closing_brace(lines, number, _indent(lines[start]))
            yield start + 1, _name(declaration), end - start + 1
            number = end
        if _ENDS_STATEMENT.search(lines[number].strip()) or stripped.startswith(("//", "#")):
            start = number + 1
        number += 1


def _is_function(declaration):
    first = declaration.splitlines()[0]
    if _NOT_A_FUNCTION.match(first) or _LAMBDA.search(declaration):
        return False
    return _BODY.search(declaration) is not None


def _indent(line):
    return len(line) - len(line.lstrip())


def _closing_brace(lines, opened, indent):
    for number in range(opened + 1, len(lines)):
        if lines[number].startswith(" " * indent + "}"):
            return number
    return len(lines) - 1


def _name(declaration):
    found = re.search(r"([\w:~]+)\s*\(", declaration)
    return found.group(1) if found else declaration.split("\n")[0].strip()
