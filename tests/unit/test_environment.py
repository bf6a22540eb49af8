"""What a run ran in, and what must not be told of it."""

from __future__ import annotations

import importlib.metadata
import shlex
import sys

import pytest

from graphprov.capture import environment
from graphprov.capture.redaction import REDACTED, command_line, is_secret_name, without_credentials, without_secrets
from graphprov.capture.typed import parse_metadata
from graphprov.errors import InvalidInput
from graphprov.model.metadata import Quantity


def test_packages_are_sorted_and_named_in_their_normal_form() -> None:
    packages = environment.packages()
    assert list(packages) == sorted(packages)
    assert f"pydantic=={importlib.metadata.version('pydantic')}" in packages
    assert not [package for package in packages if package != package.lower() or "_" in package.partition("==")[0]]
    assert environment.packages() is packages  # read once


def test_a_broken_installation_of_something_else_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        version = "1"

        @property
        def metadata(self) -> dict[str, str]:
            raise OSError("unreadable")

    monkeypatch.setattr(importlib.metadata, "distributions", lambda: [Broken()])
    assert environment.packages.__wrapped__() == ()


def test_no_user_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.getpass, "getuser", lambda: (_ for _ in ()).throw(KeyError("uid")))
    assert environment.user.__wrapped__() == "unknown"


@pytest.mark.parametrize(
    ("typed", "set_", "told"),
    [
        (["python", "train.py", "--c", "1"], ["train.py", "--c", "1"], "python train.py --c 1"),
        (["python", "-m", "train", "x"], ["/src/train.py", "x"], "python -m train x"),
        (["python", "-c", "print(1)"], ["-c"], "python -c 'print(1)'"),
        (["python", "run_all.py"], ["train.py", "x"], "python train.py x"),  # run inside another program
    ],
)
def test_the_command_is_told_as_typed(
    monkeypatch: pytest.MonkeyPatch, typed: list[str], set_: list[str], told: str
) -> None:
    monkeypatch.setattr(sys, "orig_argv", typed)
    monkeypatch.setattr(sys, "argv", set_)
    assert environment.command() == told


def test_a_very_long_argument_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "orig_argv", ["python", "-c", "x" * 10_000])
    assert len(environment.command()) < 1_000


@pytest.mark.parametrize(
    "secret",
    [
        "--password S3CRET",
        "--password=S3CRET",
        "--db-password S3CRET",
        "--api-key=S3CRET",
        "--api_key S3CRET",
        "token=S3CRET",
        "AWS_SECRET_ACCESS_KEY=S3CRET",
        "db.password=S3CRET",
        "postgres://ada:S3CRET@db.example/users",
        "https://S3CRET@git.example/r.git",
        "'https://x.example/f?sig=S3CRET&v=1'",
        "'https://x.example/f?v=1&X-Amz-Signature=S3CRET'",
        "ghp_S3CRETS3CRETS3CRETS3CRET",
        "'Authorization: Bearer S3CRETS3CRET'",
    ],
)
def test_a_secret_on_the_command_line_is_not_told(secret: str) -> None:
    told = command_line(["train.py", *shlex.split(secret), "--c", "1"])
    assert "S3CRET" not in told
    assert told.startswith("train.py ")
    assert told.endswith(" --c 1")


@pytest.mark.parametrize(
    "harmless",
    [
        "--max-tokens 512",
        "--pad_token '<pad>'",
        "--tokenizer bert",
        "--key-column user_id",
        "--sort-key=name",
        "git@git.example:team/r.git",
        "s3://bucket/key@v2/data.csv",
        "https://x.example/?page=2&q=token",
        "ada@example.com",
        "--passes 3",
        "--password-file /run/secrets/db",
    ],
)
def test_what_is_harmless_stays(harmless: str) -> None:
    arguments = shlex.split(harmless)
    assert command_line(arguments) == shlex.join(arguments)


def test_parameters_lose_their_secrets_at_any_depth() -> None:
    given = {"C": 1.0, "db": {"password": "x", "hosts": ["https://a:b@h/"]}, "token": "x", "tokens": 3, "secret": ""}
    assert without_secrets(given) == {
        "C": 1.0,
        "db": {"password": REDACTED, "hosts": ["https://[redacted]@h/"]},
        "token": REDACTED,
        "tokens": 3,
        "secret": "",
    }
    assert given["token"] == "x"  # the run's own are left alone


def test_a_name_of_a_secret_is_known_whatever_its_case() -> None:
    assert is_secret_name("OPENAI_API_KEY")
    assert not is_secret_name("monkey")


def test_redaction_of_redacted_text_changes_nothing() -> None:
    once = without_credentials("https://a:b@h/x?token=1&sig=2 ghp_aaaaaaaaaaaaaaaaaaaaaaaa")
    assert without_credentials(once) == once


def test_metadata_is_typed_as_it_shows() -> None:
    pairs = ["a.b=1", "a.c=2.50", "d=007", 'e:="3.10"', "f=4[m/s]", "g=", "h=x=y", "i=true", "j:=null"]
    assert parse_metadata(pairs) == {
        "a": {"b": 1, "c": 2.5},
        "d": "007",
        "e": "3.10",
        "f": Quantity(4, "m/s"),
        "g": "",
        "h": "x=y",
        "i": True,
        "j": None,
    }


@pytest.mark.parametrize("pairs", [["x"], ["=1"], ["a..b=1"], ["a:={"], ["a=1", "a=2"], ["a=1", "a.b=2"]])
def test_malformed_metadata_is_refused(pairs: list[str]) -> None:
    with pytest.raises(InvalidInput):
        parse_metadata(pairs)
