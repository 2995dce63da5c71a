"""Disassembled kernels: nvdisasm's text as instructions and a control flow graph."""

import dataclasses
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sysconfig

from .errors import CubinError

_SECTION = re.compile(r"\s*\.section\s+\.text\.(?P<name>[\w$.]+)")
_SECTION_REGISTERS = re.compile(r'\s*\.sectioninfo\s+@"SHI_REGISTERS=(?P<count>\d+)"')
_LABEL = re.compile(r"(?P<label>\.L_\w+|\.text\.[\w$.]+):")
_INSTRUCTION = re.compile(
    r"\s*/\*(?P<address>[0-9a-f]+)\*/\s+(?:\{\s*)?(?P<guard>@!?U?P[T\d]+\s+)?(?P<text>[^;]+);"
)
_TARGET = re.compile(r"`\((?P<label>[^)]+)\)")
_REGISTERS = re.compile(
    r"EIATTR_REGCOUNT\n(?:(?!nvinfo).)*?index@\((?P<name>[^)]+)\)\n[^\n]*\.word\s+(?P<count>0x[0-9a-f]+)", re.DOTALL
)

# Control never goes on behind these unless a guard skips them.
_ENDS = ("EXIT", "RET", "BRA", "BRX", "JMP", "JMX", "BREAK", "KILL")


@dataclasses.dataclass(frozen=True)
class Instruction:
    """One instruction: address, guard predicate ("" for none), opcode, operands."""

    address: int
    guard: str
    opcode: str
    operands: tuple[str, ...]

    @property
    def text(self):
        """The instruction as nvdisasm prints it."""
        guard = f"{self.guard} " if self.guard else ""
        return f"{guard}{self.opcode} {', '.join(self.operands)}".rstrip()

    @property
    def target(self):
        """The label that it may jump to, or None."""
        for operand in self.operands:
            if match := _TARGET.search(operand):
                return match["label"]
        return None

    @property
    def is_jump(self):
        """Whether it moves control to its target (BSSY only names a label)."""
        return self.opcode.split(".")[0] in ("BRA", "JMP", "CALL", "BRX")

    @property
    def falls_through(self):
        """Whether the next instruction may come after it."""
        name = self.opcode.split(".")[0]
        if name not in _ENDS or self.guard not in ("", "@PT", "@UPT"):
            return True
        return name == "BRA" and len(self.operands) > 1


@dataclasses.dataclass
class Kernel:
    """The code of one function of a cubin."""

    name: str
    instructions: list[Instruction] = dataclasses.field(default_factory=list)
    labels: dict[str, int] = dataclasses.field(default_factory=dict)
    registers: int | None = None

    @functools.cached_property
    def successors(self):
        """For each instruction, the indices of those that may run next."""
        result = []
        for index, instruction in enumerate(self.instructions):
            follow = set()
            if instruction.falls_through and index + 1 < len(self.instructions):
                follow.add(index + 1)
            if instruction.is_jump and instruction.target in self.labels:
                follow.add(self.labels[instruction.target])
            result.append(sorted(i for i in follow if i < len(self.instructions)))
        return result

    def count(self, prefix):
        """How many instructions have an opcode that starts with `prefix`."""
        return sum(i.opcode.startswith(prefix) for i in self.instructions)


def find_tool(name):
    """Path of a CUDA tool: PATH, $CUDA_HOME, the Python packages, /usr/local/cuda."""
    if path := shutil.which(name):
        return path
    packages = pathlib.Path(sysconfig.get_path("purelib")) / "nvidia"
    folders = [*packages.glob("*/bin"), pathlib.Path("/usr/local/cuda/bin")]
    if home := os.environ.get("CUDA_HOME"):
        folders.insert(0, pathlib.Path(home) / "bin")
    for folder in folders:
        if (folder / name).is_file():
            return str(folder / name)
    return None


def parse(text):
    """The kernels in nvdisasm's output, by name."""
    kernels, current = {}, None
    for line in text.splitlines():
        if match := _SECTION.match(line):
            current = kernels.setdefault(match["name"], Kernel(match["name"]))
        elif ".section\t" in line:
            current = None
        elif current is None:
            continue
        elif match := _SECTION_REGISTERS.match(line):
            # Before Hopper.
            current.registers = int(match["count"])
        elif match := _LABEL.match(line.strip()):
            current.labels[match["label"]] = len(current.instructions)
        elif match := _INSTRUCTION.match(line):
            opcode, _, rest = match["text"].strip().partition(" ")
            operands = tuple(o.strip() for o in rest.split(",")) if rest.strip() else ()
            guard = (match["guard"] or "").strip()
            current.instructions.append(Instruction(int(match["address"], 16), guard, opcode, operands))
    for match in _REGISTERS.finditer(text):
        if match["name"] in kernels:
            kernels[match["name"]].registers = int(match["count"], 16)
    return {name: kernel for name, kernel in kernels.items() if kernel.instructions}


def disassemble(cubin):
    """The kernels of a cubin file, by name."""
    tool = find_tool("nvdisasm")
    if tool is None:
        raise CubinError("nvdisasm not found: run scripts/setup, or install the CUDA toolkit")
    done = subprocess.run([tool, str(cubin)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CubinError(f"{cubin}: nvdisasm failed: {done.stderr.strip() or done.stdout.strip()}")
    kernels = parse(done.stdout)
    if not kernels:
        raise CubinError(f"{cubin}: no kernels in it")
    return kernels
