//===- CNames.cpp - Names that C can use ------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which symbol names a library may export as they are.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Lower/CNames.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/TargetParser/Triple.h"

namespace sparseopt {

std::string makeCIdentifier(llvm::StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isAlnum(c) ? c : '_';
  if (result.empty() || llvm::isDigit(result.front()))
    result.insert(result.begin(), '_');
  return result;
}

bool isFreeCName(llvm::StringRef identifier) {
  static const llvm::StringSet<> kTaken = {
      "alignas", "alignof",   "and",       "asm",      "auto",     "bitand",
      "bitor",   "bool",      "break",     "case",     "catch",    "char",
      "class",   "compl",     "const",     "continue", "decltype", "default",
      "delete",  "do",        "double",    "else",     "enum",     "explicit",
      "export",  "extern",    "false",     "float",    "for",      "friend",
      "goto",    "if",        "inline",    "int",      "long",     "main",
      "mutable", "namespace", "new",       "noexcept", "not",      "operator",
      "or",      "private",   "protected", "public",   "register", "restrict",
      "return",  "short",     "signed",    "sizeof",   "static",   "struct",
      "switch",  "template",  "this",      "throw",    "true",     "try",
      "typedef", "typeid",    "typename",  "typeof",   "union",    "unsigned",
      "using",   "virtual",   "void",      "volatile", "while",    "xor"};
  if (kTaken.contains(identifier))
    return false;
  llvm::TargetLibraryInfoImpl library(llvm::Triple("x86_64-unknown-linux-gnu"));
  llvm::LibFunc function;
  return !library.getLibFunc(identifier, function);
}

} // namespace sparseopt
