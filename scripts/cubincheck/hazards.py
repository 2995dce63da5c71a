"""Registers that an asynchronous matrix instruction still reads while they are written.

wgmma reads its metadata register, and the registers of an A operand, after it was issued,
until a wait covers its group. ptxas protects them in straight-line code and misses the back
edge of loops. This is a data flow analysis over the whole kernel: its state maps each register
that may still be read to the number of groups that were committed since its own.
"""

import dataclasses
import re

OPEN = -1  # Read by an instruction whose group is not committed yet.
_MAX_AGE = 8  # As many groups in flight as a wait can name, and more.

_REGISTER = re.compile(r"-?\|?(?P<kind>U?R)(?P<number>\d+)")
_PREDICATE = re.compile(r"!?U?P(T|\d+)")
_WAIT = re.compile(r"WARPGROUP\.DEPBAR\.LE gsb0, (?P<count>0x[0-9a-f]+)")

# These read what looks like a destination.
_NO_RESULT = (
    "ST",
    "RED",
    "BAR",
    "BRA",
    "BRX",
    "BSSY",
    "BSYNC",
    "UTMA",
    "UBLK",
    "R2UR",
    "R2P",
    "NANOSLEEP",
    "WARPSYNC",
    "EXIT",
    "RET",
    "CCTL",
    "SYNCS.PHASECHK",
    "HGMMA",
    "IGMMA",
    "QGMMA",
)


@dataclasses.dataclass(frozen=True)
class Hazard:
    """An instruction that writes registers which may still be read."""

    kernel: str
    address: int
    text: str
    registers: tuple[int, ...]

    def __str__(self):
        names = ", ".join(f"R{r}" for r in self.registers)
        return f"{self.kernel}+{self.address:#x}: '{self.text}' overwrites {names} of a matrix instruction in flight"


def is_async_matrix(instruction):
    """Whether it is a wgmma."""
    return instruction.opcode.split(".")[0] in ("HGMMA", "IGMMA", "QGMMA")


def _number(operand):
    match = _REGISTER.match(operand)
    return int(match["number"]) if match and match["kind"] == "R" else None


def async_reads(instruction):
    """Registers that a wgmma reads after its issue: A fragments and metadata.

    Operands are D, A (a register or gdesc[]), B (gdesc[]), C, then metadata and selector for
    the sparse form; with both descriptors in one gdesc[] A is left out.
    """
    operands = instruction.operands[1:]
    registers = set()
    if operands and (first := _number(operands[0])) is not None:
        registers.update(range(first, first + 4))
    if ".SP" in instruction.opcode:
        plain = [n for o in operands[1:] if (n := _number(o)) is not None]
        if len(plain) > 1 or (plain and "RZ" in operands):
            registers.add(plain[-1])
    return registers


def _width(opcode):
    parts = opcode.split(".")
    if parts[0] in ("HMMA", "IMMA", "QMMA"):
        return 4
    if "128" in parts or (parts[0] == "LDSM" and "4" in parts):
        return 4
    wide = parts[0].startswith("D") or "64" in parts or "WIDE" in parts or "F64" in parts
    if wide or (parts[0] == "CS2R" and "32" not in parts) or (parts[0] == "LDSM" and "2" in parts):
        return 2
    return 1


def written(instruction):
    """Registers that an instruction writes, wgmma's accumulators excepted."""
    if instruction.opcode.startswith(_NO_RESULT) or "SETP" in instruction.opcode:
        return set()
    for operand in instruction.operands:
        if _PREDICATE.fullmatch(operand):
            continue
        first = _number(operand)
        if first is None:
            return set()
        return set(range(first, first + _width(instruction.opcode)))
    return set()


def _step(instruction, state):
    """The state behind an instruction."""
    if is_async_matrix(instruction):
        after = dict(state)
        after.update(dict.fromkeys(async_reads(instruction), OPEN))
        if any("gsb0" in operand for operand in instruction.operands):
            after = {r: min(age + 1, _MAX_AGE) for r, age in after.items()}
        return after
    if match := _WAIT.search(instruction.text):
        count = int(match["count"], 16)
        return {r: age for r, age in state.items() if age < count}
    return state


def _join(into, state):
    """Merges `state`; a register's most recent use counts. Tells whether `into` changed."""
    changed = False
    for register, age in state.items():
        if register not in into or age < into[register]:
            into[register] = age
            changed = True
    return changed


def find_hazards(kernel):
    """All hazards of a kernel, in order of address."""
    if not any(is_async_matrix(i) for i in kernel.instructions):
        return []
    before = [None] * len(kernel.instructions)
    before[0] = {}
    work = [0]
    while work:
        index = work.pop()
        after = _step(kernel.instructions[index], before[index])
        for successor in kernel.successors[index]:
            if before[successor] is None:
                before[successor] = dict(after)
                work.append(successor)
            elif _join(before[successor], after):
                work.append(successor)
    hazards = []
    for instruction, state in zip(kernel.instructions, before, strict=True):
        clash = written(instruction) & set(state or ())
        if clash:
            hazards.append(Hazard(kernel.name, instruction.address, instruction.text, tuple(sorted(clash))))
    return hazards
