//===- NoGpuTest.cpp - GPU libraries where there is no driver ---*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Built twice: without a driver in sight, and with one that is too old.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Runtime/LibraryInfo.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <dlfcn.h>

namespace {

TEST(NoGpuTest, OpeningSaysWhatIsMissing) {
#ifndef EXPECT_OLD_DRIVER
  if (dlopen("libcuda.so.1", RTLD_NOW))
    GTEST_SKIP() << "this machine has NVIDIA's driver";
#endif
  sparseopt_rt_gpu_info gpu = {};
  sparseopt_rt_info info = {};
  info.name = "net";
  info.features = "";
  info.gpu = &gpu;
  EXPECT_EQ(sparseopt_rt_open_gpu(&info, nullptr), nullptr);
#ifdef EXPECT_OLD_DRIVER
  EXPECT_STREQ(sparseopt_last_error(),
               "net: NVIDIA's driver is too old: it has no "
               "cuTensorMapEncodeTiled (CUDA 12.0 or newer is needed)");
#else
  EXPECT_THAT(sparseopt_last_error(),
              ::testing::StartsWith("net: this library runs on an NVIDIA GPU, "
                                    "but NVIDIA's driver is not installed ("));
#endif
}

} // namespace
