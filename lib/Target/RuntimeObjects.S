// The run-time support as bytes; see RuntimeObjects.cpp.
  .section .rodata
  .balign 16
  .globl sparseopt_runtime_object_begin
  .hidden sparseopt_runtime_object_begin
sparseopt_runtime_object_begin:
  .incbin SPARSEOPT_RUNTIME_OBJECT
  .globl sparseopt_runtime_object_end
  .hidden sparseopt_runtime_object_end
sparseopt_runtime_object_end:
  .section .note.GNU-stack,"",@progbits
