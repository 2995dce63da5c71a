// A program for a GPU on a fake driver: arrays are copied there and back; what goes wrong is told.
// REQUIRES: ptxas
// RUN: rm -f %t.log
// RUN: %npy make %t.x.npy float32 3x4 1.5
// RUN: env LD_LIBRARY_PATH=%build_dir/unittests/Runtime/fake FAKE_CUDA_LOG=%t.log sparse-run %s --target=sm_90a --input=%t.x.npy --output=%t.y.npy
// RUN: %npy show %t.y.npy | FileCheck %s
// RUN: FileCheck %s --check-prefix=LOG --input-file=%t.log
// RUN: env LD_LIBRARY_PATH=%build_dir/unittests/Runtime/fake FAKE_CUDA_FAIL=cuInit=100 not sparse-run %s --target=sm_90a --input=%t.x.npy 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: env LD_LIBRARY_PATH=%build_dir/unittests/Runtime/fake FAKE_CUDA_CAPABILITY=8.6 not sparse-run %s --target=sm_90a --input=%t.x.npy 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: env LD_LIBRARY_PATH=%build_dir/unittests/Runtime/fake FAKE_CUDA_FAIL=cuLaunchKernelEx=700 not sparse-run %s --target=sm_90a --input=%t.x.npy 2>&1 | FileCheck %s --check-prefix=LAUNCH

// CHECK: float32 (3, 4)
// LOG: upload 48
// LOG-NEXT: launch elementwise grid 1 1 1 block 256 1 1
// LOG-NEXT: download 48
// LOG-NEXT: synchronize
// NONE: error: model: this library runs on an NVIDIA GPU, and this machine has none
// OTHER: error: model: this library was compiled for sm_90a (compute capability 9.0); the GPU, Fake GPU 0, has 8.6
// LAUNCH: error: model: elementwise: a fake error
func.func @f(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  %e = tensor.empty(%n) : tensor<?x4xf32>
  %0 = linalg.exp ins(%x : tensor<?x4xf32>) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
