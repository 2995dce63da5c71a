//===- GpuTest.cpp - The GPU part of the run-time support -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs against a fake driver (FakeCuda.c), which writes down what it is asked
// to do and fails when it is told to.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Runtime/LibraryInfo.h"

#include "gtest/gtest.h"

#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <string>
#include <vector>

namespace {

class GpuTest : public ::testing::Test {
protected:
  GpuTest() {
    char path[] = "/tmp/fake-cuda-XXXXXX";
    close(mkstemp(path));
    logPath = path;
    setenv("FAKE_CUDA_LOG", path, 1);
    info.abi_version = SPARSEOPT_ABI_VERSION;
    info.name = "net";
    info.description = "{}";
    info.features = "";
    info.weights = weights;
    info.weights_size = sizeof(weights);
    info.gpu = &gpu;
    gpu.target = "sm_90a";
    gpu.images = images;
    gpu.num_images = 1;
    gpu.kernels = kernels;
    gpu.num_kernels = 2;
  }
  ~GpuTest() override {
    for (const char *name : {"FAKE_CUDA_LOG", "FAKE_CUDA_FAIL",
                             "FAKE_CUDA_CAPABILITY", "FAKE_CUDA_CAPTURING"})
      unsetenv(name);
    remove(logPath.c_str());
  }

  /// The error that opening ends with; empty if it succeeds.
  std::string openError() {
    sparseopt_model *model = sparseopt_rt_open_gpu(&info, nullptr);
    std::string error = model ? "" : sparseopt_last_error();
    if (model)
      sparseopt_rt_close(model);
    return error;
  }
  std::string openErrorWith(const char *name, const char *value) {
    setenv(name, value, 1);
    return openError();
  }

  /// What the driver was asked to do since the last call.
  std::vector<std::string> takeLog() {
    std::vector<std::string> lines;
    std::ifstream file(logPath);
    for (std::string line; std::getline(file, line);)
      lines.push_back(line);
    std::ofstream(logPath, std::ios::trunc).close();
    return lines;
  }

  std::string logPath;
  alignas(64) unsigned char weights[128] = {1, 2, 3};
  const unsigned char *images[1] = {weights};
  sparseopt_rt_gpu_kernel kernels[2] = {{"add", 0, 0}, {"gemm", 0, 200000}};
  sparseopt_rt_gpu_info gpu = {};
  sparseopt_rt_info info = {};
};

using Lines = std::vector<std::string>;

// The first tests fail before the driver counts as loaded, which is once per
// process.
TEST_F(GpuTest, NoDevice) {
  EXPECT_EQ(
      openErrorWith("FAKE_CUDA_FAIL", "cuInit=100"),
      "net: this library runs on an NVIDIA GPU, and this machine has none");
}

TEST_F(GpuTest, BrokenDriver) {
  EXPECT_EQ(openErrorWith("FAKE_CUDA_FAIL", "cuInit=999"),
            "net: NVIDIA's driver cannot be used: a fake error");
  EXPECT_EQ(dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD), nullptr)
      << "a driver that cannot be used stays loaded";
}

TEST_F(GpuTest, OpensAndCloses) {
  sparseopt_model *model = sparseopt_rt_open_gpu(&info, nullptr);
  ASSERT_NE(model, nullptr) << sparseopt_last_error();
  EXPECT_NE(model->weights, weights);
  EXPECT_EQ(model->weights[2], 3);
  EXPECT_EQ(takeLog(), (Lines{"retain", "load", "attribute add 8 0",
                              "attribute gemm 8 200000", "alloc 128",
                              "upload 128", "synchronize"}));
  sparseopt_rt_close(model);
  EXPECT_EQ(takeLog(), (Lines{"unload", "free 128", "release"}));
}

TEST_F(GpuTest, WrongArchitecture) {
  EXPECT_EQ(openErrorWith("FAKE_CUDA_CAPABILITY", "8.0"),
            "net: this library was compiled for sm_90a (compute capability "
            "9.0); the GPU, Fake GPU 0, has 8.0");
  EXPECT_EQ(takeLog(), (Lines{"retain", "release"}));
  EXPECT_NE(openErrorWith("FAKE_CUDA_CAPABILITY", "9.1"), "");
  gpu.target = "sm_80";
  EXPECT_EQ(openErrorWith("FAKE_CUDA_CAPABILITY", "8.6"), "");
  EXPECT_EQ(openErrorWith("FAKE_CUDA_CAPABILITY", "9.0"),
            "net: this library was compiled for sm_80 (compute capability 8.0 "
            "or a later one of the same generation); the GPU, Fake GPU 0, has "
            "9.0");
}

TEST_F(GpuTest, OutOfMemory) {
  EXPECT_EQ(openErrorWith("FAKE_CUDA_FAIL", "cuMemAlloc_v2=2"),
            "net: the GPU is out of memory: the weights need 128 bytes, 4096 "
            "of 16777216 are free");
  EXPECT_EQ(takeLog().back(), "release");
}

TEST_F(GpuTest, WeightsThatDoNotArrive) {
  EXPECT_EQ(openErrorWith("FAKE_CUDA_FAIL", "cuStreamSynchronize=700"),
            "net: the weights cannot be copied to the GPU: a fake error");
  EXPECT_EQ(takeLog().back(), "release");
}

TEST_F(GpuTest, CodeThatDoesNotLoad) {
  EXPECT_EQ(openErrorWith("FAKE_CUDA_FAIL", "cuModuleLoadData=209"),
            "net: the GPU code cannot be loaded: a fake error");
  EXPECT_EQ(openErrorWith("FAKE_CUDA_FAIL", "cuModuleGetFunction=500"),
            "net: add: a fake error");
}

/// A model that is open, with memory for one input, one output and staging.
class GpuCallTest : public GpuTest {
protected:
  GpuCallTest() {
    model = sparseopt_rt_open_gpu(&info, nullptr);
    staging = static_cast<char *>(sparseopt_alloc(model, 256));
    takeLog();
    ports[0] = {input, nullptr, sizeof(input)};
    ports[1] = {output, nullptr, sizeof(output)};
  }
  ~GpuCallTest() override {
    sparseopt_free(model, staging);
    sparseopt_rt_close(model);
  }
  int begin(void *workspace) {
    return sparseopt_rt_gpu_begin(&call, model, nullptr, ports, 1, 2,
                                  workspace);
  }
  int end(int status = 0) {
    return sparseopt_rt_gpu_end(&call, status, ports, 1, 2);
  }

  sparseopt_model *model;
  char *staging;
  char input[100] = "input", output[100] = "";
  sparseopt_rt_gpu_port ports[2];
  sparseopt_rt_gpu_call call;
};

TEST_F(GpuCallTest, HostArraysAreCopied) {
  ASSERT_EQ(begin(staging), 0);
  EXPECT_EQ(ports[0].device, staging);
  EXPECT_EQ(ports[1].device, staging + 128);
  EXPECT_STREQ(staging, "input");
  strcpy(staging + 128, "result");
  ASSERT_EQ(end(), 0);
  EXPECT_STREQ(output, "result");
  EXPECT_EQ(takeLog(), (Lines{"upload 100", "download 100", "synchronize"}));
}

TEST_F(GpuCallTest, DeviceArraysAreUsedInPlace) {
  auto *array = static_cast<char *>(sparseopt_alloc(model, 400));
  takeLog();
  ports[0].given = array;
  ports[1].given = array + 208;
  setenv("FAKE_CUDA_CAPTURING", "1", 1);
  ASSERT_EQ(begin(staging), 0);
  EXPECT_EQ(ports[0].device, array);
  EXPECT_EQ(ports[1].device, array + 208);
  ASSERT_EQ(end(), 0);
  EXPECT_EQ(takeLog(), Lines());
  sparseopt_free(model, array);
}

TEST_F(GpuCallTest, DeviceArraysAreAligned) {
  auto *array = static_cast<char *>(sparseopt_alloc(model, 400));
  ports[1].given = array + 200;
  EXPECT_EQ(begin(staging), SPARSEOPT_INVALID_ARGUMENT);
  EXPECT_STREQ(sparseopt_last_error(),
               "net: an array in memory of the GPU is not aligned to 16 bytes");
  ports[1].size = 0;
  EXPECT_EQ(begin(staging), 0);
  EXPECT_EQ(end(), 0);
  sparseopt_free(model, array);
}

TEST_F(GpuCallTest, HostArraysCannotBeCaptured) {
  setenv("FAKE_CUDA_CAPTURING", "1", 1);
  EXPECT_EQ(begin(staging), SPARSEOPT_INVALID_ARGUMENT);
  EXPECT_STREQ(sparseopt_last_error(),
               "net: arrays in host memory cannot be used while the stream is "
               "captured into a graph");
}

TEST_F(GpuCallTest, WorkspaceInHostMemory) {
  EXPECT_EQ(begin(input), SPARSEOPT_INVALID_ARGUMENT);
  EXPECT_STREQ(sparseopt_last_error(),
               "net: the workspace is host memory; a library for a GPU needs "
               "memory of the GPU (sparseopt_alloc)");
}

TEST_F(GpuCallTest, Launches) {
  ASSERT_EQ(begin(staging), 0);
  takeLog();
  const int64_t shape[] = {5, 1, 1, 256, 1, 1}, empty[] = {0, 1, 1, 256, 1, 1};
  sparseopt_rt_gpu_launch(&call, 0, shape, 0, 0, nullptr);
  sparseopt_rt_gpu_launch(&call, 0, empty, 0, 0, nullptr);
  sparseopt_rt_gpu_launch(&call, 1, shape, 4096, 1, nullptr);
  EXPECT_EQ(
      takeLog(),
      (Lines{"launch add grid 5 1 1 block 256 1 1 shared 0 attributes 0",
             "launch gemm grid 5 1 1 block 256 1 1 shared 4096 attributes 6"}));
  EXPECT_EQ(end(), 0);
}

TEST_F(GpuCallTest, NothingIsLaunchedAfterAFailure) {
  ASSERT_EQ(begin(staging), 0);
  const int64_t shape[] = {5, 1, 1, 256, 1, 1};
  setenv("FAKE_CUDA_FAIL", "cuLaunchKernelEx=701", 1);
  sparseopt_rt_gpu_launch(&call, 1, shape, 0, 0, nullptr);
  unsetenv("FAKE_CUDA_FAIL");
  takeLog();
  sparseopt_rt_gpu_launch(&call, 0, shape, 0, 0, nullptr);
  EXPECT_EQ(end(), SPARSEOPT_DEVICE_ERROR);
  EXPECT_EQ(takeLog(), (Lines{"synchronize"}));
  EXPECT_STREQ(sparseopt_last_error(), "net: gemm: a fake error");
}

TEST_F(GpuCallTest, TheStatusOfTheProgramIsKept) {
  ASSERT_EQ(begin(staging), 0);
  EXPECT_EQ(end(SPARSEOPT_ASSERTION_FAILED), SPARSEOPT_ASSERTION_FAILED);
  EXPECT_STREQ(output, "");
}

TEST_F(GpuCallTest, GridsAreChecked) {
  ASSERT_EQ(begin(staging), 0);
  const int64_t shape[] = {int64_t(1) << 32, 1, 1, 256, 1, 1};
  sparseopt_rt_gpu_launch(&call, 0, shape, 0, 0, nullptr);
  EXPECT_EQ(end(), SPARSEOPT_DEVICE_ERROR);
  EXPECT_STREQ(sparseopt_last_error(),
               "net: kernel add: a grid of 4294967296 blocks is too large");
}

TEST_F(GpuCallTest, TensorMaps) {
  ASSERT_EQ(begin(staging), 0);
  takeLog();
  unsigned char map[128] = {};
  const int64_t description[] = {9, 3, 64, 16, 8, 1024, 128, 64, 16, 4, 3, 2};
  sparseopt_rt_gpu_tensor_map(&call, map, staging, description);
  EXPECT_EQ(map[127], 0x5a);
  EXPECT_EQ(takeLog(), (Lines{"map 9 rank 3 device 1 dims 8 strides 1024 box 4 "
                              "steps 1 0 3 2 0"}));
  EXPECT_EQ(end(), 0);
}

TEST_F(GpuCallTest, MemoryForTheCallerIsLimited) {
  EXPECT_EQ(sparseopt_alloc(model, size_t(1) << 30), nullptr);
  EXPECT_STREQ(sparseopt_last_error(),
               "net: the GPU is out of memory: the arrays need 1073741824 "
               "bytes, 4096 of 16777216 are free");
}

} // namespace
