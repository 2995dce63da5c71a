"""The gates on compiled kernels, on kernels that are known to be good or bad."""

import pathlib
import subprocess
import sys

import pytest
import wgmma_ptx
from cubincheck import gate, hazards, ptxas, sass
from cubincheck.errors import CubinError

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check-cubin"


@pytest.fixture
def assemble(tmp_path):
    """Assembles PTX; returns the cubin's path and ptxas' log."""
    for tool in ("ptxas", "nvdisasm"):
        if sass.find_tool(tool) is None:
            pytest.skip(f"{tool} is not installed")

    def run(text):
        source, cubin = tmp_path / "kernel.ptx", tmp_path / "kernel.cubin"
        source.write_text(text, encoding="utf-8")
        command = [sass.find_tool("ptxas"), "-arch=sm_90a", "-v", source, "-o", cubin]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return cubin, done.stdout + done.stderr

    return run


@pytest.mark.parametrize("name", ["UNROLLED", "WAITS_FOR_ALL", "STRAIGHT"])
def test_good_kernels_pass(assemble, name):
    cubin, log = assemble(getattr(wgmma_ptx, name))
    assert gate.check_file(cubin, gate.Limits(require=("HGMMA.SP",), max_registers=64), log) == []


def test_overwritten_metadata_is_found(assemble):
    cubin, log = assemble(wgmma_ptx.OVERWRITTEN)
    (finding,) = gate.check_file(cubin, gate.Limits(), log)
    assert finding.startswith("kernel+0x")
    assert "LDS" in finding and finding.endswith("of a matrix instruction in flight")


def test_serialised_kernel_is_found(assemble):
    cubin, log = assemble(wgmma_ptx.SERIALISED)
    assert any("kernel: ptxas note C7513" in f for f in gate.check_file(cubin, gate.Limits(), log))
    allowed = gate.Limits(allow_notes=("C7513",))
    assert not any("note" in f for f in gate.check_file(cubin, allowed, log))


def test_missing_instruction_and_registers_are_found(assemble):
    cubin, log = assemble(wgmma_ptx.DENSE)
    findings = gate.check_file(cubin, gate.Limits(require=("HGMMA.SP",), max_registers=4), log)
    assert findings[0] == "kernel: no HGMMA.SP instruction"
    assert findings[1].endswith(" registers, at most 4 are allowed")


def test_spills_are_found(assemble):
    loads = "".join(f"ld.volatile.shared.f32 %v{i}, [%r2+{4 * i}];\n" for i in range(64))
    sums = "".join(f"add.f32 %f0, %f0, %v{i};\n" for i in reversed(range(64)))
    text = wgmma_ptx.straight(".reg .f32 %v<64>;\n" + loads + sums)
    cubin, log = assemble(text.replace(".maxntid 128", ".maxntid 128 .maxnreg 32"))
    findings = gate.check_file(cubin, gate.Limits(), log)
    assert any("accesses to local memory" in f for f in findings)
    assert any("bytes of spill stores" in f for f in findings)


def test_registers_are_those_of_ptxas(assemble):
    cubin, log = assemble(wgmma_ptx.UNROLLED)
    kernels = sass.disassemble(cubin)
    assert kernels["kernel"].registers == ptxas.parse(log)["kernel"].registers
    (row,) = gate.describe(kernels)
    assert row["matrix"] == {"HGMMA.SP.64x8x32.F32.BF16": 2}


def test_unknown_kernel_name(assemble):
    cubin, _ = assemble(wgmma_ptx.DENSE)
    assert gate.check_file(cubin, gate.Limits(), only="other") == [
        "no kernel matches 'other'; there are kernel"
    ]


def test_program(assemble):
    cubin, _ = assemble(wgmma_ptx.OVERWRITTEN)
    done = subprocess.run([sys.executable, SCRIPT, cubin], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{cubin}: error: kernel+0x")
    cubin, _ = assemble(wgmma_ptx.UNROLLED)
    done = subprocess.run([sys.executable, SCRIPT, cubin], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_broken_cubin(tmp_path):
    if sass.find_tool("nvdisasm") is None:
        pytest.skip("nvdisasm is not installed")
    cubin = tmp_path / "broken.cubin"
    cubin.write_text("not a cubin", encoding="utf-8")
    with pytest.raises(CubinError, match="nvdisasm failed"):
        sass.disassemble(cubin)


def instruction(text):
    """One instruction of SASS text."""
    listing = f"\t.section .text.k\n        /*0000*/ {text} ;\n"
    return sass.parse(listing)["k"].instructions[0]


@pytest.mark.parametrize(
    ("text", "registers"),
    [
        ("HGMMA.SP.64x16x32.F32.BF16 R24, gdesc[UR8], R24, R35, 0x0", {35}),
        ("HGMMA.SP.64x8x32.F32.BF16 R24, gdesc[UR4], RZ, !UPT, R29, 0x0, gsb0", {29}),
        ("HGMMA.SP.64x8x32.F32.BF16 R24, R4, gdesc[UR4], R24, R9, 0x1", {4, 5, 6, 7, 9}),
        ("HGMMA.64x64x16.F32.BF16 R24, gdesc[UR8], R24", set()),
        ("HGMMA.64x64x16.F32.BF16 R24, R8, gdesc[UR8], R24, gsb0", {8, 9, 10, 11}),
        ("QGMMA.SP.64x8x64.F32.E4M3.E4M3 R24, gdesc[UR4], R24, R10, 0x0", {10}),
    ],
)
def test_registers_that_wgmma_reads(text, registers):
    assert hazards.async_reads(instruction(text)) == registers


@pytest.mark.parametrize(
    ("text", "registers"),
    [
        ("LDS.128 R4, [R0+0x10]", {4, 5, 6, 7}),
        ("@!P1 LDS R4, [R0]", {4}),
        ("SHFL.IDX PT, R2, R3, RZ, 0x1f", {2}),
        ("ISETP.EQ.U32.AND P1, PT, R2, 0x4, !P1", set()),
        ("STS [R2], R3", set()),
        ("R2UR UR4, R3", set()),
        ("IMAD.WIDE R6, R2, 0x4, R8", {6, 7}),
        ("CS2R R8, SRZ", {8, 9}),
        ("SYNCS.PHASECHK.TRANS64.TRYWAIT P0, [R3+URZ], R2", set()),
        ("HGMMA.64x64x16.F32.BF16 R24, gdesc[UR8], R24", set()),
    ],
)
def test_registers_that_are_written(text, registers):
    assert hazards.written(instruction(text)) == registers


def test_listing_before_hopper():
    listing = (
        '\t.section\t.text.k,"ax",@progbits\n\t.sectioninfo\t@"SHI_REGISTERS=158"\n'
        "        /*0000*/                   HMMA.SP.16832.F32.BF16 R0, R4, R8, R0, R12, 0x0 ;\n"
        '\t.section\t.data,"aw"\n'
    )
    kernel = sass.parse(listing)["k"]
    assert kernel.registers == 158
    assert kernel.count("HMMA.SP") == 1
