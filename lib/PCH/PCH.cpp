//===- PCH.cpp - Owner of the precompiled header ----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The precompiled header needs one translation unit to belong to.
//
//===----------------------------------------------------------------------===//
