"""An incident from its opening to its end, as people type it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from aiosmtpd.controller import Controller
from graphs import draw
from typing_commands import Type, typed

from graphprov.analysis.difference_report import ImpactDifference
from graphprov.analysis.incident_report import Incident
from graphprov.report.json_form import schema_of
from graphprov.store import Store

PIPELINE = """
    bl2 : dataset issued_at=2
    bl9 : dataset issued_at=9
    bl2 -of-> bl
    bl9 -of-> bl
    ada : person contact=ada@jobs.example
    bl2 <-used- train2 -gen-> model2
    bl9 <-used- train9 -gen-> model9
    model2 <-used- predict -gen-> forecast
    train2 -with-> ada
    train9 -with-> ada
    predict -with-> bob
"""


@pytest.fixture
def type_(database: Store) -> Type:
    draw(database, PIPELINE)
    return typed


@pytest.fixture
def number(type_: Type) -> str:
    out, _ = type_(
        *(
            "incident",
            "open",
            "ex:bl",
            "--reason",
            "campus addresses",
            "--since",
            "2026-03-01",
            "--until",
            "2026-03-05",
        ),
        *("--severity", "high", "--found-by", "eve", "--found-at", "2026-03-20"),
    )
    return out.split()[1]


def listed(type_: Type, *arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(type_("incident", "list", *arguments, "--format", "csv")[0])))


def test_an_incident_from_its_opening_to_its_end(type_: Type, number: str, tmp_path: Path) -> None:
    assert [row["number"] for row in listed(type_)] == [number]
    out, _ = type_("impact", "--incident", number, code=1)
    assert f"incident  {number}, high, open" in out
    assert "open      2 open, 2 of them still in use" in out
    assert f"graphprov impact --incident {number} --output impact.html" in out

    type_("incident", "notify", number, "--to-dir", str(tmp_path / "out"))
    out, err = type_("incident", "close", number, "--why", "done", code=1)
    assert "2 of the 2 things that incident" in err
    assert "ex:ada: 1 of 1 open" in err
    out, _ = type_("incident", "acknowledge", number, "--as", "ada", "--note", "on it")
    assert out == f"incident {number} is acknowledged by ex:ada\n"
    out, err = type_("incident", "resolve", number, "model2", "--how", "rerun", "--note", "trained again")
    assert out == f"incident {number}: 1 thing closed: rerun\n"
    assert "no newer version of ex:model2 is recorded yet" in err
    type_("incident", "resolve", number, "--of", "bob", "--how", "accepted", "--note", "nobody saw it")
    out, _ = type_("impact", "--incident", number, code=1)
    assert "open      nothing open" in out
    type_("incident", "close", number, "--why", "done")
    assert listed(type_) == []
    assert [row["state"] for row in listed(type_, "--state", "closed")] == ["closed"]

    out, _ = type_("incident", "amend", number, "--until", "none", "--why", "the ninth, too")
    assert out.endswith(f" impact --incident {number} --diff until=2026-03-05\n")
    type_("incident", "reopen", number, "--why", "more came up")
    out, _ = type_("incident", "show", number)
    assert "parts     2 of 3 closed: 1 made again and 1 accepted; 1 open" in out
    told = [line.split("  ")[-1] for line in out.partition("History")[2].splitlines()[1:]]
    assert told == [
        "opened, high, found 2026-03-20 by eve",
        f"told ex:ada of 1 thing by a message in the folder {tmp_path / 'out'}",
        f"told ex:bob of 1 thing by a message in the folder {tmp_path / 'out'}",
        "ex:ada knows of it: on it",
        "rerun: ex:model2: trained again",
        "accepted: ex:forecast: nobody saw it",
        "closed: done",
        "amended: until none (was 2026-03-05): the ninth, too",
        "reopened: more came up",
    ]


def test_the_published_json_is_as_its_schema_says(type_: Type, number: str) -> None:
    type_("incident", "amend", number, "--since", "2026-02", "--why", "x")
    shown = json.loads(type_("incident", "show", number, "--format", "json")[0])
    jsonschema.validate(shown, json.loads(type_("schema", "incident")[0]))
    assert Incident.model_validate(shown).number == number
    found = json.loads(type_("impact", "--incident", number, "--diff", "until=none", "--format", "json", code=1)[0])
    jsonschema.validate(found, json.loads(type_("schema", "difference")[0]))
    assert len(ImpactDifference.model_validate(found).went_out) == 3
    report = json.loads(type_("impact", "--incident", number, "--format", "json", code=1)[0])
    jsonschema.validate(report, json.loads(type_("schema", "impact")[0]))
    assert report["incidents"][0]["number"] == number
    dry = json.loads(type_("incident", "notify", number, "--dry-run", "--format", "json")[0])
    assert [message["owner"]["name"] for message in dry["messages"]] == ["ada", "bob"]
    assert schema_of("incident", Incident) == json.loads(type_("schema", "incident")[0])


def test_the_list_tells_which_incidents_reach_an_artifact(type_: Type, number: str) -> None:
    type_("incident", "open", "ex:bl9", "--reason", "other")
    (row,) = listed(type_, "--affecting", "ex:forecast")
    assert (row["number"], row["artifact"], row["distance"], row["certainty"]) == (
        number,
        "ex:forecast",
        "4",
        "inferred",
    )
    assert len(listed(type_, "--affecting", "ex:bl")) == 2
    out, _ = type_("incident", "list", "--affecting", "ex:ada", code=3)
    assert out == ""
    out, _ = type_("incident", "list", "--affecting", "forecast", "--state", "closed")
    assert out == "no closed incident reaches forecast\n"
    as_json = json.loads(type_("incident", "list", "--affecting", "forecast", "--format", "json")[0])
    assert as_json[0]["incident"]["number"] == number
    assert [each["reason"] for each in json.loads(type_("incident", "list", "--format", "json")[0])] == [
        "campus addresses",
        "other",
    ]


def test_what_changed_is_told_by_reason_as_text_csv_and_into_a_file(type_: Type, number: str, tmp_path: Path) -> None:
    out, _ = type_(
        "impact", "ex:bl", "--since", "2026-03", "--until", "2026-03-10", "--diff", "until=2026-03-05", code=1
    )
    assert "came in   3: 2 datasets and 1 run; 1 of them flawed themselves" in out
    assert "by the window: ex:bl9 is of 2026-03-09, outside the window before" in out
    assert "went out  nothing" in out
    file = tmp_path / "changed.csv"
    out, _ = type_("impact", "ex:bl9", "--diff", f"incident={number}", "-o", str(file), code=1)
    assert out == f"3 came in, 6 went out; the difference is in {file}\n"
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert {(row["change"], row["because"]) for row in rows} == {("came in", "subject"), ("went out", "subject")}
    out, _ = type_("impact", "ex:model2", "--diff", "since=2020")
    assert "in both   3" in out
    type_("impact", "ex:bl", "--diff", "until=2026", "--diff", "until=2027", code=2)
    out, _ = type_("impact", "ex:bl", "--diff", "as-known-on=2026-03-02", code=1)
    assert "before    all times, as known on 2026-03-02" in out


def test_recorded_as_json_tells_the_ids(type_: Type, number: str) -> None:
    told = json.loads(type_("incident", "resolve", number, "model2", "--how", "deleted", "--note", "x", "--json")[0])
    assert (told["number"], told["parts"], told["checked"]) == (number, ["ex:model2"], True)
    opened = json.loads(type_("incident", "open", "ex:bl9", "--reason", "y", "--json")[0])
    assert opened["id"].startswith("urn:graphprov:incident:")
    undone = json.loads(type_("incident", "resolve", number, "model2", "--undo", "--note", "x", "--json")[0])
    assert undone["parts"] == ["ex:model2"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("open", "ex:bl"), 2, "--reason"),
        (("open", "ex:bl", "--reason", "x", "--severity", "awful"), 2, "awful"),
        (("open", "nothing", "--reason", "x"), 3, "no thing is called 'nothing'"),
        (("show", "zz"), 3, "nearest:"),
        (("amend", "N", "--why", "x"), 2, "nothing is amended"),
        (("reopen", "N", "--why", "x"), 2, "is open already"),
        (("resolve", "N", "model2", "--note", "x"), 2, "how it was closed is missing"),
        (("resolve", "N", "model3", "--how", "rerun", "--note", "x"), 3, "model2 (dataset, 1 affected)"),
        (("acknowledge", "N", "--as", "nobody"), 3, "nobody called 'nobody' owns anything"),
        (("notify", "N"), 2, "one way to tell the owners is expected"),
        (("notify", "N", "--smtp", "http://ada:s3cret@x"), 2, "no address of a mail server"),
    ],
)
def test_an_error_says_what_is_wrong_and_what_is_near(
    type_: Type, number: str, arguments: tuple[str, ...], code: int, says: str
) -> None:
    out, err = type_("incident", *(number if each == "N" else each for each in arguments), code=code)
    assert says in err
    assert "s3cret" not in err
    assert out == ""


def test_names_that_would_drive_a_terminal_are_written_out(type_: Type) -> None:
    evil = "\x1b[2J\u202e <b>"
    out, _ = type_("incident", "open", "ex:bl", "--reason", evil, "--found-by", evil)
    number = out.split()[1]
    type_("incident", "amend", number, "--reason", f"{evil}2", "--why", evil)
    for arguments in (("incident", "show", number), ("incident", "list"), ("impact", "--incident", number)):
        out, _ = type_(*arguments, code=1 if arguments[0] == "impact" else 0)
        assert "\x1b" not in out
        assert "\u202e" not in out


class _Mailbox:
    def __init__(self) -> None:
        self.recipients: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address.startswith("bob"):
            return "550 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[_Mailbox, str]]:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mailbox = _Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, f"smtp://127.0.0.1:{port}"
    controller.stop()


def test_a_part_that_could_not_be_told_is_said_and_the_exit_code_is_one(
    type_: Type, number: str, mail_server: tuple[_Mailbox, str], database: Store
) -> None:
    mailbox, url = mail_server
    out, _ = type_("incident", "notify", number, "--smtp", url, "--from", "ops@jobs.example", code=1)
    assert "ada@jobs.example" in out
    assert "no contact recorded" in out
    draw(database, "bob : person contact=bob@jobs.example\npredict -with-> bob")
    out, _ = type_("incident", "notify", number, "--smtp", url, "--from", "ops@jobs.example", code=1)
    rows = {line.split()[0]: line for line in out.splitlines()[1:]}
    assert "nothing new" in rows["ex:ada"]
    assert "550 mailbox full" in rows["ex:bob"]
    assert mailbox.recipients == ["ada@jobs.example"]
    out, _ = type_(
        "incident", "notify", number, "--smtp", url, "--from", "ops@jobs.example", "--owner", "ada", "--again"
    )
    assert mailbox.recipients == ["ada@jobs.example"] * 2
