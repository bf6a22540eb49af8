"""A sealed log: what fits, what does not, and where that is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphprov as gp
from graphprov import signing
from graphprov.erasure import erase_from_journal
from graphprov.errors import InvalidInput
from graphprov.journal import Journal
from graphprov.model.metadata import dumps
from graphprov.model.statements import Entity
from graphprov.sealed_log import is_log

RECORDS = 7


def entity(number: int) -> Entity:
    return Entity(id=f"urn:example:e{number}", kind="dataset", name=f"e{number}", metadata={"größe": number})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a journal of seven records, a key, and the log."""
    folder = tmp_path_factory.mktemp("sealed")
    with Journal(folder / "journal.sqlite") as journal:
        journal.append_many([[entity(number), entity(100 + number)] for number in range(1, RECORDS + 1)])
    signing.new_key(folder / "key.pem")
    gp.seal(folder / "log.jsonl", folder / "key.pem", journal=folder / "journal.sqlite")
    return folder


def spoilt(kept: Path, tmp_path: Path, change: Callable[[list[str]], list[str]]) -> Path:
    lines = (kept / "log.jsonl").read_text().splitlines(keepends=True)
    path = tmp_path / "spoilt.jsonl"
    path.write_text("".join(change(lines)))
    return path


def test_a_log_fits_and_says_what_it_holds_and_who_sealed_it(kept: Path) -> None:
    found = gp.verify_log(kept / "log.jsonl", key=kept / "key.pem.pub")
    assert (found.verdict, found.records, found.sealed, found.broken) == ("fits", RECORDS, RECORDS, None)
    assert found.signature == "valid"
    assert found.signed_by == signing.public_key(kept / "key.pem.pub")
    assert found.notes == []
    assert is_log(kept / "log.jsonl")
    assert not is_log(kept / "key.pem")


def test_without_a_key_it_says_that_anybody_can_sign(kept: Path) -> None:
    assert "anybody can sign" in gp.verify_log(kept / "log.jsonl").notes[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: [*lines[:3], lines[3].replace('"urn:example:e3"', '"urn:example:e9"'), *lines[4:]], "record 3"),
        (lambda lines: [*lines[:3], *lines[4:]], "record 3 (line 4): expected record 3"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "record 2 (line 3): expected record 2"),
        (lambda lines: [*lines[:5], lines[4], *lines[5:]], "record 5 (line 6): expected record 5"),
        (lambda lines: lines[:-1], f"after record {RECORDS} there is no seal"),
        (lambda lines: [*lines[:-2], lines[-1]], f"the seal is of {RECORDS} records, and {RECORDS - 1} are here"),
        (lambda lines: [*lines, lines[-2]], "something follows the seal"),
        (lambda lines: [*lines[:-1], lines[-1].replace('"host":"', '"host":"x')], "its signature does not vouch"),
        (lambda lines: [*lines[:4], lines[4].replace(",", ", ", 1), *lines[5:]], "record 4 (line 5): it is no whole"),
        (lambda lines: [*lines[:4], lines[4][:40]], "record 4 (line 5): it is no whole line"),
    ],
)
def test_what_was_done_to_a_log_is_told_where_it_was_done(
    kept: Path, tmp_path: Path, change: Callable[[list[str]], list[str]], told: str
) -> None:
    found = gp.verify_log(spoilt(kept, tmp_path, change))
    assert found.verdict == "changed"
    assert found.broken is not None
    assert told in found.broken


def test_a_record_made_anew_with_all_its_digests_breaks_the_chain(kept: Path, tmp_path: Path) -> None:
    with Journal(tmp_path / "other.sqlite") as journal:
        journal.append_many([[entity(number), entity(100 + number)] for number in (1, 2, 30, 4, 5, 6, 7)])
    signing.new_key(tmp_path / "other.pem")
    gp.seal(tmp_path / "other.jsonl", tmp_path / "other.pem", journal=tmp_path / "other.sqlite")
    forged = (tmp_path / "other.jsonl").read_text().splitlines(keepends=True)[3]
    found = gp.verify_log(spoilt(kept, tmp_path, lambda lines: [*lines[:3], forged, *lines[4:]]))
    assert found.broken is not None
    assert found.broken.startswith("record 3 (line 4): it does not follow on the record before it")
    assert "urn:example:e30" in found.broken
    whole = gp.verify_log(tmp_path / "other.jsonl", key=kept / "key.pem.pub")
    assert (whole.verdict, whole.signature, whole.broken) == ("changed", "of another key", None)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_byte_can_be_changed_unseen(kept: Path, data: st.DataObject) -> None:
    content = bytearray((kept / "log.jsonl").read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    path = kept / "flipped.jsonl"
    path.write_bytes(content)
    line = content[:place].count(b"\n") + 1
    if line == 1:
        with pytest.raises(InvalidInput):
            gp.verify_log(path)
        return
    found = gp.verify_log(path, key=kept / "key.pem.pub")
    assert found.verdict == "changed"
    assert found.records in (line - 2, line - 1)  # a line end that went is told where the line goes on


def test_a_later_log_extends_an_older_one_and_no_other(kept: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.sqlite"
    journal.write_bytes((kept / "journal.sqlite").read_bytes())
    with Journal(journal) as opened:
        opened.append([entity(50)])
    gp.seal(tmp_path / "later.jsonl", kept / "key.pem", journal=journal)
    found = gp.verify_log(tmp_path / "later.jsonl", extends=kept / "log.jsonl")
    assert (found.verdict, found.extends, found.records) == ("fits", RECORDS, RECORDS + 1)
    backwards = gp.verify_log(kept / "log.jsonl", extends=tmp_path / "later.jsonl")
    assert backwards.verdict == "changed"
    assert "had another record there" in (backwards.broken or "")


def test_a_log_made_after_forgetting_fits_counts_what_is_gone_and_extends_the_log_made_before(
    kept: Path, tmp_path: Path
) -> None:
    journal = tmp_path / "journal.sqlite"
    journal.write_bytes((kept / "journal.sqlite").read_bytes())
    with Journal(journal) as opened:
        opened.append([Entity(id="urn:example:e3", forgotten_at="2026-03-01T00:00Z", forgotten_reason="asked")])
    assert erase_from_journal(journal, ["urn:example:e3"]).records == 1
    gp.seal(tmp_path / "after.jsonl", kept / "key.pem", journal=journal)
    lines = (tmp_path / "after.jsonl").read_text().splitlines(keepends=True)
    assert '"name":"e3"' in (kept / "log.jsonl").read_text()
    assert '"name":"e3"' not in "".join(lines)
    assert [[row.get("forgotten") for _, row in json.loads(line)["statements"]] for line in lines[3:5]] == [
        [True, None],
        [None, None],
    ]
    found = gp.verify_log(tmp_path / "after.jsonl", key=kept / "key.pem.pub", extends=kept / "log.jsonl")
    assert (found.verdict, found.forgotten, found.records, found.extends) == ("fits", 1, RECORDS + 1, RECORDS)
    assert "1 statement was forgotten since" in found.notes[0]
    # Nor can a statement that is there be made to look forgotten under another digest.
    forged = json.loads(lines[4])
    forged["statements"][0] = ["0" * len(forged["statements"][0][0]), {"id": "urn:example:e4", "forgotten": True}]
    (tmp_path / "forged.jsonl").write_text("".join([*lines[:4], dumps(forged) + "\n", *lines[5:]]))
    assert "record 4" in (gp.verify_log(tmp_path / "forged.jsonl").broken or "")
    # Nor under its own digest; nor can what is left of one that was forgotten say something else.
    looks_forgotten = {"id": "urn:example:e4", "node": "Entity", "properties": {"status": "x"}, "forgotten": True}
    for place, row in (
        (4, looks_forgotten),
        (3, {**json.loads(lines[3])["statements"][0][1], "properties": {"kind": "model"}}),
    ):
        forged = json.loads(lines[place])
        forged["statements"][0][1] = row
        (tmp_path / "forged.jsonl").write_text("".join([*lines[:place], dumps(forged) + "\n", *lines[place + 1 :]]))
        found = gp.verify_log(tmp_path / "forged.jsonl", key=kept / "key.pem.pub")
        assert (found.verdict, "what is left of forgotten statements" in (found.broken or "")) == ("changed", True)


def test_an_empty_journal_has_a_log_too(kept: Path, tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite") as journal:
        journal.forget("nobody")
    gp.seal(tmp_path / "log.jsonl", kept / "key.pem", journal=tmp_path / "journal.sqlite")
    found = gp.verify_log(tmp_path / "log.jsonl", key=kept / "key.pem.pub")
    assert (found.verdict, found.records) == ("fits", 0)


def test_nothing_is_written_where_it_cannot_be_sealed(kept: Path, tmp_path: Path) -> None:
    for key, journal, told in (
        (kept / "none.pem", kept / "journal.sqlite", "none.pem"),
        (kept / "key.pem.pub", kept / "journal.sqlite", "holds no private key"),
        (kept / "key.pem", tmp_path / "none.sqlite", "there is no journal"),
    ):
        with pytest.raises(InvalidInput, match=told):
            gp.seal(tmp_path / "log.jsonl", key, journal=journal)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_log_is_told(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "newer.jsonl").write_text(
        (kept / "log.jsonl").read_text().replace('"graphprov_log":1', '"graphprov_log":2')
    )
    with pytest.raises(InvalidInput, match="of the format 2"):
        gp.verify_log(tmp_path / "newer.jsonl")
    with pytest.raises(InvalidInput, match="is no sealed log"):
        gp.verify_log(kept / "key.pem")
    with pytest.raises(InvalidInput, match="cannot read"):
        gp.verify_log(tmp_path / "none.jsonl")
