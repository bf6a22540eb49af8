"""What a command's events come to: a small story each, and what it used and generated."""

from __future__ import annotations

import pytest

from graphprov.errors import InvalidInput
from graphprov.observe.events import Cut, Event, Executed, Linked, Opened, Removed, Renamed
from graphprov.observe.judgement import Judgement, judge
from graphprov.observe.ledger import Ledger, State, There
from graphprov.observe.policy import Policy

BEFORE, DURING, AFTER = 50.0, 100.0, 200.0


def story(text: str) -> list[Event]:
    """`r a` reads, `w a` writes anew, `a a` appends, `u a` updates in place, `mv a b`, `ln a b`, `rm a`, `cut a`."""
    events: list[Event] = []
    for n, step in enumerate(text.split(";")):
        time = DURING + n
        what, *names = step.split()
        paths = [name if name.startswith("/") else f"/p/{name}" for name in names]
        first = paths[0]
        events.append({
            "r": lambda t=time, p=first: Opened(t, p, p, True, False, False),
            "w": lambda t=time, p=first: Opened(t, p, p, False, True, True),
            "a": lambda t=time, p=first: Opened(t, p, p, False, True, False),
            "u": lambda t=time, p=first: Opened(t, p, p, True, True, False),
            "mv": lambda t=time, p=paths: Renamed(t, p[0], p[-1]),
            "swap": lambda t=time, p=paths: Renamed(t, p[0], p[-1], True),
            "ln": lambda t=time, p=paths: Linked(t, p[0], p[-1]),
            "rm": lambda t=time, p=first: Removed(t, p),
            "cut": lambda t=time, p=first: Cut(t, p, 0),
            "x": lambda t=time, p=first: Executed(t, p),
        }[what]())  # fmt: skip
    return events


def judged(text: str, there: dict[str, State] | None = None, policy: Policy | None = None) -> Judgement:
    ledger = Ledger()
    for event in story(text):
        ledger.add(event)
    full = {(path if path.startswith("/") else f"/p/{path}"): state for path, state in (there or {}).items()}
    return judge(ledger, policy or Policy("/p"), full.get)


def old(changed: float = BEFORE) -> State:
    return State(There.FILE, changed, changed, BEFORE)


def new(changed: float = DURING + 1) -> State:
    return State(There.FILE, changed, changed, DURING)


def used(judgement: Judgement) -> dict[str, str | None]:
    return {each.path[3:]: each.content_at and each.content_at[3:] for each in judgement.inputs}


def made(judgement: Judgement) -> set[str]:
    return {each.path[3:] for each in judgement.outputs}


@pytest.mark.parametrize(
    ("text", "there", "inputs", "outputs"),
    [
        ("r a; w b", {"a": old(), "b": new()}, {"a": "a"}, {"b"}),
        ("r a; r a", {"a": old()}, {"a": "a"}, set()),
        ("w b; r b", {"b": new()}, {}, {"b"}),
        ("w b; r b; rm b", {}, {}, set()),
        ("r a; rm a", {}, {"a": None}, set()),
        ("r a; w a", {"a": old(DURING + 1)}, {"a": None}, {"a"}),
        ("a log", {"log": old(DURING)}, {"log": None}, {"log"}),
        ("a log", {"log": new()}, {}, {"log"}),
        ("a log", {"log": old()}, {}, set()),
        ("u db", {"db": old()}, {"db": "db"}, set()),
        ("u db", {"db": old(DURING + 1)}, {"db": None}, {"db"}),
        ("u db", {"db": new()}, {}, {"db"}),
        ("u j; rm j", {}, {}, set()),
        ("w t; mv t b", {"b": new()}, {}, {"b"}),
        ("r a; w t; mv t a", {"a": new()}, {"a": None}, {"a"}),
        ("mv a b", {"b": old(DURING)}, {"a": "b"}, {"b"}),
        ("mv a b; r b", {"b": State(There.FILE, BEFORE, DURING, BEFORE)}, {"a": "b"}, {"b"}),
        ("mv a b; mv b c", {"c": State(There.FILE, BEFORE, DURING, BEFORE)}, {"a": "c"}, {"c"}),
        ("ln a b", {"a": old(), "b": old()}, {"a": "a"}, {"b"}),
        ("w t; ln t b; rm t", {"b": new()}, {}, {"b"}),
        ("cut a", {"a": old(DURING)}, {}, {"a"}),
        ("w t/x; w t/y; mv t d", {"d/x": new(), "d/y": new()}, {}, {"d/x", "d/y"}),
        ("w n; swap n a", {"n": old(DURING), "a": new()}, {"a": "n"}, {"n", "a"}),
        ("r gone", {}, {"gone": None}, set()),
    ],
)
def test_stories(text: str, there: dict[str, State], inputs: dict[str, str | None], outputs: set[str]) -> None:
    judgement = judged(text, there)
    assert (used(judgement), made(judgement)) == (inputs, outputs)


def test_a_file_that_somebody_else_changed_after_it_was_read_is_flagged() -> None:
    (changed,) = judged("r a", {"a": old(DURING + 5)}).inputs
    (same,) = judged("r a", {"a": old(DURING - 5)}).inputs
    assert (changed.changed, same.changed) == (True, False)


def test_the_time_of_an_input_is_that_of_its_first_reading() -> None:
    (given,) = judged("x /usr/bin/p; r a; r a", {"a": old()}).inputs
    assert given.time == DURING + 1


def test_a_pipe_or_device_is_left_out_and_counted() -> None:
    judgement = judged("r fifo; w fifo", {"fifo": State(There.SPECIAL)})
    assert (used(judgement), made(judgement), judgement.left_out) == ({}, set(), {"special": 1})


def test_what_does_not_count_is_counted_by_reason() -> None:
    there = {"a.csv": old(), "step.py": old(), ".git/index": old(), "out/b.csv": new(), "skip/c.csv": old()}
    paths = ("/usr/lib/x.so", "/etc/passwd", "/home/ada/other.csv", "/p/.venv/lib/x", "/tmp/x", "/proc/self/maps")
    judgement = judged(
        "; ".join([*(f"r {path}" for path in (*paths, *there)), "w out/t; rm out/t"]),
        {**there, **{path: old() for path in paths}},
        Policy("/p", code_known=True, exclude=("skip/",)),
    )
    assert used(judgement) == {"a.csv": "a.csv", "out/b.csv": "out/b.csv"}
    assert judgement.left_out == {
        "code": 1, "excluded": 1, "outside": 1, "packages": 1, "system": 3, "temporary": 1, "vanished": 1,
        "version_control": 1,
    }  # fmt: skip


def test_a_data_set_of_many_files_is_one() -> None:
    there = {"in.parquet/0": old(), "in.parquet/1": old(), "out/y=1/a": new(), "out/y=2/b": new()}
    judgement = judged("r in.parquet/0; r in.parquet/1; w out/y=1/a; w out/y=2/b", there)
    assert (used(judgement), made(judgement)) == ({"in.parquet": "in.parquet"}, {"out"})


def test_a_data_set_that_was_added_to_was_read_before_and_cannot_be_seen() -> None:
    judgement = judged("r d.parquet/0; w d.parquet/1", {"d.parquet/0": old(), "d.parquet/1": new()})
    assert (used(judgement), made(judgement)) == ({"d.parquet": None}, {"d.parquet"})


@pytest.mark.parametrize(
    ("policy", "path", "reason"),
    [
        (Policy("/p"), "/p/data/a.csv", None),
        (Policy("/p"), "/lake/a.csv", "outside"),
        (Policy("/p", data=("/lake",)), "/lake/a.csv", None),
        (Policy("/p", data=("/lake",)), "/lake/.cache/a.csv", "cache"),
        (Policy("/p", data=("/var/data",)), "/var/data/a.csv", None),
        (Policy("/tmp/p"), "/tmp/p/a.csv", None),
        (Policy("/tmp/p"), "/tmp/a.csv", "temporary"),
        (Policy("/"), "/usr/lib/a", "system"),
        (Policy("/"), "/home/a.csv", None),
        (Policy("/p"), "/home/ada/env/lib/python3/site-packages/a.py", "packages"),
        (Policy("/p", include=("/home/ada/*.csv",)), "/home/ada/a.csv", None),
        (Policy("/p", include=("*.py",), code_known=True), "/p/a.py", None),
        (Policy("/p", exclude=("*.log", "!keep.log")), "/p/a.log", "excluded"),
        (Policy("/p", exclude=("*.log", "!keep.log")), "/p/keep.log", None),
        (Policy("/p", ignore=("/build/",)), "/p/build/a", "ignored"),
        (Policy("/p", ignore=("/build/",)), "/p/x/build/a", None),
        (Policy("/p", include=("/proc/*",), data=("/proc",)), "/proc/self/maps", "system"),
        (Policy("/p"), "/p/model.so", "packages"),
    ],
)
def test_the_policy(policy: Policy, path: str, reason: str | None) -> None:
    assert policy.reason(path) == reason


def test_code_that_a_command_makes_is_an_output() -> None:
    policy = Policy("/p", code_known=True)
    assert (policy.reason("/p/a.py"), policy.reason("/p/a.py", output=True)) == ("code", None)


def test_a_link_in_the_project_to_data_elsewhere_counts() -> None:
    ledger = Ledger()
    ledger.add(Opened(DURING, "/lake/a.csv", "/p/data/a.csv", True, False, False))
    (given,) = judge(ledger, Policy("/p"), {"/lake/a.csv": old()}.get).inputs
    assert given.named == "/p/data/a.csv"


def test_a_pattern_that_is_none_says_where_it_stands() -> None:
    with pytest.raises(InvalidInput, match="--exclude"):
        Policy("/p", exclude=("!",))
