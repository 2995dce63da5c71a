"""What ptxas says of the kernels it assembled (ptxas -v)."""

import dataclasses
import re

_FUNCTION = re.compile(r"Compiling entry function '(?P<name>[^']+)' for '(?P<arch>[^']+)'")
_SPILLS = re.compile(
    r"(?P<stack>\d+) bytes stack frame, (?P<stores>\d+) bytes spill stores, (?P<loads>\d+) bytes spill loads"
)
_USED = re.compile(r"Used (?P<registers>\d+) registers")
_SHARED = re.compile(r"(?P<bytes>\d+) bytes smem")
_NOTE = re.compile(r"\((?P<code>C75\d\d)\) (?P<text>.*)")
_NOTE_FUNCTION = re.compile(r"in (?:the )?function '?(?P<name>[\w$.]+)'?")


@dataclasses.dataclass
class Resources:
    """Resources of one kernel, in registers and bytes, and ptxas' C75xx notes on it."""

    name: str
    arch: str = ""
    registers: int | None = None
    stack: int = 0
    spill_stores: int = 0
    spill_loads: int = 0
    shared: int = 0
    notes: list[str] = dataclasses.field(default_factory=list)


def parse(log):
    """Resources by kernel name. A note that names no kernel of the log stands under ""."""
    kernels, current, notes = {}, None, []
    for line in log.splitlines():
        if match := _FUNCTION.search(line):
            current = kernels.setdefault(match["name"], Resources(match["name"], match["arch"]))
        elif match := _NOTE.search(line):
            notes.append((match["text"], f"{match['code']}: {match['text']}"))
        if current is None:
            continue
        if match := _SPILLS.search(line):
            current.stack = int(match["stack"])
            current.spill_stores = int(match["stores"])
            current.spill_loads = int(match["loads"])
        if match := _USED.search(line):
            current.registers = int(match["registers"])
            shared = _SHARED.search(line)
            current.shared = int(shared["bytes"]) if shared else 0
    for text, note in notes:
        match = _NOTE_FUNCTION.search(text)
        name = match["name"] if match and match["name"] in kernels else ""
        kernels.setdefault(name, Resources(name)).notes.append(note)
    return kernels
