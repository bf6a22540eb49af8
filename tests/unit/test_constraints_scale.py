"""Long chains, wide stars and cliques are judged in time that grows with their size alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from graphprov.constraints import validate
from graphprov.constraints.normal import Instance
from graphprov.documents.statements import Document, Statement
from graphprov.documents.terms import TERMS

SECONDS = 20.0
"""Far more than any of these takes (below two seconds), far less than what is quadratic would."""


def said(keyword: str, identifier: str | None, *arguments: str | None) -> Statement:
    term = TERMS[keyword]
    return Statement(term, identifier, arguments + (None,) * (len(term.arguments) - len(arguments)))


def chain_of_specializations(n: int) -> list[Statement]:
    """Each step is a specialization of all before it (19), and an entity by the first (21)."""
    return [said("entity", "e0"), *(said("specializationOf", None, f"e{k + 1}", f"e{k}") for k in range(n))]


def chain_of_derivations(n: int) -> list[Statement]:
    return [
        each for k in range(n) for each in (said("entity", f"e{k}"), said("wasDerivedFrom", None, f"e{k + 1}", f"e{k}"))
    ]


def star_of_alternates(n: int) -> list[Statement]:
    """All are alternates of each other (17, 18)."""
    return [said("alternateOf", None, f"e{k}", "middle") for k in range(n)]


def star_of_uses(n: int) -> list[Statement]:
    """Every user was informed by every maker (6)."""
    made = [said("wasGeneratedBy", None, "e", f"m{k}") for k in range(n)]
    return made + [said("used", None, f"u{k}", "e") for k in range(n)]


def star_of_starts(n: int) -> list[Statement]:
    """All starts are simultaneous (31)."""
    return [said("wasStartedBy", f"s{k}", "a", f"e{k}", f"b{k}") for k in range(n)]


def chain_of_merges(n: int) -> list[Statement]:
    """Each merge makes the next one possible."""
    links = (("r{0}", "r{1}"), ("r{0}", "q{1}"), ("q{1}", "q{2}"))
    return [
        said("wasInfluencedBy", f"_:{one}".format(k, k + 1), f"_:{other}".format(k, k + 1, k + 2), "x")
        for k in range(n // 3)
        for one, other in links
    ]


def clique(n: int) -> list[Statement]:
    side = int(n**0.5)
    return [said("wasDerivedFrom", None, f"e{i}", f"e{j}") for i in range(side) for j in range(i)]


def one_failure_each(n: int) -> list[Statement]:
    return [said("wasGeneratedBy", f"g{k}", "e", "a") for k in range(n)]


@pytest.mark.parametrize(
    "made",
    [
        chain_of_specializations,
        chain_of_derivations,
        star_of_alternates,
        star_of_uses,
        star_of_starts,
        chain_of_merges,
        clique,
        one_failure_each,
    ],
)
def test_nothing_explodes(made: Callable[[int], list[Statement]]) -> None:
    statements = made(20_000)
    began = time.process_time()
    validate(Document(statements=statements))
    assert time.process_time() - began < SECONDS
    assert len(Instance.of(statements).rows) <= 3 * len(statements)


def test_a_cycle_of_thousands_of_events_is_found() -> None:
    count = 5_000
    ring = [said("wasDerivedFrom", None, f"e{(k + 1) % count}", f"e{k}") for k in range(count)]
    (violation,) = validate(Document(statements=[*ring, *(said("entity", f"e{k}") for k in range(count))])).violations
    assert len(violation.cycle) == count
    assert len(violation.why) < 1_000
