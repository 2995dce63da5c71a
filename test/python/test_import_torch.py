# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""torch.export programs; without torch only the refusal can be tested."""

import importlib.util

import numpy as np
import pytest
import upstream_runner
from importer_cli import PACKAGE, import_error, run_module

HAVE_TORCH = importlib.util.find_spec("torch") is not None

PROGRAM = """
import torch

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.up = torch.nn.Linear(20, 30)
        self.down = torch.nn.Linear(30, 15)
        self.register_buffer("place", torch.arange(300), persistent=False)

    def forward(self, x):
        return self.down(torch.relu(self.up(x))) + self.place[:15] / 10

def model():
    torch.manual_seed(0)
    return Model(), (torch.zeros(4, 20),)

def save():
    module, arguments = model()
    torch.export.save(torch.export.export(module, arguments), "model.pt2")
"""


@pytest.mark.skipif(HAVE_TORCH, reason="torch is installed")
@pytest.mark.parametrize("model", ["model.pt2", "package:function"])
def test_torch_is_missing(tmp_path, model):
    line = import_error(model, "-o", tmp_path / "out.mlirbc")
    assert line == f"error: {model}: needs Python packages: pip install torch"


@pytest.mark.skipif(not HAVE_TORCH, reason="torch is not installed")
@pytest.mark.parametrize("spec", ["program:model", "model.pt2"])
def test_program(tmp_path, monkeypatch, spec):
    import torch

    (tmp_path / "program.py").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    import program

    program.save()
    out = tmp_path / "out.mlir"
    path = f"{PACKAGE}:{tmp_path}"
    done = run_module("sparse_opt.importer", spec, "-o", out, PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    for name in ("up.weight", "down.weight", "place"):
        assert out.read_text().count(f"dense_resource<{name}>") == 1
    x = np.random.default_rng(0).standard_normal((4, 20)).astype(np.float32)
    expected = program.model()[0](torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(upstream_runner.run(out, [x]), expected, atol=1e-5)
