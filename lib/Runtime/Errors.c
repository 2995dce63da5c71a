//===- Errors.c - The last error of a thread ------------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every failure has a sentence. Symbols are weak, so that several compiled
// models can be linked into one program, and hidden, except for what users
// call.
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static __thread char last_error[1024];

RT_EXPORTED const char *sparseopt_last_error(void) { return last_error; }

/* Users of several libraries read one message buffer: the exported function of
   whichever library the program resolved first. Libraries therefore write
   through the same lookup. */
RT_HIDDEN void sparseopt_rt_fail(const char *message) {
  char *buffer = (char *)(uintptr_t)sparseopt_last_error();
  snprintf(buffer, sizeof(last_error), "%s", message);
}

RT_HIDDEN void sparseopt_rt_failf(const char *format, ...) {
  char message[sizeof(last_error)];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  sparseopt_rt_fail(message);
}

RT_HIDDEN void sparseopt_rt_abort(const char *message) {
  fprintf(stderr, "error: assertion failed: %s\n", message);
  abort();
}
