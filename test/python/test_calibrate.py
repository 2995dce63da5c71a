# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Statistics of compiled programs against NumPy, threads, and interrupted runs."""

import json
import signal
import struct
import subprocess
import time

import numpy as np
import pytest
import sparse_opt

RANDOM = np.random.default_rng(5)
HIDDEN, WIDE = 24, 40
UP = RANDOM.standard_normal((WIDE, HIDDEN)).astype(np.float32)
GATE = RANDOM.standard_normal((WIDE, HIDDEN)).astype(np.float32)
DOWN = RANDOM.standard_normal((HIDDEN, WIDE)).astype(np.float32)


def model(batch, sequence):
    """down(relu(up(x)) + gate(x)) on [batch, sequence, HIDDEN], with an unused mask."""

    def weight(name, value):
        bits = value.tobytes().hex()
        shape = "x".join(map(str, value.shape))
        return f'%{name} = sparsity.weight "{name}" dense<"0x{bits}"> : tensor<{shape}xf32>'

    x = f"tensor<{batch}x{sequence}x{HIDDEN}xf32>"
    h = f"tensor<{batch}x{sequence}x{WIDE}xf32>"
    sizes = "%b" if batch == "?" else ""
    return f"""
    func.func @main(%x: {x}, %mask: tensor<{batch}x{sequence}xi64>) -> {x} {{
      {weight("up", UP)}
      {weight("gate", GATE)}
      {weight("down", DOWN)}
      %zero = arith.constant 0.0 : f32
      %c0 = arith.constant 0 : index
      %b = tensor.dim %x, %c0 : {x}
      %e = tensor.empty({sizes}) : {h}
      %u = sparsity.linear ins(%x, %up : {x}, tensor<{WIDE}x{HIDDEN}xf32>) outs(%e : {h}) {{
      ^bb0(%acc: f32):
        %s = arith.maximumf %acc, %zero : f32
        sparsity.yield %s : f32
      }} -> {h}
      %h = sparsity.linear ins(%x, %gate : {x}, tensor<{WIDE}x{HIDDEN}xf32>)
        extra(%u : affine_map<(a, t, o) -> (a, t, o)>, {h}) outs(%e : {h}) {{
      ^bb0(%acc: f32, %other: f32):
        %s = arith.addf %acc, %other : f32
        sparsity.yield %s : f32
      }} -> {h}
      %r = tensor.empty({sizes}) : {x}
      %y = sparsity.linear ins(%h, %down : {h}, tensor<{HIDDEN}x{WIDE}xf32>)
        outs(%r : {x}) -> {x}
      return %y : {x}
    }}"""


def write_weights(path, arrays):
    header, data = {}, b""
    for name, array in arrays.items():
        offsets = [len(data), len(data) + array.nbytes]
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": offsets}
        data += array.tobytes()
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def expected(x, keep):
    """Statistics in f64 of the rows that count."""
    x = x.reshape(-1, HIDDEN)[keep].astype(np.float64)
    hidden = np.maximum(x @ UP.T.astype(np.float64), 0) + x @ GATE.T.astype(np.float64)
    return {"up": x, "down": hidden}


@pytest.fixture
def files(tmp_path):
    """A model, and a function that saves samples and calibrates on them."""

    def calibrate(size, samples, mask, stats="stats.safetensors", **options):
        path = tmp_path / "model.mlir"
        path.write_text(model(size, samples.shape[1]))
        return sparse_opt.calibrate(
            path, [samples, mask], tmp_path / stats, mask_input=1, **options
        )

    calibrate.folder = tmp_path
    return calibrate


@pytest.mark.parametrize("size", [1, 4, "?"])
def test_statistics_of_masked_tokens(files, size):
    samples = RANDOM.standard_normal((7, 5, HIDDEN)).astype(np.float32)
    mask = (RANDOM.random((7, 5)) < 0.7).astype(np.int64)
    keep = mask.reshape(-1) != 0
    statistics = files(size, samples, mask, gram=True, batch=3)
    for name, rows in expected(samples, keep).items():
        assert statistics[name].num_tokens == len(rows)
        tolerance = {"rtol": 1e-5, "atol": 1e-4}
        np.testing.assert_allclose(statistics[name].sum, rows.sum(0), **tolerance)
        np.testing.assert_allclose(statistics[name].sumsq, (rows**2).sum(0), **tolerance)
        np.testing.assert_allclose(statistics[name].var, rows.var(0), **tolerance)
        np.testing.assert_allclose(statistics[name].gram, rows.T @ rows, **tolerance)
    # The program's own input is exact, and shared by those that read it.
    rows = expected(samples, keep)["up"]
    np.testing.assert_allclose(statistics["up"].gram, rows.T @ rows, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(statistics["gate"].gram, statistics["up"].gram)


def test_threads_do_not_matter(files):
    samples = RANDOM.standard_normal((9, 6, HIDDEN)).astype(np.float32)
    mask = np.ones((9, 6), np.int64)
    for threads in (1, 2):
        files(1, samples, mask, f"{threads}.st", gram=True, threads=threads)
    assert (files.folder / "1.st").read_bytes() == (files.folder / "2.st").read_bytes()


def kill_when_saved(command, statistics):
    """Starts a calibration and kills it once it has a state, which is returned."""
    process = subprocess.Popen(command)
    state = statistics.with_name(statistics.name + ".partial")
    while not state.exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not statistics.exists()
    return state


def test_a_killed_run_goes_on(files):
    samples = RANDOM.standard_normal((3000, 8, HIDDEN)).astype(np.float32)
    mask = np.ones((3000, 8), np.int64)
    files(1, samples, mask, "whole.st", gram=True)
    command = sparse_opt.calibration.make_command(
        files.folder / "model.mlir",
        sparse_opt.calibration.save_inputs([samples, mask], files.folder),
        files.folder / "killed.st",
        mask_input=1,
        gram=True,
        save_every=0,
    )
    state = kill_when_saved(command, files.folder / "killed.st")
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "going on after" in done.stderr
    assert not state.exists()
    assert (files.folder / "killed.st").read_bytes() == (files.folder / "whole.st").read_bytes()


def test_a_state_of_other_samples_is_refused(files):
    samples = RANDOM.standard_normal((2, 3, HIDDEN)).astype(np.float32)
    (files.folder / "stats.safetensors.partial").write_bytes(b"junk")
    with pytest.raises(sparse_opt.Error, match="too short for a safetensors file"):
        files(1, samples, np.ones((2, 3), np.int64))
    assert not (files.folder / "stats.safetensors").exists()


def test_a_state_of_other_weights_is_refused(tmp_path):
    up = next(line for line in model(1, 8).splitlines() if line.strip().startswith("%up ="))
    argument = f'%up: tensor<{WIDE}x{HIDDEN}xf32> {{sparsity.weight = "up"}}'
    text = model(1, 8).replace(up, "").replace("@main(", f"@main({argument}, ")
    (tmp_path / "model.mlir").write_text(text)
    weights = tmp_path / "weights.safetensors"
    samples = RANDOM.standard_normal((3000, 8, HIDDEN)).astype(np.float32)
    command = sparse_opt.calibration.make_command(
        tmp_path / "model.mlir",
        sparse_opt.calibration.save_inputs([samples, np.ones((3000, 8), np.int64)], tmp_path),
        tmp_path / "killed.st",
        sparsity_weights=weights,
        save_every=0,
    )
    write_weights(weights, {"up": UP})
    kill_when_saved(command, tmp_path / "killed.st")
    write_weights(weights, {"up": 100 * UP})
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "is the state of another calibration" in done.stderr
    assert not (tmp_path / "killed.st").exists()


def test_a_mask_must_leave_tokens(files):
    samples = RANDOM.standard_normal((2, 3, HIDDEN)).astype(np.float32)
    with pytest.raises(sparse_opt.Error, match="the mask leaves none"):
        files(1, samples, np.zeros((2, 3), np.int64))


def test_statistics_name_what_is_missing(files):
    samples = RANDOM.standard_normal((2, 3, HIDDEN)).astype(np.float32)
    statistics = files(1, samples, np.ones((2, 3), np.int64), targets=["up"])
    assert statistics["up"].gram is None
    assert "down" not in statistics
    with pytest.raises(KeyError, match="down"):
        statistics["down"]
