# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command line: `python -m sparse_opt.importer MODEL -o OUTPUT`."""

import argparse
import errno
import os
import sys

from sparse_opt.commandline import Parser

from . import output, safetensors
from .errors import ImportFailure
from .folder import import_folder
from .inputs import InputShape

DESCRIPTION = """\
Imports a model into MLIR: linalg on tensors, every weight a named
dense_resource constant. MODEL is one of

  FOLDER            a HuggingFace folder (config.json, *.safetensors) of the BERT
                    or LLaMA family; needs nothing but Python
  FILE.onnx         an ONNX model; needs the packages torch-mlir and onnx
  FILE.pt2          a program saved by torch.export; needs torch and torch-mlir
  MODULE:FUNCTION   a Python function that returns (torch module, example
                    arguments), or a torch.export program
"""
EPILOG = """\
The entry is @main_graph. For folders its inputs are always [batch, sequence]:
BERT takes (ids i64, mask i64) and returns embeddings [batch, features];
LLaMA takes (ids i64) and returns logits [batch, sequence, vocabulary].
"""


COMMON_OPTIONS = {"model", "output", "weights"}


def size(text):
    """A size of the input: a positive number, or None for 'dynamic'."""
    if text == "dynamic":
        return None
    number = int(text)
    if number <= 0:
        raise ValueError(text)
    return number


def assignment(text):
    """NAME=VALUE as a pair."""
    name, separator, value = text.partition("=")
    if not separator or not name or not value:
        raise ValueError(text)
    return name, value


def parser():
    """The command line; an option of one kind of model is set only if given."""
    p = Parser(
        prog="python -m sparse_opt.importer",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("model", metavar="MODEL")
    p.add_argument(
        "-o", dest="output", required=True, metavar="OUTPUT",
        help="file to write: bytecode if it ends in .mlirbc, text if in .mlir",
    )  # fmt: skip
    p.add_argument(
        "--weights", choices=("embed", "file"), default="embed",
        help="embed: OUTPUT holds the weights. file: OUTPUT has only their names;"
        " they stay in a safetensors file (the folder's own, or one beside OUTPUT)"
        " for --sparsity-weights",
    )  # fmt: skip
    folder = p.add_argument_group("HuggingFace folders")
    _add(folder, "--batch", type=size, metavar="N|dynamic", help="default 1")
    _add(folder, "--seq", type=size, metavar="N|dynamic", help="default 128")
    _add(
        folder, "--dtype", choices=("keep", "f32"),
        help="keep F16 and BF16 weights as they are stored (default), or store f32;"
        " activations are f32 in both cases",
    )  # fmt: skip
    onnx = p.add_argument_group("ONNX models")
    _add(
        onnx, "--dim", type=assignment, action="append", metavar="NAME=N",
        help="fix the named dimension of the inputs, like --dim seq=128",
    )  # fmt: skip
    _add(
        onnx, "--input", type=assignment, action="append", metavar="NAME=N,N",
        help="fix the whole shape of an input, like --input x=1,3,48,320",
    )  # fmt: skip
    _add(
        onnx, "--outputs", metavar="NAME,NAME",
        help="keep only these outputs, in this order",
    )  # fmt: skip
    return p


def _add(group, name, **options):
    group.add_argument(name, default=argparse.SUPPRESS, **options)


def check_options(arguments, allowed, kind):
    """An option that this kind of model does not have is an error."""
    for name in sorted(vars(arguments).keys() - COMMON_OPTIONS - set(allowed)):
        raise ImportFailure(arguments.model, f"--{name} does not apply to {kind}")


def import_model(arguments):
    """Imports by the kind of MODEL; returns the text and the Weights."""
    model = arguments.model
    if os.path.isdir(model):
        check_options(arguments, ("batch", "seq", "dtype"), "a folder")
        given = vars(arguments)
        inputs = InputShape(given.get("batch", 1), given.get("seq", 128))
        convert = given.get("dtype") == "f32"
        return import_folder(model, inputs, convert, arguments.weights == "file")
    if model.endswith(".onnx"):
        check_options(arguments, ("dim", "input", "outputs"), "an ONNX model")
        return _import_onnx(arguments)
    if model.endswith(".pt2") or (":" in model and not os.path.exists(model)):
        check_options(arguments, (), "a torch program")
        from .torch_program import import_torch

        return import_torch(model)
    if model.endswith(".gguf"):
        raise ImportFailure(
            model, "convert it to a folder first: python -m sparse_opt.importer.gguf"
        )
    if not os.path.exists(model):
        raise ImportFailure(model, os.strerror(errno.ENOENT))
    raise ImportFailure(model, "is neither a folder nor an .onnx or .pt2 file")


def _import_onnx(arguments):
    from .onnx_model import import_onnx

    given = vars(arguments)
    outputs = given.get("outputs")
    return import_onnx(
        arguments.model,
        dims=dict(given.get("dim", ())),
        shapes=dict(given.get("input", ())),
        outputs=outputs.split(",") if outputs else None,
    )


def write(arguments, text, weights):
    """Writes the module and, where asked for, the weights beside it."""
    path = arguments.output
    if arguments.weights == "embed":
        output.write_module(path, text, weights)
        return
    files = sorted({w.path for w in weights if w.path})
    if not files:
        files = [os.path.splitext(path)[0] + ".safetensors"]
        with output.replaced_file(files[0]) as file:
            safetensors.write(file, weights)
    output.write_module(path, text, [])
    for file in files:
        print(f"bind the weights with --sparsity-weights={file}", file=sys.stderr)


def main(argv=None):
    """Returns the exit status: 0, or 1 after one line about the error."""
    arguments = parser().parse_args(argv)
    try:
        output.output_format(arguments.output)
        text, weights = import_model(arguments)
        write(arguments, text, weights)
    except ImportFailure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    stored = sum(w.nbytes for w in weights) / 1e6
    print(
        f"{arguments.output}: {len(weights)} weights, {stored:.1f} MB", file=sys.stderr
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
