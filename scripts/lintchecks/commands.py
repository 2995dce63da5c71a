"""Running the outside programs that some checks consist of."""

import shutil
import subprocess

from lintchecks.tree import LintError


def program(*names):
    """The path of the first of these programs that is installed."""
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    raise LintError(f"{names[0]} is not installed; run scripts/setup")


def output(arguments, cwd):
    """Exit status and merged output of a program."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
