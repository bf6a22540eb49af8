"""Why and contain as text: lines that fit, whatever names come from outside, and sentences that are true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from rich.cells import cell_len

from graphprov.analysis.explanation import Code, Containment, CutSet, Path, Saving, Thing, Why
from graphprov.analysis.report import FlawedNode, Responsible, Step, Subject
from graphprov.report.contain_text import containment_lines
from graphprov.report.why_text import why_lines

AT = datetime(2026, 3, 2, 3, 20, tzinfo=UTC)
LONG = "a-name-that-goes-on-" * 12
HOSTILE = "evil\x1b[31m\u202ename\n"


def things(*names: str) -> list[Thing]:
    agents = ["urn:graphprov:person:ada"]
    code = Code(id="c", name=names[0], version="1", commit="3f2a" * 10, dirty=True, how="used")
    return [
        Thing(
            id=f"ex:{name}",
            element="Activity" if i % 2 else "Entity",
            kind="training" if i % 2 else "dataset",
            name=name,
            time=AT + timedelta(days=i),
            failed=bool(i % 2),
            code=[code] if i % 2 else [],
            responsible=agents,
        )
        for i, name in enumerate(names)
    ]


def common(*names: str) -> dict[str, Any]:
    flawed = FlawedNode(id=f"ex:{names[0]}", kind="dataset", name=names[0], time=AT, subject="ex:vendor")
    ada = Responsible(
        id="urn:graphprov:person:ada",
        kind="person",
        name="ada",
        relation="WAS_ASSOCIATED_WITH",
        on_behalf_of=["ex:lab"],
    )
    return {
        "graphprov_version": "1",
        "made_at": AT,
        "subjects": [Subject(id="ex:vendor", element="Agent", kind="data-source", name="vendor", given="vendor")],
        "flawed": [flawed],
        "things": things(*names),
        "agents": [ada],
    }


def affected(*names: str, **own: Any) -> Why:
    ids = [f"ex:{name}" for name in names]
    steps = [
        Step(relation="USED" if i % 2 == 0 else "WAS_GENERATED_BY", cause=a, effect=b, certainty="inferred", time=AT)
        for i, (a, b) in enumerate(pairwise(ids))
    ]
    path = Path(nodes=ids, steps=steps, certainty="inferred")
    given: dict[str, Any] = {
        "answer": "affected",
        "artifact": ids[-1],
        "given": names[-1],
        "versions": 3,
        "versions_affected": 2,
        "distance": len(steps),
        "certainty": "inferred",
        "paths": [path, path],
        "number_of_paths": "infinite",
        "choke_points": ids[1:-1],
        "cut": CutSet(nodes=ids[1:2], smallest=True),
    }
    return Why(**{**common(*names), **given, **own})


def text(lines: list[Any]) -> str:
    return "\n".join(line.plain for line in lines)


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize(
    "names", [("blacklist", "train", "model"), (LONG, "run", LONG + "x"), (HOSTILE, "テスト" * 30, "ü")]
)
def test_no_line_is_wider_than_asked_and_nothing_hides(names: tuple[str, ...], ascii_only: bool, width: int) -> None:
    contained = Containment(
        **common(*names),
        targets=[f"ex:{names[2]}"],
        unprotected=[f"ex:{names[0]}"],
        cut=CutSet(nodes=[f"ex:{names[1]}"], smallest=False),
        savings=[Saving(id=f"ex:{names[1]}", saved={"model": 1}, targets=1)],
        before={"model": 2},
        after={"model": 1},
    )
    commands = ("graphprov", "--contained-by", "lineage", "--paths")
    for lines in (
        why_lines(affected(*names), width, ascii_only=ascii_only),
        containment_lines(contained, width, ascii_only=ascii_only),
    ):
        for line in lines:
            # A command is never cut: it is there to be typed.
            assert cell_len(line.plain) <= width or any(word in line.plain for word in commands), line.plain
            assert "\x1b" not in line.plain
            assert "\u202e" not in line.plain
            assert not ascii_only or line.plain.isascii()


def test_one_choke_point_several_and_none_have_their_sentences() -> None:
    assert "Fixed, it alone cuts the artifact off." in text(why_lines(affected("a", "b", "c"), 80))
    several = text(why_lines(affected("a", "b", "c", "d"), 80))
    assert "Each of these alone, once fixed, cuts it off; the first is closest to what is" in several
    none = affected("a", "b", "c", "d", choke_points=[], cut=CutSet(nodes=["ex:b", "ex:c"], smallest=True))
    assert "Once all of these are fixed, nothing flawed reaches it; fewer do not suffice." in text(why_lines(none, 80))
    unproven = none.model_copy(update={"cut": CutSet(nodes=["ex:b", "ex:c"], smallest=False)})
    assert "fewer may suffice" in text(why_lines(unproven, 80))


def test_the_code_that_ran_and_a_run_that_failed_are_told() -> None:
    told = text(why_lines(affected("list", "train", "model"), 80))
    assert "was used by train 2026-03-03 (training, FAILED)" in told
    assert "code list, commit 3f2a3f2a3f2a with uncommitted changes; ada for ex:lab" in told
    assert "one of infinitely many paths, since they can go in a circle" in " ".join(told.split())
