"""The source tree that the checks look at, and what they report."""

import dataclasses
import functools
import pathlib
import subprocess

CPP_SUFFIXES = (".c", ".cpp", ".h")
BANNER_SUFFIXES = CPP_SUFFIXES + (".td",)


class LintError(Exception):
    """The checks cannot run at all."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """One place that breaks a rule. A warning is printed and does not fail."""

    path: str
    line: int
    message: str
    severity: str = "error"

    def __str__(self):
        return f"{self.path}:{self.line}: {self.severity}: {self.message}"


@dataclasses.dataclass(frozen=True)
class Tree:
    """The files of one checkout: those that git tracks or would track."""

    root: pathlib.Path
    build: pathlib.Path | None = None
    every_file: bool = False
    base: str | None = None
    fix: bool = False

    @property
    def build_folder(self):
        return self.build or self.root / "build"

    def git(self, *arguments):
        """The output of a git command in the tree, or None where it fails."""
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout if done.returncode == 0 else None

    @functools.cached_property
    def paths(self):
        listing = self.git("ls-files", "--cached", "--others", "--exclude-standard", "-z")
        if listing is None:
            raise LintError(f"{self.root} is not a git checkout")
        return sorted({p for p in listing.split("\0") if p and (self.root / p).is_file()})

    def files(self, *suffixes, under=""):
        """Paths below the folder `under` that end in one of the suffixes."""
        return [
            path
            for path in self.paths
            if path.startswith(under) and (not suffixes or path.endswith(suffixes))
        ]

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, path):
        """Pairs of line number and text."""
        return enumerate(self.text(path).splitlines(), 1)

    def changed(self):
        """Files that differ from where the work forked off the main line.

        On the main line itself that is what the last commit touched.
        """
        base = self.base or self._fork_point()
        if base is None:
            return []
        names = self.git("diff", "--name-only", "--diff-filter=d", "-z", base)
        if names is None:
            raise LintError(f"git knows no commit '{base}'")
        tracked = set(names.split("\0"))
        untracked = set((self.git("ls-files", "--others", "--exclude-standard", "-z") or "").split("\0"))
        return [path for path in self.paths if path in tracked | untracked]

    def _fork_point(self):
        head = (self.git("rev-parse", "HEAD") or "").strip()
        for branch in ("main", "origin/main"):
            fork = self.git("merge-base", "HEAD", branch)
            if fork is not None and fork.strip() != head:
                return fork.strip()
        previous = self.git("rev-parse", "--verify", "--quiet", "HEAD~1")
        return previous.strip() if previous else None
