"""The guide on incidents says what the tables in the code say."""

from __future__ import annotations

import re
from pathlib import Path

import graphprov
from graphprov.analysis.difference import KEYS
from graphprov.cli.incident import app
from graphprov.cli.incident_notify import notify
from graphprov.model.incidents import ENTRIES, HOWS
from graphprov.questions import named_queries
from tests.unit.test_model_docs import rows

GUIDE = (Path(graphprov.__file__).parent / "docs" / "incidents.md").read_text(encoding="utf-8")


def test_the_entries_are_those_of_the_code() -> None:
    assert [tuple(row) for row in rows(GUIDE, "Nothing that was said is ever lost")] == [
        (f"`{rule.what}`", ", ".join(f"`{key}`" for key in rule.keys), rule.about, rule.does)
        for rule in ENTRIES.values()
    ]


def test_the_ways_to_close_a_part_are_those_of_the_code() -> None:
    assert [row[0] for row in rows(GUIDE, "Closing it part by part")] == [f"`{how}`" for how in HOWS]


def test_every_key_of_a_difference_is_told() -> None:
    told = {key for row in rows(GUIDE, "What a change changes") for key in re.findall(r"`([a-z-]+)(?:=\w+)?`", row[0])}
    assert told == set(KEYS)


def test_every_command_function_and_question_is_named() -> None:
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    told = set(re.findall(r"(?:incident |`)([a-z]+)", GUIDE))
    assert commands - {"open", "list", "show"} <= told
    assert notify.__name__ in commands
    assert {name for name in graphprov.incidents.__all__ if name.islower()} <= set(re.findall(r"`([a-z]+)`", GUIDE))
    questions = {query.short for query in named_queries().values() if query.folder == "incidents"}
    assert questions <= set(re.findall(r"`([a-z_]+)`", GUIDE))
