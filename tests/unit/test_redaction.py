"""Secrets are taken out wherever they stand, what is harmless stays, and the record says which fields held one."""

from __future__ import annotations

import json
import pickle
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from detect_secrets.core.scan import scan_line
from detect_secrets.settings import transient_settings
from hypothesis import given
from hypothesis import strategies as st

from graphprov.capture import Recorder
from graphprov.capture.redaction import REDACTED, Redactor, command_line, repository_address, without_credentials
from graphprov.errors import InvalidInput
from graphprov.journal import Journal
from graphprov.model.statements import Activity, Entity, Relation
from graphprov.model.vocabulary import RelationType
from graphprov.settings import Settings
from tests.secrets_made import FORMED, PLACED

HARMLESS = (Path(__file__).parent.parent / "harmless.txt").read_text(encoding="utf-8").splitlines()
TEXTS = {**{name: (secret, secret) for name, secret in FORMED.items()}, **PLACED}
JUDGES = (
    "AWSKey AzureStorageKey BasicAuth DiscordBotToken GitHubToken JwtToken GitLabToken Npm OpenAI PrivateKey PypiToken"
    " SendGrid Slack Stripe TelegramBotToken TwilioKey"
)


def test_there_is_enough_of_both() -> None:
    assert len(FORMED) >= 20
    assert len(set(HARMLESS)) >= 200


@pytest.mark.parametrize("harmless", HARMLESS)
def test_what_is_harmless_stays_as_it_is(harmless: str) -> None:
    assert without_credentials(harmless) == harmless
    given = {"value": harmless, "nested": {"list": [harmless]}}
    assert Redactor().values(given) == given
    assert Redactor().checked([Entity(id="urn:x", metadata=given)]) == [Entity(id="urn:x", metadata=given)]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_secret_of_each_kind_is_taken_out_wherever_it_stands(kind: str) -> None:
    text, secret = TEXTS[kind]
    places = {
        "alone": text,
        "message": f"ConnectionError: cannot use {text} (train.py:17 in main)",
        "quoted": f"it said '{text}', and left" if "'" not in text else text,
        "lines": f"a line\n{text}\nanother line",
        "command": command_line(["python", "train.py", "--thing", text, "--fast"]),
        "json": json.dumps({"a": [text]}),
    }
    for place, shown in places.items():
        cleaned = without_credentials(shown)
        assert secret not in cleaned, place
        assert REDACTED in cleaned
        assert without_credentials(cleaned) == cleaned
    if kind in FORMED:
        assert secret not in without_credentials(f"https://x.example/hook?x={text}")
        assert secret not in without_credentials(f"https://ada:{text}@git.example/r.git")
        if "/" not in secret:  # which no address holds as it is
            assert secret not in without_credentials(f"/data/{text}/users.csv")
            assert secret not in repository_address(f"https://{text}@git.example/r.git")


@pytest.mark.parametrize("kind", TEXTS)
def test_no_statement_holds_it_and_each_says_where_it_was(kind: str) -> None:
    text, secret = TEXTS[kind]
    run = Activity(
        id="urn:graphprov:run:x@1", kind="run", name="x", command=text, error=text, host=text, packages=["a==1", text],
        parameters={"harmless": {"deep": [text]}}, metadata={"array": np.array([text]), "note": text, text: 1},
    )  # fmt: skip
    use = Relation(type=RelationType.USED, source="urn:a", target="urn:b", role=text, metadata={"path": text})
    for statement in (run, use):
        cleaned = Redactor().checked([statement])[0]
        assert secret not in json.dumps(cleaned.row(), default=str)
        assert Redactor().checked([cleaned]) == [cleaned]
    said = Redactor().checked([run])[0].row()["properties"]
    marked = {key for key in said if key.startswith("redacted.")}
    assert {"redacted.command", "redacted.error", "redacted.host", "redacted.parameters.harmless.deep"} <= marked
    assert {"redacted.note", "redacted.array", "redacted.packages"} <= marked
    assert all(said[key] is True for key in marked)  # neither a length nor a digest


def test_the_judge_finds_nothing_any_more() -> None:
    plugins = {"plugins_used": [{"name": f"{name}Detector"} for name in JUDGES.split()]}
    with transient_settings(plugins):
        lines = [line for text, _ in TEXTS.values() for line in f'x = "{text}"'.splitlines()]
        assert sum(bool(list(scan_line(line))) for line in lines) >= 15  # it does judge
        left = [line for text, _ in TEXTS.values() for line in f'x = "{without_credentials(text)}"'.splitlines()]
        assert [line for line in left if list(scan_line(line)) and "://" + REDACTED not in line] == []


@pytest.mark.parametrize(
    ("command", "secret"),
    [
        ("curl -u ada:pa55 https://x.example", "pa55"),
        ("mysql -ppa55word users", "pa55word"),
        ("sshpass -p pa55 ssh host", "pa55"),
        ("env PGPASSWORD=pa55 psql", "pa55"),
        ("bash -c 'train.py --password pa55 --fast'", "pa55"),
        ("redis-cli -a pa55 ping", "pa55"),
        ("docker run -e DB_PASSWORD=pa55 image", "pa55"),
        ("curl -H 'X-Api-Key: pa55word1' x.example", "pa55word1"),
    ],
)
def test_programs_known_for_it_show_no_secret(command: str, secret: str) -> None:
    assert secret not in command_line(shlex.split(command))


@given(st.lists(st.sampled_from([*HARMLESS, *(text for text, _ in TEXTS.values()), " ", "\n", '"', "=", "://", "@"])))
def test_what_is_clean_stays_so(pieces: list[str]) -> None:
    once = without_credentials("".join(pieces))
    assert without_credentials(once) == once


def test_tokens_that_stand_side_by_side_all_go() -> None:
    token = FORMED["Telegram bot"]
    assert without_credentials(3 * token) == 3 * REDACTED


def test_a_secret_in_a_name_is_gone_before_it_is_part_of_an_identifier(tmp_path: Path) -> None:
    secret = FORMED["GitHub classic"]
    (tmp_path / secret).mkdir()
    (tmp_path / secret / "users.csv").write_text("ada\n")
    recorder = Recorder(Settings.load(home=tmp_path / "home"), user="ada")
    with recorder.run("clean " + secret, code=False) as run:
        used = run.used(tmp_path / secret / "users.csv")
        made = run.generated({"a": 1}, name="s3://key:hunter2secret@bucket")
        run.used("s3://key:hunter2secret@bucket/x.csv", version="1")
    assert "hunter2secret" not in made.id + used.id
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert secret.encode() not in path.read_bytes()
        assert b"hunter2secret" not in path.read_bytes()
    with recorder.run("again", code=False) as run:  # and it is found again at the same place
        assert run.used(tmp_path / secret / "users.csv") == used
    assert made.id in {row.get("id") for row in _rows(recorder)}


def test_patterns_of_ones_own_are_kept_out_too(tmp_path: Path) -> None:
    recorder = Recorder(Settings.load(home=tmp_path, redact=[r"ACME-\d+"]), user="ada")
    recorder.source("project ACME-17", contact="a@b.example")
    incident = recorder.incident("data-source:x", reason="wrong in ACME-99")
    recorder.invalidate("urn:graphprov:dataset:x@1", reason="ACME-5 says so")
    told = json.dumps(_rows(recorder), default=str)
    assert "ACME" not in told
    assert "a@b.example" in told
    others = Recorder(Settings.load(home=tmp_path / "other", redact=[r"ACME-\d+"]), user="ada")
    # No digest of it either: another secret in its place gives the same number.
    assert others.incident("data-source:x", reason="wrong in ACME-11111") == incident


def test_patterns_given_in_code_go_with_a_run_into_another_process(tmp_path: Path) -> None:
    recorder = Recorder(Settings.load(home=tmp_path, redact=[r"ACME-\d+"]), flush=False)
    with recorder.run("train", code=False) as run:
        pickle.loads(pickle.dumps(run)).metadata(customer="ACME-17")
    told = json.dumps(_rows(recorder), default=str)
    assert "ACME" not in told
    assert "customer" in told


def test_a_wrong_pattern_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_REDACT", "ACME-\\d+\n\n(unclosed")
    with pytest.raises(InvalidInput, match=r"'redact' cannot be .*'\(unclosed' is no regular expression"):
        Settings.load()
    with pytest.raises(InvalidInput, match="would match everywhere"):
        Settings.load(redact=["x*"])
    with pytest.raises(InvalidInput, match="expected a list of regular expressions"):
        Settings.load(redact=5)
    monkeypatch.setenv("GRAPHPROV_REDACT", "ACME-\\d+\n\nB+")
    assert Settings.load().redact == (r"ACME-\d+", "B+")


def test_a_pattern_that_never_ends_hides_the_value() -> None:
    slow = Redactor([r"(a|a|aa)+$"])
    assert slow.text("a" * 200 + "!") == REDACTED
    assert slow.text("harmless") == "harmless"


def _rows(recorder: Recorder) -> list[dict[str, Any]]:
    with Journal(recorder.settings.journal) as journal:
        return [row for record in journal.pending("nobody", 1000) for _, row in record.statements]
