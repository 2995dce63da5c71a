"""Checks of scripts/lint that ask git or run a program."""

import json
import subprocess

import pytest
from lintchecks import (
    cpp_format,
    cpp_tidy,
    large_files,
    linkage,
    python_style,
    registry,
    shell,
)


def messages(findings):
    return [finding.message for finding in findings]


def test_every_check_has_a_name_and_a_summary():
    names = [check.NAME for check in registry.CHECKS]
    assert len(set(names)) == len(names)
    assert all(check.SUMMARY for check in registry.CHECKS)


def test_unknown_check_is_refused():
    with pytest.raises(registry.UnknownCheck, match="no check 'spelling'"):
        registry.select(["spelling"])


def test_large_file(sample):
    sample.add("data.bin", "x" * (3 << 20))
    assert sample.findings(large_files) == []
    sample.add("data.bin", "x" * ((3 << 20) + 1))
    assert messages(sample.findings(large_files)) == ["3 MiB in git, the limit is 3 MiB"]


def test_ignored_files_are_not_looked_at(sample):
    sample.add(".gitignore", "data.bin\n")
    sample.add("data.bin", "x" * ((3 << 20) + 1))
    assert sample.findings(large_files) == []


def test_shell(sample):
    sample.add("scripts/good", "#!/bin/bash\necho hello\n")
    assert sample.findings(shell) == []
    sample.add("scripts/bad", "#!/bin/bash\necho $1\n")
    (finding,) = sample.findings(shell)
    assert (finding.path, finding.line) == ("scripts/bad", 2)


def test_python(sample):
    sample.add("a.py", "print(1)\n")
    assert sample.findings(python_style) == []
    sample.add("a.py", "import os\n")
    assert messages(sample.findings(python_style)) == ["F401 `os` imported but unused"]


def test_format(sample):
    sample.add(".clang-format", "BasedOnStyle: LLVM\n")
    sample.add("a.cpp", "int x;\n")
    assert sample.findings(cpp_format) == []
    sample.add("a.cpp", "int y;\nint   x;\n")
    (finding,) = sample.findings(cpp_format)
    assert (finding.path, finding.line) == ("a.cpp", 2)
    assert sample.findings(cpp_format, fix=True) == []
    assert (sample.root / "a.cpp").read_text() == "int y;\nint x;\n"


@pytest.fixture
def tidy_sample(sample):
    """Two committed files with one defect each; the second changes afterwards."""
    sample.add(".clang-tidy", "Checks: '-*,modernize-use-nullptr'\nWarningsAsErrors: '*'\n")
    for name in ("old.cpp", "new.cpp"):
        sample.add(name, "int *p = 0;\n")
    entries = [
        {"directory": str(sample.root), "file": name, "command": f"clang++-22 -c {name}"}
        for name in ("old.cpp", "new.cpp")
    ]
    sample.add("build/compile_commands.json", json.dumps(entries))
    sample.add(".gitignore", "/build/\n")
    sample.commit("one")
    sample.add("README.md", "text\n")
    sample.commit("two")
    sample.add("new.cpp", "int *p = 0;\nint q;\n")
    return sample


def test_tidy_looks_at_changed_files(tidy_sample):
    assert [f.path for f in tidy_sample.findings(cpp_tidy)] == ["new.cpp"]


def test_tidy_looks_at_all_files_when_asked(tidy_sample):
    findings = tidy_sample.findings(cpp_tidy, every_file=True)
    assert [f.path for f in findings] == ["new.cpp", "old.cpp"]
    assert all("use nullptr" in f.message for f in findings)


def test_tidy_without_a_build_folder_fails(sample):
    sample.add("a.cpp", "int x;\n")
    assert "configure first" in messages(sample.findings(cpp_tidy))[0]


@pytest.fixture
def tool_sample(sample):
    """A tree with one tool; the returned function builds it from C source."""
    sample.add("tools/sparse-opt/CMakeLists.txt", "")
    sample.add("build/bin/sparse-opt", "")
    sample.add("empty.c", "")
    clang("-shared", sample.root / "empty.c", "-o", sample.root / "libMLIR.so")

    def build(source, *options):
        sample.add("main.c", source)
        clang(sample.root / "main.c", *options, "-o", sample.root / "build/bin/sparse-opt")

    sample.build_tool = build
    sample.link = ("-Wl,--no-as-needed", f"-L{sample.root}", "-lMLIR")
    return sample


def clang(*arguments):
    subprocess.run(["clang-22", *arguments], check=True)


def test_tool_with_the_shared_library(tool_sample):
    tool_sample.build_tool("int main(void) { return 0; }\n", *tool_sample.link)
    assert tool_sample.findings(linkage) == []


def test_tool_without_the_shared_library(tool_sample):
    tool_sample.build_tool("int main(void) { return 0; }\n")
    assert messages(tool_sample.findings(linkage)) == [
        "sparse-opt does not load libMLIR.so: MLIR is linked in twice"
    ]


def test_large_tool(tool_sample):
    source = "char big[30 << 20] = {1}; int main(void) { return big[0]; }\n"
    tool_sample.build_tool(source, *tool_sample.link)
    assert "30 MB of code and data" in messages(tool_sample.findings(linkage))[0]
