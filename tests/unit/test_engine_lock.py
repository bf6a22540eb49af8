"""The lock files that ship with the package, and the table of releases they belong to."""

from __future__ import annotations

import json
import re

import pytest

from graphprov.engine.releases import RELEASES, load_lock, lock_file, release, version_key
from graphprov.engine.web import is_browser
from graphprov.errors import EngineError


@pytest.fixture(params=sorted(RELEASES))
def line(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_lock_names_every_jar_once_with_its_size_and_digest(line: str) -> None:
    jars = load_lock(line).jars
    assert len({jar.coordinate for jar in jars}) == len(jars) > 200
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) and jar.size > 0 for jar in jars)


def test_a_lock_holds_what_it_was_resolved_from(line: str) -> None:
    wanted = release(line)
    document = json.loads(lock_file(line).read_text(encoding="utf-8"))
    assert document["roots"] == list(wanted.roots)
    assert set(wanted.roots) <= {jar.coordinate for jar in load_lock(line).jars}


def test_a_lock_is_sorted_so_that_a_change_is_easy_to_review(line: str) -> None:
    coordinates = [jar.coordinate for jar in load_lock(line).jars]
    assert coordinates == sorted(coordinates)


def test_every_neo4j_jar_of_a_lock_has_the_version_of_its_release(line: str) -> None:
    others = {
        jar.coordinate
        for jar in load_lock(line).jars
        if jar.coordinate.startswith("org.neo4j:") and jar.coordinate.split(":")[2] != release(line).version
    }
    assert not others


def test_exactly_one_jar_is_the_browser(line: str) -> None:
    assert sum(is_browser(jar) for jar in load_lock(line).jars) == 1


def test_no_lock_names_a_place_to_fetch_from(line: str) -> None:
    assert "://" not in lock_file(line).read_text(encoding="utf-8")


def test_an_unknown_line_names_those_that_exist() -> None:
    with pytest.raises(EngineError) as caught:
        release("3.5")
    assert caught.value.nearest == ("2026.08", "5.26")


def test_calendar_versions_are_newer_than_numbered_ones() -> None:
    assert sorted(["2026.08.1", "5.26.9", "5.26.30", "2025.12.0"], key=version_key) == [
        "5.26.9",
        "5.26.30",
        "2025.12.0",
        "2026.08.1",
    ]
