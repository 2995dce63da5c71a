//===- Recipe.cpp - Recipes -------------------------------------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a YAML recipe with LLVM's parser. Nodes are visited in the order of the
// file, as the parser demands.
//
//===----------------------------------------------------------------------===//

#include "Recipe.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace yaml = llvm::yaml;

Location RecipeRule::getLoc(StringRef key) const {
  auto entry = keyLocs.find(key);
  return entry == keyLocs.end() ? loc : entry->second;
}

namespace {

/// Reader of one file. Each function reports an error and returns failure.
class RecipeReader {
public:
  RecipeReader(StringRef file, MLIRContext *context,
               std::unique_ptr<llvm::MemoryBuffer> buffer)
      : file(file), context(context) {
    bufferId = sourceManager.AddNewSourceBuffer(std::move(buffer), SMLoc());
    sourceManager.setDiagHandler(reportSyntaxError, this);
  }

  FailureOr<std::vector<RecipeStage>> read();

private:
  Location getLoc(yaml::Node *node) {
    return getLoc(node->getSourceRange().Start);
  }
  Location getLoc(SMLoc loc) {
    auto [line, column] = sourceManager.getLineAndColumn(loc, bufferId);
    return FileLineColLoc::get(context, file, line, column);
  }
  static void reportSyntaxError(const llvm::SMDiagnostic &diag, void *self);

  LogicalResult readRoot(yaml::Node *root);
  LogicalResult readStages(yaml::Node *value);
  LogicalResult readStage(yaml::Node *node);
  LogicalResult readStageKey(StringRef key, yaml::Node *value);
  LogicalResult readSequential(yaml::Node *value);
  LogicalResult readRules(yaml::Node *value);
  LogicalResult readRule(yaml::Node *node);
  LogicalResult finishRule();
  std::vector<RecipeRule> &getRules() { return stages.back().rules; }
  LogicalResult readKey(StringRef key, yaml::Node *value);
  LogicalResult readMethod(yaml::Node *value);
  LogicalResult readMethodParameter(StringRef key, yaml::Node *value);
  LogicalResult readFilter(yaml::Node *value, NameFilter &filter,
                           std::vector<Location> &locs);
  LogicalResult addToFilter(yaml::Node *value, NameFilter &filter,
                            std::vector<Location> &locs);
  LogicalResult readText(StringRef key, yaml::Node *value, std::string &text);
  template <typename T>
  LogicalResult readNumber(StringRef key, yaml::Node *value,
                           std::optional<T> &number);
  /// Visits the entries of a mapping; refuses other nodes and doubled keys.
  LogicalResult
  forEachEntry(yaml::Node *node, StringRef what,
               function_ref<LogicalResult(StringRef, yaml::Node *)> visit);
  LogicalResult noteKey(StringRef key, yaml::Node *value);

  StringRef file;
  MLIRContext *context;
  llvm::SourceMgr sourceManager;
  unsigned bufferId;
  std::vector<RecipeStage> stages;
  /// Where the key of the entry that is being visited stands.
  std::optional<Location> currentKeyLoc;
  bool hasRules = false;
  /// Whether the keys of a rule stand in the stage itself.
  bool isStageOneRule = false;
  bool hasSyntaxError = false;
};

} // namespace

void RecipeReader::reportSyntaxError(const llvm::SMDiagnostic &diag,
                                     void *self) {
  auto *reader = static_cast<RecipeReader *>(self);
  reader->hasSyntaxError = true;
  mlir::emitError(FileLineColLoc::get(reader->context, reader->file,
                                      std::max(diag.getLineNo(), 0),
                                      diag.getColumnNo() + 1))
      << diag.getMessage();
}

LogicalResult RecipeReader::forEachEntry(
    yaml::Node *node, StringRef what,
    function_ref<LogicalResult(StringRef, yaml::Node *)> visit) {
  auto *mapping = dyn_cast_or_null<yaml::MappingNode>(node);
  if (!mapping)
    return mlir::emitError(getLoc(node)) << what << " has to be a map";
  llvm::StringSet<> seen;
  for (yaml::KeyValueNode &entry : *mapping) {
    auto *keyNode = dyn_cast_or_null<yaml::ScalarNode>(entry.getKey());
    if (!keyNode || hasSyntaxError)
      return hasSyntaxError ? failure()
                            : mlir::emitError(getLoc(node))
                                  << "a key of " << what << " has to be a word";
    SmallString<32> storage;
    std::string key = keyNode->getValue(storage).str();
    Location keyLoc = getLoc(keyNode);
    if (!seen.insert(key).second)
      return mlir::emitError(keyLoc) << "key '" << key << "' is given twice";
    yaml::Node *value = entry.getValue();
    if (!value || hasSyntaxError)
      return failure();
    currentKeyLoc = keyLoc;
    if (failed(visit(key, value)))
      return failure();
  }
  return success(!hasSyntaxError);
}

LogicalResult RecipeReader::readText(StringRef key, yaml::Node *value,
                                     std::string &text) {
  SmallString<32> storage;
  if (auto *scalar = dyn_cast<yaml::ScalarNode>(value)) {
    text = scalar->getValue(storage).str();
    if (!text.empty())
      return success();
  }
  return mlir::emitError(getLoc(value))
         << "'" << key << "' has to be a word or a text";
}

static bool parseNumber(StringRef text, double &number) {
  return !text.getAsDouble(number);
}
static bool parseNumber(StringRef text, int64_t &number) {
  return !text.getAsInteger(10, number);
}

template <typename T>
LogicalResult RecipeReader::readNumber(StringRef key, yaml::Node *value,
                                       std::optional<T> &number) {
  SmallString<32> storage;
  T parsed;
  auto *scalar = dyn_cast<yaml::ScalarNode>(value);
  if (!scalar || !parseNumber(scalar->getValue(storage).trim(), parsed))
    return mlir::emitError(getLoc(value))
           << "'" << key << "' has to be "
           << (std::is_integral_v<T> ? "an integer" : "a number");
  number = parsed;
  return success();
}

LogicalResult RecipeReader::addToFilter(yaml::Node *value, NameFilter &filter,
                                        std::vector<Location> &locs) {
  std::string text;
  if (failed(readText("a regular expression", value, text)))
    return failure();
  locs.push_back(getLoc(value));
  if (llvm::Error error = filter.add(text))
    return mlir::emitError(locs.back()) << llvm::toString(std::move(error));
  return success();
}

LogicalResult RecipeReader::readFilter(yaml::Node *value, NameFilter &filter,
                                       std::vector<Location> &locs) {
  auto *list = dyn_cast<yaml::SequenceNode>(value);
  if (!list)
    return addToFilter(value, filter, locs);
  for (yaml::Node &entry : *list)
    if (failed(addToFilter(&entry, filter, locs)))
      return failure();
  return success(!hasSyntaxError);
}

/// Refuses a key that stands both in the rule and in its method's map.
LogicalResult RecipeReader::noteKey(StringRef key, yaml::Node *value) {
  bool isNew = getRules().back().keyLocs.try_emplace(key, getLoc(value)).second;
  if (isNew)
    return success();
  return mlir::emitError(*currentKeyLoc) << "'" << key << "' is given twice";
}

LogicalResult RecipeReader::readMethodParameter(StringRef key,
                                                yaml::Node *value) {
  RequestSpec &spec = getRules().back().spec;
  if (failed(noteKey(key, value)))
    return failure();
  const RequestSpec::Parameter &parameter = *RequestSpec::findParameter(key);
  if (parameter.text)
    return readText(key, value, spec.*parameter.text);
  if (parameter.number)
    return readNumber(key, value, spec.*parameter.number);
  return readNumber(key, value, spec.*parameter.count);
}

static bool isMethodParameter(StringRef key) {
  return RequestSpec::findParameter(key) != nullptr;
}

/// The keys of all method parameters, separated by commas.
static std::string getMethodParameters() {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(
      RequestSpec::getParameters(), os,
      [&](const RequestSpec::Parameter &parameter) { os << parameter.key; });
  return text;
}

LogicalResult RecipeReader::readMethod(yaml::Node *value) {
  RequestSpec &spec = getRules().back().spec;
  if (!isa<yaml::MappingNode>(value))
    return readText("method", value, spec.method);
  auto readParameter = [&](StringRef key, yaml::Node *parameter) {
    if (key == "name") {
      getRules().back().keyLocs.insert_or_assign("method", getLoc(parameter));
      return readText(key, parameter, spec.method);
    }
    if (isMethodParameter(key))
      return readMethodParameter(key, parameter);
    return LogicalResult(mlir::emitError(*currentKeyLoc)
                         << "unknown key '" << key
                         << "' of a method; known keys: name, "
                         << getMethodParameters());
  };
  return forEachEntry(value, "a method", readParameter);
}

LogicalResult RecipeReader::readKey(StringRef key, yaml::Node *value) {
  RecipeRule &rule = getRules().back();
  if (isMethodParameter(key))
    return readMethodParameter(key, value);
  if (failed(noteKey(key, value)))
    return failure();
  if (key == "targets")
    return readFilter(value, rule.targets, rule.targetLocs);
  if (key == "ignore")
    return readFilter(value, rule.ignore, rule.ignoreLocs);
  if (key == "pattern")
    return readText(key, value, rule.spec.pattern);
  if (key == "method")
    return readMethod(value);
  if (key == "sparsity")
    return readNumber(key, value, rule.spec.sparsity);
  if (key == "dim")
    return readNumber(key, value, rule.spec.dim);
  return mlir::emitError(*currentKeyLoc)
         << "unknown key '" << key << "' of a rule; known keys: targets, "
         << "ignore, pattern, dim, sparsity, method, " << getMethodParameters();
}

LogicalResult RecipeReader::finishRule() {
  RecipeRule &rule = getRules().back();
  if (rule.targets.empty())
    return mlir::emitError(rule.getLoc("targets"))
           << "a rule needs at least one target";
  auto emitAtKey = [&](StringRef key) {
    return mlir::emitError(rule.getLoc(key));
  };
  return success(succeeded(rule.spec.build(context, 0, emitAtKey)));
}

LogicalResult RecipeReader::readRule(yaml::Node *node) {
  getRules().emplace_back(getLoc(node));
  auto read = [&](StringRef key, yaml::Node *value) {
    return readKey(key, value);
  };
  if (failed(forEachEntry(node, "a rule", read)))
    return failure();
  return finishRule();
}

LogicalResult RecipeReader::readRules(yaml::Node *value) {
  auto *list = dyn_cast<yaml::SequenceNode>(value);
  if (!list)
    return mlir::emitError(getLoc(value)) << "'rules' has to be a list";
  for (yaml::Node &rule : *list)
    if (failed(readRule(&rule)))
      return failure();
  return success(!hasSyntaxError);
}

LogicalResult RecipeReader::readSequential(yaml::Node *value) {
  RecipeStage &stage = stages.back();
  stage.sequentialLoc = getLoc(value);
  if (failed(readText("sequential", value, stage.sequential)))
    return failure();
  llvm::Regex regex(stage.sequential);
  std::string error;
  if (!regex.isValid(error))
    return mlir::emitError(*stage.sequentialLoc)
           << "'" << stage.sequential
           << "' is not a regular expression: " << error;
  if (regex.getNumMatches() != 1)
    return mlir::emitError(*stage.sequentialLoc)
           << "'sequential' needs one group, which names the block, such as "
              "layer\\.([0-9]+)\\.";
  return success();
}

LogicalResult RecipeReader::readStageKey(StringRef key, yaml::Node *value) {
  if (key == "name")
    return readText(key, value, stages.back().name);
  if (key == "sequential")
    return readSequential(value);
  Location keyLoc = *currentKeyLoc;
  bool isRules = key == "rules";
  if ((isRules && isStageOneRule) || (!isRules && !isStageOneRule && hasRules))
    return mlir::emitError(keyLoc)
           << "a stage is either one rule or a list of 'rules'";
  hasRules |= isRules;
  if (isRules)
    return readRules(value);
  if (!isStageOneRule)
    getRules().emplace_back(stages.back().loc);
  isStageOneRule = true;
  return readKey(key, value);
}

LogicalResult RecipeReader::readStage(yaml::Node *node) {
  stages.emplace_back(getLoc(node));
  hasRules = isStageOneRule = false;
  auto read = [&](StringRef key, yaml::Node *value) {
    return readStageKey(key, value);
  };
  if (failed(forEachEntry(node, "a stage", read)))
    return failure();
  if (!hasRules && !isStageOneRule)
    return mlir::emitError(stages.back().loc)
           << "a stage needs 'rules', or the keys of one rule";
  return isStageOneRule ? finishRule() : success();
}

LogicalResult RecipeReader::readStages(yaml::Node *value) {
  auto *list = dyn_cast<yaml::SequenceNode>(value);
  if (!list)
    return mlir::emitError(getLoc(value)) << "'stages' has to be a list";
  for (yaml::Node &stage : *list)
    if (failed(readStage(&stage)))
      return failure();
  return success(!hasSyntaxError);
}

/// A recipe is a list of stages, or the keys of the only stage.
LogicalResult RecipeReader::readRoot(yaml::Node *root) {
  bool hasStages = false, hasStage = false;
  auto readEntry = [&](StringRef key, yaml::Node *value) -> LogicalResult {
    bool isStages = key == "stages";
    if (!isStages && key != "rules" && key != "sequential")
      return mlir::emitError(*currentKeyLoc)
             << "unknown key '" << key
             << "' of a recipe; known keys: rules, sequential, stages";
    if (isStages ? hasStage : hasStages)
      return mlir::emitError(*currentKeyLoc)
             << "'" << key << "' does not go with "
             << (isStages ? "the keys of a single stage" : "'stages'");
    if (isStages) {
      hasStages = true;
      return readStages(value);
    }
    if (!hasStage)
      stages.emplace_back(getLoc(root));
    hasStage = true;
    return readStageKey(key, value);
  };
  if (failed(forEachEntry(root, "a recipe", readEntry)))
    return failure();
  if (!hasStages && !hasRules)
    return mlir::emitError(getLoc(root))
           << "a recipe needs 'rules' or 'stages'";
  return success();
}

FailureOr<std::vector<RecipeStage>> RecipeReader::read() {
  yaml::Stream stream(
      sourceManager.getMemoryBuffer(bufferId)->getMemBufferRef(), sourceManager,
      /*ShowColors=*/false);
  yaml::document_iterator document = stream.begin();
  yaml::Node *root = document == stream.end() ? nullptr : document->getRoot();
  if (hasSyntaxError)
    return failure();
  if (!root)
    return mlir::emitError(FileLineColLoc::get(context, file, 1, 1))
           << "a recipe needs 'rules' or 'stages'";
  if (failed(readRoot(root)) || hasSyntaxError)
    return failure();
  if (++document != stream.end())
    return mlir::emitError(FileLineColLoc::get(context, file, 1, 1))
           << "a recipe is a single document";
  return std::move(stages);
}

FailureOr<std::vector<RecipeStage>> sparseopt::readRecipe(StringRef file,
                                                          Location loc) {
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      llvm::MemoryBuffer::getFile(file, /*IsText=*/true);
  if (!buffer)
    return mlir::emitError(loc) << "cannot read recipe '" << file
                                << "': " << buffer.getError().message();
  return RecipeReader(file, loc.getContext(), std::move(*buffer)).read();
}
