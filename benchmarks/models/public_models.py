# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The public models of scripts/fetch-models with real inputs and what to compare with.

The reference of each is a program that shares nothing with ours: ONNX Runtime, or
the NumPy implementation of the tests in float64.
"""

import dataclasses
import json
import pathlib
import sys
from collections.abc import Callable

import numpy
import sides

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEQUENCE = 128
# Lines to be read by the recogniser, 48 pixels high and 320 wide.
LINES = (
    "Sparse weights 2:4",
    "The quick brown fox",
    "Half of 1536 is 768",
    "Hello, World!",
    "Invoice No. 20417",
    "never slower than dense",
    "Debian GNU/Linux 12",
    "pack, select, compile",
)


@dataclasses.dataclass
class Case:
    """A model, its inputs, and the reference's result for each of them."""

    name: str
    source: pathlib.Path
    """what the importer reads"""
    options: tuple
    """the importer's options"""
    inputs: list
    """a tuple of arrays for each call"""
    reference: str
    expected: list
    """an array for each call"""
    judge: Callable = lambda case, results: {}
    """(case, results) -> what only this model is asked"""


def documents(models, count=None):
    """The first lines of the news documents."""
    text = (models / "texts" / "documents.txt").read_text(encoding="utf-8")
    return text.splitlines()[:count]


def encode(models, texts):
    """(ids, mask) of each text, [1, 128] i64 each."""
    from sparse_opt.text import encode as encode_all

    ids, mask = encode_all(models / "minilm", texts, SEQUENCE)
    return [(ids[i : i + 1], mask[i : i + 1]) for i in range(len(texts))]


def minilm(models, work, count=8):
    path = work / "minilm.onnx"
    sides.build_onnx(models / "minilm", path)
    session = sides.onnxruntime(path, 1)
    inputs = encode(models, documents(models, count))
    return Case(
        name="MiniLM-L6",
        source=models / "minilm",
        options=("--seq", str(SEQUENCE)),
        inputs=inputs,
        reference="ONNX Runtime",
        expected=[session(*arrays) for arrays in inputs],
    )


def minilm_l3(models, work, count=8):
    import onnxruntime

    path = models / "minilm-l3" / "model.onnx"
    session = onnxruntime.InferenceSession(path)
    # Same vocabulary as MiniLM-L6; result 461 is the mean of the tokens.
    inputs = encode(models, documents(models, count))
    return Case(
        name="MiniLM-L3",
        source=path,
        options=("--dim", "batch_size=1", "--dim", f"sequence_length={SEQUENCE}",
                 "--outputs", "461"),
        inputs=inputs,
        reference="ONNX Runtime",
        expected=[
            session.run(["461"], {"input_ids": ids, "attention_mask": mask})[0]
            for ids, mask in inputs
        ],
    )  # fmt: skip


def draw(line):
    """Black text on white as the recogniser wants it: [1, 3, 48, 320] in [-1, 1]."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (320, 48), "white")
    font = ImageFont.load_default(28)
    ImageDraw.Draw(image).text((6, 8), line, fill="black", font=font)
    pixels = numpy.asarray(image, numpy.float32).transpose(2, 0, 1)[None]
    return numpy.ascontiguousarray((pixels / 255 - 0.5) / 0.5)


def read(chances, alphabet):
    """What a result of the recogniser says: repeated signs are one, class 0 is none."""
    best = chances[0].argmax(-1)
    fresh = [k for i, k in enumerate(best) if k and (i == 0 or k != best[i - 1])]
    # The class behind the alphabet is the space.
    return "".join(alphabet[k - 1] if k <= len(alphabet) else " " for k in fresh)


def recogniser(models, work, count=len(LINES)):
    import onnxruntime

    path = models / "ppocr" / "rec.onnx"
    session = onnxruntime.InferenceSession(path)
    alphabet = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    inputs = [(draw(line),) for line in LINES[:count]]

    def judge(case, results):
        texts = [read(result, alphabet) for result in results]
        expected = [read(result, alphabet) for result in case.expected]
        return {"texts": texts, "texts_equal": sum(map(str.__eq__, texts, expected))}

    return Case(
        name="PP-OCR recogniser",
        source=path,
        options=("--input", "x=1,3,48,320"),
        inputs=inputs,
        reference="ONNX Runtime",
        expected=[session.run(None, {"x": x})[0] for (x,) in inputs],
        judge=judge,
    )


class Doubles(dict):
    """Arrays that are float64 to their reader, one at a time."""

    def __getitem__(self, name):
        return super().__getitem__(name).astype(numpy.float64)


def perplexity(windows, logits):
    """Of all tokens but each window's first; windows [1, S] of ids, logits [1, S, V]."""
    losses = []
    for ids, rows in zip(windows, logits, strict=True):
        rows = rows[0, :-1].astype(numpy.float64)
        peak = rows.max(-1, keepdims=True)
        totals = numpy.log(numpy.exp(rows - peak).sum(-1)) + peak[:, 0]
        losses.append(totals - rows[numpy.arange(len(rows)), ids[0, 1:]])
    return float(numpy.exp(numpy.concatenate(losses).mean()))


def smollm2(models, work, count=3):
    from sparse_opt.demo.peer import read_tensors
    from sparse_opt.importer.checkpoint import Checkpoint
    from tokenizers import Tokenizer

    sys.path.append(str(ROOT / "test" / "python"))
    from numpy_reference import llama

    folder = models / "smollm2"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    text = (models / "texts" / "background.txt").read_text(encoding="utf-8")
    ids = tokenizer.encode(text[: 16 * SEQUENCE * count]).ids[: SEQUENCE * count]
    windows = numpy.array(ids, numpy.int64).reshape(count, 1, SEQUENCE)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tensors = Doubles(read_tensors(Checkpoint(str(folder), False)))

    def judge(case, results):
        return {
            "perplexity": perplexity(windows, results),
            "reference_perplexity": perplexity(windows, case.expected),
        }

    return Case(
        name="SmolLM2-135M",
        source=folder,
        options=("--seq", str(SEQUENCE)),
        inputs=[(window,) for window in windows],
        reference="NumPy float64",
        expected=[llama(tensors, config, window) for window in windows],
        judge=judge,
    )


CASES = {
    "minilm": minilm,
    "minilm-l3": minilm_l3,
    "ppocr": recogniser,
    "smollm2": smollm2,
}
