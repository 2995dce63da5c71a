"""The list of all checks, in the order in which they run."""

from lintchecks import (
    banners,
    cpp_format,
    cpp_tidy,
    filecheck,
    host_names,
    large_files,
    linkage,
    machine_paths,
    private_includes,
    python_style,
    reference_docs,
    run_lines,
    shell,
    sizes,
    unfinished,
)

CHECKS = (
    sizes,
    banners,
    unfinished,
    machine_paths,
    host_names,
    large_files,
    private_includes,
    filecheck,
    run_lines,
    shell,
    python_style,
    cpp_format,
    reference_docs,
    linkage,
    cpp_tidy,
)


class UnknownCheck(Exception):
    """A name on the command line that no check has."""


def select(names):
    """The checks with these names, or all of them when there are no names."""
    known = {check.NAME: check for check in CHECKS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnknownCheck(f"no check '{unknown[0]}'; there are: {', '.join(known)}")
    return [known[name] for name in names] if names else list(CHECKS)
