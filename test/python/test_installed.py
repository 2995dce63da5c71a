# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The package as it is installed, away from the checkout.

Building the wheel compiles the project once more, minutes without a warm ccache, so
that only SPARSEOPT_TEST_WHEEL=1 asks for it; the files that it installs are tested always.
"""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SPARSEOPT_BUILD_DIR", ROOT / "build"))

PROGRAM = """
import pathlib, sys
import numpy as np
import sparse_opt

package = pathlib.Path(sparse_opt.__file__).parent
assert (package / "libSparseOptC.so").exists(), package
module = sparse_opt.parse('''
func.func @negate(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %empty = tensor.empty(%n) : tensor<?xf32>
  %r = linalg.negf ins(%x : tensor<?xf32>) outs(%empty : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}''')
np.testing.assert_array_equal(module.compile()(np.ones(3, np.float32)), -np.ones(3))
print(package, sparse_opt.version())
"""


def outside(python, folder, **settings):
    """What the program prints, without anything that points into the checkout."""
    environment = {
        k: v for k, v in os.environ.items() if k not in ("SPARSEOPT_LIBRARY", "PYTHONPATH")
    }
    done = subprocess.run(
        [python, "-c", PROGRAM],
        cwd=folder,
        env=environment | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_installed_files(tmp_path):
    subprocess.run(
        ["cmake", "--install", BUILD, "--component", "Python", "--prefix", tmp_path], check=True
    )
    shutil.copytree(ROOT / "python" / "sparse_opt", tmp_path / "sparse_opt", dirs_exist_ok=True)
    package, version = outside(sys.executable, tmp_path, PYTHONPATH=str(tmp_path))
    assert pathlib.Path(package) == tmp_path / "sparse_opt"
    assert version == "0.1.0"


def test_missing_library_says_what_to_do(tmp_path):
    shutil.copytree(ROOT / "python" / "sparse_opt", tmp_path / "sparse_opt")
    environment = {k: v for k, v in os.environ.items() if k != "SPARSEOPT_LIBRARY"}
    done = subprocess.run(
        [sys.executable, "-c", "import sparse_opt; sparse_opt.version()"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ImportError: cannot load the compiler's library" in done.stderr
    assert "SPARSEOPT_LIBRARY names one" in done.stderr


@pytest.mark.skipif(
    not os.environ.get("SPARSEOPT_TEST_WHEEL"), reason="SPARSEOPT_TEST_WHEEL=1 asks for it"
)
def test_pip_install(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", ROOT], check=True)
    package, version = outside(python, tmp_path)
    assert (tmp_path / "venv") in pathlib.Path(package).parents
    assert version == "0.1.0"
