# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The demonstration: a trained sentence encoder from download to a table of times."""
