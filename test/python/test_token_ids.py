# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Token ids outside the vocabulary are refused by the compiled model."""

import numpy as np
import pytest
import sparse_opt
from importer_cli import import_ok
from tiny_models import (
    BERT,
    LLAMA,
    bert_shapes,
    llama_shapes,
    random_weights,
    write_folder,
)

MODELS = {"bert": (BERT, bert_shapes), "llama": (LLAMA, llama_shapes)}


@pytest.fixture(scope="module", params=MODELS)
def model(request, tmp_path_factory):
    config, shapes = MODELS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    write_folder(folder, config, random_weights(shapes(config)))
    out = folder / "model.mlirbc"
    import_ok(folder, "-o", out, "--batch", "1", "--seq", "dynamic")
    library = sparse_opt.load(out).compile(threading="none")
    return config["vocab_size"], len(next(iter(library.entries.values())).inputs), library


def call(model, ids):
    _, inputs, library = model
    ids = np.array([ids], np.int64)
    return library(*[ids, np.ones_like(ids)][:inputs])


@pytest.mark.parametrize("identifier", [-1, None, 2**40])
def test_refused(model, identifier):
    limit = model[0]
    bad = limit if identifier is None else identifier
    with pytest.raises(sparse_opt.Error, match=rf"a token id is not in \[0, {limit}\)"):
        call(model, [1, 2, bad])


def test_the_last_is_served(model):
    assert np.isfinite(call(model, [0, model[0] - 1])).all()
