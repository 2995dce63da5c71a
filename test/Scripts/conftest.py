"""Makes the modules under scripts importable and gives tests a tree to fill."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from lintchecks.tree import Tree  # noqa: E402


class SampleTree:
    """A git checkout in a temporary folder."""

    def __init__(self, root):
        self.root = root
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments):
        identity = ["-c", "user.name=tester", "-c", "user.email=tester@example.com"]
        subprocess.run(["git", "-C", self.root, *identity, *arguments], check=True)

    def add(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def commit(self, message):
        self.git("add", "--all")
        self.git("commit", "--quiet", f"--message={message}")

    def tree(self, **options):
        return Tree(root=self.root, **options)

    def findings(self, check, **options):
        return list(check.run(self.tree(**options)))


@pytest.fixture
def sample(tmp_path):
    return SampleTree(tmp_path)
