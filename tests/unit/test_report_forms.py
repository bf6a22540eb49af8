"""The report as JSON and Markdown, and into a file."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from graphprov.analysis.report import ImpactReport
from graphprov.cli.impact import ReportFormat
from graphprov.errors import InvalidInput
from graphprov.report import FORMATS, check, json_schema, parquet, to_json, to_markdown, words, write
from graphprov.report.markdown import code
from tests.sample_incident import incident_report
from tests.sample_reports import cut_report, demo_report, empty_report, hostile_report

REPORTS = {
    "demo": demo_report,
    "incident": incident_report,
    "cut": cut_report,
    "empty": empty_report,
    "hostile": hostile_report,
}
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


@pytest.mark.parametrize("name", ["demo", "incident", "cut", "empty"])
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
        assert not attrs or tag in ("th", "td") or (tag == "code" and attrs == [("class", "language-mermaid")])
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
        "ol",
        "strong",
        "code",
        "details",
        "summary",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "hr",
    }
    assert set(page.cells) <= {4, 6}, "a name broke its row"


@given(NAMES)
@settings(deadline=None)
def test_no_name_leaves_its_code_span_or_its_cell(name):
    page = _rendered(f"before {code(name, 200)} after\n\n| a | b |\n| --- | --- |\n| {code(name, 200)} | x |\n")
    shown = words.visible(name)
    assert page.codes == [shown if shown.strip() else "(empty)"] * 2
    assert page.cells == [2, 2]
    assert page.tags <= {"p", "code", "table", "thead", "tbody", "tr", "th", "td"}


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "suffix"), [(form, suffix) for form, all_ in FORMATS.items() for suffix in all_])
def test_the_suffix_says_the_format(form, suffix, tmp_path):
    by_suffix, by_name = tmp_path / f"a{suffix}", tmp_path / "b"
    write(empty_report(), by_suffix)
    write(empty_report(), by_name, form)
    assert by_suffix.read_bytes() == by_name.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([by_suffix.name, "b"])


def test_the_command_line_takes_the_same_formats():
    assert [form.value for form in ReportFormat] == list(FORMATS)


def test_a_form_that_cannot_be_written_is_refused_before_the_work(monkeypatch):
    check("html")
    with pytest.raises(InvalidInput, match="parquet is no text") as wrong:
        check("parquet", text_only=True)
    assert wrong.value.hint == "write it to a file: --output report.parquet"
    monkeypatch.setattr(parquet, "find_spec", lambda name: None)
    with pytest.raises(InvalidInput, match="neither is installed"):
        check("parquet")


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
