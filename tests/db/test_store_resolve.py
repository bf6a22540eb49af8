"""From what a person types to the one thing that is meant."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from graphs import MARCH, records

from graphprov.digest import digest_path
from graphprov.errors import AmbiguousReference, InvalidInput, UnknownReference
from graphprov.model.identity import activity_id, artifact_id, short_version
from graphprov.model.statements import Activity, Agent, Entity, Statement
from graphprov.model.vocabulary import Element
from graphprov.store import Store

A, B = "3f2a" + "0" * 60, "3f2b" + "1" * 60


def version(name: str, digest: str, kind: str = "dataset") -> list[Statement]:
    """A general artifact and one of its versions."""
    return [
        Entity(id=artifact_id(kind, name), kind=kind, name=name),
        Entity(
            id=artifact_id(kind, name, digest),
            kind=kind,
            name=name,
            version=short_version(digest),
            digest=f"sha256:{digest}" if len(digest) == 64 else None,
            issued_at=MARCH,
        ),
    ]


@pytest.fixture
def known(store: Store) -> Store:
    store.write(
        records(
            [
                *version("ip-blacklist", A),
                *version("ip-blacklist", B),
                *version("ip-blacklist", "2026-03"),
                *version("antispam", A, "model"),
                *version("user@home: 50%", A),
                Agent(id=artifact_id("data-source", "acme"), kind="data-source", name="acme"),
                Activity(
                    id=activity_id("training", "train-antispam", "0192aa" + "0" * 26),
                    kind="training",
                    name="train-antispam",
                ),
                Entity(id="http://example.org/e1", name="Foreign thing"),
            ]
        )
    )
    return store


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("ip-blacklist", artifact_id("dataset", "ip-blacklist")),
        ("  ip-blacklist ", artifact_id("dataset", "ip-blacklist")),
        ("dataset:ip-blacklist", artifact_id("dataset", "ip-blacklist")),
        ("ip-blacklist@3f2a", artifact_id("dataset", "ip-blacklist", A)),
        ("dataset:ip-blacklist@3f2b", artifact_id("dataset", "ip-blacklist", B)),
        (f"ip-blacklist@{A}", artifact_id("dataset", "ip-blacklist", A)),
        ("ip-blacklist@2026-03", artifact_id("dataset", "ip-blacklist", "2026-03")),
        (artifact_id("dataset", "ip-blacklist"), artifact_id("dataset", "ip-blacklist")),
        (artifact_id("dataset", "ip-blacklist", A), artifact_id("dataset", "ip-blacklist", A)),
        ("urn:graphprov:dataset:ip-blacklist@3f2a", artifact_id("dataset", "ip-blacklist", A)),
        (f"sha256:{B}", artifact_id("dataset", "ip-blacklist", B)),
        (f"sha256:{B[:16]}", artifact_id("dataset", "ip-blacklist", B)),
        ("user@home: 50%", artifact_id("dataset", "user@home: 50%")),
        ("user@home: 50%@3f2a", artifact_id("dataset", "user@home: 50%", A)),
        ("dataset:user@home: 50%@3f2a", artifact_id("dataset", "user@home: 50%", A)),
        ("acme", artifact_id("data-source", "acme")),
        ("data-source:acme", artifact_id("data-source", "acme")),
        ("train-antispam", activity_id("training", "train-antispam", "0192aa" + "0" * 26)),
        ("train-antispam@0192", activity_id("training", "train-antispam", "0192aa" + "0" * 26)),
        ("http://example.org/e1", "http://example.org/e1"),
        ("Foreign thing", "http://example.org/e1"),
    ],
)
def test_what_is_typed_short_or_in_full_is_found(known: Store, typed: str, id_: str) -> None:
    assert known.resolve(typed).id == id_


def test_the_short_form_that_graphprov_prints_finds_the_thing_again(known: Store) -> None:
    for (id_,) in known.run("MATCH (n:Entity|Activity|Agent) RETURN n.id").rows:
        assert known.resolve(known.resolve(id_).short).id == id_


@pytest.mark.parametrize(
    "name",
    [
        "نموذج مكافحة",
        "反スパム",
        "👩‍💻",
        "Zoë",
        "a@b@c",
        "x:y:z",
        "50 %",
        "%40",
        "new\nline",
        'it\'s "so"',
        "`) //",
        "C:\\data",
    ],
)
@pytest.mark.parametrize("label", [None, "v@1: ü"])
def test_any_name_can_be_typed(store: Store, name: str, label: str | None) -> None:
    store.write(records(version(name, label or A)))
    general, one = artifact_id("dataset", name), artifact_id("dataset", name, label or A)
    assert store.resolve(name).id == general
    assert store.resolve(store.resolve(general).short).id == general
    assert store.resolve(store.resolve(one).short).id == one
    assert store.resolve(f"{name}@{label or A[:6]}").id == one


def test_a_name_from_a_system_that_spells_accents_apart_is_found(store: Store) -> None:
    store.write(records(version(unicodedata.normalize("NFD", "Zürich"), A)))
    for form in ("NFC", "NFD"):
        assert store.resolve(unicodedata.normalize(form, "Zürich")).name == "Zürich"


def test_a_file_is_found_by_its_content(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("10.0.0.1\n")
    digest = str(digest_path(path))
    store.write(records([Entity(id="ex:v", name="ip-blacklist", digest=digest, version="x")]))
    assert store.resolve(str(path)).id == "ex:v"
    path.write_text("10.0.0.2\n")
    with pytest.raises(UnknownReference, match="content of the file of that name was not recorded"):
        store.resolve(str(path))


def test_a_name_wins_over_a_file_of_that_name(known: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ip-blacklist").write_text("something else")
    assert known.resolve("ip-blacklist").id == artifact_id("dataset", "ip-blacklist")


def test_a_version_that_could_be_several_is_an_error_that_lists_them(known: Store) -> None:
    with pytest.raises(AmbiguousReference, match="could be any of 2 things") as caught:
        known.resolve("ip-blacklist@3f2")
    assert caught.value.nearest == (
        "dataset:ip-blacklist@3f2a00000000 (dataset, 2026-03-01 00:00Z)",
        "dataset:ip-blacklist@3f2b11111111 (dataset, 2026-03-01 00:00Z)",
    )
    assert "name@version" in (caught.value.hint or "")


def test_the_same_name_of_two_kinds_is_an_error_until_the_kind_is_given(known: Store) -> None:
    known.write(records(version("acme", B)))
    with pytest.raises(AmbiguousReference) as caught:
        known.resolve("acme")
    assert {line.split()[0] for line in caught.value.nearest} == {"dataset:acme", "data-source:acme"}
    assert known.resolve("data-source:acme").element is Element.AGENT
    assert known.resolve("acme", elements=[Element.ENTITY]).kind == "dataset"


def test_candidates_that_look_alike_when_short_are_listed_in_full(store: Store) -> None:
    runs = [activity_id("run", "nightly", "0192aabbccdd" + tail * 20) for tail in "12"]
    store.write(records([Activity(id=run, kind="run", name="nightly") for run in runs]))
    with pytest.raises(AmbiguousReference) as caught:
        store.resolve("nightly")
    assert [line.split()[0] for line in caught.value.nearest] == runs


def test_a_label_that_begins_another_is_found_by_itself(store: Store) -> None:
    store.write(records([*version("m", "v1"), *version("m", "v10")]))
    assert store.resolve("m@v1").id == artifact_id("dataset", "m", "v1")


def test_the_label_that_its_source_gave_a_content_finds_it(store: Store) -> None:
    march, second = (artifact_id("dataset", "list", digest) for digest in (A, B))
    store.write(
        records(
            [
                Entity(id=id_, kind="dataset", name="list", version=digest[:12], version_label=label)
                for id_, digest, label in ((march, A, "2026-03"), (second, B, "2026-03-02"))
            ]
        )
    )
    assert store.resolve("list@2026-03").id == march
    assert store.resolve("dataset:list@2026-03-0").id == second
    with pytest.raises(AmbiguousReference):
        store.resolve("list@2026")


def test_a_general_artifact_is_no_version_of_itself(known: Store) -> None:
    with pytest.raises(UnknownReference):
        known.resolve("ip-blacklist@urn")


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("ip-blacklst", "ip-blacklist (dataset, 3 versions)"),
        ("IP-Blacklist", "ip-blacklist (dataset, 3 versions)"),
        ("dataset:ip-blaklist@3f", "ip-blacklist (dataset, 3 versions)"),
        ("antispm", "antispam (model, 1 version)"),
        ("acmee", "acme (data-source)"),
        ("train-antispan", "train-antispam (training, 1 run)"),
    ],
)
def test_what_is_unknown_is_an_error_with_the_nearest_names(known: Store, typed: str, nearest: str) -> None:
    with pytest.raises(UnknownReference, match="no thing is called") as caught:
        known.resolve(typed)
    assert caught.value.nearest[0] == nearest
    assert caught.value.hint == "graphprov list"


@pytest.mark.parametrize(
    "typed",
    [
        "AND",
        "NOT",
        "a OR",
        '+-&&||!(){}[]^"~*?:\\/',
        "name:*",
        "/.*/",
        "[a TO z]",
        "x" * 5000,
        "\0",
        "😀",
        "@",
        ":",
        "@@",
        "~",
        "_",
    ],
)
def test_nothing_that_can_be_typed_breaks_the_search(known: Store, typed: str) -> None:
    with pytest.raises(UnknownReference):
        known.resolve(typed)


@pytest.mark.parametrize("typed", ["", "   ", "\n"])
def test_nothing_typed_is_bad_input(known: Store, typed: str) -> None:
    with pytest.raises(InvalidInput, match="empty name"):
        known.resolve(typed)


def test_bytes_that_are_no_text_are_bad_input(known: Store) -> None:
    with pytest.raises(InvalidInput, match="not valid Unicode"):
        known.resolve("caf\udce9")


def test_only_what_is_asked_for_is_found(known: Store) -> None:
    with pytest.raises(UnknownReference, match="no activity or agent is called 'ip-blacklist'"):
        known.resolve("ip-blacklist", elements=[Element.ACTIVITY, Element.AGENT])
