"""Small PTX kernels with sparse wgmma instructions, good ones and bad ones."""

HEAD = """\
.version 8.6
.target sm_90a
.address_size 64
.extern .shared .align 1024 .b8 smem[];
.visible .entry kernel(.param .u64 out, .param .u32 count) .maxntid 128 {
  .reg .f32 %f<8>; .reg .b32 %r<40>; .reg .b64 %d<8>; .reg .pred %p<2>;
  mov.u32 %r0, %tid.x; shl.b32 %r1, %r0, 2;
  mov.u64 %d0, smem; cvt.u32.u64 %r2, %d0; add.u32 %r2, %r2, %r1;
  mov.u64 %d1, 0x800400001; mov.u64 %d2, 0x4000004000010002;
  ld.param.u32 %r3, [count]; mov.u32 %r4, 0; mov.u32 %r11, 0;
  mov.f32 %f0, 0f00000000; mov.f32 %f1, %f0; mov.f32 %f2, %f0; mov.f32 %f3, %f0;
"""

TAIL = """
  wgmma.wait_group.sync.aligned 0;
  ld.param.u64 %d3, [out]; mul.wide.u32 %d4, %r0, 16; add.u64 %d3, %d3, %d4;
  st.global.v4.f32 [%d3], {%f0, %f1, %f2, %f3};
  ret;
}
"""

LOOP_END = """
  add.u32 %r2, %r2, 1024; add.u32 %r4, %r4, 1;
  setp.lt.u32 %p0, %r4, %r3; @%p0 bra LOOP;
"""


def group(metadata):
    """One sparse wgmma in a group of its own."""
    return f"""
  wgmma.fence.sync.aligned;
  wgmma.mma_async.sp.sync.aligned.m64n8k32.f32.bf16.bf16
    {{%f0, %f1, %f2, %f3}}, %d1, %d2, {metadata}, 0, 1, 1, 1, 0, 0;
  wgmma.commit_group.sync.aligned;"""


def load(register, offset=0):
    """Reads metadata from shared memory."""
    return f"\n  ld.shared.b32 {register}, [%r2+{offset}];"


def wait(count):
    """Waits until at most `count` groups are in flight."""
    return f"\n  wgmma.wait_group.sync.aligned {count};"


def loop(body):
    """A kernel that repeats `body`, not unrolled."""
    return HEAD + 'LOOP: .pragma "nounroll";' + body + LOOP_END + TAIL


def straight(body):
    """A kernel without a loop."""
    return HEAD + body + TAIL


# The metadata of the group before is overwritten while that group is in flight.
OVERWRITTEN = loop(load("%r10") + group("%r10") + wait(1))
# Two registers take turns: the rule of unrolling by groups in flight plus one.
UNROLLED = loop(load("%r10") + group("%r10") + wait(1) + load("%r11", 512) + group("%r11") + wait(1))
# Nothing is in flight when metadata is loaded.
WAITS_FOR_ALL = loop(load("%r10") + group("%r10") + wait(0))
STRAIGHT = straight("".join(load("%r10", 512 * i) + group("%r10") + wait(1) for i in range(6)))
# Metadata is loaded between commit and wait, for the next trip: ptxas serialises.
SERIALISED = loop(group("%r11") + load("%r12") + wait(1) + "\n  mov.b32 %r11, %r12;")
# No matrix instruction at all.
DENSE = straight("")
