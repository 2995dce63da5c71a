// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-tile-and-fuse{rows=16 tile-bytes=4096}))' --split-input-file | FileCheck %s
// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-tile-and-fuse{rows=16 tile-bytes=4096 threads}))' --split-input-file | FileCheck %s --check-prefix=THREADS
// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-tile-and-fuse))' --split-input-file --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// Heads outside, rows inside; scores and sums never exist as a whole.
// CHECK-LABEL: func.func @attention
// CHECK: scf.for %[[HEAD:.+]] = %{{.+}} to %c3 step %c1
// CHECK: scf.for %[[ROW:.+]] = %{{.+}} to %c48 step %c16
// CHECK-NOT: tensor.empty() : tensor<3x48x48xf32>
// CHECK: math.exp
// CHECK: } -> (tensor<1x16x48xf32>, tensor<1x16xf32>)
// CHECK: linalg.generic {{.*}} outs(%{{.+}} : tensor<1x16x8xf32>)
// CHECK: arith.divf
// CHECK: return

// THREADS-LABEL: func.func @attention
// THREADS: scf.forall (%{{.+}}) in (3)
// THREADS: scf.for
// THREADS: tensor.parallel_insert_slice

// REMARK: remark: [Passed] fusion {{.*}}3 ops are computed tile by tile in 2 loops
func.func @attention(%s: tensor<3x48x48xf32>, %v: tensor<3x48x8xf32>) -> tensor<3x48x8xf32> {
  %zero = arith.constant 0.0 : f32
  %es = tensor.empty() : tensor<3x48x48xf32>
  %er = tensor.empty() : tensor<3x48xf32>
  %fr = linalg.fill ins(%zero : f32) outs(%er : tensor<3x48xf32>) -> tensor<3x48xf32>
  %e:2 = linalg.generic {indexing_maps = [affine_map<(b, i, j) -> (b, i, j)>, affine_map<(b, i, j) -> (b, i, j)>, affine_map<(b, i, j) -> (b, i)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%s : tensor<3x48x48xf32>) outs(%es, %fr : tensor<3x48x48xf32>, tensor<3x48xf32>) {
  ^bb0(%a: f32, %o: f32, %acc: f32):
    %x = math.exp %a : f32
    %t = arith.addf %x, %acc : f32
    linalg.yield %x, %t : f32, f32
  } -> (tensor<3x48x48xf32>, tensor<3x48xf32>)
  %eo = tensor.empty() : tensor<3x48x8xf32>
  %fo = linalg.fill ins(%zero : f32) outs(%eo : tensor<3x48x8xf32>) -> tensor<3x48x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(b, i, d, j) -> (b, i, j)>, affine_map<(b, i, d, j) -> (b, j, d)>, affine_map<(b, i, d, j) -> (b, i, d)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%e#0, %v : tensor<3x48x48xf32>, tensor<3x48x8xf32>) outs(%fo : tensor<3x48x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %t = arith.addf %m, %o : f32
    linalg.yield %t : f32
  } -> tensor<3x48x8xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(b, i, d) -> (b, i, d)>, affine_map<(b, i, d) -> (b, i)>, affine_map<(b, i, d) -> (b, i, d)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%y, %e#1 : tensor<3x48x8xf32>, tensor<3x48xf32>) outs(%eo : tensor<3x48x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<3x48x8xf32>
  return %r : tensor<3x48x8xf32>
}

// -----

// Rows of a normalisation: as many as fit into the tile.
// CHECK-LABEL: func.func @rows
// CHECK: scf.for %{{.+}} = %{{.+}} to %{{.+}} step %c4
// CHECK: %[[SIZE:.+]] = affine.min
// CHECK: linalg.generic {{.*}} outs(%{{.+}} : tensor<?xf32>)
// CHECK: linalg.generic {{.*}} outs(%{{.+}} : tensor<?x256xf32>)
// CHECK: scf.yield

// REMARK: remark: [Passed] fusion {{.*}}2 ops are computed tile by tile in 1 loops
func.func @rows(%x: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x256xf32>
  %e1 = tensor.empty(%n) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e1 : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x256xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?x256xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x256xf32>, tensor<?xf32>) outs(%e : tensor<?x256xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.subf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?x256xf32>
  return %y : tensor<?x256xf32>
}

// -----

// A producer that somebody else reads is computed once, in front of the loops.
// CHECK-LABEL: func.func @outside
// CHECK: %[[E:.+]] = linalg.generic
// CHECK: math.exp
// CHECK-NOT: scf.for
// CHECK: return %[[E]]

// REMARK: remark: [Missed] fusion {{.*}}is computed on its own
func.func @outside(%x: tensor<64x256xf32>) -> (tensor<64x256xf32>, tensor<64xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x256xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<64x256xf32>) outs(%e : tensor<64x256xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = math.exp %a : f32
    linalg.yield %s : f32
  } -> tensor<64x256xf32>
  %e1 = tensor.empty() : tensor<64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e1 : tensor<64xf32>) -> tensor<64xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%y : tensor<64x256xf32>) outs(%f : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<64xf32>
  return %y, %sum : tensor<64x256xf32>, tensor<64xf32>
}
