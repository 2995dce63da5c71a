//===- HtmlReport.cpp - The report as a page -------------------- -*- C++ -*-===//
//
// Part of the sparse-opt project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tables and plots of a report.
//
//===----------------------------------------------------------------------===//

#include "HtmlReport.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace sparseopt;
using llvm::StringRef;

static constexpr StringRef styleSheet = R"(
body { font: 14px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 72em;
  padding: 0 1em; color: #222; background: #fff; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25em .6em; border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #888; } td.n, th.n { text-align: right;
  font-variant-numeric: tabular-nums; }
tr.chosen { background: #e8f2ff; } .scroll { overflow-x: auto; }
svg text { font: 11px system-ui, sans-serif; fill: #444; }
)";

/// Text inside an element or a quoted attribute.
static std::string escape(StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  llvm::printHTMLEscaped(text, os);
  return result;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

namespace {

/// How the numbers of a column are shown.
enum class Format { Text, Error, Fraction, Milliseconds, Ratio, Count };

struct Column {
  StringRef key;
  StringRef title;
  Format format;
};

} // namespace

static std::string show(double value, Format format) {
  switch (format) {
  case Format::Error:
    return llvm::formatv("{0:e2}", value);
  case Format::Fraction:
    return llvm::formatv("{0:f3}", value);
  case Format::Milliseconds:
    return llvm::formatv("{0:f3}", value * 1e-6);
  case Format::Ratio:
    return llvm::formatv("{0:f2}x", value);
  case Format::Text:
  case Format::Count:
    break;
  }
  return llvm::formatv("{0}", int64_t(value));
}

static void printCell(const llvm::json::Object &row, const Column &column,
                      llvm::raw_ostream &os) {
  const llvm::json::Value *value = row.get(column.key);
  if (column.format == Format::Text) {
    StringRef text = value ? value->getAsString().value_or("") : "";
    os << llvm::formatv(R"(<td data-key="{0}">{1}</td>)", column.key,
                        escape(text));
    return;
  }
  os << llvm::formatv(R"(<td class="n" data-key="{0}")", column.key);
  std::optional<double> number = value ? value->getAsNumber() : std::nullopt;
  if (number)
    os << llvm::formatv(R"( data-value="{0}">{1}</td>)", *value,
                        show(*number, column.format));
  else
    os << ">&ndash;</td>";
}

static void printTable(StringRef id, llvm::ArrayRef<Column> columns,
                       const llvm::json::Array &rows, llvm::raw_ostream &os) {
  os << R"(<div class="scroll"><table id=")" << id << "\">\n<tr>";
  for (const Column &column : columns)
    os << llvm::formatv("<th{0}>{1}</th>",
                        column.format == Format::Text ? "" : " class=\"n\"",
                        column.title);
  os << "</tr>\n";
  for (const llvm::json::Value &value : rows) {
    const llvm::json::Object &row = *value.getAsObject();
    os << (row.getBoolean("is_chosen").value_or(false) ? "<tr class=\"chosen\">"
                                                       : "<tr>");
    for (const Column &column : columns)
      printCell(row, column, os);
    os << "</tr>\n";
  }
  os << "</table></div>\n";
}

//===----------------------------------------------------------------------===//
// Plots
//===----------------------------------------------------------------------===//

static constexpr double plotHeight = 160;
static constexpr double barWidth = 14;
static constexpr double leftMargin = 60;

/// Bars of one number per layer, from 0 to the largest.
static void printBars(StringRef id, StringRef key, StringRef title,
                      const llvm::json::Array &rows, llvm::raw_ostream &os) {
  double largest = 0;
  for (const llvm::json::Value &row : rows)
    largest = std::max(largest, row.getAsObject()->getNumber(key).value_or(0));
  if (largest == 0)
    return;
  double width = leftMargin + barWidth * rows.size() + 10;
  os << llvm::formatv("<h2>{0}</h2>\n<div class=\"scroll\"><svg id=\"{1}\" "
                      "width=\"{2:f0}\" height=\"{3:f0}\" role=\"img\">\n",
                      title, id, width, plotHeight + 30);
  for (double part : {0.0, 0.5, 1.0}) {
    double y = 10 + plotHeight * (1 - part);
    os << llvm::formatv(
        "<line x1=\"{0:f0}\" x2=\"{1:f0}\" y1=\"{2:f1}\" y2=\"{2:f1}\" "
        "stroke=\"#ccc\"/><text x=\"{3:f0}\" y=\"{4:f1}\" "
        "text-anchor=\"end\">{5:f3}</text>\n",
        leftMargin, width, y, leftMargin - 6, y + 4, part * largest);
  }
  for (auto [index, value] : llvm::enumerate(rows)) {
    const llvm::json::Object &row = *value.getAsObject();
    const llvm::json::Value *number = row.get(key);
    if (!number || !number->getAsNumber())
      continue;
    double height = plotHeight * *number->getAsNumber() / largest;
    std::string weight = escape(row.getString("weight").value_or(""));
    os << llvm::formatv(
        "<rect x=\"{0:f1}\" y=\"{1:f2}\" width=\"{2:f1}\" height=\"{3:f2}\" "
        "fill=\"#3a78b8\" data-weight=\"{4}\" data-value=\"{5}\">"
        "<title>{4}: {5}</title></rect>\n",
        leftMargin + barWidth * index + 2, 10 + plotHeight - height,
        barWidth - 4, height, weight, *number);
  }
  os << "</svg></div>\n";
}

/// The front as points of time (or bytes) and error, the chosen one marked.
static void printFront(StringRef key, const llvm::json::Array &points,
                       llvm::raw_ostream &os) {
  double largest = 0, largestError = 0;
  for (const llvm::json::Value &value : points) {
    const llvm::json::Object &point = *value.getAsObject();
    largest = std::max(largest, point.getNumber(key).value_or(0));
    largestError = std::max(largestError, point.getNumber("error").value_or(0));
  }
  if (largest == 0 || largestError == 0)
    return;
  double width = 480;
  os << llvm::formatv("<svg id=\"front\" width=\"{0:f0}\" height=\"{1:f0}\" "
                      "role=\"img\">\n<text x=\"0\" y=\"12\">mean error, up to "
                      "{2:e2}</text><text x=\"{0:f0}\" y=\"{3:f0}\" "
                      "text-anchor=\"end\">{4}</text>\n",
                      width, plotHeight + 40, largestError, plotHeight + 38,
                      key == "bytes" ? "bytes" : "predicted time");
  for (const llvm::json::Value &value : points) {
    const llvm::json::Object &point = *value.getAsObject();
    bool isChosen = point.getBoolean("is_chosen").value_or(false);
    double x = point.getNumber(key).value_or(0) / largest;
    double y = point.getNumber("error").value_or(0) / largestError;
    os << llvm::formatv("<circle cx=\"{0:f1}\" cy=\"{1:f1}\" r=\"{2}\" "
                        "fill=\"{3}\" data-x=\"{4}\" data-y=\"{5}\"/>\n",
                        10 + (width - 20) * x, 20 + plotHeight * (1 - y),
                        isChosen ? 6 : 4, isChosen ? "#c03030" : "#3a78b8",
                        *point.get(key), *point.get("error"));
  }
  os << "</svg>\n";
}

//===----------------------------------------------------------------------===//
// Page
//===----------------------------------------------------------------------===//

/// One row per layer with all that is known about it: what pruning did, or, for a
/// layer that was not pruned, what selection says.
static llvm::json::Array mergeRows(const llvm::json::Object &report) {
  llvm::json::Array rows;
  auto find = [&](StringRef weight) -> llvm::json::Object * {
    for (llvm::json::Value &row : rows)
      if (row.getAsObject()->getString("weight") == weight)
        return row.getAsObject();
    return nullptr;
  };
  if (const llvm::json::Array *layers = report.getArray("layers"))
    for (const llvm::json::Value &value : *layers) {
      const llvm::json::Object &layer = *value.getAsObject();
      llvm::json::Object row;
      for (StringRef key : {"weight", "pattern", "density"})
        row[key] = *layer.get(key);
      const llvm::json::Object &choice =
          *layer.getArray("choices")->back().getAsObject();
      for (StringRef key : {"kernel", "predicted_ns", "dense_ns"})
        row[key] = *choice.get(key);
      rows.push_back(std::move(row));
    }
  if (const llvm::json::Array *pruned = report.getArray("pruning"))
    for (const llvm::json::Value &value : *pruned) {
      const llvm::json::Object &record = *value.getAsObject();
      StringRef weight = *record.getString("weight");
      if (!find(weight))
        rows.push_back(llvm::json::Object{{"weight", weight}});
      llvm::json::Object &row = *find(weight);
      for (auto &[key, entry] : record)
        row[key] = entry;
    }
  for (llvm::json::Value &value : rows) {
    llvm::json::Object &row = *value.getAsObject();
    std::optional<double> predicted = row.getNumber("predicted_ns");
    std::optional<double> dense = row.getNumber("dense_ns");
    if (predicted && dense && *predicted > 0)
      row["speed_up"] = *dense / *predicted;
  }
  return rows;
}

static void printLayers(const llvm::json::Object &report,
                        llvm::raw_ostream &os) {
  llvm::json::Array rows = mergeRows(report);
  double predicted = 0, dense = 0;
  for (const llvm::json::Value &row : rows) {
    predicted += row.getAsObject()->getNumber("predicted_ns").value_or(0);
    dense += row.getAsObject()->getNumber("dense_ns").value_or(0);
  }
  os << llvm::formatv("<p>{0} layers", rows.size());
  if (predicted > 0)
    os << llvm::formatv(", predicted {0:f3} ms, {1:f2} times as fast as the "
                        "{2:f3} ms of dense kernels",
                        predicted * 1e-6, dense / predicted, dense * 1e-6);
  os << ".</p>\n";
  printBars("error", "error", "Output error by layer", rows, os);
  printBars("density", "density", "Density by layer", rows, os);
  os << "<h2>Layers</h2>\n";
  printTable("layers",
             {{"weight", "weight", Format::Text},
              {"pattern", "pattern", Format::Text},
              {"method", "method", Format::Text},
              {"density", "density", Format::Fraction},
              {"error", "output error", Format::Error},
              {"retained_norm", "norm kept", Format::Fraction},
              {"kernel", "kernel", Format::Text},
              {"predicted_ns", "predicted ms", Format::Milliseconds},
              {"dense_ns", "dense ms", Format::Milliseconds},
              {"speed_up", "speed-up", Format::Ratio}},
             rows, os);
}

/// Layers by candidate in words.
static std::string countLayers(const llvm::json::Object &point) {
  std::vector<std::string> parts;
  if (const llvm::json::Object *layers = point.getObject("layers"))
    for (auto &[candidate, number] : *layers)
      parts.push_back(llvm::formatv("{0} x {1}", StringRef(candidate), number));
  llvm::sort(parts);
  return llvm::join(parts, ", ");
}

static void printBudget(const llvm::json::Object &budget,
                        llvm::raw_ostream &os) {
  llvm::json::Array points;
  double dense = budget.getNumber("dense_ns").value_or(0);
  auto add = [&](const llvm::json::Object &point, bool isChosen) {
    llvm::json::Object row = point;
    row["patterns"] = countLayers(point);
    row["is_chosen"] = isChosen;
    double predicted = point.getNumber("predicted_ns").value_or(0);
    if (predicted > 0)
      row["speed_up"] = dense / predicted;
    points.push_back(std::move(row));
  };
  for (const llvm::json::Value &point : *budget.getArray("front"))
    add(*point.getAsObject(), false);
  add(*budget.getObject("chosen"), true);
  StringRef text = budget.getString("budget").value_or("");
  StringRef key = text.starts_with("bytes") ? "bytes" : "predicted_ns";
  std::vector<std::pair<double, size_t>> order;
  for (auto [index, point] : llvm::enumerate(points))
    order.emplace_back(point.getAsObject()->getNumber(key).value_or(0), index);
  llvm::sort(order);
  llvm::json::Array sorted;
  for (auto [cost, index] : order)
    sorted.push_back(points[index]);
  os << llvm::formatv("<h2>Budget: {0}</h2>\n<p>Candidates pruned by {1}. Each "
                      "row is the least mean error for its {2}; the marked one "
                      "was chosen.</p>\n",
                      escape(text),
                      escape(budget.getString("method").value_or("")),
                      key == "bytes" ? "size" : "time");
  printFront(key, sorted, os);
  printTable("budget",
             {{"predicted_ns", "predicted ms", Format::Milliseconds},
              {"speed_up", "speed-up", Format::Ratio},
              {"bytes", "bytes", Format::Count},
              {"error", "mean error", Format::Error},
              {"patterns", "layers", Format::Text}},
             sorted, os);
}

void sparseopt::printHtmlReport(const llvm::json::Object &report,
                                llvm::raw_ostream &os) {
  os << "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
     << "<title>Sparsity report</title>\n<style>" << styleSheet
     << "</style></head>\n<body>\n<h1>Sparsity report</h1>\n";
  printLayers(report, os);
  if (const llvm::json::Object *budget = report.getObject("budget"))
    printBudget(*budget, os);
  // The end of a script must not stand inside of it.
  std::string json =
      llvm::formatv("{0:2}", llvm::json::Value(llvm::json::Object(report)));
  std::string safe;
  for (char character : json)
    safe +=
        character == '<' ? std::string("\\u003c") : std::string(1, character);
  os << "<script type=\"application/json\" id=\"report\">\n"
     << safe << "\n</script>\n</body>\n</html>\n";
}
