"""What a project calls its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import graphprov as gp
from graphprov.capture.naming import Called, called
from graphprov.errors import InvalidInput

TABLE = """
[artifacts]
"ip-blacklist-*.csv" = "ip-blacklist"
"models/*.joblib" = "model:antispam"
"models/link-*.joblib" = "model:link-safety"
"""


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    (tmp_path / ".graphprov.toml").write_text(TABLE)

    def file(name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        return path

    return file


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("inbox/ip-blacklist-2026-03.csv", Called("ip-blacklist", None)),
        ("models/antispam-2026-03.joblib", Called("antispam", "model")),
        ("models/link-2026-03.joblib", Called("link-safety", "model")),
        ("old/models/antispam.joblib", None),
        ("users.csv", None),
    ],
)
def test_the_last_pattern_that_fits_names_a_file(
    project: Callable[[str], Path], file: str, expected: Called | None
) -> None:
    assert called(project(file)) == expected


def test_the_nearest_table_counts_and_none_beyond_the_repository(project: Callable[[str], Path]) -> None:
    inner = project("part/ip-blacklist-1.csv")
    (inner.parent / ".graphprov.toml").write_text('[artifacts]\n"*.csv" = "part"\n')
    assert called(inner) == Called("part", None)
    cloned = project("clone/ip-blacklist-1.csv")
    (cloned.parent / ".git").mkdir()
    assert called(cloned) is None


def test_every_way_of_recording_names_by_it_and_a_given_name_wins(project: Callable[[str], Path]) -> None:
    bought = gp.receive(project("inbox/ip-blacklist-2026-03.csv"), source="netshield")
    assert bought.short.startswith("dataset:ip-blacklist@")
    with gp.run("train", code=False) as run:
        assert run.used(project("elsewhere/ip-blacklist-3.csv")).name == "ip-blacklist"
        assert run.used(project("elsewhere/ip-blacklist-3.csv"), name="other").name == "other"
        made = run.generated(project("models/antispam-3.joblib"))
        assert (made.kind, made.name) == ("model", "antispam")
        assert run.generated(project("models/antispam-4.joblib"), kind="dataset").kind == "dataset"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("[artifacts\n", "cannot be read"),
        ("[artifact]\n", "'artifact', which is not known"),
        ('[artifacts]\n"*.csv" = 3\n', r'the entry "\*.csv" names nothing'),
        ('[artifacts]\n"*.csv" = "modle:antispam"\n', "expected kind:name"),
        ("artifacts = 3\n", "no table of patterns"),
    ],
)
def test_a_wrong_table_is_told_and_stops_no_work(tmp_path: Path, table: str, told: str) -> None:
    (tmp_path / ".graphprov.toml").write_text(table)
    (tmp_path / "users.csv").write_text("ada")
    with pytest.raises(InvalidInput, match=told):
        gp.receive(tmp_path / "users.csv", source="desk")
    with pytest.warns(UserWarning, match=told), gp.run("train", code=False) as run:
        assert run.used(tmp_path / "users.csv").name == "users"
