//===- FactGraph.cpp - Functions as graphs with facts -----------*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// DOT for graph tools, and HTML that needs nothing but a browser: the ops in
// order, each with links to the ops that its operands come from.
//
//===----------------------------------------------------------------------===//

#include "FactGraph.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GraphWriter.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace sparseopt;
using namespace sparseopt::facts;

namespace {

/// An op or an argument, and the tensors that come into it.
struct Node {
  std::string label;
  SmallVector<Value> operands;
  SmallVector<Value> results;
};

/// The nodes of one function in order.
class Graph {
public:
  explicit Graph(FunctionOpInterface function);

  ArrayRef<Node> getNodes() const { return nodes; }
  /// The number of the node that yields `value`, if there is one.
  std::optional<unsigned> getSource(Value value) const {
    auto known = sources.find(value);
    if (known == sources.end())
      return std::nullopt;
    return known->second;
  }

private:
  void add(std::string label, ValueRange operands, ValueRange results);

  std::vector<Node> nodes;
  DenseMap<Value, unsigned> sources;
};

} // namespace

void Graph::add(std::string label, ValueRange operands, ValueRange results) {
  Node node{std::move(label), {}, {}};
  for (Value operand : operands)
    if (isa<RankedTensorType>(operand.getType()))
      node.operands.push_back(operand);
  for (Value result : results)
    if (isa<RankedTensorType>(result.getType())) {
      node.results.push_back(result);
      sources[result] = nodes.size();
    }
  if (!node.operands.empty() || !node.results.empty())
    nodes.push_back(std::move(node));
}

/// The op's name, with the name of the weight that it is.
static std::string getLabel(Operation *op) {
  std::string label = op->getName().getStringRef().str();
  if (auto name = op->getAttrOfType<StringAttr>("name"))
    label += " " + name.str();
  return label;
}

Graph::Graph(FunctionOpInterface function) {
  function->walk<WalkOrder::PreOrder>([&](Operation *op) {
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (BlockArgument argument : block.getArguments())
          add("argument " + std::to_string(argument.getArgNumber()), {},
              argument);
    if (op != function.getOperation())
      add(getLabel(op), op->getOperands(), op->getResults());
  });
}

/// Type and facts of a value, in one line.
static std::string describe(Value value, const SparsityAnalysis &analysis) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << value.getType();
  const ValueFacts &facts = analysis.getFacts(value);
  if (!facts.isUnknown()) {
    os << ": ";
    facts.print(os);
  }
  Demand demand = analysis.getDemand(value);
  if (!demand.isAll()) {
    os << "; ";
    demand.print(os);
  }
  return text;
}

static void printDot(StringRef name, const Graph &graph,
                     const SparsityAnalysis &analysis, raw_ostream &os) {
  os << "digraph \"" << llvm::DOT::EscapeString(name.str()) << "\" {\n"
     << "  node [shape=box]\n";
  for (auto [number, node] : llvm::enumerate(graph.getNodes())) {
    os << "  n" << number << " [label=\"" << llvm::DOT::EscapeString(node.label)
       << "\"]\n";
    for (Value operand : node.operands)
      if (auto source = graph.getSource(operand))
        os << "  n" << *source << " -> n" << number << " [label=\""
           << llvm::DOT::EscapeString(describe(operand, analysis)) << "\"]\n";
  }
  os << "}\n";
}

static void printHtml(StringRef name, const Graph &graph,
                      const SparsityAnalysis &analysis, raw_ostream &os) {
  os << "<h2>";
  llvm::printHTMLEscaped(name, os);
  os << "</h2>\n<table>\n<tr><th>op</th><th>reads</th><th>yields</th></tr>\n";
  for (auto [number, node] : llvm::enumerate(graph.getNodes())) {
    os << "<tr id=\"" << name << number << "\"><td>" << number << " ";
    llvm::printHTMLEscaped(node.label, os);
    os << "</td><td>";
    for (Value operand : node.operands)
      if (auto source = graph.getSource(operand))
        os << "<a href=\"#" << name << *source << "\">" << *source << "</a> ";
    os << "</td><td>";
    for (Value result : node.results) {
      llvm::printHTMLEscaped(describe(result, analysis), os);
      os << "<br>";
    }
    os << "</td></tr>\n";
  }
  os << "</table>\n";
}

void facts::printFactGraph(Operation *top, const SparsityAnalysis &analysis,
                           bool asHtml, raw_ostream &os) {
  if (asHtml)
    os << "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
          "<title>Facts</title>\n<style>table { border-collapse: collapse } "
          "td, th { border: 1px solid; padding: 4px; text-align: left } "
          "tr:target { background: #ffd }</style></head><body>\n";
  top->walk([&](FunctionOpInterface function) {
    Graph graph(function);
    if (asHtml)
      printHtml(function.getName(), graph, analysis, os);
    else
      printDot(function.getName(), graph, analysis, os);
  });
  if (asHtml)
    os << "</body></html>\n";
}
