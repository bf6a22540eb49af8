"""The report in a terminal and in a pipe."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from graphprov.report import render_text, to_text
from graphprov.report.text import lines
from tests.sample_incident import incident_report
from tests.sample_reports import cut_report, demo_report, empty_report, hostile_report

REPORTS = {"demo": demo_report, "incident": incident_report, "cut": cut_report, "empty": empty_report}


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", REPORTS)
def test_the_text_is_as_reviewed(name, width, snapshot):
    assert to_text(REPORTS[name](), width) == snapshot


@pytest.mark.parametrize("width", [60, 80, 97, 120])
@pytest.mark.parametrize("report", [demo_report, hostile_report])
def test_no_line_is_wider_than_asked_except_a_command_that_must_stay_whole(report, width):
    printed = [line.plain for line in lines(report(), width)]
    for line in printed[: printed.index("Next")]:
        assert cell_len(line) <= width, line


def test_summary_comes_first_and_says_whether_the_report_is_complete():
    head = to_text(cut_report(), 80).splitlines()[:12]
    assert head[0] == "Impact of acme-threat-intel (data source)"
    assert any("NO, see what was cut below" in line for line in head)
    assert any("8 models, 20 predictions" in line for line in head)
    assert "35 of 95 affected are listed; for the rest: give --limit 0" in to_text(cut_report(), 80)


def test_a_failed_run_is_marked():
    assert [line for line in to_text(demo_report(), 80).splitlines() if "FAILED" in line]


def _printed(**options: object) -> str:
    out = io.StringIO()
    render_text(hostile_report(), Console(file=out, **options))
    return out.getvalue()


def test_in_a_pipe_there_is_no_colour_and_no_box_drawing():
    out = io.StringIO()
    render_text(demo_report(), Console(file=out))
    assert "\x1b" not in out.getvalue()
    assert not set(out.getvalue()) & {chr(c) for c in range(0x2500, 0x25A0)}


def test_a_terminal_gets_colour_but_no_name_can_send_it_a_command():
    text = _printed(force_terminal=True, color_system="truecolor", width=80)
    assert "\x1b[1m" in text
    assert "\x1b[31m\x07" not in text
    for char in "\x07\r\u202e\u200b\u2028\ufeff":
        assert char not in text


def test_names_are_never_taken_as_markup():
    report = empty_report()
    subject = report.subjects[0].model_copy(update={"name": "[red]not markup[/red] [link=x]"})
    assert "[red]not markup[/red] [link=x]" in to_text(report.model_copy(update={"subjects": [subject]}))


def test_a_terminal_that_knows_ascii_alone_gets_ascii():
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding="ascii", write_through=True))
    render_text(hostile_report(), console)
    assert raw.getvalue().isascii()
