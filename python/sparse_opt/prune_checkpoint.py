# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prunes a checkpoint: `python -m sparse_opt.prune_checkpoint IN OUT --pattern 2:4`."""

import argparse
import sys

from sparse_opt import checkpoint
from sparse_opt.commandline import Parser
from sparse_opt.errors import Error

DESCRIPTION = """\
Prunes the weights of a HuggingFace folder (or of one safetensors file) and writes
a folder that loads like it. N:M means at most N nonzeros in each aligned group of
M. Without a pattern, method or recipe, only the format changes.
"""


def parse_arguments():
    parser = Parser(
        prog="python -m sparse_opt.prune_checkpoint",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="IN", help="folder with safetensors files, or one such file")
    parser.add_argument("output", metavar="OUT", help="folder to write; must not exist")
    parser.add_argument("--recipe", metavar="FILE", help="a recipe; instead of the options of one rule")
    parser.add_argument("--pattern", help="2:4, block<4x1>, slice, unstructured")
    parser.add_argument("--sparsity", type=float, help="fraction of zeros, for patterns that leave it open")
    parser.add_argument("--method", help="magnitude (default), wanda, sparsegpt, admm ...")
    parser.add_argument("--scope", help="row or layer")
    parser.add_argument("--targets", action="append", metavar="REGEX", help="names of the weights to prune")
    parser.add_argument("--ignore", action="append", metavar="REGEX", help="names of weights to leave")
    parser.add_argument("--stats", metavar="FILE", help="statistics of the layers' inputs")
    parser.add_argument("--format", choices=checkpoint.FORMATS, default="dense", help="how weights are stored")
    arguments = parser.parse_args()
    if arguments.recipe and (arguments.pattern or arguments.method or arguments.sparsity):
        parser.error("a recipe says the pattern, the method and the sparsity itself")
    return arguments


def main():
    arguments = vars(parse_arguments())
    options = {key: value for key, value in arguments.items() if value is not None}
    try:
        zeros = checkpoint.prune(
            options.pop("source"),
            options.pop("output"),
            progress=lambda line: print(line, file=sys.stderr),
            **options,
        )
    except Error as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(zeros)} weights pruned: {arguments['output']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
