"""The report as JSON, Markdown and CSV, and into a file."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from graphprov.analysis.report import ImpactReport
from graphprov.errors import InvalidInput
from graphprov.report import FORMATS, json_schema, to_csv, to_json, to_markdown, words, write
from graphprov.report.markdown import code
from graphprov.report.table import COLUMNS
from tests.sample_reports import HOSTILE, cut_report, demo_report, empty_report, hostile_report

REPORTS = {"demo": demo_report, "cut": cut_report, "empty": empty_report, "hostile": hostile_report}
NAMES = st.text(st.characters(codec="utf-8"), max_size=30) | st.text("`|\\<>&@#*_[]()! \n~$", max_size=12)


# --- JSON -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REPORTS)
def test_json_satisfies_the_published_schema_and_reads_back_equal(name):
    report = REPORTS[name]()
    text = to_json(report)
    schema = json_schema("impact")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(text), schema, format_checker=jsonschema.FormatChecker())
    assert ImpactReport.model_validate_json(text) == report


def test_the_schema_has_an_identifier_and_says_what_fields_mean():
    schema = json_schema("impact")
    assert schema["$id"] == "urn:graphprov:schema:impact:1"
    assert schema["properties"]["complete"]["description"]
    assert "schema_version" in schema["properties"]
    with pytest.raises(InvalidInput) as wrong:
        json_schema("impcat")
    assert wrong.value.nearest[0] == "impact"


# --- Markdown ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["demo", "cut", "empty"])
def test_the_ticket_is_as_reviewed(name, snapshot):
    assert to_markdown(REPORTS[name]()) == snapshot


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.codes: list[str] = []
        self.cells: list[int] = []
        self._inside = False

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not attrs or tag == "th" or tag == "td"
        self._inside = tag == "code"
        if self._inside:
            self.codes.append("")
        if tag == "tr":
            self.cells.append(0)
        if tag in ("td", "th"):
            self.cells[-1] += 1

    def handle_endtag(self, tag):
        if tag == "code":
            self._inside = False

    def handle_data(self, data):
        if self._inside:
            self.codes[-1] += data


def _rendered(markdown: str) -> _Page:
    page = _Page()
    page.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))
    return page


def test_hostile_names_stay_text_in_a_ticket():
    page = _rendered(to_markdown(hostile_report()))
    assert page.tags <= {
        "h1",
        "h2",
        "p",
        "ul",
        "li",
        "strong",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "hr",
    }
    assert set(page.cells) <= {4, 6}


@given(NAMES)
def test_no_name_leaves_its_code_span_or_its_cell(name):
    page = _rendered(f"before {code(name, 200)} after\n\n| a | b |\n| --- | --- |\n| {code(name, 200)} | x |\n")
    shown = words.visible(name)
    assert page.codes == [shown if shown.strip() else "(empty)"] * 2
    assert page.cells == [2, 2]
    assert page.tags <= {"p", "code", "table", "thead", "tbody", "tr", "th", "td"}


# --- CSV --------------------------------------------------------------------------------------------------------------


def test_the_table_is_as_reviewed(snapshot):
    assert to_csv(demo_report()) == snapshot


def test_one_line_per_affected_node_also_for_names_with_line_breaks():
    report = hostile_report()
    text = to_csv(report)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(text.splitlines()) == len(rows) + 1 == len(report.affected) + 1
    assert list(rows[0]) == list(COLUMNS)


def test_no_cell_is_a_formula():
    for row in csv.reader(
        io.StringIO(to_csv(hostile_report((*HOSTILE, "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"))))
    ):
        assert not [cell for cell in row if re.match(r"\s*[=+\-@＝＋－＠]", cell)]


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "suffix"), [(form, suffix) for form, all_ in FORMATS.items() for suffix in all_])
def test_the_suffix_says_the_format(form, suffix, tmp_path):
    by_suffix, by_name = tmp_path / f"a{suffix}", tmp_path / "b"
    write(empty_report(), by_suffix)
    write(empty_report(), by_name, form)
    assert by_suffix.read_bytes() == by_name.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([by_suffix.name, "b"])


def test_an_unknown_format_names_the_nearest(tmp_path):
    with pytest.raises(InvalidInput) as wrong:
        write(empty_report(), tmp_path / "a", "makrdown")
    assert wrong.value.nearest[0] == "markdown"
    with pytest.raises(InvalidInput) as wrong:
        write(empty_report(), tmp_path / "a.htlm")
    assert ".html" in wrong.value.nearest
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_one_clear_error_and_leaves_nothing(tmp_path):
    with pytest.raises(InvalidInput, match="cannot write"):
        write(empty_report(), tmp_path / "missing" / "a.json")
    with pytest.raises(InvalidInput, match="cannot write"):
        write(empty_report(), tmp_path, "json")
    assert not list(tmp_path.iterdir())


def test_an_existing_file_is_replaced_through_a_link_with_its_mode(tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write(empty_report(), link)
    assert link.is_symlink()
    assert json.loads(real.read_text())["total"] == 0
    assert real.stat().st_mode & 0o777 == 0o640
