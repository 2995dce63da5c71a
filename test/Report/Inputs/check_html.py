"""Compares the page of a report with the report: usage: check_html.py PAGE JSON"""

import html.parser
import json
import sys


class Page(html.parser.HTMLParser):
    """The numbers of a page: cells of tables, bars and points of plots, and the JSON."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.bars, self.points, self.json = {}, {}, [], ""
        self.place = self.cell = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        assert "src" not in attrs and "href" not in attrs and tag != "link", attrs
        if "id" in attrs:
            self.place = attrs["id"]
        if tag == "table":
            self.tables[self.place] = []
        elif tag == "tr":
            self.tables[self.place].append({})
        elif tag == "td":
            value = attrs.get("data-value")
            self.cell = attrs["data-key"]
            self.tables[self.place][-1][self.cell] = "" if value is None else float(value)
            self.is_number = value is not None or attrs.get("class") == "n"
        elif tag == "rect":
            self.bars.setdefault(self.place, {})[attrs["data-weight"]] = attrs
        elif tag == "circle":
            self.points.append((float(attrs["data-x"]), float(attrs["data-y"])))

    def handle_endtag(self, tag):
        if tag == "td":
            self.cell = None

    def handle_data(self, data):
        if self.place == "report":
            self.json += data
        elif self.cell and not self.is_number:
            self.tables[self.place][-1][self.cell] += data


def check_layers(page, report):
    rows = {row["weight"]: row for row in page.tables["layers"][1:]}
    expected = {layer["weight"]: {**layer, **layer["choices"][-1]} for layer in report["layers"]}
    for record in report.get("pruning", []):
        expected.setdefault(record["weight"], {}).update(record)
    assert list(rows) == list(expected), (list(rows), list(expected))
    for weight, row in rows.items():
        for key, value in row.items():
            if key == "speed_up" and value != "":
                times = expected[weight]
                assert abs(value - times["dense_ns"] / times["predicted_ns"]) < 1e-12 * value
            else:
                assert value == expected[weight].get(key, ""), (weight, key, value)


def check_bars(page, report, key):
    source = report["pruning"] if key == "error" else report["layers"] + report["pruning"]
    expected = {row["weight"]: row[key] for row in source if key in row}
    bars = page.bars[key]
    assert {name: float(bar["data-value"]) for name, bar in bars.items()} == expected
    largest = max(expected.values())
    for name, bar in bars.items():
        assert abs(float(bar["height"]) - 160 * expected[name] / largest) < 0.01


def check_budget(page, budget):
    points = [*budget["front"], budget["chosen"]]
    expected = sorted((point["predicted_ns"], point["error"]) for point in points)
    assert sorted(page.points) == expected
    rows = page.tables["budget"][1:]
    assert sorted((row["predicted_ns"], row["error"]) for row in rows) == expected


def main(page_path, json_path):
    with open(json_path, encoding="utf-8") as file:
        report = json.load(file)
    with open(page_path, encoding="utf-8") as file:
        text = file.read()
    assert "http" not in text and "@import" not in text
    page = Page(text)
    assert json.loads(page.json) == report
    check_layers(page, report)
    check_bars(page, report, "error")
    check_bars(page, report, "density")
    check_budget(page, report["budget"])


main(*sys.argv[1:])
