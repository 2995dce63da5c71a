// The run-time support as bytes; see RuntimeObjects.cpp.
  .section .rodata
  .balign 16
  .globl sparseoptRuntimeObjectBegin
  .hidden sparseoptRuntimeObjectBegin
sparseoptRuntimeObjectBegin:
  .incbin SPARSEOPT_RUNTIME_OBJECT
  .globl sparseoptRuntimeObjectEnd
  .hidden sparseoptRuntimeObjectEnd
sparseoptRuntimeObjectEnd:
  .section .note.GNU-stack,"",@progbits
