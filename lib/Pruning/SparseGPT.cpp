//===- SparseGPT.cpp - Pruning with compensation ----------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// SparseGPT without an inverse. The published sweep needs U with
// H^-1 = U^T U, upper triangular. With H = R R^T, R upper triangular, U is the
// inverse of R, and what earlier columns ask of a block J of columns is
//   W_J + (W - W')_before R_before,J (R_JJ)^-1,
// so that one Cholesky factorisation and the inverses of its diagonal blocks are
// enough. R is the factor L of H with rows and columns in reverse order,
// R[k][j] = L[n-1-k][n-1-j].
//
//===----------------------------------------------------------------------===//

#include "Cholesky.h"
#include "Layer.h"
#include "MaskImpl.h"

#include <algorithm>
#include <cmath>

using namespace sparseopt::pruning;

namespace {

/// Columns [begin, end) and what the sweep needs of R for them.
struct ColumnBlock {
  int64_t begin = 0;
  int64_t end = 0;
  /// R[0:begin, begin:end], row-major.
  std::vector<float> before;
  /// The diagonal of R_JJ, and its inverse, row-major, zero below the diagonal.
  std::vector<float> diagonal, inverse;
  /// The root of the error of zeroing a weight of 1 in each column: the diagonal,
  /// or next to nothing for an input that is always zero.
  std::vector<float> scoreScales;

  int64_t width() const { return end - begin; }
};

class Sweep {
public:
  Sweep(const SparseGPTFactor &factor, Layer &layer,
        const CalibratedRequest &request, const Pattern &pattern,
        llvm::ThreadPoolInterface *pool);

  Mask run();

private:
  ColumnBlock makeBlock(int64_t begin, int64_t end) const;
  void updateRows(const ColumnBlock &block, int64_t begin, int64_t end);
  void scoreRows(const ColumnBlock &block, int64_t begin, int64_t end);
  void chooseInBlock(const ColumnBlock &block);
  void pruneRows(const ColumnBlock &block, int64_t begin, int64_t end);
  void chooseGroup(const ColumnBlock &block, int64_t column, int64_t numRows,
                   const std::vector<float> &current,
                   std::vector<uint8_t> &keep) const;
  double getBlockSparsity(const ColumnBlock &block) const;

  const Blas &blas;
  llvm::ArrayRef<double> lower;
  llvm::ArrayRef<uint8_t> isDead;
  Layer &layer;
  const SparseGPTMethod &method;
  Pattern pattern;
  std::optional<double> sparsity;
  llvm::ThreadPoolInterface *pool;

  const NMPattern *nm;
  /// Columns and rows of a unit of a block pattern, 1 otherwise.
  int64_t unitWidth = 1;
  int64_t unitHeight = 1;
  int64_t rowBlock = rowsPerTask;
  Mask mask;
  /// Original minus new values of the columns that are done.
  std::vector<float> removed;
  /// Of the current block, [rows, width]: scores whose squares are the errors
  /// that zeroing costs, and the mask chosen from them.
  std::vector<float> scores;
  Mask blockMask;
};

} // namespace

Sweep::Sweep(const SparseGPTFactor &factor, Layer &layer,
             const CalibratedRequest &request, const Pattern &pattern,
             llvm::ThreadPoolInterface *pool)
    : blas(*factor.blas), lower(factor.lower), isDead(factor.isDead),
      layer(layer), method(std::get<SparseGPTMethod>(request.method)),
      pattern(pattern), sparsity(request.sparsity), pool(pool),
      nm(std::get_if<NMPattern>(&this->pattern)), mask(layer.size()),
      removed(layer.size()) {
  if (auto *block = std::get_if<BlockPattern>(&pattern)) {
    unitWidth = block->sizes.back();
    unitHeight = block->sizes.size() > 1 ? block->sizes.front() : 1;
  }
  if (nm && nm->dim == 0) // Groups of rows lie in one task.
    rowBlock = (rowsPerTask + nm->m - 1) / nm->m * nm->m;
}

ColumnBlock Sweep::makeBlock(int64_t begin, int64_t end) const {
  int64_t n = layer.columns, width = end - begin;
  ColumnBlock block{begin, end, {}, {}, {}, {}};
  auto factor = [&](int64_t row, int64_t column) {
    return lower[(n - 1 - row) * n + (n - 1 - column)];
  };
  block.before.resize(begin * width);
  parallelForRange(pool, begin, 512, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row)
      for (int64_t column = 0; column < width; ++column)
        block.before[row * width + column] = float(factor(row, begin + column));
  });
  std::vector<double> inverse(width * width);
  for (int64_t index = 0; index < width; ++index)
    inverse[index * width + index] = 1;
  blas.solveLower(Blas::Transpose::No, width, width,
                  lower.data() + (n - end) * n + (n - end), n, inverse.data(),
                  width);
  block.inverse.resize(width * width);
  for (int64_t row = 0; row < width; ++row) {
    auto diagonal = float(factor(begin + row, begin + row));
    block.diagonal.push_back(diagonal);
    block.scoreScales.push_back(isDead[begin + row] ? 1e-18f * diagonal
                                                    : diagonal);
    for (int64_t column = row; column < width; ++column)
      block.inverse[row * width + column] =
          float(inverse[(width - 1 - row) * width + (width - 1 - column)]);
  }
  return block;
}

/// Adds to the block's columns what the columns before it ask for.
void Sweep::updateRows(const ColumnBlock &block, int64_t begin, int64_t end) {
  if (block.begin == 0)
    return;
  int64_t n = layer.columns, width = block.width(), numRows = end - begin;
  std::vector<float> asked(numRows * width);
  blas.gemm(Blas::Transpose::No, numRows, width, block.begin, 1.0f,
            removed.data() + begin * n, n, block.before.data(), width, 0.0f,
            asked.data(), width);
  blas.gemm(Blas::Transpose::No, numRows, width, width, 1.0f, asked.data(),
            width, block.inverse.data(), width, 1.0f,
            layer.values.data() + begin * n + block.begin, n);
}

void Sweep::scoreRows(const ColumnBlock &block, int64_t begin, int64_t end) {
  int64_t n = layer.columns, width = block.width();
  for (int64_t row = begin; row < end; ++row) {
    const float *values = layer.values.data() + row * n + block.begin;
    float *target = scores.data() + row * width;
    for (int64_t column = 0; column < width; ++column)
      target[column] = values[column] * block.scoreScales[column];
  }
}

/// The fraction of the block to zero so that all blocks together zero exactly
/// what the request asks for.
double Sweep::getBlockSparsity(const ColumnBlock &block) const {
  int64_t unitRows = method.scope == Scope::Row
                         ? 1
                         : (layer.rows + unitHeight - 1) / unitHeight;
  auto unitsUpTo = [&](int64_t column) {
    return unitRows * ((column + unitWidth - 1) / unitWidth);
  };
  int64_t before = unitsUpTo(block.begin), after = unitsUpTo(block.end);
  int64_t wanted =
      getNumPruned(after, *sparsity) - getNumPruned(before, *sparsity);
  // Half a unit more, so that rounding down gives the number.
  return std::min(1.0, (double(wanted) + 0.5) / double(after - before));
}

void Sweep::chooseInBlock(const ColumnBlock &block) {
  Pattern unit = pattern;
  if (std::holds_alternative<BlockPattern>(pattern)) {
    unit = BlockPattern{
        {std::min(unitHeight, layer.rows), std::min(unitWidth, block.width())}};
  }
  blockMask = chooseFromScores(
      llvm::ArrayRef<float>(scores).take_front(layer.rows * block.width()),
      layer.rows, block.width(), unit, method.scope, UnitNorm::L2,
      getBlockSparsity(block), pool);
}

/// Chooses the N:M groups that begin at `column` of the block from the current
/// values [width, numRows].
void Sweep::chooseGroup(const ColumnBlock &block, int64_t column,
                        int64_t numRows, const std::vector<float> &current,
                        std::vector<uint8_t> &keep) const {
  int64_t size = nm->dim == 1 ? std::min(nm->m, block.width() - column) : 1;
  std::vector<float> groupScores(size * numRows);
  for (int64_t inner = 0; inner < size; ++inner) {
    float scale = block.scoreScales[column + inner];
    for (int64_t row = 0; row < numRows; ++row)
      groupScores[inner * numRows + row] =
          current[(column + inner) * numRows + row] * scale;
  }
  int64_t shape[] = {size, numRows};
  Mask chosen = chooseNMMask({groupScores.data(), shape, ElementType::F32},
                             {nm->n, nm->m, nm->dim == 1 ? 0 : 1}, nullptr);
  std::copy(chosen.begin(), chosen.end(), keep.begin() + column * numRows);
}

/// Goes through the block's columns; works on the transpose, so that the inner
/// loops run over rows.
void Sweep::pruneRows(const ColumnBlock &block, int64_t begin, int64_t end) {
  int64_t n = layer.columns, width = block.width(), numRows = end - begin;
  std::vector<float> current(width * numRows), error(numRows);
  std::vector<uint8_t> keep(width * numRows);
  for (int64_t row = 0; row < numRows; ++row)
    for (int64_t column = 0; column < width; ++column) {
      int64_t target = column * numRows + row;
      current[target] = layer.values[(begin + row) * n + block.begin + column];
      if (!nm)
        keep[target] = blockMask[(begin + row) * width + column];
    }
  for (int64_t column = 0; column < width; ++column) {
    if (nm && (nm->dim == 0 || column % nm->m == 0))
      chooseGroup(block, column, numRows, current, keep);
    float *values = current.data() + column * numRows;
    const uint8_t *keepColumn = keep.data() + column * numRows;
    float scale = block.diagonal[column];
    for (int64_t row = 0; row < numRows; ++row) {
      error[row] = keepColumn[row] ? 0 : values[row] * scale;
      values[row] = keepColumn[row] ? values[row] : 0;
    }
    for (int64_t later = column + 1; later < width; ++later) {
      float factor = block.inverse[column * width + later];
      float *target = current.data() + later * numRows;
      for (int64_t row = 0; row < numRows; ++row)
        target[row] -= error[row] * factor;
    }
  }
  for (int64_t row = 0; row < numRows; ++row)
    for (int64_t column = 0; column < width; ++column) {
      int64_t index = (begin + row) * n + block.begin + column;
      layer.values[index] = current[column * numRows + row];
      removed[index] -= layer.values[index];
      mask[index] = keep[column * numRows + row];
    }
}

Mask Sweep::run() {
  removed = layer.values; // Until a column is done, its original values.
  int64_t group = nm && nm->dim == 1 ? nm->m : unitWidth;
  int64_t blockSize = (method.blockSize + group - 1) / group * group;
  if (!nm)
    scores.resize(layer.rows * std::min(blockSize, layer.columns));
  for (int64_t begin = 0; begin < layer.columns; begin += blockSize) {
    ColumnBlock block =
        makeBlock(begin, std::min(layer.columns, begin + blockSize));
    parallelForRange(pool, layer.rows, rowBlock,
                     [&](int64_t first, int64_t last) {
                       updateRows(block, first, last);
                       if (nm)
                         pruneRows(block, first, last);
                       else
                         scoreRows(block, first, last);
                     });
    if (nm)
      continue;
    chooseInBlock(block);
    parallelForRange(
        pool, layer.rows, rowBlock,
        [&](int64_t first, int64_t last) { pruneRows(block, first, last); });
  }
  return std::move(mask);
}

llvm::Expected<SparseGPTFactor>
SparseGPTFactor::get(llvm::ArrayRef<double> gram, int64_t size, double damping,
                     llvm::ThreadPoolInterface *pool) {
  int64_t n = size;
  llvm::Expected<const Blas *> blas = Blas::get();
  if (!blas)
    return blas.takeError();
  SparseGPTFactor result;
  result.blas = *blas;
  result.isDead.resize(n);
  double mean = 0;
  for (int64_t index = 0; index < n; ++index) {
    mean += gram[index * n + index] / double(n);
    result.isDead[index] = gram[index * n + index] <= 0;
  }
  if (!(mean > 0))
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "all inputs of the layer are zero on the calibration data");
  auto fill = [&](double *lower, double amount) {
    parallelForRange(pool, n, 64, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const double *source = gram.data() + (n - 1 - row) * n;
        for (int64_t column = 0; column <= row; ++column)
          lower[row * n + column] = source[n - 1 - column] / mean;
        lower[row * n + row] += amount;
      }
    });
  };
  llvm::Expected<DampedFactor> factor =
      factorDamped(**blas, n, damping, fill, pool);
  if (!factor)
    return factor.takeError();
  result.lower = std::move(factor->lower);
  result.damping = factor->damping;
  return std::move(result);
}

Mask sparseopt::pruning::runSparseGPT(const SparseGPTFactor &factor,
                                      Layer &layer,
                                      const CalibratedRequest &request,
                                      const Pattern &pattern,
                                      llvm::ThreadPoolInterface *pool) {
  return Sweep(factor, layer, request, pattern, pool).run();
}
