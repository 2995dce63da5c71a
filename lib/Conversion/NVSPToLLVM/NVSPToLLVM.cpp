//===- NVSPToLLVM.cpp - Matrix instructions to inline PTX -------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each instruction becomes one inline assembly whose results are the registers
// of the accumulator. What is read and written is tied to its result, so that
// the order of instructions follows from SSA edges.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/NVSPToLLVM/NVSPToLLVM.h"

#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Transforms/DialectConversion.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace sparseopt {
#define GEN_PASS_DEF_CONVERTNVSPTOLLVMPASS
#include "sparse-opt/Conversion/Passes.h.inc"
} // namespace sparseopt

using namespace sparseopt;
using namespace sparseopt::nvsp;

//===----------------------------------------------------------------------===//
// Building inline assembly
//===----------------------------------------------------------------------===//

namespace {

/// One inline assembly: registers are numbered in the order in which they are
/// added, results first.
class Assembly {
public:
  Assembly(OpBuilder &builder, Location loc) : builder(builder), loc(loc) {}

  /// Adds the registers of an accumulator as results and returns them as text,
  /// "{$0, $1}".
  std::string addResults(AccType type) {
    resultTypes.append(type.getNumRegisters(), type.getElementType());
    return addAll(type.getNumRegisters(),
                  type.getElementType().isF32() ? "=f" : "=r");
  }
  std::string addResult(Type type, StringRef constraint) {
    resultTypes.push_back(type);
    return addOne(constraint);
  }

  /// Adds an operand, which may be a vector of registers.
  std::string addOperand(Value value) {
    auto vector = dyn_cast<VectorType>(value.getType());
    if (!vector) {
      operands.push_back(value);
      return addOne(value.getType().isInteger(64) ? "l" : "r");
    }
    for (int64_t i = 0; i < vector.getNumElements(); ++i) {
      Value index = LLVM::ConstantOp::create(builder, loc, builder.getI32Type(),
                                             builder.getI32IntegerAttr(i));
      operands.push_back(
          LLVM::ExtractElementOp::create(builder, loc, value, index));
    }
    return addAll(vector.getNumElements(), "r");
  }

  /// Ties the registers of a struct to the results from `first` on.
  void tie(Value structure, int64_t first) {
    auto type = cast<LLVM::LLVMStructType>(structure.getType());
    for (size_t i = 0; i < type.getBody().size(); ++i) {
      operands.push_back(
          LLVM::ExtractValueOp::create(builder, loc, structure, i));
      constraints.push_back(std::to_string(first + i));
    }
  }

  void clobberMemory() { constraints.push_back("~{memory}"); }

  /// The value of the assembly: nothing, a scalar or a struct.
  Value create(const Twine &text) {
    Type type;
    if (resultTypes.size() == 1)
      type = resultTypes.front();
    else if (!resultTypes.empty())
      type =
          LLVM::LLVMStructType::getLiteral(builder.getContext(), resultTypes);
    auto dialect = LLVM::AsmDialectAttr::get(builder.getContext(),
                                             LLVM::AsmDialect::AD_ATT);
    auto op = LLVM::InlineAsmOp::create(
        builder, loc, type ? TypeRange(type) : TypeRange(), operands,
        text.str(), llvm::join(constraints, ","), /*has_side_effects=*/true,
        /*is_align_stack=*/false, LLVM::TailCallKind::None, dialect,
        /*operand_attrs=*/ArrayAttr());
    return type ? op.getResult(0) : Value();
  }

private:
  std::string addOne(StringRef constraint) {
    constraints.push_back(constraint.str());
    return "$" + std::to_string(numRegisters++);
  }
  std::string addAll(int64_t count, StringRef constraint) {
    std::string text = "{";
    for (int64_t i = 0; i < count; ++i)
      text += (i ? ", " : "") + addOne(constraint);
    return text + "}";
  }

  OpBuilder &builder;
  Location loc;
  SmallVector<Type> resultTypes;
  SmallVector<Value> operands;
  SmallVector<std::string> constraints;
  int64_t numRegisters = 0;
};

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

class MmaSpLowering : public OpConversionPattern<MmaSpOp> {
public:
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(MmaSpOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Multiplicand a = *getMultiplicand(op.getAType());
    Multiplicand b = *getMultiplicand(op.getBType());
    StringRef sum = a.isInteger ? "s32" : "f32";
    Assembly assembly(rewriter, op.getLoc());
    std::string d = assembly.addResults(op.getResult().getType());
    std::string aText = assembly.addOperand(adaptor.getA());
    std::string bText = assembly.addOperand(adaptor.getB());
    std::string metadata = assembly.addOperand(adaptor.getMetadata());
    assembly.tie(adaptor.getAcc(), 0);
    std::string text;
    llvm::raw_string_ostream(text)
        << "mma.sp::ordered_metadata.sync.aligned.m16n8k" << a.sparseK
        << ".row.col." << sum << '.' << a.ptxName << '.' << b.ptxName << '.'
        << sum << ' ' << d << ", " << aText << ", " << bText << ", " << d
        << ", " << metadata << ", " << op.getSelector() << ';';
    rewriter.replaceOp(op, assembly.create(text));
    return success();
  }
};

/// The operands after the descriptors: scale-d, and signs and transposes
/// where the types have them.
template <typename OpT>
static std::string getTail(OpT op) {
  Multiplicand a = *getMultiplicand(op.getAType());
  std::string tail = op.getAcc() ? ", 1" : ", 0";
  if (!a.isInteger)
    tail += ", 1, 1";
  if (!a.isHalf)
    return tail;
  if (op.getA().getType().isInteger(64))
    tail += ", 0";
  return tail + (op.getTransposeB() ? ", 1" : ", 0");
}

/// Both asynchronous products; `metadata` is null for the dense one.
template <typename OpT, typename AdaptorT>
static Value lowerWgmma(OpT op, AdaptorT adaptor, Value metadata,
                        int64_t selector, OpBuilder &builder) {
  Multiplicand a = *getMultiplicand(op.getAType());
  Multiplicand b = *getMultiplicand(op.getBType());
  AccType type = op.getResult().getType();
  Assembly assembly(builder, op.getLoc());
  std::string d = assembly.addResults(type);
  std::string aText = assembly.addOperand(adaptor.getA());
  std::string bText = assembly.addOperand(adaptor.getB());
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "wgmma.mma_async." << (metadata ? "sp." : "") << "sync.aligned.m64n"
     << type.getCols() << 'k' << (metadata ? a.sparseK : a.sparseK / 2)
     << (a.isInteger ? ".s32." : ".f32.") << a.ptxName << '.' << b.ptxName
     << ' ' << d << ", " << aText << ", " << bText;
  if (metadata)
    os << ", " << assembly.addOperand(metadata) << ", " << selector;
  os << getTail(op) << ';';
  if (op.getAcc())
    assembly.tie(adaptor.getAcc(), 0);
  return assembly.create(text);
}

class WgmmaSpLowering : public OpConversionPattern<WgmmaSpOp> {
public:
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(WgmmaSpOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, lowerWgmma(op, adaptor, adaptor.getMetadata(),
                                      op.getSelector(), rewriter));
    return success();
  }
};

class WgmmaLowering : public OpConversionPattern<WgmmaOp> {
public:
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(WgmmaOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, lowerWgmma(op, adaptor, Value(), 0, rewriter));
    return success();
  }
};

/// The sums are tied to the wait. Registers that the hardware has read pass
/// through: the assembler keeps them until the wait in straight-line code.
class WgmmaWaitLowering : public OpConversionPattern<WgmmaWaitOp> {
public:
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(WgmmaWaitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Assembly assembly(rewriter, loc);
    SmallVector<int64_t> firsts;
    int64_t numRegisters = 0;
    for (Value acc : op.getAccs()) {
      auto type = cast<AccType>(acc.getType());
      firsts.push_back(numRegisters);
      numRegisters += type.getNumRegisters();
      assembly.addResults(type);
    }
    for (auto [acc, first] : llvm::zip(adaptor.getAccs(), firsts))
      assembly.tie(acc, first);
    assembly.clobberMemory();
    Value done = assembly.create("wgmma.wait_group.sync.aligned " +
                                 Twine(op.getPending()) + ";");
    SmallVector<Value> results;
    for (auto [acc, first] : llvm::zip(adaptor.getAccs(), firsts))
      results.push_back(firsts.size() == 1 ? done
                                           : getPart(rewriter, loc, done, first,
                                                     acc.getType()));
    llvm::append_range(results, adaptor.getReads());
    rewriter.replaceOp(op, results);
    return success();
  }

private:
  /// The registers of one accumulator from those of all.
  static Value getPart(OpBuilder &builder, Location loc, Value all,
                       int64_t first, Type type) {
    Value part = LLVM::PoisonOp::create(builder, loc, type);
    size_t count = cast<LLVM::LLVMStructType>(type).getBody().size();
    for (size_t i = 0; i < count; ++i) {
      Value value = LLVM::ExtractValueOp::create(builder, loc, all, first + i);
      part = LLVM::InsertValueOp::create(builder, loc, part, value, i);
    }
    return part;
  }
};

//===----------------------------------------------------------------------===//
// The other ops
//===----------------------------------------------------------------------===//

class AccPackLowering : public OpConversionPattern<AccPackOp> {
public:
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(AccPackOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type type = getTypeConverter()->convertType(op.getResult().getType());
    Value result = LLVM::PoisonOp::create(rewriter, op.getLoc(), type);
    for (auto [index, value] : llvm::enumerate(adaptor.getValues()))
      result = LLVM::InsertValueOp::create(rewriter, op.getLoc(), result, value,
                                           index);
    rewriter.replaceOp(op, result);
    return success();
  }
};

class AccUnpackLowering : public OpConversionPattern<AccUnpackOp> {
public:
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(AccUnpackOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Value> values;
    for (size_t i = 0; i < op.getNumResults(); ++i)
      values.push_back(LLVM::ExtractValueOp::create(rewriter, op.getLoc(),
                                                    adaptor.getAcc(), i));
    rewriter.replaceOp(op, values);
    return success();
  }
};

class LoadMetadataLowering : public OpConversionPattern<LoadMetadataOp> {
public:
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(LoadMetadataOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type type = op.getWords().getType();
    int64_t words =
        isa<VectorType>(type) ? cast<VectorType>(type).getNumElements() : 1;
    rewriter.replaceOpWithNewOp<LLVM::LoadOp>(op, type, adaptor.getAddress(),
                                              /*alignment=*/4 * words);
    return success();
  }
};

/// Ops of one result that are one line of assembly.
template <typename OpT>
class LineLowering : public OpConversionPattern<OpT> {
public:
  LineLowering(const TypeConverter &converter, MLIRContext *context,
               StringRef text, StringRef constraint)
      : OpConversionPattern<OpT>(converter, context), text(text),
        constraint(constraint) {}

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto dialect = LLVM::AsmDialectAttr::get(rewriter.getContext(),
                                             LLVM::AsmDialect::AD_ATT);
    auto line = LLVM::InlineAsmOp::create(
        rewriter, op.getLoc(), op->getResultTypes(), adaptor.getOperands(),
        text, constraint, /*has_side_effects=*/!isMemoryEffectFree(op),
        /*is_align_stack=*/false, LLVM::TailCallKind::None, dialect,
        /*operand_attrs=*/ArrayAttr());
    rewriter.replaceOp(op, line.getResult(0));
    return success();
  }

private:
  StringRef text, constraint;
};

class ConvertNVSPToLLVM
    : public sparseopt::impl::ConvertNVSPToLLVMPassBase<ConvertNVSPToLLVM> {
public:
  using ConvertNVSPToLLVMPassBase::ConvertNVSPToLLVMPassBase;

protected:
  void runOnOperation() override;
};

} // namespace

void sparseopt::addNVSPTypeConversions(TypeConverter &converter) {
  converter.addConversion([](AccType type) -> Type {
    SmallVector<Type> registers(type.getNumRegisters(), type.getElementType());
    return LLVM::LLVMStructType::getLiteral(type.getContext(), registers);
  });
}

void sparseopt::populateNVSPToLLVMPatterns(const TypeConverter &converter,
                                           RewritePatternSet &patterns) {
  MLIRContext *context = patterns.getContext();
  patterns.add<MmaSpLowering, WgmmaSpLowering, WgmmaLowering, WgmmaWaitLowering,
               AccPackLowering, AccUnpackLowering, LoadMetadataLowering>(
      converter, context);
  patterns.add<LineLowering<MovmatrixOp>>(
      converter, context, "movmatrix.sync.aligned.m8n8.trans.b16 $0, $1;",
      "=r,r");
  patterns.add<LineLowering<EvictFirstPolicyOp>>(
      converter, context,
      "createpolicy.fractional.L2::evict_first.b64 $0, 1.0;", "=l");
  patterns.add<LineLowering<OpaqueOp>>(converter, context, "", "=r,0");
}

void ConvertNVSPToLLVM::runOnOperation() {
  TypeConverter converter;
  converter.addConversion([](Type type) { return type; });
  addNVSPTypeConversions(converter);
  RewritePatternSet patterns(&getContext());
  populateNVSPToLLVMPatterns(converter, patterns);
  ConversionTarget target(getContext());
  target.addIllegalDialect<NVSPDialect>();
  target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
  scf::populateSCFStructuralTypeConversionsAndLegality(converter, patterns,
                                                       target);
  if (failed(
          applyPartialConversion(getOperation(), target, std::move(patterns))))
    signalPassFailure();
}
