//===- Weights.cpp - Make the weights of a module ---------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One layout per weight, chosen from all of its uses; values are transposed at
// compile time where every use wants the other order.
//
//===----------------------------------------------------------------------===//

#include "Weights.h"

#include "PermuteElements.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;

namespace sparseopt {

struct WeightTable::Root {
  Value value;
  SmallVector<Contraction *> uses;

  RankedTensorType getType() const {
    return cast<RankedTensorType>(value.getType());
  }
  /// Whether the values are known and may be stored anew.
  bool isConstant() const {
    return isa_and_nonnull<arith::ConstantOp, ml_program::GlobalLoadConstOp,
                           tensor::ExpandShapeOp, tensor::CollapseShapeOp>(
        value.getDefiningOp());
  }
};

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

static ml_program::GlobalOp getGlobal(ml_program::GlobalLoadConstOp load) {
  return SymbolTable::lookupNearestSymbolFrom<ml_program::GlobalOp>(
      load, load.getGlobalAttr());
}

static ElementsAttr reshapeValues(ElementsAttr values, RankedTensorType type) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(values))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return cast<DenseElementsAttr>(values).reshape(type);
}

/// What a reshaped constant is made from; `root` itself if it is not reshaped.
static Value stripReshape(Value root) {
  Operation *op = root.getDefiningOp();
  if (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return op->getOperand(0);
  return root;
}

static ElementsAttr getValues(Value root) {
  Value source = stripReshape(root);
  if (source != root)
    return reshapeValues(getValues(source),
                         cast<RankedTensorType>(root.getType()));
  if (auto constant = root.getDefiningOp<arith::ConstantOp>())
    return cast<ElementsAttr>(constant.getValue());
  if (auto load = root.getDefiningOp<ml_program::GlobalLoadConstOp>())
    return cast<ElementsAttr>(getGlobal(load).getValueAttr());
  return {};
}

/// What two ops that load the same weight have in common, or null for inline
/// constants, where equal values may be a coincidence.
static Attribute getIdentity(Value root) {
  if (auto constant = root.getDefiningOp<arith::ConstantOp>())
    return dyn_cast<DenseResourceElementsAttr>(constant.getValue());
  if (auto load = root.getDefiningOp<ml_program::GlobalLoadConstOp>())
    return load.getGlobalAttr();
  return {};
}

/// The name that the source of a weight suggests, or "".
static StringRef getSuggestedName(Value root) {
  root = stripReshape(root);
  if (auto resource =
          dyn_cast_or_null<DenseResourceElementsAttr>(getValues(root)))
    return resource.getRawHandle().getKey();
  if (auto load = root.getDefiningOp<ml_program::GlobalLoadConstOp>())
    return load.getGlobal().getLeafReference();
  if (auto location = root.getLoc()->findInstanceOf<NameLoc>())
    return location.getName();
  return "";
}

WeightTable::WeightTable(ModuleOp module) : module(module) {
  module.walk([&](Operation *op) {
    if (auto weight = dyn_cast<sparsity::WeightOp>(op))
      takenNames.insert(weight.getName());
    auto func = dyn_cast<FunctionOpInterface>(op);
    for (unsigned arg = 0, e = func ? func.getNumArguments() : 0; arg < e;
         ++arg)
      if (auto name = func.getArgAttrOfType<StringAttr>(
              arg, sparsity::SparsityDialect::getWeightArgAttrName()))
        takenNames.insert(name.getValue());
  });
}

WeightTable::~WeightTable() = default;

/// Lets all ops of a function that load the same weight be one.
void WeightTable::mergeDuplicate(Contraction &contraction) {
  Value root = contraction.source.root;
  Attribute identity = getIdentity(root);
  if (!identity)
    return;
  Operation *op = root.getDefiningOp();
  Operation *isolated = op->getParentWithTrait<OpTrait::IsIsolatedFromAbove>();
  Operation *&first = firstOps[{isolated, identity}];
  if (!first)
    first = op;
  if (first == op)
    return;
  first->moveBefore(&isolated->getRegion(0).front().front());
  root.replaceAllUsesWith(first->getResult(0));
  op->erase();
  contraction.source.root = first->getResult(0);
}

void WeightTable::add(Contraction &contraction) {
  mergeDuplicate(contraction);
  std::unique_ptr<Root> &root = roots[contraction.source.root];
  if (!root)
    root = std::make_unique<Root>(Root{contraction.source.root, {}});
  root->uses.push_back(&contraction);
}

StringRef WeightTable::getName(const Contraction &contraction) const {
  StringAttr name = names.lookup(contraction.op);
  return name ? name.getValue() : StringRef();
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

static WeightLayout getWantedLayout(const Contraction &c) {
  WeightLayout layout{{}, static_cast<unsigned>(c.outs.size())};
  auto append = [&](ArrayRef<unsigned> loops) {
    for (unsigned loop : loops)
      layout.dims.push_back(*c.source.map.getResultPosition(
          getAffineDimExpr(loop, c.source.map.getContext())));
  };
  append(c.outs);
  append(c.ins);
  return layout;
}

/// Whether anything but the weight operands of `uses` reads `root`.
static bool hasOtherUses(Value root, ArrayRef<Contraction *> uses) {
  llvm::SmallDenseSet<OpOperand *> known;
  for (Contraction *c : uses)
    known.insert(c->weight);
  SmallVector<Value> worklist{root};
  while (!worklist.empty())
    for (OpOperand &use : worklist.pop_back_val().getUses()) {
      if (known.contains(&use))
        continue;
      if (!isTransparentForWeights(use.getOwner()))
        return true;
      llvm::append_range(worklist, use.getOwner()->getResults());
    }
  return false;
}

std::optional<WeightLayout> WeightTable::chooseLayout(Root &root) {
  SmallVector<Contraction *> linears;
  for (Contraction *c : root.uses)
    if (c->reason.empty())
      linears.push_back(c);
  if (linears.empty())
    return std::nullopt;
  SmallVector<WeightLayout> layouts(llvm::map_range(
      linears, [](Contraction *c) { return getWantedLayout(*c); }));
  if (llvm::all_equal(layouts) &&
      (layouts[0].keepsOrder() ||
       (root.isConstant() && !hasOtherUses(root.value, linears))))
    return layouts[0];
  auto *stored = llvm::find_if(
      layouts, [](const WeightLayout &layout) { return layout.keepsOrder(); });
  for (auto [c, layout] : llvm::zip(linears, layouts))
    if (stored == layouts.end() || !(layout == *stored))
      c->reason = root.isConstant()
                      ? "another op reads the weight in the order in which it "
                        "is stored"
                      : "the weight is not a constant and would have to be "
                        "transposed at run time";
  if (stored == layouts.end())
    return std::nullopt;
  return *stored;
}

/// Groups of dims of the root that are the outputs and the inputs; unit dims
/// join their neighbours.
static SmallVector<ReassociationIndices> getGroups(RankedTensorType type,
                                                   const WeightLayout &layout) {
  SmallVector<ReassociationIndices> groups(2);
  int64_t firstIn = layout.dims[layout.numOuts];
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    groups[dim < firstIn ? 0 : 1].push_back(dim);
  return groups;
}

static RankedTensorType getLinearType(RankedTensorType type,
                                      const WeightLayout &layout) {
  int64_t shape[2] = {1, 1};
  for (auto [pos, dim] : llvm::enumerate(layout.dims))
    shape[pos < layout.numOuts ? 0 : 1] *= type.getDimSize(dim);
  return RankedTensorType::get(shape, type.getElementType());
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// The bytes of `values`; diagnoses missing or short resources at `op`.
static FailureOr<ArrayRef<char>> getRawValues(Operation *op,
                                              ElementsAttr values) {
  auto type = cast<RankedTensorType>(values.getShapedType());
  auto resource = dyn_cast<DenseResourceElementsAttr>(values);
  if (!resource)
    return cast<DenseElementsAttr>(values).getRawData();
  StringRef key = resource.getRawHandle().getKey();
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  if (!blob)
    return op->emitError("resource '")
           << key << "' has no data, but has to be transposed";
  size_t bytes = type.getNumElements() * type.getElementTypeBitWidth() / 8;
  if (blob->getData().size() != bytes)
    return op->emitError("resource '")
           << key << "' has " << blob->getData().size()
           << " bytes of data, its type " << type << " needs " << bytes;
  return blob->getData();
}

FailureOr<ElementsAttr> WeightTable::permute(Root &root,
                                             const WeightLayout &layout,
                                             RankedTensorType type) {
  ElementsAttr values = getValues(root.value);
  ElementsAttr &result = permuted[{values, type}];
  if (result)
    return result;
  auto dense = dyn_cast<DenseElementsAttr>(values);
  if (dense && dense.isSplat())
    return result = dense.resizeSplat(type);
  FailureOr<ArrayRef<char>> source =
      getRawValues(root.value.getDefiningOp(), values);
  if (failed(source))
    return failure();
  SmallVector<int64_t> permutation(layout.dims);
  for (int64_t dim = 0; dim < root.getType().getRank(); ++dim)
    if (!llvm::is_contained(layout.dims, dim))
      permutation.push_back(dim);
  AsmResourceBlob blob =
      HeapAsmResourceBlob::allocate(source->size(), /*align=*/64);
  permuteElements(module.getContext(), *source, root.getType().getShape(),
                  permutation, type.getElementTypeBitWidth() / 8,
                  blob.getMutableData());
  if (dense)
    return result = DenseElementsAttr::getFromRawBuffer(type, blob.getData());
  auto handle = cast<DenseResourceElementsAttr>(values).getRawHandle();
  replacedBlobs.push_back(handle);
  return result = DenseResourceElementsAttr::get(type, handle.getKey(),
                                                 std::move(blob));
}

void WeightTable::freeReplacedBlobs() {
  llvm::StringSet<> used;
  module.walk([&](Operation *op) {
    op->getAttrDictionary().walk([&](DenseResourceElementsAttr attr) {
      used.insert(attr.getRawHandle().getKey());
    });
  });
  for (DenseResourceElementsHandle handle : replacedBlobs)
    if (!used.contains(handle.getKey()))
      handle.getResource()->setBlob(AsmResourceBlob());
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

std::string WeightTable::chooseName(Root &root, bool permuted) {
  std::string base = getSuggestedName(root.value).str();
  // Inline constants are different weights even where their locations agree.
  bool isShared = getIdentity(stripReshape(root.value)) != Attribute();
  std::string &known = namesOfSources[isShared ? base : ""];
  if (isShared && !known.empty())
    return known;
  // Importers mark weights that are stored as [in, out] by this suffix.
  StringRef stem = base;
  if (permuted && stem.consume_back(".T") && !takenNames.contains(stem))
    base = stem.str();
  std::string name = base;
  for (unsigned i = 0; name.empty() || takenNames.contains(name); ++i)
    name = (base.empty() ? "weight" : base) + "_" + std::to_string(i);
  takenNames.insert(name);
  return known = name;
}

LogicalResult WeightTable::replaceConstant(Root &root,
                                           std::optional<WeightLayout> layout) {
  RankedTensorType rootType = root.getType();
  RankedTensorType type = layout ? getLinearType(rootType, *layout) : rootType;
  bool isPermuted = layout && !layout->keepsOrder();
  FailureOr<ElementsAttr> values =
      isPermuted
          ? permute(root, *layout, type)
          : FailureOr<ElementsAttr>(reshapeValues(getValues(root.value), type));
  if (failed(values))
    return failure();
  Operation *source = root.value.getDefiningOp();
  OpBuilder builder(source);
  auto weight = sparsity::WeightOp::create(
      builder, source->getLoc(), chooseName(root, isPermuted), *values);
  for (Contraction *c : root.uses) {
    names[c->op] = weight.getNameAttr();
    if (layout && c->reason.empty())
      c->linearWeight = weight;
  }
  if (isPermuted)
    return success();
  SmallVector<Contraction *> linears(root.uses);
  llvm::erase_if(linears, [](Contraction *c) { return !c->linearWeight; });
  Value replacement = weight;
  if (type != rootType && hasOtherUses(root.value, linears))
    replacement =
        tensor::ExpandShapeOp::create(builder, source->getLoc(), rootType,
                                      weight, getGroups(rootType, *layout));
  if (replacement.getType() == rootType) {
    root.value.replaceAllUsesWith(replacement);
    source->erase();
  }
  return success();
}

/// Gives an argument or an existing weight the shape [out, in].
void WeightTable::shapeExistingWeight(Root &root, const WeightLayout &layout) {
  Value weight = root.value;
  RankedTensorType type = getLinearType(root.getType(), layout);
  if (type != root.getType()) {
    OpBuilder builder(module.getContext());
    builder.setInsertionPointAfterValue(weight);
    weight =
        tensor::CollapseShapeOp::create(builder, weight.getLoc(), type, weight,
                                        getGroups(root.getType(), layout));
  }
  for (Contraction *c : root.uses)
    if (c->reason.empty())
      c->linearWeight = weight;
}

/// The name of a weight that has one already, or null.
static StringAttr getExistingName(Value root) {
  while (auto prune = root.getDefiningOp<sparsity::PruneOp>())
    root = prune.getWeight();
  if (auto weight = root.getDefiningOp<sparsity::WeightOp>())
    return weight.getNameAttr();
  auto arg = dyn_cast<BlockArgument>(root);
  auto func = arg ? dyn_cast<FunctionOpInterface>(arg.getOwner()->getParentOp())
                  : FunctionOpInterface();
  if (!func)
    return {};
  return func.getArgAttrOfType<StringAttr>(
      arg.getArgNumber(), sparsity::SparsityDialect::getWeightArgAttrName());
}

LogicalResult WeightTable::materialize(Root &root) {
  std::optional<WeightLayout> layout = chooseLayout(root);
  if (root.isConstant()) {
    // Vectors and other element types are no weights of their own.
    Type element = root.getType().getElementType();
    bool canBeWeight =
        element.isInteger(8) ||
        isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(element);
    if (!layout && (!canBeWeight || root.getType().getRank() < 2))
      return success();
    return replaceConstant(root, layout);
  }
  for (Contraction *c : root.uses)
    names[c->op] = getExistingName(root.value);
  if (layout)
    shapeExistingWeight(root, *layout);
  return success();
}

LogicalResult WeightTable::materialize() {
  for (auto &[value, root] : roots)
    if (failed(materialize(*root)))
      return failure();
  return success();
}

} // namespace sparseopt
