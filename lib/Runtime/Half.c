//===- Half.c - Conversions of 16-bit floats --------------------*- -- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM calls these functions where the CPU has no instruction. They are part of
// the compilers' support libraries, not all of them of every version.
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include <string.h>

static uint32_t get_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

static float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

/* To nearest, ties to even. */
static uint16_t float_to_half(float value) {
  uint32_t bits = get_bits(value);
  uint32_t sign = bits >> 16 & 0x8000u;
  uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u)
    return (uint16_t)(sign | 0x7e00u | (magnitude >> 13 & 0x3ffu));
  if (magnitude >= 0x477ff000u) /* 65520 and above round to infinity. */
    return (uint16_t)(sign | 0x7c00u);
  if (magnitude >= 0x38800000u) { /* Normal from 2^-14 on. */
    uint32_t rebased = magnitude - 0x38000000u;
    rebased += 0xfffu + (rebased >> 13 & 1u);
    return (uint16_t)(sign | rebased >> 13);
  }
  if (magnitude <= 0x33000000u) /* 2^-25 and below round to zero. */
    return (uint16_t)sign;
  uint32_t shift = 126u - (magnitude >> 23);
  uint32_t mantissa = (magnitude & 0x7fffffu) | 0x800000u;
  mantissa += (1u << (shift - 1)) - 1u + (mantissa >> shift & 1u);
  return (uint16_t)(sign | mantissa >> shift);
}

static float half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
  uint32_t exponent = half >> 10 & 0x1fu;
  uint32_t mantissa = half & 0x3ffu;
  if (exponent == 0x1fu)
    return from_bits(sign | 0x7f800000u | mantissa << 13);
  if (exponent == 0) {
    float magnitude = (float)mantissa * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  return from_bits(sign | (exponent + 112u) << 23 | mantissa << 13);
}

static uint16_t float_to_bfloat(float value) {
  uint32_t bits = get_bits(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u)
    return (uint16_t)(bits >> 16 | 0x40u);
  return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

/* Rounds such that rounding the result once more rounds `value` correctly: what
   is cut off leaves the last bit set. */
static float double_to_odd_float(double value) {
  float rounded = (float)value;
  double back = (double)rounded;
  if (back == value || value != value)
    return rounded;
  uint32_t bits = get_bits(rounded);
  int grew = value < 0 ? back < value : back > value;
  return from_bits((bits - (uint32_t)grew) | 1u);
}

/* The names that compilers call. NOLINTBEGIN(readability-identifier-naming) */
RT_HIDDEN _Float16 __truncsfhf2(float value) {
  uint16_t bits = float_to_half(value);
  _Float16 result;
  memcpy(&result, &bits, sizeof(result));
  return result;
}

RT_HIDDEN _Float16 __truncdfhf2(double value) {
  return __truncsfhf2(double_to_odd_float(value));
}

RT_HIDDEN float __extendhfsf2(_Float16 value) {
  uint16_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return half_to_float(bits);
}

RT_HIDDEN __bf16 __truncsfbf2(float value) {
  uint16_t bits = float_to_bfloat(value);
  __bf16 result;
  memcpy(&result, &bits, sizeof(result));
  return result;
}

RT_HIDDEN __bf16 __truncdfbf2(double value) {
  return __truncsfbf2(double_to_odd_float(value));
}
/* NOLINTEND(readability-identifier-naming) */
