"""Where settings come from, which wins, and what a mistake says."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphprov.errors import InvalidInput
from graphprov.settings import Settings, config_file


def test_without_anything_the_defaults_hold(own_home: Path) -> None:
    settings = Settings.load()
    assert (settings.home, settings.journal) == (own_home, own_home / "journal.sqlite")
    assert (settings.uri, settings.user, settings.neo4j_version) == (None, "neo4j", "2026.08")


def test_an_option_wins_over_the_environment_and_that_over_the_file(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_home / "config.toml").write_text("heap_mb = 300\npage_cache_mb = 64\nidle_minutes = 5\n")
    monkeypatch.setenv("GRAPHPROV_HEAP_MB", "400")
    monkeypatch.setenv("GRAPHPROV_PAGE_CACHE_MB", "80")
    settings = Settings.load(heap_mb=500, page_cache_mb=None)
    assert (settings.heap_mb, settings.page_cache_mb, settings.idle_minutes) == (500, 80, 5)


def test_an_empty_variable_is_none_at_all(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_URI", "")
    assert Settings.load().uri is None


def test_a_variable_that_nobody_knows_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_WHATEVER", "1")
    Settings.load()


def test_the_file_is_where_the_environment_says(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert config_file() == own_home / "config.toml"
    monkeypatch.setenv("GRAPHPROV_CONFIG", str(tmp_path / "mine.toml"))
    assert config_file() == tmp_path / "mine.toml"
    with pytest.raises(InvalidInput, match=r"no configuration file .*mine\.toml"):
        Settings.load()
    (tmp_path / "mine.toml").write_text('uri = "bolt://db"\n')
    assert Settings.load().uri == "bolt://db"


def test_paths_do_not_move_with_a_program_that_changes_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRAPHPROV_HOME", "prov")
    settings = Settings.load(cache="~/somewhere")
    assert settings.journal == tmp_path / "prov" / "journal.sqlite"
    assert settings.cache == Path.home() / "somewhere"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("heap_mb = 'much'", "'heap_mb' cannot be 'much'"),
        ("heap_mb = 1", "'heap_mb' cannot be 1"),
        ("neo4j_version = '4.4'", "'neo4j_version' cannot be '4.4'"),
        ("hepa_mb = 300", "unknown keys: hepa_mb"),
        ("heap_mb = ", "cannot be read"),
        ("[[[", "cannot be read"),
    ],
)
def test_a_mistake_in_the_file_names_the_file(own_home: Path, text: str, says: str) -> None:
    (own_home / "config.toml").write_text(text)
    with pytest.raises(InvalidInput, match=says) as caught:
        Settings.load()
    assert "config.toml" in f"{caught.value} {caught.value.hint}"


def test_a_file_that_is_no_text_is_named(own_home: Path) -> None:
    (own_home / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput, match=r"config\.toml cannot be read"):
        Settings.load()


def test_a_password_never_shows(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHPROV_PASSWORD", "geheim")
    settings = Settings.load()
    assert "geheim" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert settings.read_password() == "geheim"
    (own_home / "config.toml").write_text("password = 73577357\n")
    monkeypatch.delenv("GRAPHPROV_PASSWORD")
    with pytest.raises(InvalidInput) as caught:
        Settings.load()
    assert "73577357" not in f"{caught.value} {caught.value.hint}"


def test_a_password_file_is_read_without_its_line_end(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_home / "secret").write_bytes(" mit Leerzeichen und ü\r\n".encode())
    monkeypatch.setenv("GRAPHPROV_PASSWORD_FILE", str(own_home / "secret"))
    assert Settings.load().read_password() == " mit Leerzeichen und ü"


def test_the_nearest_source_of_a_password_wins(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("file", "env", "option"):
        (own_home / name).write_text(name)
    (own_home / "config.toml").write_text('password = "config"\n')
    assert Settings.load().read_password() == "config"
    monkeypatch.setenv("GRAPHPROV_PASSWORD_FILE", str(own_home / "env"))
    assert Settings.load().read_password() == "env"
    monkeypatch.setenv("GRAPHPROV_PASSWORD", "direct")
    assert Settings.load().read_password() == "direct"
    assert Settings.load(password_file=own_home / "option").read_password() == "option"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_a_password_file_that_cannot_be_read_is_named(own_home: Path, content: bytes | None) -> None:
    if content is not None:
        (own_home / "secret").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"password file .*secret cannot be read"):
        Settings.load(password_file=own_home / "secret").read_password()


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description and field.description.endswith(".") for field in Settings.model_fields.values())
