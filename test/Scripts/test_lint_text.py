"""Checks of scripts/lint that read text: a bad sample fails, a good one passes."""

import pytest
from lintchecks import (
    banners,
    filecheck,
    host_names,
    machine_paths,
    private_includes,
    run_lines,
    sizes,
    unfinished,
)

BANNER = """\
//===- Good.h - A header ----------------------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the file is for.
//
//===----------------------------------------------------------------------===//
"""
RULE = "//===" + "-" * 70 + "===//\n"
RUN = "// RUN: sparse-opt %s | FileCheck %s\n"

BAD = [
    (sizes, "lib/A.cpp", "int x;\n" * 1001, "1001 lines, the limit is 1000"),
    (sizes, "lib/A.cpp", "void f() {\n" + "  g();\n" * 119 + "}\n", "function f has 121 lines"),
    (
        sizes,
        "lib/A.cpp",
        "struct A {\n  int f(int a,\n        int b) const override {\n"
        + "    g();\n" * 130
        + "  }\n};\n",
        "function f has 133 lines",
    ),
    (sizes, "python/a.py", "def f():\n" + "    g()\n" * 120, "function f has 121 lines"),
    (banners, "lib/A.cpp", "int x;\n", "first line is not"),
    (banners, "lib/Good.h", BANNER.replace(" C++ -*-===//", " C++\n// -*-===//"), "first line is"),
    (banners, "lib/Other.h", BANNER, "banner names 'Good.h'"),
    (banners, "lib/Good.h", BANNER.replace("SPDX", "spdx"), "lacks the SPDX"),
    (banners, "lib/Good.h", BANNER.split(RULE)[0] + RULE, "does not say what"),
    (unfinished, "lib/A.cpp", "// TO" "DO: finish\n", "unfinished work"),
    (unfinished, "docs/a.md", "It is dense for " "now.\n", "unfinished work"),
    (unfinished, "test/a.mlir", "// XF" "AIL: *\n", "unfinished work"),
    (machine_paths, "docs/a.md", "see /ro" "ot/x\n", "path of one machine"),
    (machine_paths, "lib/A.cpp", 'open("/wo' 'rk/x")\n', "path of one machine"),
    (host_names, "scripts/a.py", 'url = "https://pypi' '.org/simple"\n', "package registry"),
    (host_names, "scripts/setup", "pip install --index" "-url x\n", "package registry"),
    (filecheck, "test/a.mlir", RUN + "// CHECK-NEXT foo\n", "has no colon"),
    (filecheck, "test/a.mlir", RUN + "// CHECK foo\n", "has no colon"),
    (
        filecheck,
        "test/a.mlir",
        RUN.replace("FileCheck", "FileCheck --check-prefix=ABC") + "// ABC-SAME foo\n",
        "has no colon",
    ),
    (filecheck, "test/a.mlir", RUN + "// CHECK-FOO: foo\n", "prefix 'CHECK-FOO'"),
    (filecheck, "test/a.mlir", RUN + "// expected-error @+1 {{no}}\n", "--verify-diagnostics"),
    (run_lines, "test/a.mlir", "func.func private @f()\n", "without a RUN line"),
    (run_lines, "test/CAPI/a.c", "int main(void);\n", "without a RUN line"),
]

GOOD = [
    (sizes, "lib/A.cpp", "void f() {\n" + "  g();\n" * 58 + "}\n" + "int x;\n" * 500),
    (sizes, "lib/A.cpp", "namespace a {\n" + "int x;\n" * 300 + "} // namespace a\n"),
    (sizes, "lib/A.h", "struct A {\n" + "  int x() { return 1; }\n" * 200 + "};\n"),
    (
        sizes,
        "lib/A.cpp",
        "void f() {\n  for (int a :\n       {1, 2})\n    for (auto b : {g(1),\n"
        + "                   2,\n" * 40
        + "                   3}) {\n    }\n}\n",
    ),
    (banners, "lib/Good.h", BANNER),
    (unfinished, "lib/A.cpp", "// Nothing is left to do.\n"),
    (machine_paths, "docs/a.md", "`a/work/x`, `include/root/`, `/usr/lib`\n"),
    (host_names, "scripts/a.py", 'license = "https://llvm.org/LICENSE.txt"\n'),
    (filecheck, "test/a.mlir", RUN + "// CHECK-NEXT: foo\n// CHECK-COUNT-2: x\n"),
    (filecheck, "test/a.mlir", RUN + "// A sentence about CHECK lines.\n"),
    (filecheck, "test/a.mlir", RUN.replace("%s |", "%s -verify-diagnostics |")
        + "// CHECK: a\n// expected-error @+1 {{no}}\n"),
    (run_lines, "test/Inputs/a.mlir", "func.func private @f()\n"),
    (run_lines, "test/a.mlir", RUN),
]  # fmt: skip


def name(value):
    """A short name for a sample in the test's report."""
    return value[:40] if isinstance(value, str) else value.NAME


@pytest.mark.parametrize(("check", "path", "text", "message"), BAD, ids=name)
def test_bad_sample_fails(sample, check, path, text, message):
    sample.add(path, text)
    errors = [f for f in sample.findings(check) if f.severity == "error"]
    assert len(errors) == 1
    assert message in str(errors[0])
    assert str(errors[0]).startswith(path + ":")


@pytest.mark.parametrize(("check", "path", "text"), GOOD, ids=name)
def test_good_sample_passes(sample, check, path, text):
    sample.add(path, text)
    assert sample.findings(check) == []


def test_size_between_the_limits_warns(sample):
    sample.add("lib/A.cpp", "void f() {\n" + "  g();\n" * 70 + "}\n")
    (finding,) = sample.findings(sizes)
    assert finding.severity == "warning"
    assert "function f has 72 lines, the limit is 60" in finding.message


@pytest.mark.parametrize(
    ("path", "include", "fails"),
    [
        ("lib/A/B/User.cpp", "Private.h", False),
        ("lib/A/C/User.cpp", "../B/Private.h", True),
        ("lib/A/C/User.cpp", "Private.h", True),
        ("include/sparse-opt/A.h", "A/B/Private.h", True),
        ("lib/A/B/Deep/User.cpp", "../Private.h", False),
        ("lib/A/B/User.cpp", "Deep/Inner.h", False),
    ],
)
def test_private_header(sample, path, include, fails):
    sample.add("lib/A/B/CMakeLists.txt", "")
    sample.add("lib/A/B/Private.h", "")
    sample.add("lib/A/B/Deep/Inner.h", "")
    sample.add(path, f'#include "{include}"\n#include "mlir/Private.h"\n')
    messages = [f.message for f in sample.findings(private_includes)]
    assert messages == (["'lib/A/B/Private.h' is private to lib/A/B"] if fails else [])
