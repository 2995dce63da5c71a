# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pruning at once and block after block, and what an interruption leaves."""

import numpy as np
import pytest
import sparse_opt
from sparse_opt import sequential

RANDOM = np.random.default_rng(8)
TOKENS, HIDDEN, BLOCKS = 6, 16, 3
X = f"tensor<1x{TOKENS}x{HIDDEN}xf32>"
WEIGHTS = [RANDOM.standard_normal((HIDDEN, HIDDEN)).astype(np.float32) / 4 for _ in range(BLOCKS)]
SAMPLES = RANDOM.standard_normal((10, TOKENS, HIDDEN)).astype(np.float32)
BLOCK = r"layer\.([0-9]+)\."


def model():
    """x <- x + w x, three times."""
    lines = [f"func.func @main(%x0: {X}, %mask: tensor<1x{TOKENS}xi64>) -> {X} {{"]
    lines.append(f"%e = tensor.empty() : {X}")
    for i, weight in enumerate(WEIGHTS):
        shape = f"tensor<{HIDDEN}x{HIDDEN}xf32>"
        bits = weight.tobytes().hex()
        lines += [
            f'%w{i} = sparsity.weight "layer.{i}.w" dense<"0x{bits}"> : {shape}',
            f"%y{i} = sparsity.linear ins(%x{i}, %w{i} : {X}, {shape})"
            f" extra(%x{i} : affine_map<(b, t, o) -> (b, t, o)>, {X}) outs(%e : {X}) {{",
            "^bb0(%acc: f32, %r: f32):",
            "  %s = arith.addf %acc, %r : f32",
            "  sparsity.yield %s : f32",
            f"}} -> {X}",
            f"%x{i + 1} = math.tanh %y{i} : {X}",
        ]
    lines += [f"return %x{BLOCKS} : {X}", "}"]
    return "\n".join(lines)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "model.mlir").write_text(model())
    return tmp_path


def write_recipe(folder, method):
    path = folder / "recipe.yaml"
    path.write_text(f"rules:\n  - targets: ['.*']\n    pattern: '2:4'\n    method: {method}\n")
    return path


def call(folder, output="pruned.mlirbc", **options):
    mask = np.ones((len(SAMPLES), TOKENS), np.int64)
    mask[:, -1] = 0
    sparse_opt.prune(
        folder / "model.mlir",
        folder / output,
        inputs=[SAMPLES, mask],
        mask_input=1,
        **options,
    )
    return folder / output


def run(path):
    program = sparse_opt.load(path).compile(threading="none")
    return program(SAMPLES[:1], np.ones((1, TOKENS), np.int64))


def test_blocks_and_all_at_once_agree_for_magnitude(files):
    recipe = write_recipe(files, "magnitude")
    at_once = files / "once.mlirbc"
    sparse_opt.prune(files / "model.mlir", at_once, recipe=recipe)
    in_blocks = call(files, recipe=recipe, blocks=BLOCK, state=files / "state")
    np.testing.assert_array_equal(run(at_once), run(in_blocks))
    assert str(sparse_opt.load(in_blocks)).count("#sparsity.nm<2:4, dim = 1>") == BLOCKS
    # Nothing but the finished blocks and the state is left.
    left = sorted(path.name for path in (files / "state").iterdir())
    assert left == [*(f"block-{k}.mlirbc" for k in range(1, BLOCKS + 1)), "state.json"] or left == [
        *(f"block-{k}.mlirbc" for k in range(1, BLOCKS + 1)),
        f"boundary-{BLOCKS + 1}",
        "state.json",
    ]


def test_finished_blocks_are_skipped(files, monkeypatch):
    recipe = write_recipe(files, "magnitude")
    whole = call(files, "whole.mlirbc", recipe=recipe, blocks=BLOCK, state=files / "one")
    finish = sequential.Sequence._finish

    def stop_in_second_block(self, number, *rest):
        if number == 2:
            raise KeyboardInterrupt
        finish(self, number, *rest)

    monkeypatch.setattr(sequential.Sequence, "_finish", stop_in_second_block)
    with pytest.raises(KeyboardInterrupt):
        call(files, recipe=recipe, blocks=BLOCK, state=files / "two")
    assert not (files / "pruned.mlirbc").exists()
    finished = []

    def note(self, number, *rest):
        finished.append(number)
        finish(self, number, *rest)

    monkeypatch.setattr(sequential.Sequence, "_finish", note)
    resumed = call(files, recipe=recipe, blocks=BLOCK, state=files / "two")
    assert finished == [2, 3]
    np.testing.assert_array_equal(run(resumed), run(whole))


def test_the_state_of_another_pruning_is_refused(files):
    state = files / "state"
    state.mkdir()
    (state / "state.json").write_text('{"fingerprint": "other", "done": 1}')
    recipe = write_recipe(files, "magnitude")
    with pytest.raises(sparse_opt.Error, match="the state of another pruning"):
        call(files, recipe=recipe, blocks=BLOCK, state=state)
    (state / "state.json").write_text("{")
    with pytest.raises(sparse_opt.Error, match="is no state of a pruning"):
        call(files, recipe=recipe, blocks=BLOCK, state=state)


def test_what_is_needed_is_said(files):
    recipe = write_recipe(files, "magnitude")
    model_file, output = files / "model.mlir", files / "out.mlirbc"
    with pytest.raises(sparse_opt.Error, match="needs inputs"):
        sparse_opt.prune(model_file, output, recipe=recipe, blocks=BLOCK)
    with pytest.raises(sparse_opt.Error, match="matches no weight of a linear"):
        call(files, recipe=recipe, blocks="none", state=files / "state")
    with pytest.raises(sparse_opt.Error, match="nothing to calibrate"):
        call(files, recipe=recipe)
    assert not output.exists()


STAGES = r"""
stages:
  - name: half
    targets: ['.*']
    pattern: unstructured
    sparsity: 0.25
    method: wanda
  - name: pattern
    targets: ['layer\.[01]\.w']
    pattern: "2:4"
    method: wanda
"""


@pytest.mark.parametrize("option", [{"entry": "main"}, {"batch": 2}])
def test_blocks_refuse_options_of_pruning_at_once(files, option):
    recipe, state = write_recipe(files, "magnitude"), files / "state"
    with pytest.raises(sparse_opt.Error, match=f"does not take the option {next(iter(option))}"):
        call(files, recipe=recipe, blocks=BLOCK, state=state, **option)
    assert not (files / "pruned.mlirbc").exists()


def test_stages_run_one_after_another(files):
    recipe = files / "stages.yaml"
    recipe.write_text(STAGES)
    said = []
    pruned = call(files, recipe=recipe, progress=said.append)
    assert [line for line in said if line.startswith("stage")] == [
        "stage 1 of 2 half",
        "stage 2 of 2 pattern",
    ]
    text = str(sparse_opt.load(pruned))
    assert text.count("#sparsity.nm<2:4, dim = 1>") == BLOCKS - 1
    assert text.count("#sparsity.unstructured") >= 1


def test_a_sequential_stage_is_pruned_block_after_block(files):
    plain = write_recipe(files, "wanda")
    in_blocks = call(files, "blocks.mlirbc", recipe=plain, blocks=BLOCK, state=files / "state")
    recipe = files / "sequential.yaml"
    recipe.write_text(f"sequential: '{BLOCK}'\n" + plain.read_text())
    by_recipe = call(files, "recipe.mlirbc", recipe=recipe)
    np.testing.assert_array_equal(run(by_recipe), run(in_blocks))
    at_once = call(files, "once.mlirbc", recipe=plain)
    assert not np.array_equal(run(by_recipe), run(at_once))


def call_blocks(folder, inputs):
    sparse_opt.prune(
        folder / "model.mlir",
        folder / "pruned.mlirbc",
        inputs=inputs,
        recipe=write_recipe(folder, "wanda"),
        blocks=BLOCK,
        state=folder / "state",
    )
    return run(folder / "pruned.mlirbc")


def test_an_input_of_one_call_is_given_to_every_call(files, tmp_path_factory):
    once = call_blocks(files, [SAMPLES, np.ones((1, TOKENS), np.int64)])
    other = tmp_path_factory.mktemp("all")
    (other / "model.mlir").write_text(model())
    every = call_blocks(other, [SAMPLES, np.ones((len(SAMPLES), TOKENS), np.int64)])
    np.testing.assert_array_equal(once, every)


def test_inputs_of_different_lengths_are_refused(files):
    with pytest.raises(sparse_opt.Error, match="input 1 holds 3 calls of the model, others"):
        call_blocks(files, [SAMPLES, np.ones((3, TOKENS), np.int64)])


def test_an_input_of_another_shape_is_refused(files):
    turned = SAMPLES.reshape(len(SAMPLES), HIDDEN, TOKENS)
    with pytest.raises(sparse_opt.Error, match="input 0 has shape .* no whole number of calls"):
        call_blocks(files, [turned[:, None], np.ones((len(SAMPLES), TOKENS), np.int64)])
