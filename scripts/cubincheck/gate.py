"""The verdict on a kernel: what its SASS and ptxas' log say against what is allowed."""

import dataclasses
import re

from . import hazards, ptxas, sass


@dataclasses.dataclass(frozen=True)
class Limits:
    """What a kernel may and must have. `require` are prefixes of SASS opcodes."""

    require: tuple[str, ...] = ()
    max_registers: int | None = None
    allow_notes: tuple[str, ...] = ()
    allow_stack: bool = False


def _check_log(resources, limits):
    for note in resources.notes:
        if note.split(":")[0] not in limits.allow_notes:
            yield f"ptxas note {note}"
    if resources.spill_stores or resources.spill_loads:
        yield f"{resources.spill_stores} bytes of spill stores, {resources.spill_loads} bytes of spill loads"
    elif resources.stack and not limits.allow_stack:
        yield f"{resources.stack} bytes of stack"


def _check_sass(kernel, limits):
    local = kernel.count("LDL") + kernel.count("STL")
    if local and not limits.allow_stack:
        yield f"{local} accesses to local memory (spills, or an array with run-time indices)"
    for prefix in limits.require:
        if not kernel.count(prefix):
            yield f"no {prefix} instruction"
    if limits.max_registers is not None and (kernel.registers or 0) > limits.max_registers:
        yield f"{kernel.registers} registers, at most {limits.max_registers} are allowed"


def check(kernels, limits, log="", only=None):
    """Findings on disassembled kernels, as sentences that begin with the kernel's name.

    `log` is ptxas' output, if there is any; `only` a regular expression on whole names.
    """
    logged = ptxas.parse(log)
    chosen = {n: k for n, k in kernels.items() if only is None or re.fullmatch(only, n)}
    if not chosen:
        return [f"no kernel matches '{only}'; there are {', '.join(sorted(kernels))}"]
    findings = []
    for name, kernel in chosen.items():
        findings += [f"{name}: {text}" for text in _check_sass(kernel, limits)]
        findings += [str(hazard) for hazard in hazards.find_hazards(kernel)]
        if name in logged:
            findings += [f"{name}: {text}" for text in _check_log(logged[name], limits)]
    if "" in logged:
        findings += [f"ptxas log: {text}" for text in _check_log(logged[""], limits)]
    return findings


def describe(kernels):
    """One row per kernel: registers, instructions, matrix instructions."""
    rows = []
    for name, kernel in sorted(kernels.items()):
        matrix = {}
        for instruction in kernel.instructions:
            head = instruction.opcode.split(".")[0]
            if head.endswith("MMA") and head not in ("FMMA",):
                opcode = instruction.opcode
                matrix[opcode] = matrix.get(opcode, 0) + 1
        rows.append(
            {
                "name": name,
                "registers": kernel.registers,
                "instructions": sum(i.opcode != "NOP" for i in kernel.instructions),
                "matrix": matrix,
            }
        )
    return rows


def check_file(cubin, limits, log="", only=None):
    """Findings on a cubin file."""
    return check(sass.disassemble(cubin), limits, log, only)
