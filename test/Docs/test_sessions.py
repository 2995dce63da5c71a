"""Commands in the documentation print what the page says they print."""

import os
import subprocess
import sys

import pytest
from pages import BUILD, ROOT, blocks, pages


def sessions():
    """Triples of input files, command line or program, and expected output."""
    for page in pages():
        files, command = {}, None
        for block in blocks(page):
            if block.language in ("console", "python"):
                command = block
            elif block.argument == "output":
                yield pytest.param(dict(files), command, block, id=str(block))
            elif block.argument:
                files[block.argument] = block.text


def arguments(block):
    if block.language == "python":
        return [sys.executable, "-c", block.text]
    lines = block.text.replace("\\\n", " ").splitlines()
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return ["bash", "-euo", "pipefail", "-c", "\n".join(commands)]


def run(block, folder):
    here = {
        "PATH": f"{BUILD / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "python"),
        "SPARSEOPT_LIB": str(BUILD / "lib"),
        "SPARSEOPT_LIBRARY": str(BUILD / "lib" / "libSparseOptC.so"),
    }
    return subprocess.run(
        arguments(block),
        cwd=folder,
        env=os.environ | here,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("files", "command", "expected"), sessions())
def test_session(tmp_path, files, command, expected):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run(command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == expected.text.strip()


def test_the_readme_shows_a_session():
    assert any(parameters.id.startswith("README.md") for parameters in sessions())
