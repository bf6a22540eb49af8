"""What is true of an incident, read from what was said of it: no database, every rule of `docs/incidents.md`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args

import pytest
from graphs import day

from graphprov.analysis import report as published
from graphprov.analysis.history import acknowledged, changes_before, in_order, resolutions, state_of, told
from graphprov.analysis.incident_report import Entry
from graphprov.model.incidents import ENTRIES, HOWS, SEVERITIES, What, is_digest, number_of, short_numbers

INCIDENT = {"reason": "campus addresses", "since": day(1), "until": day(5)}
ADA, BOB = "urn:graphprov:person:ada", "urn:graphprov:person:bob"


def said(what: str, at: float, by: str = ADA, *, id_: str | None = None, **more: Any) -> Entry:
    return Entry(id=id_ or f"e{at}", what=what, at=day(at), by=by, **more)


def window(*entries: Entry) -> tuple[datetime | None, datetime | None]:
    now = state_of(INCIDENT, entries)
    return now.since, now.until


def test_an_incident_is_open_until_it_is_closed_and_after_it_was_reopened() -> None:
    opened, closed, again = said("opened", 10), said("closed", 11), said("reopened", 12)
    assert state_of(INCIDENT, [opened]).state == "open"
    assert (state_of(INCIDENT, [opened, closed]).state, state_of(INCIDENT, [closed]).closed_at) == ("closed", day(11))
    assert state_of(INCIDENT, [again, closed, opened]).state == "open"
    assert state_of(INCIDENT, [again, closed, said("closed", 13)]).state == "closed"


def test_reporting_it_again_never_reopens_what_was_closed() -> None:
    assert state_of(INCIDENT, [said("opened", 1), said("closed", 2), said("opened", 3, BOB)]).state == "closed"


def test_the_first_who_opened_it_found_it() -> None:
    entries = [said("opened", 9, found_by="bob", found_at=day(8)), said("opened", 7, found_by="ada", found_at=day(6))]
    now = state_of(INCIDENT, entries)
    assert (now.found_by, now.found_at) == ("ada", day(6))


def test_an_amendment_changes_what_it_names_and_nothing_else() -> None:
    wider = said("amended", 10, since=day(0.5))
    worse = said("amended", 11, severity="high")
    now = state_of(INCIDENT, [said("opened", 9, severity="low"), worse, wider])
    assert (now.since, now.until, now.severity, now.reason) == (day(0.5), day(5), "high", "campus addresses")
    assert now.as_opened == {"reason": "campus addresses", "since": day(1), "until": day(5), "severity": "low"}


def test_a_bound_can_be_taken_away_and_given_again() -> None:
    gone = said("amended", 10, removed=["until"])
    assert window(gone) == (day(1), None)
    assert window(gone, said("amended", 11, until=day(7))) == (day(1), day(7))


def test_the_last_word_counts_for_each_bound_and_a_tie_goes_to_the_larger_id() -> None:
    assert window(said("amended", 10, since=day(2)), said("amended", 9, since=day(3))) == (day(2), day(5))
    tie = [said("amended", 9, id_="a", since=day(2)), said("amended", 9, id_="b", since=day(3))]
    assert window(*tie) == window(*reversed(tie)) == (day(3), day(5))


def test_two_who_amend_at_once_without_knowing_are_told_of_it() -> None:
    ada, bob = said("amended", 10, since=day(2), after="i"), said("amended", 11, BOB, since=day(3), after="i")
    (warning,) = state_of(INCIDENT, [bob, ada]).warnings
    assert warning.startswith("person:bob and person:ada gave another since, perhaps without knowing of each other")
    knowing = said("amended", 11, BOB, since=day(3), after=ada.id)
    assert state_of(INCIDENT, [ada, knowing]).warnings == ()


@pytest.mark.parametrize(
    "other",
    [
        said("amended", 11, BOB, until=day(6), after="i"),  # another bound
        said("amended", 11, BOB, since=day(2), after="i"),  # the same value
        said("amended", 11, ADA, since=day(3)),  # one's own word
    ],
)
def test_what_does_not_contradict_is_no_warning(other: Entry) -> None:
    assert state_of(INCIDENT, [said("amended", 10, since=day(2), after="i"), other]).warnings == ()


def test_amendments_that_leave_no_window_are_told() -> None:
    now = state_of(INCIDENT, [said("amended", 10, since=day(4)), said("amended", 11, BOB, until=day(3))])
    assert now.warnings == ("its window is empty: as amended it ends at 2026-03-03, not after its start at 2026-03-04",)


def test_what_an_amendment_changed_is_known_from_those_before() -> None:
    entries = [said("amended", 11, since=day(3)), said("amended", 10, since=day(2), severity="high")]
    assert changes_before(entries, {**INCIDENT, "severity": None}) == {
        "e10": {"since": day(1), "severity": None},
        "e11": {"since": day(2)},
    }


def test_the_last_word_on_each_part_counts() -> None:
    entries = [
        said("resolved", 10, about=["a", "b"], how="rerun", note="x"),
        said("unresolved", 11, about=["a"]),
        said("resolved", 12, BOB, about=["c"], how="accepted"),
        said("resolved", 13, BOB, about=["c"], how="deleted"),
    ]
    found = resolutions("i", reversed(entries))
    assert {id_: (each.how, each.by) for id_, each in found.items()} == {"b": ("rerun", ADA), "c": ("deleted", BOB)}
    assert (found["b"].incident, found["b"].at, found["b"].note) == ("i", day(10), "x")


def test_an_owner_who_takes_it_back_has_not_acknowledged() -> None:
    entries = [said("acknowledged", 10, about=[ADA, BOB]), said("unacknowledged", 11, about=[BOB])]
    assert set(acknowledged(entries)) == {ADA}
    assert set(acknowledged([*entries, said("acknowledged", 12, about=[BOB])])) == {ADA, BOB}


def test_what_each_owner_was_told_is_kept_in_order() -> None:
    entries = [said("notified", 12, about=[ADA]), said("notified", 10, about=[ADA]), said("notified", 11, about=[BOB])]
    assert {owner: [each.at for each in had] for owner, had in told(entries).items()} == {
        ADA: [day(10), day(12)],
        BOB: [day(11)],
    }


def test_an_incident_of_an_older_release_says_its_state_itself() -> None:
    old = {"reason": "x", "state": "open", "found_by": "eve", "found_at": day(3), "since": day(1)}
    now = state_of(old, [])
    assert (now.state, now.found_by, now.found_at, now.since) == ("open", "eve", day(3), day(1))
    assert state_of({**old, "state": "resolved"}, []).state == "closed"
    assert state_of({**old, "state": "resolved"}, [said("reopened", 9)]).state == "open"
    assert state_of({}, []).reason == "(no reason given)"


def test_entries_are_in_the_order_in_which_they_were_said() -> None:
    entries = [said("closed", 3), said("opened", 1), said("amended", 2, id_="b"), said("amended", 2, id_="a")]
    assert [entry.id for entry in in_order(entries)] == ["e1", "a", "b", "e3"]


# Names


def test_numbers_are_as_short_as_tells_them_apart() -> None:
    assert number_of("urn:graphprov:incident:i@1") == "i@1"
    assert short_numbers(["a" * 16, "a" * 8 + "b" * 8]) == {"a" * 16: "a" * 9, "a" * 8 + "b" * 8: "a" * 8 + "b"}
    assert not is_digest("INC-1")


def test_the_words_of_the_table_are_those_of_the_published_report() -> None:
    assert get_args(published.Severity) == SEVERITIES
    assert get_args(published.How) == HOWS
    keys = {key for rule in ENTRIES.values() for key in rule.keys} - {"told"}
    assert keys <= set(Entry.model_fields)
    assert set(ENTRIES) == set(What)
