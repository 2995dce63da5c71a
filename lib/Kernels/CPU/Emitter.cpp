//===- Emitter.cpp - Building blocks of CPU kernels -------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the operations behind the kernel vocabulary.
//
//===----------------------------------------------------------------------===//

#include "Emitter.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::cpu;
using arith::CmpIPredicate;

Emitter::Emitter(OpBuilder &builder, Location loc, bool threaded)
    : b(loc, builder), i64(b.getI64Type()), f32(b.getF32Type()),
      ptr(LLVM::LLVMPointerType::get(b.getContext())), threaded(threaded) {}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

Value Emitter::constant(int64_t value) {
  return arith::ConstantIntOp::create(b, value, 64);
}

Value Emitter::add(Value lhs, Value rhs) {
  return b.createOrFold<arith::AddIOp>(lhs, rhs);
}

Value Emitter::add(Value lhs, int64_t rhs) {
  return rhs == 0 ? lhs : add(lhs, constant(rhs));
}

Value Emitter::sub(Value lhs, Value rhs) {
  return b.createOrFold<arith::SubIOp>(lhs, rhs);
}

Value Emitter::mul(Value lhs, int64_t rhs) {
  return rhs == 1 ? lhs : b.createOrFold<arith::MulIOp>(lhs, constant(rhs));
}

Value Emitter::div(Value lhs, Value rhs) {
  return b.createOrFold<arith::DivUIOp>(lhs, rhs);
}

Value Emitter::rem(Value lhs, Value rhs) {
  return b.createOrFold<arith::RemUIOp>(lhs, rhs);
}

Value Emitter::min(Value lhs, Value rhs) {
  return b.createOrFold<arith::MinSIOp>(lhs, rhs);
}

Value Emitter::ceilDiv(Value lhs, int64_t rhs) {
  return div(add(lhs, rhs - 1), constant(rhs));
}

Value Emitter::shr(Value lhs, int64_t bits) {
  return bits == 0 ? lhs : b.createOrFold<arith::ShRUIOp>(lhs, constant(bits));
}

Value Emitter::bitAnd(Value lhs, int64_t mask) {
  return b.createOrFold<arith::AndIOp>(lhs, constant(mask));
}

Value Emitter::cmp(CmpIPredicate predicate, Value lhs, Value rhs) {
  return b.createOrFold<arith::CmpIOp>(predicate, lhs, rhs);
}

Value Emitter::cmp(CmpIPredicate predicate, Value lhs, int64_t rhs) {
  return cmp(predicate, lhs, constant(rhs));
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static unsigned getElementBytes(Type type) {
  return std::max(1u, getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8);
}

Value Emitter::gep(Value base, Value index, Type type) {
  return LLVM::GEPOp::create(b, ptr, type, base, ArrayRef<LLVM::GEPArg>{index});
}

Value Emitter::gep(Value base, int64_t index, Type type) {
  if (index == 0)
    return base;
  if (llvm::isInt<32>(index))
    return LLVM::GEPOp::create(
        b, ptr, type, base,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
  return gep(base, constant(index), type);
}

Value Emitter::load(Value address, Type type) {
  return LLVM::LoadOp::create(b, type, address, getElementBytes(type));
}

void Emitter::store(Value value, Value address) {
  LLVM::StoreOp::create(b, value, address, getElementBytes(value.getType()));
}

/// Vectors of 16-bit floats travel as integers through masked accesses, which
/// every target supports.
static VectorType getMaskableType(VectorType type) {
  unsigned bits = type.getElementTypeBitWidth();
  if (bits >= 32)
    return type;
  return type.clone(IntegerType::get(type.getContext(), bits));
}

Value Emitter::maskedLoad(Value address, VectorType type, Value mask) {
  VectorType memoryType = getMaskableType(type);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(memoryType));
  Value value = LLVM::MaskedLoadOp::create(b, memoryType, address, mask, zero,
                                           getElementBytes(type));
  if (memoryType == type)
    return value;
  return arith::BitcastOp::create(b, type, value);
}

void Emitter::maskedStore(Value value, Value address, Value mask) {
  auto type = cast<VectorType>(value.getType());
  if (VectorType memoryType = getMaskableType(type); memoryType != type)
    value = arith::BitcastOp::create(b, memoryType, value);
  LLVM::MaskedStoreOp::create(b, value, address, mask, getElementBytes(type));
}

Value Emitter::loadIndex(Value address, unsigned bits) {
  Value value = load(address, b.getIntegerType(bits));
  return bits == 64 ? value : arith::ExtUIOp::create(b, i64, value);
}

void Emitter::prefetch(Value address, int64_t cache) {
  LLVM::Prefetch::create(b, address, /*rw=*/0, /*hint=*/4 - cache,
                         /*cache=*/1);
}

Value Emitter::alloca(int64_t bytes) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(allocaBlock);
  return LLVM::AllocaOp::create(b, ptr, b.getI8Type(), constant(bytes),
                                /*alignment=*/64);
}

//===----------------------------------------------------------------------===//
// Vectors
//===----------------------------------------------------------------------===//

VectorType Emitter::vec(int64_t lanes, Type element) {
  return VectorType::get({lanes}, element ? element : f32);
}

Value Emitter::zero(int64_t lanes) {
  return arith::ConstantOp::create(b, b.getZeroAttr(vec(lanes)));
}

Value Emitter::broadcast(Value scalar, int64_t lanes) {
  return vector::BroadcastOp::create(b, vec(lanes, scalar.getType()), scalar);
}

Value Emitter::fma(Value lhs, Value rhs, Value acc) {
  return vector::FMAOp::create(b, lhs, rhs, acc);
}

Value Emitter::shuffle(Value lhs, Value rhs, ArrayRef<int64_t> mask) {
  return vector::ShuffleOp::create(b, lhs, rhs, mask);
}

Value Emitter::widen(Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  if (element.isF32())
    return value;
  Type wide = f32;
  if (auto type = dyn_cast<VectorType>(value.getType()))
    wide = type.clone(f32);
  return arith::ExtFOp::create(b, wide, value);
}

Value Emitter::laneMask(Value count, int64_t lanes) {
  VectorType type = vec(lanes, b.getI32Type());
  auto iota = llvm::to_vector(llvm::seq<int32_t>(0, lanes));
  Value lane = arith::ConstantOp::create(
      b, DenseElementsAttr::get(type, ArrayRef(iota)));
  Value narrow = arith::TruncIOp::create(b, b.getI32Type(), count);
  Value limit = vector::BroadcastOp::create(b, type, narrow);
  return arith::CmpIOp::create(b, CmpIPredicate::slt, lane, limit);
}

Value Emitter::laneMask(int64_t count, int64_t lanes) {
  llvm::SmallVector<bool> bits(lanes);
  for (int64_t i = 0; i < lanes; ++i)
    bits[i] = i < count;
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(vec(lanes, b.getI1Type()), ArrayRef(bits)));
}

Value Emitter::intrinsic(llvm::StringRef name, Type type, ValueRange args) {
  return LLVM::CallIntrinsicOp::create(b, type, b.getStringAttr(name), args)
      .getResult(0);
}

Value Emitter::opaque(Value value) {
  auto dialect =
      LLVM::AsmDialectAttr::get(b.getContext(), LLVM::AsmDialect::AD_ATT);
  return LLVM::InlineAsmOp::create(
             b, value.getType(), value, /*asm_string=*/"",
             /*constraints=*/"=v,0", /*has_side_effects=*/false,
             /*is_align_stack=*/false, LLVM::TailCallKind::None, dialect,
             /*operand_attrs=*/ArrayAttr())
      .getRes();
}

/// Exchanges between rows i and i + distance within the 128-bit blocks: the
/// unit of exchange is one lane (distance 1) or a pair of lanes (distance 2).
static Values exchangeInBlocks(Emitter &e, const Values &rows,
                               int64_t distance) {
  int64_t lanes = rows.size();
  llvm::SmallVector<int64_t> low, high;
  for (int64_t block = 0; block < lanes; block += 4)
    for (int64_t i = 0; i < 4 / distance; ++i)
      for (int64_t j = 0; j < distance; ++j) {
        int64_t source = (i % 2) * lanes + block + (i / 2) * distance + j;
        low.push_back(source);
        high.push_back(source + 2);
      }
  Values result(lanes);
  for (int64_t base = 0; base < lanes; base += 4)
    for (int64_t i = 0; i < 4 / (2 * distance); ++i)
      for (int64_t j = 0; j < distance; ++j) {
        int64_t a = base + (distance == 1 ? 2 * i : j);
        int64_t to = base + 2 * (distance == 1 ? i : j);
        result[to] = e.shuffle(rows[a], rows[a + distance], low);
        result[to + 1] = e.shuffle(rows[a], rows[a + distance], high);
      }
  return result;
}

Values Emitter::transpose(const Values &rows) {
  int64_t lanes = rows.size();
  // Within 128-bit blocks: afterwards rows[4 r + c] has, in block q, column
  // 4 q + c of the original rows 4 r .. 4 r + 3.
  Values t = exchangeInBlocks(*this, rows, 1);
  Values s = exchangeInBlocks(*this, t, 2);
  if (lanes == 4)
    return s;
  Values result(lanes);
  if (lanes == 8) {
    for (int64_t c = 0; c < 4; ++c) {
      result[c] = shuffle(s[c], s[4 + c], {0, 1, 2, 3, 8, 9, 10, 11});
      result[4 + c] = shuffle(s[c], s[4 + c], {4, 5, 6, 7, 12, 13, 14, 15});
    }
    return result;
  }
  // Blocks 0 and 2, or 1 and 3, of both operands.
  const int64_t even[] = {0,  1,  2,  3,  8,  9,  10, 11,
                          16, 17, 18, 19, 24, 25, 26, 27};
  const int64_t odd[] = {4,  5,  6,  7,  12, 13, 14, 15,
                         20, 21, 22, 23, 28, 29, 30, 31};
  for (int64_t c = 0; c < 4; ++c) {
    Value a = shuffle(s[c], s[4 + c], even);
    Value d = shuffle(s[c], s[4 + c], odd);
    Value p = shuffle(s[8 + c], s[12 + c], even);
    Value q = shuffle(s[8 + c], s[12 + c], odd);
    result[c] = shuffle(a, p, even);
    result[8 + c] = shuffle(a, p, odd);
    result[4 + c] = shuffle(d, q, even);
    result[12 + c] = shuffle(d, q, odd);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

static Attribute getNoUnroll(MLIRContext *context) {
  BoolAttr yes = BoolAttr::get(context, true);
  auto vectorize =
      LLVM::LoopVectorizeAttr::get(context, yes, {}, {}, {}, {}, {}, {});
  auto unroll = LLVM::LoopUnrollAttr::get(context, yes, {}, {}, {}, {}, {}, {});
  return LLVM::LoopAnnotationAttr::get(context, {}, vectorize, {}, unroll, {},
                                       {}, {}, {}, {}, {}, {}, {}, {}, {}, {});
}

Values Emitter::loop(Value lower, Value upper, int64_t step, ValueRange init,
                     LoopBody body) {
  auto loop = scf::ForOp::create(
      b, lower, upper, constant(step), init,
      [&](OpBuilder &nested, Location, Value i, ValueRange carried) {
        OpBuilder::InsertionGuard guard(b);
        b.restoreInsertionPoint(nested.saveInsertionPoint());
        Values next = body(i, carried);
        scf::YieldOp::create(b, next);
      });
  loop->setAttr("loop_annotation", getNoUnroll(b.getContext()));
  return Values(loop.getResults());
}

void Emitter::loop(Value lower, Value upper, int64_t step,
                   llvm::function_ref<void(Value)> body) {
  loop(lower, upper, step, ValueRange(), [&](Value i, ValueRange) {
    body(i);
    return Values();
  });
}

void Emitter::ifThen(Value condition, llvm::function_ref<void()> thenBody,
                     llvm::function_ref<void()> elseBody) {
  auto op = scf::IfOp::create(b, condition, /*withElseRegion=*/!!elseBody);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  thenBody();
  if (!elseBody)
    return;
  b.setInsertionPointToStart(op.elseBlock());
  elseBody();
}

Values Emitter::select(Value condition, TypeRange types,
                       llvm::function_ref<Values()> thenBody,
                       llvm::function_ref<Values()> elseBody) {
  auto op = scf::IfOp::create(b, types, condition, /*addThenBlock=*/true,
                              /*addElseBlock=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(op.thenBlock());
  scf::YieldOp::create(b, thenBody());
  b.setInsertionPointToStart(op.elseBlock());
  scf::YieldOp::create(b, elseBody());
  return Values(op.getResults());
}

/// Moves the body of a task into a function of its own, so that its stack memory
/// is that of a function entry: a parallel loop has no place for it.
static void outlineTask(Emitter &e, scf::ParallelOp loop, unsigned index) {
  auto parent = loop->getParentOfType<func::FuncOp>();
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(loop.getRegion(), captured);
  Values constants, arguments;
  for (Value value : captured)
    (matchPattern(value, m_Constant()) ? constants : arguments)
        .push_back(value);

  OpBuilder::InsertionGuard guard(e.b);
  llvm::SmallVector<Type> types(ValueRange(arguments).getTypes());
  types.push_back(e.b.getIndexType());
  e.b.setInsertionPoint(parent);
  auto function = func::FuncOp::create(
      e.b, (parent.getName() + "_task" + llvm::Twine(index)).str(),
      e.b.getFunctionType(types, {}));
  function.setPrivate();
  Block *entry = function.addEntryBlock();
  Block *body = loop.getBody();
  entry->getOperations().splice(entry->end(), body->getOperations(),
                                body->begin(), std::prev(body->end()));
  auto isInside = [&](OpOperand &use) {
    return function->isProperAncestor(use.getOwner());
  };
  e.b.setInsertionPointToStart(entry);
  for (Value constant : constants)
    constant.replaceUsesWithIf(
        e.b.clone(*constant.getDefiningOp())->getResult(0), isInside);
  for (auto [position, argument] : llvm::enumerate(arguments)) {
    // The pointers of the kernel stay distinct; those derived from them do not.
    if (argument.getType() == e.ptr && isa<BlockArgument>(argument))
      function.setArgAttr(position, "llvm.noalias", e.b.getUnitAttr());
    argument.replaceUsesWithIf(entry->getArgument(position), isInside);
  }
  loop.getInductionVars()[0].replaceAllUsesWith(entry->getArguments().back());
  e.b.setInsertionPointToEnd(entry);
  func::ReturnOp::create(e.b);

  e.b.setInsertionPointToStart(body);
  arguments.push_back(loop.getInductionVars()[0]);
  func::CallOp::create(e.b, function, arguments);
}

void Emitter::tasks(Value count, llvm::function_ref<void(Value)> body) {
  if (!threaded)
    return loop(constant(0), count, 1, body);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value limit = arith::IndexCastOp::create(b, b.getIndexType(), count);
  auto loop = scf::ParallelOp::create(
      b, zero, limit, one, [&](OpBuilder &nested, Location, ValueRange ivs) {
        OpBuilder::InsertionGuard guard(b);
        b.restoreInsertionPoint(nested.saveInsertionPoint());
        Value task = arith::IndexCastOp::create(b, i64, ivs[0]);
        Block *outer = std::exchange(allocaBlock, b.getInsertionBlock());
        body(task);
        allocaBlock = outer;
      });
  outlineTask(*this, loop, numTaskLoops++);
}

func::FuncOp
cpu::emitFunction(Emitter &e, const KernelSpec &spec, llvm::StringRef name,
                  llvm::function_ref<void(const KernelArgs &)> body) {
  OpBuilder::InsertionGuard guard(e.b);
  llvm::SmallVector<Type> types(4 + spec.extras.size(), e.ptr);
  types.insert(types.end() - 1, e.i64);
  auto function =
      func::FuncOp::create(e.b, name, e.b.getFunctionType(types, {}));
  function.setPrivate();
  for (auto [index, type] : llvm::enumerate(types))
    if (type == e.ptr)
      function.setArgAttr(index, "llvm.noalias", e.b.getUnitAttr());
  Block *entry = function.addEntryBlock();
  e.b.setInsertionPointToStart(entry);
  e.allocaBlock = entry;

  KernelArgs args;
  args.x = entry->getArgument(0);
  args.w = entry->getArgument(1);
  for (size_t i = 0; i < spec.extras.size(); ++i)
    args.extras.push_back(entry->getArgument(2 + i));
  auto rest = entry->getArguments().take_back(3);
  args.y = rest[0];
  args.tokens = ShapedType::isDynamic(spec.tokens) ? Value(rest[1])
                                                   : e.constant(spec.tokens);
  args.scratch = rest[2];
  body(args);
  func::ReturnOp::create(e.b);
  return function;
}
