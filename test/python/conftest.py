# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes the package and the helpers here importable without installation."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
BUILD = os.environ.get("SPARSEOPT_BUILD_DIR", os.path.join(ROOT, "build"))
os.environ["SPARSEOPT_LIBRARY"] = os.path.join(BUILD, "lib", "libSparseOptC.so")
sys.path[:0] = [HERE, os.path.join(ROOT, "python")]
