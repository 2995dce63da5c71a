// Emitted libraries depend on libc, libm and, for threads, libomp; they export
// their functions and nothing else.
// RUN: sparse-compile %s -o %t.so
// RUN: llvm-readelf -d %t.so | FileCheck %s --check-prefix=OMP
// RUN: sparse-compile %s -o %t.none.so --threading=none
// RUN: llvm-readelf -d %t.none.so | FileCheck %s --check-prefix=NONE
// RUN: llvm-nm -D --defined-only --format=just-symbols %t.none.so | FileCheck %s --check-prefix=SYMBOLS
// RUN: llvm-readelf -d %t.none.so | FileCheck %s --check-prefix=TEXTREL

// OMP-DAG:      (NEEDED) Shared library: [libc.so.6]
// OMP-DAG:      (NEEDED) Shared library: [libomp.so.5]
// NONE-NOT:     (NEEDED) {{.*}}omp
// NONE:         (NEEDED) Shared library: [lib{{c|m}}.so.6]
// NONE-NOT:     (NEEDED) {{.*}}omp
// TEXTREL-NOT:  TEXTREL
// SYMBOLS:      {{^}}dependencies_close
// SYMBOLS-NEXT: {{^}}dependencies_description
// SYMBOLS-NEXT: {{^}}dependencies_open
// SYMBOLS-NEXT: {{^}}f{{$}}
// SYMBOLS-NEXT: {{^}}f_packed{{$}}
// SYMBOLS-NEXT: {{^}}f_packed_sizes{{$}}
// SYMBOLS-NEXT: {{^}}f_sizes{{$}}
// SYMBOLS-NEXT: {{^}}sparseopt_alloc{{$}}
// SYMBOLS-NEXT: {{^}}sparseopt_close{{$}}
// SYMBOLS-NEXT: {{^}}sparseopt_description{{$}}
// SYMBOLS-NEXT: {{^}}sparseopt_free{{$}}
// SYMBOLS-NEXT: {{^}}sparseopt_last_error{{$}}
// SYMBOLS-NEXT: {{^}}sparseopt_open{{$}}
// SYMBOLS-NEXT: {{^}}sparseopt_profile_reset{{$}}
// SYMBOLS-NEXT: {{^}}sparseopt_profile_step{{$}}
// SYMBOLS-NEXT: {{^}}sparseopt_set_observer{{$}}
// SYMBOLS-NOT:  {{.}}
func.func @f(%x: tensor<64xf64>) -> tensor<64xf64> {
  %e = tensor.empty() : tensor<64xf64>
  %y = scf.forall (%i) in (64) shared_outs(%o = %e) -> tensor<64xf64> {
    %a = tensor.extract_slice %x[%i] [1] [1] : tensor<64xf64> to tensor<1xf64>
    %b = math.exp %a : tensor<1xf64>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %b into %o[%i] [1] [1] : tensor<1xf64> into tensor<64xf64>
    }
  }
  return %y : tensor<64xf64>
}
