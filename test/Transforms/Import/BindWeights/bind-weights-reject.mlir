// RUN: %python %S/../../../Inputs/safetensors.py %t.safetensors up:F32:1x2:1,2
// RUN: sparse-opt %s --sparsity-bind-weights=file=%t.safetensors -split-input-file -verify-diagnostics
// RUN: head -c 40 %t.safetensors > %t.short
// RUN: echo "" | not sparse-opt --sparsity-bind-weights=file=%t.short 2>&1 | FileCheck %s --check-prefix=SHORT
// RUN: head -c 75 %t.safetensors > %t.data
// RUN: echo "" | not sparse-opt --sparsity-bind-weights=file=%t.data 2>&1 | FileCheck %s --check-prefix=DATA
// RUN: echo "not one" > %t.other
// RUN: echo "" | not sparse-opt --sparsity-bind-weights=file=%t.other 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: echo "" | not sparse-opt --sparsity-bind-weights=file=%t.nosuch 2>&1 | FileCheck %s --check-prefix=NOFILE

// SHORT: error: '{{.*}}.short' is cut off in its header, or no safetensors file
// DATA: error: '{{.*}}.data' is cut off
// OTHER: error: '{{.*}}.other'
// NOFILE: error: '{{.*}}.nosuch' cannot be read

func.func @missing() {
  // expected-error@+1 {{weight 'down' is not in}}
  %0 = arith.constant dense_resource<down> : tensor<2x1xf16>
  return
}

// -----

func.func @dtype() {
  // expected-error@+1 {{weight 'up' has elements of type 'f16', but}}
  %0 = arith.constant dense_resource<up> : tensor<1x2xf16>
  return
}

// -----

func.func @shape() {
  // expected-error@+1 {{weight 'up' has shape 2, 1, but}}
  %0 = arith.constant dense_resource<up> : tensor<2x1xf32>
  return
}

// -----

// expected-error@+1 {{has weights as arguments and is called; only entries may have}}
func.func @callee(%w: tensor<1x2xf32> {sparsity.weight = "up"}) {
  return
}
func.func @caller(%w: tensor<1x2xf32>) {
  call @callee(%w) : (tensor<1x2xf32>) -> ()
  return
}

// -----

// expected-error@+1 {{argument #0, weight 'up', is not a tensor of static shape}}
func.func @dynamic(%w: tensor<?x2xf32> {sparsity.weight = "up"}) {
  return
}
