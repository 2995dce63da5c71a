"""Each block of IR in the documentation parses, verifies and round trips."""

import subprocess

import pytest
from pages import SPARSE_OPT, blocks, pages

EXAMPLES = [b for page in pages() for b in blocks(page) if b.language == "mlir"]


def reprint(text):
    done = subprocess.run(
        [SPARSE_OPT, "--mlir-print-local-scope"], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_round_trip(example):
    printed = reprint(example.text)
    assert reprint(printed) == printed
