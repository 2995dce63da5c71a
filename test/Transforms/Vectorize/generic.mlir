// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-vectorize{lanes=8}))' --split-input-file | FileCheck %s
// RUN: sparse-opt %s --pass-pipeline='builtin.module(func.func(sparsity-vectorize))' --split-input-file --remarks-filter=sparsity -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// The row's value is loaded once; the last vector is masked.
// CHECK-LABEL: func.func @row
// CHECK: scf.for %[[I:.+]] = %{{.+}} to %c6
// CHECK: %[[M:.+]] = memref.load %arg1[%[[I]]]
// CHECK: scf.for %[[J:.+]] = %{{.+}} to %c16{{.*}} step %c8
// CHECK: vector.load %arg0[%[[I]], %[[J]]]
// CHECK: arith.subf {{.*}} : vector<8xf32>
// CHECK: vector.store
// CHECK: vector.create_mask
// CHECK: vector.maskedload
// CHECK: vector.maskedstore
func.func @row(%x: memref<6x19xf32>, %m: memref<6xf32>, %y: memref<6x19xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : memref<6x19xf32>, memref<6xf32>) outs(%y : memref<6x19xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.subf %a, %b : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// A sum along the row: four accumulators, then the rest, then one horizontal sum.
// CHECK-LABEL: func.func @sum
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK: scf.for {{.*}} -> (vector<8xf32>)
// CHECK: scf.for {{.*}} -> (vector<8xf32>)
// CHECK: vector.create_mask
// CHECK: arith.select
// CHECK: vector.reduction <add>, {{.*}} fastmath<reassoc>
func.func @sum(%x: memref<?x?xf32>, %y: memref<?xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<?x?xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// A sum down the columns: vectors along the columns, in order.
// CHECK-LABEL: func.func @columns
// CHECK: scf.for %[[J:.+]] = %{{.+}} to %c16{{.*}} step %c8
// CHECK: vector.load %arg1[%[[J]]]
// CHECK: scf.for {{.*}} to %c5
// CHECK: vector.load %arg0
// CHECK: vector.store
func.func @columns(%x: memref<5x16xf32>, %y: memref<16xf32>) {
  linalg.generic {indexing_maps = [affine_map<(j, i) -> (i, j)>, affine_map<(j, i) -> (j)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<5x16xf32>) outs(%y : memref<16xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// A look-up in a table: the row's number is scalar, the row itself is vectors.
// CHECK-LABEL: func.func @table
// CHECK: %[[ID:.+]] = memref.load %arg0[%[[I:.+]]]
// CHECK: %[[ROW:.+]] = arith.index_cast %[[ID]] : i64 to index
// CHECK: scf.for %[[J:.+]] = {{.*}} step %c8
// CHECK: vector.load %arg1[%[[ROW]], %[[J]]] : memref<100x32xf32>, vector<8xf32>
func.func @table(%ids: memref<7xi64>, %table: memref<100x32xf32>, %y: memref<7x32xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%ids : memref<7xi64>) outs(%y : memref<7x32xf32>) {
  ^bb0(%id: i64, %o: f32):
    %r = arith.index_cast %id : i64 to index
    %j = linalg.index 1 : index
    %e = memref.load %table[%r, %j] : memref<100x32xf32>
    linalg.yield %e : f32
  }
  return
}

// -----

// Integer divisions could trap in masked-off lanes.
// CHECK-LABEL: func.func @division
// CHECK: linalg.generic
// REMARK: remark: [Missed] vectorize {{.*}}its body has 'arith.divsi', which has no vector form here
func.func @division(%x: memref<6x19xi32>, %y: memref<6x19xi32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<6x19xi32>) outs(%y : memref<6x19xi32>) {
  ^bb0(%a: i32, %o: i32):
    %s = arith.divsi %o, %a : i32
    linalg.yield %s : i32
  }
  return
}

// -----

// CHECK-LABEL: func.func @strided
// CHECK: linalg.generic
// REMARK: remark: [Missed] vectorize {{.*}}no dimension is the last one of all operands that have it
func.func @strided(%x: memref<6x19xf32, strided<[38, 2]>>, %y: memref<6x19xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<6x19xf32, strided<[38, 2]>>) outs(%y : memref<6x19xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.negf %a : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// A single element needs no vectors, and no remark.
// CHECK-LABEL: func.func @element
// CHECK: linalg.fill
// REMARK-NOT: linalg.fill
func.func @element(%y: memref<f32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%y : memref<f32>)
  return
}
