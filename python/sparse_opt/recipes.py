# Part of the sparse-opt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Converts the pruning part of an llm-compressor recipe.

    python -m sparse_opt.recipes convert recipe.yaml -o ours.yaml

What was translated, and how, is said on standard error and in comments of the result. What
would change the result and has no counterpart is an error at its line. Needs PyYAML.
"""

import argparse
import pathlib
import re
import sys

from sparse_opt.commandline import Parser
from sparse_opt.errors import Error

# Spelling there, spelling here, and a check of the value.
COMMON = {"targets", "ignore", "sparsity", "mask_structure"}
METHODS = {
    "SparseGPTModifier": ("sparsegpt", {"block_size": "block-size", "dampening_frac": "damping"}),
    "WandaModifier": ("wanda", {}),
    "MagnitudePruningModifier": ("magnitude", {}),
}
# How the tool works, without effect on which weights go.
WORKINGS = {"offload_hessians", "verbose", "leave_enabled", "run_type", "score", "bound_samples"}
SCHEDULE = {"start", "end", "update", "update_scheduler", "scheduler_args", "init_sparsity"}
SEQUENCE = {"sequential_update", "sequential_targets"}
CLASSES = {"Linear", "__ALL_PRUNABLE__"}


class Converter:
    """One conversion; `notes` says what was translated."""

    def __init__(self, path):
        self.path, self.notes = path, []

    def fail(self, node, message):
        mark = node.start_mark
        raise Error(f"{self.path}:{mark.line + 1}:{mark.column + 1}: error: {message}")

    def note(self, node, message):
        self.notes.append(f"line {node.start_mark.line + 1}: {message}")

    def entries(self, node, what):
        """Triples of key, key's node and value's node."""
        if node.id != "mapping":
            self.fail(node, f"{what} has to be a map")
        return [(key.value, key, value) for key, value in node.value]

    def texts(self, node):
        """The nodes of one text or of a list of texts."""
        nodes = node.value if node.id == "sequence" else [node]
        for entry in nodes:
            if entry.id != "scalar":
                self.fail(entry, "expected a text")
        return nodes

    def number(self, node, kind=float):
        try:
            return kind(node.value)
        except (TypeError, ValueError):
            self.fail(node, f"expected a number, got {node.value!r}")

    def recipe(self, root):
        stages = []
        self.walk(root, "", stages)
        if not stages:
            self.fail(root, "the recipe prunes nothing")
        return {"stages": stages}

    def walk(self, node, name, stages):
        """Modifiers stand in stages, in groups of stages, or at the top."""
        if node.id == "sequence":
            for entry in node.value:
                self.walk(entry, name, stages)
            return
        for key, key_node, value in self.entries(node, "a stage"):
            if key in METHODS:
                stages.append(self.modifier(key, key_node, value, name))
            elif key == "ConstantPruningModifier":
                self.note(key_node, "ConstantPruningModifier left out: zeros stay zeros here; "
                          "sparsity-detect-patterns finds their pattern")  # fmt: skip
            elif key.endswith("Modifier"):
                self.fail(key_node, f"{key} has no counterpart: only pruning is converted")
            elif key in WORKINGS:
                self.note(key_node, f"{key} left out: it does not change which weights go")
            elif value.id in ("mapping", "sequence"):
                isgroup = key.endswith("modifiers")
                self.walk(value, name if isgroup else key, stages)
            else:
                self.fail(key_node, f"unknown key '{key}' of a stage")

    def modifier(self, modifier, modifier_node, node, name):
        method, renamed = METHODS[modifier]
        given = {key: (key_node, value) for key, key_node, value in self.entries(node, modifier)}
        stage = {"name": name} if name else {}
        targets = given.pop("targets", None)
        if targets is None:
            self.note(modifier_node, "no targets: all weights of contractions")
        nodes = self.texts(targets[1]) if targets else []
        stage["targets"] = [self.names(entry, True) for entry in nodes] or [".*"]
        if "ignore" in given:
            ignored = self.texts(given.pop("ignore")[1])
            if ignored:
                stage["ignore"] = [self.names(entry, False) for entry in ignored]
        self.amount(given, modifier_node, stage)
        parameters = {"name": method}
        for theirs, ours in renamed.items():
            if theirs in given:
                kind = int if theirs == "block_size" else float
                parameters[ours] = self.number(given.pop(theirs)[1], kind)
        if "apply_globally" in given and given.pop("apply_globally")[1].value == "true":
            parameters["scope"] = "global"
        stage["method"] = parameters if len(parameters) > 1 else method
        self.sequence(given, nodes, stage)
        self.rest(given, modifier)
        return stage

    def amount(self, given, modifier_node, stage):
        structure = given.pop("mask_structure", None)
        key = "final_sparsity" if "final_sparsity" in given else "sparsity"
        sparsity = given.pop(key, None)
        text = structure[1].value if structure else "unstructured"
        found = re.fullmatch(r"\s*(\d+)\s*:\s*(\d+)\s*", text)
        zeros, size = map(int, found.groups()) if found else (0, 0)
        if not found and text != "unstructured":
            self.fail(structure[1], f"mask_structure '{text}' has no counterpart")
        if (zeros, size) == (0, 0):
            if not sparsity:
                self.fail(modifier_node, "an unstructured mask needs a sparsity")
            if sparsity[1].id == "sequence":
                self.fail(sparsity[1], "one sparsity for each target: write a rule for each")
            stage.update(pattern="unstructured", sparsity=self.number(sparsity[1]))
            return
        if not 0 < zeros < size:
            self.fail(structure[1], f"mask_structure '{text}' zeroes {zeros} of each {size}")
        stage["pattern"] = f"{size - zeros}:{size}"
        self.note(structure[1], f"mask_structure {text} zeroes {zeros} of each {size}; N:M counts "
                  f"nonzeros here: {stage['pattern']}")  # fmt: skip
        if sparsity and abs(self.number(sparsity[1]) - zeros / size) > 1e-6:
            self.note(sparsity[0], f"{key} {sparsity[1].value} left out: mask_structure decides")

    def sequence(self, given, targets, stage):
        asked = [given.pop(key) for key in sorted(SEQUENCE) if key in given]
        if not asked or all(value.value == "false" for _, value in asked):
            return
        for entry in targets:
            found = re.fullmatch(r"re:\^?([\w.\\]*?)\\d\+\$?", entry.value)
            if found and len(targets) == 1:
                stage["sequential"] = self.posix(entry, found[1]) + r"([0-9]+)\."
                return
        self.note(asked[0][0], "blocks are not named: add `sequential`, a regular expression whose "
                  "group names the block of a weight")  # fmt: skip

    def rest(self, given, modifier):
        for key, (key_node, value) in given.items():
            if key == "preserve_sparsity_mask" and value.value == "true":
                self.note(key_node, f"{key}: zeros that are there go first, without being asked")
            elif key == "sparsity_profile" and value.value in ("null", "~", ""):
                continue
            elif key in WORKINGS or key == "preserve_sparsity_mask":
                self.note(key_node, f"{key} left out: it does not change which weights go")
            elif key in SCHEDULE:
                self.note(key_node, f"{key} left out: all zeros are made at once, without training")
            elif key.startswith("owl_") or key == "sparsity_profile":
                self.fail(key_node, f"{key} has no counterpart: give layers their own sparsity by "
                          "rules, or choose patterns by a budget")  # fmt: skip
            else:
                self.fail(key_node, f"unknown key '{key}' of {modifier}")

    def names(self, node, is_target):
        """A regular expression on whole weight names for what names modules."""
        text = node.value
        if text.startswith("re:"):
            pattern = self.posix(node, text[3:].removeprefix("^"))
            if pattern.endswith("$") and not pattern.endswith(r"\$"):
                return pattern[:-1] + r"\..*"
            return pattern if pattern.endswith(".*") else pattern + ".*"
        if is_target and text in CLASSES:
            self.note(node, f"target {text}: all weights of contractions")
            return ".*"
        if re.fullmatch(r"[A-Z]\w*", text):
            self.fail(node, f"'{text}' is a class of modules, which a compiled model does not "
                      "know; name the weights by re:...")  # fmt: skip
        return re.sub(r"([.\[\](){}*+?^$|\\])", r"\\\1", text) + r"\..*"

    def posix(self, node, pattern):
        """A Python regular expression in the extended POSIX syntax."""
        for theirs, ours in ((r"\d", "[0-9]"), (r"\w", "[A-Za-z0-9_]"), ("(?:", "(")):
            pattern = pattern.replace(theirs, ours)
        odd = re.search(r"\(\?|[*+?}]\?|\\[A-Za-z]", pattern)
        if odd:
            self.fail(node, f"'{odd[0]}' in '{pattern}' is no POSIX extended regular expression")
        return pattern


def convert(path):
    """Text of our recipe for the llm-compressor recipe in `path`, and notes."""
    try:
        import yaml
    except ImportError as error:
        raise Error("converting recipes needs the Python package PyYAML") from error
    text = pathlib.Path(path).read_text(encoding="utf-8")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise Error(f"{path}{place}: error: {error.problem}") from error
    converter = Converter(path)
    if root is None:
        raise Error(f"{path}:1:1: error: the recipe is empty")
    recipe = converter.recipe(root)
    comments = "".join(f"# {note}\n" for note in converter.notes)
    return comments + yaml.safe_dump(recipe, sort_keys=False, width=100), converter.notes


def main(words=None):
    parser = Parser(
        prog="python -m sparse_opt.recipes",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("convert", help="convert an llm-compressor recipe")
    command.add_argument("file", metavar="FILE")
    command.add_argument("-o", "--output", metavar="OUT", help="standard output if not given")
    arguments = parser.parse_args(words)
    try:
        text, notes = convert(arguments.file)
        if arguments.output:
            temporary = pathlib.Path(arguments.output + ".tmp")
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(arguments.output)
    except (Error, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for note in notes:
        print(f"{arguments.file}: note: {note}", file=sys.stderr)
    if not arguments.output:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
