//===- MmaKernel.cpp - 2:4 weights by products of warps ---------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tiles, the loop over inputs and its products: each fragment of activations is used
// for all blocks of outputs of the warp. The first stages of the next tile are
// requested before the results of this one are stored.
//
//===----------------------------------------------------------------------===//

#include "MmaGemm.h"

#include "sparse-opt/Dialect/NVSP/IR/NVSP.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::nvidia;
using arith::CmpIPredicate;

LLVM::LLVMFuncOp MmaKernel::emit(StringRef name) {
  OpBuilder::InsertionGuard guard(e.b);
  LLVM::LLVMFuncOp kernel =
      createKernel(e, name, spec.extras.size(), plan.getThreads(),
                   /*mapsInput=*/false);
  arguments = KernelArguments(kernel);
  emitSetup();
  Value first = NVVM::BlockIdXOp::create(e.b, e.i32);
  Value workers = NVVM::GridDimXOp::create(e.b, e.i32);
  Value last = e.add(shared, (plan.stages - 1) * plan.getStageBytes());
  requestFirstStages(first, shared);
  e.loop(first, e.constant(plan.rowTiles), workers, {shared, last},
         [&](Value tile, ValueRange state) -> Values {
           Place place{state[0], state[1]};
           emitTile(tile, place);
           return {place.stage, place.previous};
         });
  LLVM::ReturnOp::create(e.b, ValueRange());
  return kernel;
}

void MmaKernel::emitSetup() {
  shared = e.getSharedMemory();
  thread = NVVM::ThreadIdXOp::create(e.b, e.i32);
  lane = e.bitAnd(thread, 31);
  Value warp = e.getUniformWarp(thread);
  rowWarp = e.bitAnd(warp, MmaPlan::kRowWarps - 1);
  tokenWarp = e.shr(warp, llvm::Log2_64(MmaPlan::kRowWarps));
  token0 = e.mul(NVVM::BlockIdYOp::create(e.b, e.i32), plan.tokens);
}

Value MmaKernel::getNextStage(Value stage) {
  Value next = e.add(stage, plan.getStageBytes());
  Value end = e.add(shared, plan.getSharedBytes());
  return e.select(e.cmp(CmpIPredicate::eq, next, end), shared, next);
}

MmaKernel::Place MmaKernel::advance(Place place) {
  return {getNextStage(place.stage), place.stage};
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// Where a granule of the warp's block number `block` lies in its weights.
static int64_t getGranuleOffset(const MmaPlan &plan, int64_t block,
                                int64_t granule) {
  return block * plan.getBlockBytes() + granule * kMmaSpGranule.getBytes();
}

Value MmaKernel::loadValues(Value weights, int64_t block, int64_t granule,
                            int64_t step) {
  int64_t offset = getGranuleOffset(plan, block, granule) +
                   step * kMmaSpGranule.getStepBytes();
  Value address = e.add(e.add(weights, e.mul(lane, 16)), offset);
  return LLVM::LoadOp::create(e.b, VectorType::get({4}, e.i32),
                              e.sharedPtr(address), /*alignment=*/16);
}

Value MmaKernel::loadMetadata(Value weights, int64_t block, int64_t granule) {
  int64_t offset =
      getGranuleOffset(plan, block, granule) + kMmaSpGranule.getValueBytes();
  Value address = e.add(e.add(weights, e.mul(lane, 4)), offset);
  return nvsp::LoadMetadataOp::create(e.b, e.i32, e.sharedPtr(address));
}

/// The fragment of 8 tokens and the 32 inputs of an instruction: lane l gives the
/// address of token l mod 8 of matrix l / 8.
Value MmaKernel::loadColumn(Value stage, int64_t column, int64_t granule,
                            int64_t step) {
  MLIRContext *context = e.b.getContext();
  Value row = e.bitAnd(lane, 7);
  Value unit = e.add(e.shr(lane, 3), 4 * step);
  Value swizzled = arith::XOrIOp::create(e.b, unit, row);
  Value token = e.mul(tokenWarp, MmaPlan::kWarpTokens);
  Value inPanel =
      e.add(e.mul(e.add(token, row), kGranuleInputs * 2), e.mul(swizzled, 16));
  Value address =
      e.add(e.add(stage, inPanel),
            granule * plan.getPanelBytes() + column * 8 * kGranuleInputs * 2);
  auto words =
      LLVM::LLVMStructType::getLiteral(context, SmallVector<Type>(4, e.i32));
  Value loaded = NVVM::LdMatrixOp::create(
      e.b, words, e.sharedPtr(address), 4, NVVM::MMALayout::row,
      NVVM::LdStMatrixShapeAttr::get(context, 8, 8),
      NVVM::LdStMatrixEltType::B16);
  Value fragment = LLVM::PoisonOp::create(e.b, VectorType::get({4}, e.i32));
  for (int64_t i = 0; i < 4; ++i)
    fragment = LLVM::InsertElementOp::create(
        e.b, fragment, LLVM::ExtractValueOp::create(e.b, loaded, i),
        e.constant(i));
  return fragment;
}

Values MmaKernel::multiply(Value stage, ValueRange sums) {
  Values result(sums);
  auto type = TypeAttr::get(spec.weightType);
  Value weights = e.add(e.add(stage, plan.getInputBytes()),
                        e.mul(rowWarp, plan.blocks * plan.getBlockBytes()));
  for (int64_t granule = 0; granule < plan.getGranules(); ++granule) {
    Values metadata;
    for (int64_t block = 0; block < plan.blocks; ++block)
      metadata.push_back(loadMetadata(weights, block, granule));
    for (int64_t step = 0; step < 2; ++step) {
      Values values;
      for (int64_t block = 0; block < plan.blocks; ++block)
        values.push_back(loadValues(weights, block, granule, step));
      for (int64_t column = 0; column < plan.getColumns(); ++column) {
        Value inputs = loadColumn(stage, column, granule, step);
        for (int64_t block = 0; block < plan.blocks; ++block) {
          Value &sum = result[block * plan.getColumns() + column];
          sum = nvsp::MmaSpOp::create(e.b, sum.getType(), sum, values[block],
                                      inputs, metadata[block], type, type,
                                      e.b.getI32IntegerAttr(step));
        }
      }
    }
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

void MmaKernel::emitTile(Value tile, Place &place) {
  auto type = nvsp::AccType::get(e.b.getContext(), 16, 8, e.f32);
  Value zeroSum = arith::ConstantOp::create(e.b, e.b.getF32FloatAttr(0));
  Value zeros = nvsp::AccPackOp::create(e.b, type, Values(4, zeroSum));
  Values init(plan.blocks * plan.getColumns(), zeros);
  init.append({place.stage, place.previous});
  Value zero = e.constant(0), one = e.constant(1);
  Values state =
      e.loop(zero, e.constant(plan.steps), one, init,
             [&](Value step, ValueRange carried) -> Values {
               Place here{carried[carried.size() - 2], carried.back()};
               NVVM::CpAsyncWaitGroupOp::create(e.b, plan.stages - 2);
               // All copies of this stage have arrived, and all warps have left the one
               // before it, which is filled again.
               NVVM::BarrierOp::create(e.b);
               Value next = e.add(step, plan.stages - 1);
               e.ifThen(e.cmp(CmpIPredicate::slt, next, plan.steps),
                        [&] { copyStage(tile, here.previous, next); });
               NVVM::CpAsyncCommitGroupOp::create(e.b);
               Values results = multiply(here.stage, carried.drop_back(2));
               Place following = advance(here);
               results.append({following.stage, following.previous});
               return results;
             });
  place = {state[state.size() - 2], state.back()};
  // All warps are in the last step, so that no other stage than that is read.
  Value nextTile = e.add(tile, NVVM::GridDimXOp::create(e.b, e.i32));
  e.ifThen(e.cmp(CmpIPredicate::slt, nextTile, plan.rowTiles),
           [&] { requestFirstStages(nextTile, place.stage); });
  storeTile(tile, ValueRange(state).drop_back(2));
}

void MmaKernel::storeTile(Value tile, ValueRange sums) {
  // Addresses are computed here and not kept in registers during the products.
  Value myLane = nvsp::OpaqueOp::create(e.b, e.i32, lane);
  Value row0 =
      e.add(e.mul(tile, plan.getRows()), e.mul(rowWarp, 16 * plan.blocks));
  Value myToken0 = e.add(token0, e.mul(tokenWarp, MmaPlan::kWarpTokens));
  DeviceEpilogue epilogue(e, spec, arguments, plan.getRows());
  for (int64_t block = 0; block < plan.blocks; ++block) {
    Values values;
    for (int64_t column = 0; column < plan.getColumns(); ++column) {
      auto unpacked = nvsp::AccUnpackOp::create(
          e.b, sums[block * plan.getColumns() + column]);
      llvm::append_range(values, unpacked.getResults());
    }
    epilogue.store(values, e.add(row0, 16 * block), myToken0, myLane);
  }
}
