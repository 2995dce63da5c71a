//===- SparseOpt.h - C interface of the compiler ------------------*- C -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration, loading, pipelines, diagnostics, reports and compilation in
// plain C, on the types of MLIR's own C interface, whose functions the
// library libSparseOptC.so exports too (mlir-c/IR.h, Pass.h, ...).
//
//===----------------------------------------------------------------------===//

#ifndef SPARSEOPT_C_SPARSEOPT_H
#define SPARSEOPT_C_SPARSEOPT_H

#include "mlir-c/Diagnostics.h"
#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

/** The version of the project, "0.1.0". */
MLIR_CAPI_EXPORTED MlirStringRef sparseOptGetVersion(void);

/** Adds the dialects of this project, and what its passes need, to `registry`.
    Upstream's own come from mlirRegisterAllDialects. */
MLIR_CAPI_EXPORTED void
sparseOptRegisterAllDialects(MlirDialectRegistry registry);

/** Registers the passes and pipelines of this project by name; once or more
    often. Upstream's own come from mlirRegisterAllPasses. */
MLIR_CAPI_EXPORTED void sparseOptRegisterAllPasses(void);

/** A context with all dialects and passes, upstream's and this project's, for
    programs that need no choice. Ends with mlirContextDestroy. */
MLIR_CAPI_EXPORTED MlirContext sparseOptContextCreate(void);

//===----------------------------------------------------------------------===//
// Diagnostics
//===----------------------------------------------------------------------===//

/** What a context said since the collection began, in order. Without a
    collection MLIR prints errors to stderr. */
typedef struct SparseOptDiagnostics {
  void *ptr;
} SparseOptDiagnostics;

/** Collects all diagnostics of `context` from now on. Collections nest: the
    latest one receives. */
MLIR_CAPI_EXPORTED SparseOptDiagnostics
sparseOptDiagnosticsCreate(MlirContext context);

/** Ends the collection; before the context is destroyed. */
MLIR_CAPI_EXPORTED void
sparseOptDiagnosticsDestroy(SparseOptDiagnostics diagnostics);

/** Number of diagnostics; notes count one each, after what they belong to. */
MLIR_CAPI_EXPORTED intptr_t
sparseOptDiagnosticsGetCount(SparseOptDiagnostics diagnostics);

/** Severity, place ("model.mlir:4:8", empty if unknown) and text of diagnostic
    number `index`, counted from 0. The strings end with a zero byte and live
    until the collection is cleared or destroyed. */
MLIR_CAPI_EXPORTED MlirDiagnosticSeverity sparseOptDiagnosticsGetSeverity(
    SparseOptDiagnostics diagnostics, intptr_t index);
MLIR_CAPI_EXPORTED MlirStringRef sparseOptDiagnosticsGetLocation(
    SparseOptDiagnostics diagnostics, intptr_t index);
MLIR_CAPI_EXPORTED MlirStringRef sparseOptDiagnosticsGetMessage(
    SparseOptDiagnostics diagnostics, intptr_t index);

/** Forgets what was collected so far. */
MLIR_CAPI_EXPORTED void
sparseOptDiagnosticsClear(SparseOptDiagnostics diagnostics);

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

/** Reads text or bytecode from a file and checks that all weights have their
    data. The null module (mlirModuleIsNull) and diagnostics on failure. */
MLIR_CAPI_EXPORTED MlirModule sparseOptModuleLoad(MlirContext context,
                                                  MlirStringRef path);

/** Runs a pipeline on the module in place, spelled as after --pass-pipeline=
    with or without the enclosing "builtin.module(...)". On failure there are
    diagnostics, and the module is in the state that the failed pass left. */
MLIR_CAPI_EXPORTED MlirLogicalResult
sparseOptModuleRunPipeline(MlirModule module, MlirStringRef pipeline);

/** The report of all decisions as JSON; what sparse-opt writes for
    --sparsity-report=FILE. */
MLIR_CAPI_EXPORTED void sparseOptModulePrintReport(MlirModule module,
                                                   MlirStringCallback callback,
                                                   void *userData);

typedef enum SparseOptFormat {
  SparseOptFormatText,
  SparseOptFormatBytecode
} SparseOptFormat;

/** Writes the module to a file, which takes its name when it is complete. */
MLIR_CAPI_EXPORTED MlirLogicalResult sparseOptModuleSave(
    MlirModule module, MlirStringRef path, SparseOptFormat format);

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

typedef enum SparseOptEmit {
  SparseOptEmitSharedLibrary,
  SparseOptEmitObject,
  SparseOptEmitHeader
} SparseOptEmit;

typedef enum SparseOptWeights {
  /** Embedded up to 1 GiB, above that in a file. */
  SparseOptWeightsAutomatic,
  SparseOptWeightsEmbed,
  SparseOptWeightsFile
} SparseOptWeights;

/** What sparse-compile has as options. Start from
    sparseOptCompileOptionsGetDefault. */
typedef struct SparseOptCompileOptions {
  SparseOptEmit emit;
  SparseOptWeights weights;
  /** An LLVM name of a CPU; "native" is this machine's. */
  MlirStringRef targetCpu;
  /** Features to add or to take away: "+avx512vnni,-avx512bf16". */
  MlirStringRef targetFeatures;
  /** Spread work over OpenMP threads; the library needs libomp then. */
  bool openmp;
  /** Prefix of all functions of the library; empty: entries keep their names,
      and the others begin with the module's or the file's name. */
  MlirStringRef prefix;
  /** File for the report of all decisions as JSON; empty for none. */
  MlirStringRef report;
} SparseOptCompileOptions;

/** A shared library for this machine, with OpenMP. */
MLIR_CAPI_EXPORTED SparseOptCompileOptions
sparseOptCompileOptionsGetDefault(void);

/** Compiles a copy of the module to the file `output`. Layers that no kernel was
    chosen for yet get one first, as by sparsity-sparsify without options. On
    failure there are diagnostics, and an existing file is as before. */
MLIR_CAPI_EXPORTED MlirLogicalResult sparseOptModuleCompile(
    MlirModule module, SparseOptCompileOptions options, MlirStringRef output);

//===----------------------------------------------------------------------===//
// Weights outside of a module
//===----------------------------------------------------------------------===//

/** The prune request on one weight of a module, for values that are not in the
    module. Lives within the life of the module. */
typedef struct SparseOptWeightPruner {
  void *ptr;
} SparseOptWeightPruner;

/** The request on weight `name`. `stats` is the path of a file of statistics, or
    empty. A null pointer if the weight has no request, and, with diagnostics, on
    failure. */
MLIR_CAPI_EXPORTED SparseOptWeightPruner sparseOptWeightPrunerCreate(
    MlirModule module, MlirStringRef name, MlirStringRef stats);

MLIR_CAPI_EXPORTED void
sparseOptWeightPrunerDestroy(SparseOptWeightPruner pruner);

/** The number that blocks of rows have to be a multiple of, all but the last; 0
    if the rows depend on each other and have to come all at once. */
MLIR_CAPI_EXPORTED intptr_t
sparseOptWeightPrunerGetRowMultiple(SparseOptWeightPruner pruner);

/** The pattern in words, "2:4 along dim 1". */
MLIR_CAPI_EXPORTED MlirStringRef
sparseOptWeightPrunerGetPattern(SparseOptWeightPruner pruner);

/** Prunes `numRows` rows from `firstRow` on in place, row-major in the type of
    the weight. Diagnostics on failure. */
MLIR_CAPI_EXPORTED MlirLogicalResult
sparseOptWeightPrunerRun(SparseOptWeightPruner pruner, void *rows,
                         intptr_t firstRow, intptr_t numRows);

#ifdef __cplusplus
}
#endif

#endif /* SPARSEOPT_C_SPARSEOPT_H */
