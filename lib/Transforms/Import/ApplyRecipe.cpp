//===- ApplyRecipe.cpp - Attach the prune requests of a recipe --*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass sparsity-apply-recipe: finds the rule for each weight, adds its
// request, and reports what matched nothing.
//
//===----------------------------------------------------------------------===//

#include "sparse-opt/Transforms/Import/Passes.h"

#include "Recipe.h"

#include "sparse-opt/Dialect/Sparsity/Utils/Requests.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::sparsity;

namespace sparseopt {
#define GEN_PASS_DEF_APPLYRECIPEPASS
#include "sparse-opt/Transforms/Import/Passes.h.inc"
} // namespace sparseopt

namespace {

/// What the recipe says about one weight.
struct Match {
  WeightOp weight;
  /// Number of the rule, from 1; 0 for none.
  size_t rule = 0;
  /// The request, or why there is none.
  std::string outcome;
};

/// One application of a stage's rules to the weights of a module.
class Application {
public:
  Application(std::vector<RecipeRule> rules,
              const llvm::DenseSet<Operation *> &earlier)
      : rules(std::move(rules)), earlier(earlier),
        wasApplied(this->rules.size()), obstacles(this->rules.size()) {}

  /// Adds the request of the first rule that selects `weight`.
  void apply(WeightOp weight);
  /// Reports targets, ignores and rules that came to nothing.
  LogicalResult reportUnused();
  void print(llvm::raw_ostream &os);

private:
  void chooseRule(Match &match);
  Value afterEarlierStages(WeightOp weight) const;

  std::vector<RecipeRule> rules;
  /// The requests of the stages before this one.
  const llvm::DenseSet<Operation *> &earlier;
  std::vector<Match> matches;
  /// For each rule: has it added a request, and if not, the first reason.
  std::vector<bool> wasApplied;
  std::vector<std::string> obstacles;
};

struct ApplyRecipePass
    : public sparseopt::impl::ApplyRecipePassBase<ApplyRecipePass> {
  using ApplyRecipePassBase::ApplyRecipePassBase;

protected:
  void runOnOperation() override;

private:
  LogicalResult applyStage(RecipeStage &entry, size_t number);
};

} // namespace

static std::string describe(const RequestSpec &spec) {
  std::string text = spec.pattern + " " + spec.method;
  if (spec.sparsity)
    text += llvm::formatv(", sparsity {0:F2}", *spec.sparsity);
  if (!spec.scope.empty())
    text += ", scope " + spec.scope;
  return text;
}

/// Every rule sees every name, so that it is known which ones are used.
void Application::chooseRule(Match &match) {
  StringRef name = match.weight.getName();
  match.outcome = "no rule";
  for (auto [index, rule] : llvm::enumerate(rules)) {
    bool isTarget = rule.targets.match(name).has_value();
    bool isIgnored = rule.ignore.match(name).has_value();
    if (!isTarget || match.rule != 0)
      continue;
    if (isIgnored)
      match.outcome = ("ignored by rule " + Twine(index + 1)).str();
    else
      match.rule = index + 1;
  }
}

/// What the requests of earlier stages make of `weight`.
Value Application::afterEarlierStages(WeightOp weight) const {
  Value value = weight.getResult();
  while (true) {
    auto user = llvm::find_if(
        value.getUsers(), [&](Operation *op) { return earlier.contains(op); });
    if (user == value.getUsers().end())
      return value;
    value = cast<PruneOp>(*user).getResult();
  }
}

void Application::apply(WeightOp weight) {
  Match &match = matches.emplace_back(Match{weight, 0, ""});
  chooseRule(match);
  if (match.rule == 0)
    return;
  size_t index = match.rule - 1;
  const RequestSpec &spec = rules[index].spec;
  std::string obstacle;
  Value value = afterEarlierStages(weight);
  FailureOr<RequestAttrs> attrs =
      fitRequest(value, findWeightUses(value), spec, obstacle);
  if (succeeded(attrs)) {
    insertRequest(value, *attrs);
    wasApplied[index] = true;
    match.outcome = describe(spec);
    return;
  }
  match.outcome = "not pruned: " + obstacle;
  std::string sentence =
      ("weight '" + weight.getName() + "' is " + match.outcome).str();
  remark::missed(weight.getLoc(),
                 remark::RemarkOpts::name("apply-recipe").category("sparsity"))
      << sentence;
  if (obstacles[index].empty())
    obstacles[index] = sentence;
}

LogicalResult Application::reportUnused() {
  bool allUsed = true;
  for (auto [number, rule] : llvm::enumerate(rules)) {
    for (auto [index, loc] : llvm::enumerate(rule.targetLocs))
      if (!rule.targets.wasUsed(index)) {
        mlir::emitError(loc) << "target '" << rule.targets.getText(index)
                             << "' matches no weight";
        allUsed = false;
      }
    for (auto [index, loc] : llvm::enumerate(rule.ignoreLocs))
      if (!rule.ignore.wasUsed(index))
        mlir::emitWarning(loc) << "ignore '" << rule.ignore.getText(index)
                               << "' matches no weight";
    if (!wasApplied[number] && !obstacles[number].empty()) {
      mlir::emitError(rule.loc)
          << "the rule prunes no weight: " << obstacles[number];
      allUsed = false;
    }
  }
  return success(allUsed);
}

void Application::print(llvm::raw_ostream &os) {
  size_t width = StringRef("weight").size();
  for (Match &match : matches)
    width = std::max(width, match.weight.getName().size());
  auto printRow = [&](StringRef name, StringRef rule, StringRef outcome) {
    os << llvm::left_justify(name, width) << "  " << llvm::left_justify(rule, 4)
       << "  " << outcome << "\n";
  };
  printRow("weight", "rule", "request");
  for (Match &match : matches)
    printRow(match.weight.getName(),
             match.rule == 0 ? "-" : std::to_string(match.rule), match.outcome);
}

/// The stages, for drivers that run one after another.
static void print(ArrayRef<RecipeStage> stages, llvm::raw_ostream &os) {
  llvm::json::Array rows;
  for (const RecipeStage &stage : stages)
    rows.push_back(llvm::json::Object{{"name", stage.name},
                                      {"sequential", stage.sequential}});
  os << llvm::formatv("{0:2}", llvm::json::Value(std::move(rows))) << "\n";
}

void ApplyRecipePass::runOnOperation() {
  if (recipe.empty()) {
    getOperation().emitError("sparsity-apply-recipe needs recipe=FILE");
    return signalPassFailure();
  }
  FailureOr<std::vector<RecipeStage>> stages =
      readRecipe(recipe, getOperation().getLoc());
  if (failed(stages))
    return signalPassFailure();
  if (printStages)
    return print(*stages, llvm::outs());
  if (stage < 0 || size_t(stage) > stages->size()) {
    getOperation().emitError()
        << "stage " << stage.getValue() << " is not in recipe '" << recipe
        << "', which has " << stages->size();
    return signalPassFailure();
  }
  for (auto [index, entry] : llvm::enumerate(*stages))
    if ((stage == 0 || size_t(stage) == index + 1) &&
        failed(applyStage(entry, index + 1)))
      return signalPassFailure();
}

LogicalResult ApplyRecipePass::applyStage(RecipeStage &entry, size_t number) {
  if (entry.sequentialLoc && stage == 0)
    mlir::emitWarning(*entry.sequentialLoc)
        << "blocks are pruned one after another by sparse_opt.prune; here all "
           "are pruned with the statistics that are given";
  llvm::DenseSet<Operation *> earlier;
  SmallVector<WeightOp> weights;
  if (number > 1 && stage == 0)
    getOperation().walk([&](PruneOp op) { earlier.insert(op); });
  getOperation().walk([&](WeightOp weight) { weights.push_back(weight); });
  Application application(std::move(entry.rules), earlier);
  for (WeightOp weight : weights)
    application.apply(weight);
  if (printMatches) {
    if (!entry.name.empty())
      llvm::errs() << "stage " << number << ", " << entry.name << "\n";
    application.print(llvm::errs());
  }
  return application.reportUnused();
}
