//===- Element.h - Elements and raw weight buffers --------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The element types that the pruning numerics understand, the view of a weight
// as raw bytes with a shape, and the dispatch from an element type to code that
// is compiled for it. Magnitudes are compared as unsigned integers, which is
// exact for every type.
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_PRUNING_ELEMENT_H
#define SPARSEOPT_PRUNING_ELEMENT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/ErrorHandling.h"

#include <cstdint>

namespace sparseopt::pruning {

/// Element types of weights.
enum class ElementType { F16, BF16, F32, F64, I8, I16, I32 };

/// Size of one element in bytes.
unsigned getElementSize(ElementType type);

/// Short name as in MLIR: `f16`, `bf16`, `f32`, `f64`, `i8`, `i16`, `i32`.
llvm::StringRef getElementTypeName(ElementType type);

/// A read-only weight: row-major elements of `type` with any rank. The buffer
/// needs the natural alignment of one element.
struct TensorRef {
  const void *data = nullptr;
  llvm::ArrayRef<int64_t> shape;
  ElementType type = ElementType::F32;

  int64_t getNumElements() const {
    int64_t count = 1;
    for (int64_t size : shape)
      count *= size;
    return count;
  }
  int64_t getNumBytes() const {
    return getNumElements() * getElementSize(type);
  }
};

/// A weight that may be written.
struct MutableTensorRef {
  void *data = nullptr;
  llvm::ArrayRef<int64_t> shape;
  ElementType type = ElementType::F32;

  operator TensorRef() const { return TensorRef{data, shape, type}; }
};

/// An IEEE-like float whose magnitude bits, read as an unsigned integer, order
/// like the magnitude. `bits` is the storage type.
template <typename Bits, int numExponentBits>
struct FloatElement {
  using Storage = Bits;
  using Key = Bits;
  static constexpr int numBits = sizeof(Bits) * 8;
  static constexpr int numMantissaBits = numBits - 1 - numExponentBits;
  static constexpr Key signMask = Key(Key(1) << (numBits - 1));
  static constexpr Key infinityKey =
      Key(((uint64_t(1) << numExponentBits) - 1) << numMantissaBits);

  /// Magnitude of `value`: 0 for both zeros, at least `infinityKey` for
  /// infinities and NaNs.
  static Key getKey(Storage value) { return Key(value & Key(~signMask)); }
  static bool isFinite(Storage value) { return getKey(value) < infinityKey; }
};

struct F16Element : FloatElement<uint16_t, 5> {
  static double toDouble(Storage value);
  static double keyToDouble(Key key) { return toDouble(key); }
};
struct BF16Element : FloatElement<uint16_t, 8> {
  static double toDouble(Storage value) {
    return double(llvm::bit_cast<float>(uint32_t(value) << 16));
  }
  static double keyToDouble(Key key) { return toDouble(key); }
};
struct F32Element : FloatElement<uint32_t, 8> {
  static double toDouble(Storage value) {
    return double(llvm::bit_cast<float>(value));
  }
  static double keyToDouble(Key key) { return toDouble(key); }
};
struct F64Element : FloatElement<uint64_t, 11> {
  static double toDouble(Storage value) {
    return llvm::bit_cast<double>(value);
  }
  static double keyToDouble(Key key) { return toDouble(key); }
};

/// A signed integer; the magnitude of the most negative value fits the key.
template <typename Signed, typename Unsigned>
struct IntegerElement {
  using Storage = Signed;
  using Key = Unsigned;
  static Key getKey(Storage value) {
    return value < 0 ? Key(Key(0) - Key(value)) : Key(value);
  }
  static bool isFinite(Storage) { return true; }
  static double toDouble(Storage value) { return double(value); }
  static double keyToDouble(Key key) { return double(key); }
};

using I8Element = IntegerElement<int8_t, uint8_t>;
using I16Element = IntegerElement<int16_t, uint16_t>;
using I32Element = IntegerElement<int32_t, uint32_t>;

/// Value of a half-precision number with the given bits.
inline double F16Element::toDouble(Storage value) {
  uint64_t sign = uint64_t(value >> 15) << 63;
  int exponent = (value >> 10) & 31;
  uint64_t mantissa = value & 1023;
  double magnitude;
  if (exponent == 0) // Zero or subnormal: mantissa * 2^-24.
    magnitude = double(mantissa) * 0x1p-24;
  else if (exponent == 31)
    magnitude =
        llvm::bit_cast<double>((uint64_t(2047) << 52) | (mantissa << 42));
  else
    magnitude = llvm::bit_cast<double>((uint64_t(exponent - 15 + 1023) << 52) |
                                       (mantissa << 42));
  return llvm::bit_cast<double>(llvm::bit_cast<uint64_t>(magnitude) | sign);
}

/// Calls `fn(E{})` with the element description `E` of `type`, so that loops
/// inside `fn` are compiled for the type.
template <typename Fn>
decltype(auto) dispatchElementType(ElementType type, Fn &&fn) {
  switch (type) {
  case ElementType::F16:
    return fn(F16Element());
  case ElementType::BF16:
    return fn(BF16Element());
  case ElementType::F32:
    return fn(F32Element());
  case ElementType::F64:
    return fn(F64Element());
  case ElementType::I8:
    return fn(I8Element());
  case ElementType::I16:
    return fn(I16Element());
  case ElementType::I32:
    return fn(I32Element());
  }
  llvm_unreachable("unknown element type");
}

/// Value of element `index` (row-major position) of `tensor`.
double getElement(TensorRef tensor, int64_t index);

/// Row-major position to one index per dimension.
llvm::SmallVector<int64_t> delinearize(int64_t position,
                                       llvm::ArrayRef<int64_t> shape);

} // namespace sparseopt::pruning

#endif // SPARSEOPT_PRUNING_ELEMENT_H
