# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The one exception that the importers raise for input they cannot import."""


class ImportFailure(Exception):
    """A model that cannot be imported.

    `path` is the file that is to blame and `message` says what is wrong with
    it. The command line prints both on one line and exits with status 1.
    """

    def __init__(self, path, message):
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message
