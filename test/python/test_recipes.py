# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Conversion of llm-compressor recipes."""

import subprocess

import pytest
import sparse_opt
from sparse_opt import recipes, tools

yaml = pytest.importorskip("yaml")

SPARSEGPT = r"""
sparsity_stage:
  run_type: oneshot
  sparsity_modifiers:
    SparseGPTModifier:
      sparsity: 0.5
      mask_structure: "2:4"
      sequential_update: true
      block_size: 64
      dampening_frac: 0.05
      targets: ['re:model.layers.\d+$']
      ignore: ['re:.*lm_head', 'model.layers.0.mlp.up_proj']
"""


def convert(folder, text):
    path = folder / "theirs.yaml"
    path.write_text(text)
    converted, notes = recipes.convert(path)
    return yaml.safe_load(converted)["stages"], "\n".join(notes)


def modifier(name, *lines):
    return "\n".join(["stage:", f"  {name}:", *(f"    {line}" for line in lines)])


def test_sparsegpt(tmp_path):
    stages, notes = convert(tmp_path, SPARSEGPT)
    assert stages == [
        {
            "name": "sparsity_stage",
            "targets": [r"model.layers.[0-9]+\..*"],
            "ignore": [".*lm_head.*", r"model\.layers\.0\.mlp\.up_proj\..*"],
            "pattern": "2:4",
            "method": {"name": "sparsegpt", "block-size": 64, "damping": 0.05},
            "sequential": r"model.layers.([0-9]+)\.",
        }
    ]
    assert "line 7: mask_structure 2:4 zeroes 2 of each 4; N:M counts nonzeros here: 2:4" in notes
    assert "run_type left out" in notes


def test_n_m_counts_zeros_there(tmp_path):
    text = modifier("WandaModifier", "targets: Linear", 'mask_structure: "2:8"', "sparsity: 0.5")
    stages, notes = convert(tmp_path, text)
    assert stages == [{"name": "stage", "targets": [".*"], "pattern": "6:8", "method": "wanda"}]
    assert "2:8 zeroes 2 of each 8; N:M counts nonzeros here: 6:8" in notes
    assert "sparsity 0.5 left out: mask_structure decides" in notes


def test_magnitude_with_a_schedule(tmp_path):
    lines = ["targets: __ALL_PRUNABLE__", "init_sparsity: 0.05", "final_sparsity: 0.8"]
    lines += ["start: 0", "end: 10", "apply_globally: true", "mask_structure: unstructured"]
    text = modifier("MagnitudePruningModifier", *lines)
    text += "\n  ConstantPruningModifier:\n    targets: Linear"
    stages, notes = convert(tmp_path, text)
    assert stages[0]["sparsity"] == 0.8
    assert stages[0]["method"] == {"name": "magnitude", "scope": "global"}
    for left_out in ("init_sparsity", "start", "end", "ConstantPruningModifier"):
        assert f"{left_out} left out" in notes


def test_a_list_of_modifiers_and_several_stages(tmp_path):
    one = "  - WandaModifier: {targets: Linear, mask_structure: '4:8'}\n"
    stages, _ = convert(tmp_path, "first:\n" + one + "second:\n" + one)
    assert [stage["name"] for stage in stages] == ["first", "second"]


@pytest.mark.parametrize(
    ("name", "lines", "message"),
    [
        ("QuantizationModifier", ["scheme: W4A16"], "2:3: error: QuantizationModifier has no"),
        ("WandaModifier", ["targets: Linear"], "2:3: error: an unstructured mask needs a sparsity"),
        ("WandaModifier", ["sparsity: half"], "3:15: error: expected a number, got 'half'"),
        ("WandaModifier", ["sparsity: [0.5, 0.6]"], "3:15: error: one sparsity for each target"),
        ("WandaModifier", ["mask_structure: '4:4'"], "3:21: error: mask_structure '4:4' zeroes 4"),
        ("WandaModifier", ["mask_structure: rows"], "3:21: error: mask_structure 'rows' has no"),
        ("WandaModifier", ["sparsity: 0.5", "block_size: 3"], "4:5: error: unknown key 'block_si"),
        ("WandaModifier", ["sparsity: 0.5", "sparsity_profile: owl"], "4:5: error: sparsity_prof"),
        ("WandaModifier", ["sparsity: 0.5", "owl_m: 5"], "4:5: error: owl_m has no counterpart"),
        ("WandaModifier", ["targets: LlamaDecoderLayer"], "3:14: error: 'LlamaDecoderLayer' is a"),
        ("WandaModifier", ["targets: 're:(?!a)b'"], "3:14: error: '(?' in '(?!a)b' is no POSIX"),
        ("WandaModifier", ["ignore: [[a]]"], "3:14: error: expected a text"),
        ("WandaModifier", ["a: ["], "4:1: error: "),
    ],
)
def test_what_has_no_counterpart_is_an_error(tmp_path, name, lines, message):
    text = modifier(name, *lines) + "\n"
    with pytest.raises(sparse_opt.Error) as caught:
        convert(tmp_path, text)
    assert f"theirs.yaml:{message}" in str(caught.value)


@pytest.mark.parametrize("text", ["", "stage:\n  run_type: oneshot\n", "stage: 2\n"])
def test_a_recipe_that_prunes_nothing_is_an_error(tmp_path, text):
    with pytest.raises(sparse_opt.Error):
        convert(tmp_path, text)


def test_the_result_is_a_recipe(tmp_path, capsys):
    theirs, ours = tmp_path / "theirs.yaml", tmp_path / "ours.yaml"
    theirs.write_text(SPARSEGPT.replace("'re:.*lm_head', ", ""))
    assert recipes.main(["convert", str(theirs), "-o", str(ours)]) == 0
    assert "note: line 7: mask_structure 2:4" in capsys.readouterr().err
    model = tmp_path / "model.mlir"
    model.write_text(
        """func.func @f(%x: tensor<?x8xf32>, %init: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %w = sparsity.weight "model.layers.3.mlp.up_proj.weight" dense<1.0> : tensor<8x8xf32>
  %y = sparsity.linear ins(%x, %w : tensor<?x8xf32>, tensor<8x8xf32>) outs(%init : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}"""
    )
    passes = f"--sparsity-apply-recipe=recipe={ours} stage=1"
    done = subprocess.run(
        [tools.find("sparse-opt"), model, passes], capture_output=True, text=True, check=True
    )
    assert "#sparsity.sparsegpt<block_size = 64, damping = 5.000000e-02>" in done.stdout
    assert recipes.main(["convert", str(tmp_path / "missing.yaml")]) == 1


def test_a_wrong_command_line_is_one_line_and_status_1(capsys):
    with pytest.raises(SystemExit) as ended:
        recipes.main(["convert"])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ") and said.count("\n") == 1
