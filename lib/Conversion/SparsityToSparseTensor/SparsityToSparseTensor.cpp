//===- SparsityToSparseTensor.cpp - Sparse weights to sparse_tensor -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-to-sparse-tensor: constant CSR and BSR weights, and layers
// as linalg on them.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Conversion/SparsityToSparseTensor/SparsityToSparseTensor.h"

#include "BlockStorage.h"

#include "sparse-opt/Conversion/SparsityToLinalg/SparsityToLinalg.h"
#include "sparse-opt/Dialect/Sparsity/IR/Sparsity.h"
#include "sparse-opt/Dialect/Sparsity/Utils/WeightData.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SparseTensor/IR/SparseTensor.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#define DEBUG_TYPE "sparsity-to-sparse-tensor"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_CONVERTSPARSITYTOSPARSETENSORPASS
#include "sparse-opt/Conversion/Passes.h.inc"
} // namespace sparseopt

/// Width of positions and coordinates in bits.
static constexpr unsigned indexWidth = 32;

namespace {

class ConvertSparsityToSparseTensor
    : public sparseopt::impl::ConvertSparsityToSparseTensorPassBase<
          ConvertSparsityToSparseTensor> {
public:
  using ConvertSparsityToSparseTensorPassBase::
      ConvertSparsityToSparseTensorPassBase;

protected:
  void runOnOperation() override;

private:
  LogicalResult convert(WeightOp weight, ArrayRef<int64_t> block);
};

} // namespace

/// The block to store a weight in: 1x1 for unstructured, the block's sizes for
/// blocks of rank 2; nothing for a weight that makes no claim of the kind.
static std::optional<SmallVector<int64_t>> getStoredBlock(WeightOp weight) {
  ArrayAttr patterns = weight.getPatternsAttr();
  if (!patterns)
    return std::nullopt;
  for (Attribute pattern : patterns) {
    auto block = dyn_cast<BlockAttr>(pattern);
    if (block && block.getSizes().size() == 2)
      return llvm::to_vector(block.getSizes());
  }
  if (llvm::any_of(patterns, llvm::IsaPred<UnstructuredAttr>))
    return SmallVector<int64_t>{1, 1};
  return std::nullopt;
}

/// Why upstream's sparsifier is not given this weight; empty if it is.
static std::string getObstacle(WeightOp weight,
                               std::optional<SmallVector<int64_t>> block) {
  RankedTensorType type = weight.getType();
  if (!block)
    return "it has neither an unstructured nor a block pattern of rank 2; "
           "upstream's structured levels corrupt N:M groups that are not full";
  if (type.getRank() != 2)
    return "it is not a matrix";
  for (auto [size, blockSize] : llvm::zip(type.getShape(), *block)) {
    if (size % blockSize != 0)
      return llvm::formatv("its size {0} is not a multiple of the block size "
                           "{1}, and upstream would drop nonzeros",
                           size, blockSize);
    if (blockSize != 1 && size == blockSize)
      return llvm::formatv("its size {0} is a single block, which upstream "
                           "rejects",
                           size);
  }
  Type element = type.getElementType();
  if (element.isF16() || element.isBF16())
    return "upstream would sum in the narrow type";
  if (type.getNumElements() > std::numeric_limits<int32_t>::max())
    return "it has too many elements for 32-bit positions";
  for (OpOperand &use : weight.getResult().getUses()) {
    auto linear = dyn_cast<LinearOp>(use.getOwner());
    if (!linear || &use != &linear.getWeightMutable())
      return "something else than a linear layer reads it";
    if (linear.getKernelAttr())
      return "a kernel was chosen for its layer";
  }
  return "";
}

/// CSR for blocks of 1x1, BSR otherwise.
static sparse_tensor::SparseTensorEncodingAttr
getEncoding(MLIRContext *context, ArrayRef<int64_t> block) {
  using namespace sparse_tensor;
  LevelType dense = *buildLevelType(LevelFormat::Dense, true, true);
  LevelType compressed = *buildLevelType(LevelFormat::Compressed, true, true);
  if (block[0] == 1 && block[1] == 1)
    return SparseTensorEncodingAttr::get(context, {dense, compressed},
                                         AffineMap(), AffineMap(), indexWidth,
                                         indexWidth);
  AffineExpr i = getAffineDimExpr(0, context), j = getAffineDimExpr(1, context);
  AffineMap map = AffineMap::get(
      2, 0,
      {i.floorDiv(block[0]), j.floorDiv(block[1]), i % block[0], j % block[1]},
      context);
  return SparseTensorEncodingAttr::get(context,
                                       {dense, compressed, dense, dense}, map,
                                       AffineMap(), indexWidth, indexWidth);
}

/// A one-dimensional constant whose bytes are those of `data`.
template <typename T>
static Value createBuffer(ImplicitLocOpBuilder &builder, ArrayRef<T> data,
                          Type elementType, StringRef name) {
  int64_t bytes = data.size() * sizeof(T);
  int64_t count = bytes / *getElementBytes(elementType);
  auto type = RankedTensorType::get({count}, elementType);
  MutableArrayRef<char> storage;
  DenseResourceElementsAttr value = allocateResource(type, name, storage);
  llvm::copy(ArrayRef(reinterpret_cast<const char *>(data.data()), bytes),
             storage.begin());
  return arith::ConstantOp::create(builder, value);
}

LogicalResult ConvertSparsityToSparseTensor::convert(WeightOp weight,
                                                     ArrayRef<int64_t> block) {
  FailureOr<WeightData> data =
      WeightData::get(weight.getValue(), [&] { return weight.emitOpError(); });
  if (failed(data))
    return failure();
  RankedTensorType type = weight.getType();
  Type element = type.getElementType();
  MatrixBytes matrix{data->getBytes(), type.getDimSize(0), type.getDimSize(1),
                     *getElementBytes(element), isa<FloatType>(element)};
  BlockStorage storage = BlockStorage::compress(matrix, block[0], block[1]);
  ImplicitLocOpBuilder builder(weight.getLoc(), weight);
  std::string name = weight.getName().str();
  Type index = builder.getIntegerType(indexWidth);
  Value positions = createBuffer<int32_t>(builder, storage.positions, index,
                                          name + ".positions");
  Value coordinates = createBuffer<int32_t>(builder, storage.coordinates, index,
                                            name + ".coordinates");
  Value values =
      createBuffer<char>(builder, storage.values, element, name + ".values");
  auto sparseType = RankedTensorType::get(type.getShape(), element,
                                          getEncoding(&getContext(), block));
  Value assembled = sparse_tensor::AssembleOp::create(
      builder, sparseType, ValueRange{positions, coordinates}, values);
  SmallVector<Operation *> layers(weight->getUsers());
  for (Operation *layer : layers)
    cast<LinearOp>(layer).getWeightMutable().assign(assembled);
  RewritePatternSet patterns(&getContext());
  populateSparsityToLinalgPatterns(patterns);
  GreedyRewriteConfig config;
  config.setStrictness(GreedyRewriteStrictness::ExistingOps);
  if (failed(applyOpPatternsGreedily(layers, std::move(patterns), config)))
    return weight.emitOpError("layers could not be written as linalg");
  ElementsAttr value = weight.getValue();
  weight.erase();
  releaseResource(value);
  return success();
}

void ConvertSparsityToSparseTensor::runOnOperation() {
  SmallVector<WeightOp> weights;
  getOperation().walk([&](WeightOp op) { weights.push_back(op); });
  for (WeightOp weight : weights) {
    std::optional<SmallVector<int64_t>> block = getStoredBlock(weight);
    std::string obstacle = getObstacle(weight, block);
    if (obstacle.empty()) {
      if (failed(convert(weight, *block)))
        return signalPassFailure();
      continue;
    }
    remark::missed(
        weight.getLoc(),
        remark::RemarkOpts::name("to-sparse-tensor").category("sparsity"))
        << llvm::formatv("'{0}' stays as it is: {1}", weight.getName(),
                         obstacle)
               .str();
  }
}
